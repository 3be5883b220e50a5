"""The timeline as positions on a line: start, due date, payments and the last day of interest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from complaints.payment.engine import Result
from complaints.payment.inputs import Inputs

# Room at both ends, and the least distance of two marks on one height, both percent of the width.
_MARGIN, _GAP = 5.0, 11.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered mark. `x` is a CSS percentage; `level` counts upwards where marks would touch."""

    kind: str
    on: date
    x: str
    level: int

    @property
    def y(self) -> int:
        """Pixels from the line, upwards."""
        return -24 - 26 * self.level


@dataclass(frozen=True, slots=True)
class Picture:
    """The line: marks, payments as ticks, and the two stretches as (from, to) in CSS percentages; none is empty."""

    marks: tuple[Mark, ...]
    payments: tuple[str, ...]
    term: tuple[str, str] | None
    delay: tuple[str, str] | None

    @property
    def base(self) -> int:
        """Pixels from the top to the line."""
        return 38 + 26 * max(mark.level for mark in self.marks)

    @property
    def height(self) -> int:
        """Pixels."""
        return self.base + 18


def draw(inputs: Inputs, result: Result) -> Picture | None:
    """The picture of a calculation; None while the due date is unknown."""
    due = result.due
    if due.start_on is None or due.due_on is None:
        return None
    days = {"start": due.start_on, "due": due.due_on, "as_of": result.as_of}
    if inputs.delivered_on not in (None, due.start_on):
        days["delivery"] = inputs.delivered_on or due.start_on
    paid = sorted({payment.on for payment in inputs.payments if payment.on <= result.as_of})
    first, last = min([*days.values(), *paid]), max([*days.values(), *paid])

    def place(day: date) -> float:
        return _MARGIN + (day - first).days / max((last - first).days, 1) * (100 - 2 * _MARGIN)

    delay = (due.due_on, result.as_of) if result.days else None
    return Picture(
        marks=_marks(sorted((day, kind) for kind, day in days.items()), place),
        payments=tuple(_css(place(day)) for day in paid),
        term=(_css(place(due.start_on)), _css(place(due.due_on))),
        delay=(_css(place(delay[0])), _css(place(delay[1]))) if delay else None,
    )


def _marks(days: list[tuple[date, str]], place: Callable[[date], float]) -> tuple[Mark, ...]:
    marks: list[Mark] = []
    ends: list[float] = []
    for day, kind in days:
        x = place(day)
        level = next((level for level, end in enumerate(ends) if end + _GAP <= x), len(ends))
        ends[level:] = [x, *ends[level + 1 :]]
        marks.append(Mark(kind, day, _css(x), level))
    return tuple(marks)


def _css(percent: float) -> str:
    return f"{percent:.2f}%"
