"""Working days counted one after the other, apart from the engine's arithmetic."""

from __future__ import annotations

from datetime import date, timedelta

from casework.clocks.models import CalendarDay


def days_that_differ() -> dict[date, bool]:
    """By day, whether the State Council's notice makes it a day off (True) or a working day (False)."""
    return {row.date: row.kind == "holiday" for row in CalendarDay.objects.filter(division="")}


def working_days_later(start: date, number: int, off: dict[date, bool]) -> date:
    """The day on which that many working days have passed, the first day not counted."""
    day = start
    while number:
        day += timedelta(days=1)
        number -= not off.get(day, day.isoweekday() > 5)
    return day
