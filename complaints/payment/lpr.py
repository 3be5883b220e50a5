"""The 1-year loan prime rate as a table to look up, built from rows or from the data file; knows no database."""

from __future__ import annotations

import calendar
from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from decimal import Decimal


class LprTable:
    """Values by the day of their publication; each holds until the next.

    Args:
        rates: day and percent a year, in any order.
    """

    __slots__ = ("_days", "_rates")

    def __init__(self, rates: Iterable[tuple[date, Decimal]]) -> None:
        ordered = sorted(rates)
        self._days = [day for day, _rate in ordered]
        self._rates = [rate for _day, rate in ordered]

    @property
    def last_loaded_on(self) -> date | None:
        """The day of the last value that was loaded; None for an empty table."""
        return self._days[-1] if self._days else None

    def published_by(self, day: date) -> tuple[date, Decimal] | None:
        """The latest value on or before a day with the day of its publication; None before the first."""
        place = bisect_right(self._days, day)
        return (self._days[place - 1], self._rates[place - 1]) if place else None

    def reaches(self, day: date) -> bool:
        """Whether the day lies no later than the last month that was loaded."""
        last = self.last_loaded_on
        if last is None:
            return False
        return day <= last.replace(day=calendar.monthrange(last.year, last.month)[1])
