"""The working-day calendar as a prebuilt index: adding n working days is two look-ups, whatever n is.

Pure: built from plain exceptions to the Monday-to-Friday week, it knows no database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

_ONE_DAY = timedelta(days=1)


class CalendarRangeError(ValueError):
    """A day outside the years that the calendar covers.

    Attributes:
        first, last: the days that it covers.
    """

    def __init__(self, day: date, first: date, last: date) -> None:
        self.day, self.first, self.last = day, first, last
        super().__init__(day, first, last)

    def __str__(self) -> str:
        return _("Counting from %(day)s leaves the calendar, which covers %(first)s to %(last)s.") % {
            "day": self.day.isoformat(),
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Consecutive days that are not worked; `names` are the occasions, empty for a plain weekend."""

    first: date
    last: date
    names: tuple[str, ...]


class WorkingCalendar:
    """Which days are worked, from the first of January of the first year to the last day of the last.

    Args:
        first_year, last_year: the years covered.
        holidays: weekdays off, with their occasion.
        make_up_days: weekend days that are worked (调休), with their occasion.
        announced_until: the last year that a State Council notice covers.
    """

    __slots__ = ("_base", "_before", "_working", "first", "holidays", "last", "make_up_days", "provisional_from")

    def __init__(
        self,
        first_year: int,
        last_year: int,
        holidays: Mapping[date, str],
        make_up_days: Mapping[date, str],
        announced_until: int,
    ) -> None:
        self.first, self.last = date(first_year, 1, 1), date(last_year, 12, 31)
        self.holidays, self.make_up_days = dict(holidays), dict(make_up_days)
        # A notice also moves days at the end of the year before: since 2004 back to 29 December at the earliest
        # (2007-12-29 and 2018-12-29 were worked on notices for 2008 and 2019).
        self.provisional_from = date(announced_until, 12, 29)
        self._base = self.first.toordinal()
        # _working[k] is the k-th working day; _before[i] counts those before the i-th day of the calendar.
        self._working: list[date] = []
        self._before = [0]
        for ordinal in range(self._base, self.last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day in self.make_up_days or (day.weekday() < 5 and day not in self.holidays):
                self._working.append(day)
            self._before.append(len(self._working))

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked.

        Raises:
            CalendarRangeError: the day lies outside the calendar.
        """
        place = self._place(day)
        return self._before[place + 1] > self._before[place]

    def add_working_days(self, start: date, amount: int) -> date:
        """The `amount`-th working day after `start`; the start day itself is not counted.

        Args:
            amount: at least 1.
        Raises:
            CalendarRangeError: start or result lies outside the calendar.
        """
        place = start.toordinal() - self._base
        # Negative places and amounts would silently count from the end of the lists.
        if place < 0:
            raise self._out_of_range(start)
        if amount < 1:
            raise ValueError("A period has at least one day.")
        try:
            return self._working[self._before[place + 1] + amount - 1]
        except IndexError:
            raise self._out_of_range(start) from None

    def working_days_between(self, first: date, last: date) -> int:
        """How many days are worked from `first` to `last`, both included; 0 when `last` comes before `first`.

        Raises:
            CalendarRangeError: a day outside the calendar.
        """
        if last < first:
            return 0
        return self._before[self._place(last) + 1] - self._before[self._place(first)]

    def next_working_day_on_or_after(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it.

        Raises:
            CalendarRangeError: day or result lies outside the calendar.
        """
        try:
            return self._working[self._before[self._place(day)]]
        except IndexError:
            raise self._out_of_range(day) from None

    def is_provisional(self, day: date) -> bool:
        """Whether a notice that is still to come may change the day."""
        return day >= self.provisional_from

    def days_off(self, first: date, last: date) -> Iterator[DaysOff]:
        """The runs of days not worked, from `first` to `last`, both included; both within the calendar."""
        run: list[date] = []
        for day in _days(first, last):
            if not self.is_working_day(day):
                run.append(day)
            elif run:
                yield self._named(run)
                run = []
        if run:
            yield self._named(run)

    def make_up_days_between(self, first: date, last: date) -> list[tuple[date, str]]:
        """Weekend days that are worked, with their occasion, from `first` to `last`, both included."""
        return [(day, self.make_up_days[day]) for day in _days(first, last) if day in self.make_up_days]

    def _named(self, run: list[date]) -> DaysOff:
        names = dict.fromkeys(self.holidays[day] for day in run if self.holidays.get(day))
        return DaysOff(run[0], run[-1], tuple(names))

    def _place(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise self._out_of_range(day)
        return day.toordinal() - self._base

    def _out_of_range(self, day: date) -> CalendarRangeError:
        return CalendarRangeError(day, self.first, self.last)


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += _ONE_DAY
