"""Figures as tables with bars: each row's text and the length of its bar, for a picture that the server draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.reports.public.suppression import Hidden

WIDTH, HEIGHT, GAP = 600, 22, 8


@dataclass(frozen=True)
class Bar:
    """One row: its words, its number or None where it is hidden, and where its bar lies."""

    label: str
    meaning: str
    value: int | None
    top: int
    width: int


@dataclass(frozen=True)
class Chart:
    """A table and its picture.

    Attributes:
        height: of the picture.
    """

    key: str
    title: str
    note: str
    bars: tuple[Bar, ...]
    total: int | None
    height: int

    @property
    def hides(self) -> bool:
        """Whether some row is hidden, which has to be explained."""
        return any(bar.value is None for bar in self.bars)


def chart(key: str, title: str, note: str, rows: Sequence[tuple[str, str]], hidden: Hidden) -> Chart:
    """Rows of (label, meaning) with their parts; a table that is withheld has no rows."""
    shown = () if hidden.withheld else tuple(zip(rows, hidden.parts, strict=True))
    most = max((value or 0 for _row, value in shown), default=0) or 1
    bars = tuple(
        Bar(label, meaning, value, place * (HEIGHT + GAP), round(WIDTH * (value or 0) / most))
        for place, ((label, meaning), value) in enumerate(shown)
    )
    return Chart(key, title, note, bars, hidden.total, max(len(bars) * (HEIGHT + GAP) - GAP, 1))
