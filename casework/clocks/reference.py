"""Loading the calendar and the statutory periods: adds what is missing, never changes what is there."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import chinese_calendar
from chinese_calendar import constants
from django.db import transaction

from casework.clocks.models import CalendarDay, CalendarYear, StatutoryPeriod

DATA = Path(__file__).parent / "data"
FIRST_YEAR, LAST_ANNOUNCED_YEAR = 2004, 2026

_CHINESE_NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def load_reference() -> str:
    """Load the calendar of 2004-2026, the statutory holidays of the years after it, and the statutory periods.

    What an administrator changed since, such as a year announced meanwhile, stays as it is.

    Returns:
        one line on what was added.
    """
    with transaction.atomic():
        years = load_announced_years() + load_unannounced_years()
        periods = load_periods(DATA / "periods.toml")
    return f"{years} calendar years and {periods} statutory periods added"


def load_announced_years() -> int:
    """Days off and make-up days as the State Council's notices set them, from chinesecalendar.

    Returns:
        how many years were added.
    """
    notices = _read("notices.toml")["notice"]
    notice_of = {
        year: notices.get(str(year), notices["default"]) for year in range(FIRST_YEAR, LAST_ANNOUNCED_YEAR + 1)
    }
    missing = _missing(
        [CalendarYear(year=year, announced=True, source_notice=text) for year, text in notice_of.items()]
    )
    CalendarDay.objects.bulk_create(day for year in missing for day in _announced_days(year))
    return len(missing)


def load_unannounced_years() -> int:
    """Statutory holidays alone: the State Council sets days off and make-up days one year at a time.

    Returns:
        how many years were added.
    """
    data = _read("statutory_holidays.toml")
    years = [CalendarYear(year=int(year), announced=False, source_notice=data["source"]) for year in data["years"]]
    missing = _missing(years)
    CalendarDay.objects.bulk_create(
        CalendarDay(year=year, date=day, kind=CalendarDay.Kind.HOLIDAY, name=name)
        for year in missing
        for name, days in data["years"][str(year.year)].items()
        for day in days
    )
    return len(missing)


def load_periods(path: Path) -> int:
    """Add the statutory periods of a file that the database doesn't have; published unless the file says otherwise.

    Returns:
        how many were added.
    """
    added = 0
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["period"]:
        values = {"division": "", "version": 1, "status": StatutoryPeriod.Status.PUBLISHED, **entry}
        identity = {key: values.pop(key) for key in ("code", "division", "version")}
        row, created = StatutoryPeriod.objects.get_or_create(**identity, defaults=values)
        added += created
        # A draft that came with an earlier release and that nobody has touched since.
        if not created and row.status == StatutoryPeriod.Status.DRAFT and row.drafted_by_id is None:
            StatutoryPeriod.objects.filter(pk=row.pk).update(**values)
    return added


def _missing(years: list[CalendarYear]) -> list[CalendarYear]:
    known = set(CalendarYear.objects.values_list("year", flat=True))
    return CalendarYear.objects.bulk_create(year for year in years if year.year not in known)


def _announced_days(row: CalendarYear) -> list[CalendarDay]:
    """The days of a year that differ from the Monday-to-Friday week."""
    days = (date(row.year, 1, 1) + timedelta(days=n) for n in range(366))
    return [
        CalendarDay(
            year=row,
            date=day,
            kind=CalendarDay.Kind.HOLIDAY if day.weekday() < 5 else CalendarDay.Kind.WORKDAY,
            name=_occasion(day),
        )
        for day in days
        if day.year == row.year and chinese_calendar.is_workday(day) != (day.weekday() < 5)
    ]


def _occasion(day: date) -> str:
    name = constants.holidays.get(day) or constants.workdays.get(day) or ""
    return _CHINESE_NAMES.get(name, name)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))
