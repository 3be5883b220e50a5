"""The months from a clock's start to its end, day by day: which days count and what is special about the others.

Pure: what `compute` says about the last day, this says about every day before it.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from casework.clocks.calendar import DaysOff, WorkingCalendar
from casework.clocks.periods import Computed, PeriodRule, Unit

_ONE_DAY = timedelta(days=1)
_WEEKS = Calendar(firstweekday=0)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the picture.

    Attributes:
        inside: from the start to the due day, both included; about the others nothing else is said.
        number: the how-manieth counted day; None for a day that isn't counted.
        is_off, is_make_up: not worked; a weekend day that is worked.
        occasion: the holiday, or what a make-up day makes up for; "" for a plain weekend.
    """

    date: date
    inside: bool = False
    number: int | None = None
    is_start: bool = False
    is_raw_due: bool = False
    is_due: bool = False
    is_off: bool = False
    is_make_up: bool = False
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class Month:
    """One month in weeks from Monday to Sunday; None stands for days of the months beside it.

    Attributes:
        holidays: runs of days off that have a name, within the clock's days.
        make_up_days: weekend days that are worked, with their occasion, within the clock's days.
    """

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]
    holidays: tuple[DaysOff, ...]
    make_up_days: tuple[tuple[date, str], ...]


def days(rule: PeriodRule, start: date, computed: Computed, calendar: WorkingCalendar) -> Iterator[Day]:
    """Every day from the start to the due day, both included."""
    number = 0
    for offset in range((computed.due - start).days + 1):
        day = start + offset * _ONE_DAY
        is_working = calendar.is_working_day(day)
        is_counted = _is_counted(rule, day, start, computed, is_working)
        number += is_counted
        yield Day(
            date=day,
            inside=True,
            number=number if is_counted else None,
            is_start=day == start,
            is_raw_due=day == computed.raw_due,
            is_due=day == computed.due,
            is_off=not is_working,
            is_make_up=day in calendar.make_up_days,
            occasion=calendar.make_up_days.get(day) or calendar.holidays.get(day) or "",
        )


def _is_counted(rule: PeriodRule, day: date, start: date, computed: Computed, is_working: bool) -> bool:
    if day > computed.raw_due or (day == start and rule.start_day_excluded):
        return False
    return is_working if rule.unit is Unit.WORKING_DAYS else rule.unit is Unit.CALENDAR_DAYS


def months(rule: PeriodRule, start: date, computed: Computed, calendar: WorkingCalendar) -> list[Month]:
    """The months that the clock touches, in order."""
    day_of = {day.date: day for day in days(rule, start, computed, calendar)}
    firsts = dict.fromkeys(day.replace(day=1) for day in day_of)
    return [_month(first, day_of, calendar) for first in firsts]


def _month(first: date, day_of: dict[date, Day], calendar: WorkingCalendar) -> Month:
    own = [day for day in day_of if (day.year, day.month) == (first.year, first.month)]
    named = (run for run in calendar.days_off(own[0], own[-1]) if run.names)
    return Month(
        first=first,
        weeks=tuple(
            tuple(day_of.get(day, Day(day)) if day.month == first.month else None for day in week)
            for week in _WEEKS.monthdatescalendar(first.year, first.month)
        ),
        holidays=tuple(named),
        make_up_days=tuple(calendar.make_up_days_between(own[0], own[-1])),
    )
