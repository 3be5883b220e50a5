"""Loading the calendar and the statutory periods: adds what is missing, never changes what is there."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
from chinese_calendar import constants
from django.db import transaction

from casework.clocks.models import CalendarDay, CalendarYear, StatutoryPeriod

DATA = Path(__file__).parent / "data"
FIRST_YEAR, LAST_ANNOUNCED_YEAR = 2004, 2026


def load_reference() -> str:
    """Load the calendar of 2004-2026, the statutory holidays of the years after it, and the published periods.

    Returns:
        one line on what was added.
    """
    with transaction.atomic():
        years = sum(_load_announced_year(year) for year in range(FIRST_YEAR, LAST_ANNOUNCED_YEAR + 1))
        years += _load_unannounced_years()
        periods = load_periods(DATA / "periods.toml")
    return f"{years} calendar years and {periods} statutory periods added"


def _load_announced_year(year: int) -> bool:
    notices = tomllib.loads((DATA / "notices.toml").read_text(encoding="utf-8"))["notice"]
    row, created = CalendarYear.objects.get_or_create(
        year=year,
        defaults={"announced": True, "source_notice": notices.get(str(year), notices["default"])},
    )
    if created:
        CalendarDay.objects.bulk_create(_announced_days(row))
    return created


def _announced_days(row: CalendarYear) -> list[CalendarDay]:
    day, days = date(row.year, 1, 1), []
    while day.year == row.year:
        if chinese_calendar.is_workday(day) != (day.weekday() < 5):
            kind = CalendarDay.Kind.WORKDAY if day.weekday() >= 5 else CalendarDay.Kind.HOLIDAY
            name = constants.holidays.get(day) or constants.workdays.get(day) or ""
            days.append(CalendarDay(year=row, date=day, kind=kind, name=_CHINESE_NAMES.get(name, name)))
        day += timedelta(days=1)
    return days


_CHINESE_NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def _load_unannounced_years() -> int:
    """Statutory holidays only: the State Council announces days off and make-up days one year at a time."""
    data = tomllib.loads((DATA / "statutory_holidays.toml").read_text(encoding="utf-8"))
    added = 0
    for year, holidays in data["years"].items():
        row, created = CalendarYear.objects.get_or_create(
            year=int(year), defaults={"announced": False, "source_notice": data["source"]}
        )
        if created:
            CalendarDay.objects.bulk_create(
                CalendarDay(year=row, date=day, kind=CalendarDay.Kind.HOLIDAY, name=name)
                for name, days in holidays.items()
                for day in days
            )
        added += created
    return added


def load_periods(path: Path) -> int:
    """Add the published periods of a file that the database doesn't have.

    Returns:
        how many were added.
    """
    added = 0
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["period"]:
        identity = {key: entry.pop(key, default) for key, default in (("code", ""), ("division", ""), ("version", 1))}
        _row, created = StatutoryPeriod.objects.get_or_create(
            **identity, defaults={**entry, "status": StatutoryPeriod.Status.PUBLISHED}
        )
        added += created
    return added
