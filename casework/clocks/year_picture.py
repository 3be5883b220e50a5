"""A year day by day as the calendar has it, or as a draft would: what is worked, what is off and why, what differs.

Pure: made from plain exceptions to the Monday-to-Friday week.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from casework.clocks.calendar_changes import HOLIDAY, WORKDAY, DayException

Exceptions = Mapping[date, DayException]
_ONE_DAY = timedelta(days=1)
_WEEKS = Calendar(firstweekday=0)
ADDED, REMOVED, ALTERED = "added", "removed", "altered"


@dataclass(frozen=True, slots=True)
class YearDay:
    """One day.

    Attributes:
        is_off: not worked.
        kind: "holiday" or "workday" where the day is an exception to the week, else "".
        occasion: of the exception; "" without one.
        rests: whether the day would be off without the topmost layer: by the week, or by the layers below.
        below: the exception of the layers below, as "holiday|元旦", "" without one.
        before: the exception that the topmost layer had before, in the same form.
        is_changed: the topmost layer says something else than before.
    """

    date: date
    is_off: bool
    kind: str = ""
    occasion: str = ""
    rests: bool = False
    below: str = ""
    before: str = ""
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class YearMonth:
    """One month in weeks from Monday to Sunday; None stands for days of the months beside it."""

    first: date
    weeks: tuple[tuple[YearDay | None, ...], ...]


@dataclass(frozen=True, slots=True)
class YearPicture:
    """Twelve months, and how many of their days are worked."""

    year: int
    months: tuple[YearMonth, ...]
    working_days: int
    days_off: int


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive days with the same kind and occasion; `last` may be `first`."""

    first: date
    last: date
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Consecutive days on which a draft differs in the same way from what is in force.

    Attributes:
        change: "added", "removed" or "altered".
        before, after: the exception's kind and occasion; None without one.
    """

    first: date
    last: date
    change: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None


def by_date(days: Iterable[DayException]) -> dict[date, DayException]:
    """The exceptions by their day."""
    return {day.date: day for day in days}


def year_picture(
    year: int, below: Sequence[Exceptions], top: Exceptions, before: Exceptions | None = None
) -> YearPicture:
    """The picture of a year.

    Args:
        below: the layers under the one looked at, the nation first; empty for the nation itself.
        top: the layer looked at; its word holds.
        before: what the topmost layer said before; None where nothing is compared.
    """
    lower: dict[date, DayException] = {}
    for layer in below:
        lower.update(layer)
    days = {day: _year_day(day, lower, top, top if before is None else before) for day in _days_of(year)}
    worked = sum(not day.is_off for day in days.values())
    months = tuple(_month(date(year, month, 1), days) for month in range(1, 13))
    return YearPicture(year, months, worked, len(days) - worked)


def _year_day(day: date, lower: Exceptions, top: Exceptions, before: Exceptions) -> YearDay:
    rests = rests_without(day, lower)
    exception = top.get(day) or lower.get(day)
    return YearDay(
        date=day,
        is_off=exception.kind == HOLIDAY if exception else rests,
        kind=exception.kind if exception else "",
        occasion=exception.name if exception else "",
        rests=rests,
        below=_word(lower.get(day)),
        before=_word(before.get(day)),
        is_changed=_word(before.get(day)) != _word(top.get(day)),
    )


def rests_without(day: date, lower: Exceptions) -> bool:
    """Whether a day is off by the layers below alone."""
    return lower[day].kind == HOLIDAY if day in lower else day.weekday() >= 5


def _word(exception: DayException | None) -> str:
    return f"{exception.kind}|{exception.name}" if exception else ""


def _month(first: date, days: Mapping[date, YearDay]) -> YearMonth:
    weeks = _WEEKS.monthdatescalendar(first.year, first.month)
    return YearMonth(
        first, tuple(tuple(days[day] if day.month == first.month else None for day in week) for week in weeks)
    )


def _days_of(year: int) -> Iterator[date]:
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += _ONE_DAY


def toggled(days: Iterable[DayException], day: date, occasion: str, *, rests: bool) -> list[DayException]:
    """The exceptions with one day turned over: a day that is worked becomes off, one that is off becomes worked.

    Args:
        occasion: of a day that becomes an exception.
        rests: whether the day is off without any exception.
    """
    found = by_date(days)
    opposite = WORKDAY if rests else HOLIDAY
    present = found.pop(day, None)
    if present is None or present.kind != opposite:
        found[day] = DayException(day, str(opposite), occasion)
    return [found[key] for key in sorted(found)]


def runs(days: Iterable[DayException]) -> list[Run]:
    """The exceptions in order, consecutive ones of a kind and occasion together."""
    found: list[Run] = []
    for day in sorted(days, key=lambda day: day.date):
        last = found[-1] if found else None
        if last and day.date - last.last == _ONE_DAY and (day.kind, day.name) == (last.kind, last.name):
            found[-1] = Run(last.first, day.date, last.kind, last.name)
        else:
            found.append(Run(day.date, day.date, day.kind, day.name))
    return found


def differences(before: Exceptions, after: Exceptions) -> list[Difference]:
    """What a draft changes, in order, consecutive days that change alike together."""
    found: list[Difference] = []
    for day in sorted({*before, *after}):
        old, new = _pair(before.get(day)), _pair(after.get(day))
        if old == new:
            continue
        change = ADDED if old is None else REMOVED if new is None else ALTERED
        last = found[-1] if found else None
        if last and day - last.last == _ONE_DAY and (change, old, new) == (last.change, last.before, last.after):
            found[-1] = Difference(last.first, day, change, old, new)
        else:
            found.append(Difference(day, day, change, old, new))
    return found


def _pair(exception: DayException | None) -> tuple[str, str] | None:
    return (exception.kind, exception.name) if exception else None
