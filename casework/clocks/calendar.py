"""The working-day calendar as a prebuilt index: adding n working days is two look-ups, whatever n is.

Pure: built from plain exceptions to the Monday-to-Friday week, it knows no database.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.utils.translation import gettext as _


class CalendarRangeError(ValueError):
    """A day outside the years that the calendar knows."""


class WorkingCalendar:
    """Which days are worked, from the first of January of the first year to the last day of the last.

    Args:
        first_year, last_year: the years covered.
        holidays: weekdays (or any days) off.
        make_up_days: weekend days that are worked (调休).
        announced_until: the last year that a State Council notice covers; later days are provisional.
    """

    __slots__ = ("_ordinals", "_rank", "announced_until", "days_off", "first", "last")

    def __init__(
        self,
        first_year: int,
        last_year: int,
        holidays: Mapping[date, str],
        make_up_days: Iterable[date],
        announced_until: int,
    ) -> None:
        self.first, self.last = date(first_year, 1, 1), date(last_year, 12, 31)
        self.announced_until = announced_until
        self.days_off = dict(holidays)
        worked_weekends = set(make_up_days)
        # _ordinals[k] is the k-th working day; _rank[d] counts the working days up to and including day d.
        self._ordinals, self._rank = array("l"), array("l")
        for ordinal in range(self.first.toordinal(), self.last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            if day in worked_weekends or (day.weekday() < 5 and day not in self.days_off):
                self._ordinals.append(ordinal)
            self._rank.append(len(self._ordinals))

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked.

        Raises:
            CalendarRangeError: the day lies outside the calendar.
        """
        place = self._place(day)
        return self._rank[place] > (self._rank[place - 1] if place else 0)

    def add_working_days(self, start: date, amount: int) -> date:
        """The `amount`-th working day after `start`; the start day itself is not counted.

        Raises:
            CalendarRangeError: start or result lies outside the calendar.
        """
        try:
            return date.fromordinal(self._ordinals[self._rank[self._place(start)] + amount - 1])
        except IndexError as error:
            raise self._out_of_range(start) from error

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the first working day after it."""
        place = self._place(day)
        before = self._rank[place - 1] if place else 0
        try:
            return date.fromordinal(self._ordinals[before])
        except IndexError as error:
            raise self._out_of_range(day) from error

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`."""
        return self._rank[self._place(end)] - self._rank[self._place(start)]

    def skipped_days(self, start: date, end: date) -> list[tuple[date, str]]:
        """The named days off after `start` up to `end`, weekends without a name left out."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return [(day, self.days_off[day]) for day in days if day in self.days_off]

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies in a year whose holidays are not announced."""
        return day.year > self.announced_until

    def _place(self, day: date) -> int:
        place = day.toordinal() - self.first.toordinal()
        if not 0 <= place < len(self._rank):
            raise self._out_of_range(day)
        return place

    def _out_of_range(self, day: date) -> CalendarRangeError:
        return CalendarRangeError(
            _("%(day)s lies outside the calendar, which covers %(first)s to %(last)s.")
            % {"day": day.isoformat(), "first": self.first.isoformat(), "last": self.last.isoformat()}
        )
