"""The national calendar that the tests of this room count on, built from the library alone: no database."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest

from casework.clocks.calendar import WorkingCalendar


def _exceptions(weekend: bool) -> dict[date, str]:
    """The days of 2004-2026 that differ from the Monday-to-Friday week."""
    days = (date(2004, 1, 1) + timedelta(days=n) for n in range((date(2027, 1, 1) - date(2004, 1, 1)).days))
    return {day: "x" for day in days if (day.weekday() > 4) is weekend and chinese_calendar.is_workday(day) is weekend}


@pytest.fixture(scope="session")
def announced() -> WorkingCalendar:
    """2004-2026 and nothing after."""
    return WorkingCalendar(2004, 2026, _exceptions(weekend=False), _exceptions(weekend=True), announced_until=2026)
