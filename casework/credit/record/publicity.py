"""From when to when a record has an effect, as a pure function of the finding's date and the limits of its class.

The period runs from the date of the document that made the finding, not from upload (NDRC Order 36). The day itself is
not counted and a month ends on the day of the same number, or on its last day (Civil Code arts 201-202). Nothing is
moved to a working day: no act has to be done on the last one, and nothing may be shown a day too long.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Publicity:
    """The days that a class gives to a record.

    Attributes:
        repair_from: the first day on which repair can be granted.
        last_day: the last day on which the record has any effect.
    """

    repair_from: date
    last_day: date

    def is_over(self, today: date) -> bool:
        """Whether the longest period is over."""
        return today > self.last_day


def add_months(day: date, months: int) -> date:
    """The day of the same number that many months later; where the month has none, its last day (Civil Code 202)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def publicity(finding_date: date, least_months: int, most_months: int) -> Publicity:
    """The days of a record.

    Args:
        finding_date: of the judicial or administrative document.
        least_months: 0 where repair is possible as soon as the duties are fulfilled.
    """
    first = add_months(finding_date, least_months) + timedelta(days=1) if least_months else finding_date
    return Publicity(first, add_months(finding_date, most_months))
