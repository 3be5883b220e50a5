"""The monitoring's thresholds: versioned data with source and certainty in the legal lists, here only read."""

from __future__ import annotations

from datetime import date

from casework.cases.terms import terms_in_force

REPORTING_DAYS = "fee.monitoring_days"
REMIND_BEFORE = "fee.monitoring_before"
REMIND_AFTER = "fee.monitoring_after"
ALARM_POINTS = "fee.monitoring_alarm"


def reporting_days(on: date) -> int:
    """How many calendar days points have for a return, from the day of the round's opening."""
    return _number(REPORTING_DAYS, on)


def alarm_points(on: date) -> int:
    """How many points make an alarm when they paid the same item outside the catalogue."""
    return _number(ALARM_POINTS, on)


def reminder_days(on: date) -> list[int]:
    """When reminders go out, in days from the due day, the earliest first: -7 is a week before it."""
    before = [-int(term.code) for term in terms_in_force(REMIND_BEFORE, on)]
    after = [int(term.code) for term in terms_in_force(REMIND_AFTER, on)]
    return sorted({*before, *after})


def _number(vocabulary: str, on: date) -> int:
    """The number that a list of one entry holds; the newest where several are in force.

    Raises:
        LookupError: the list is empty on that day: the reference data are not loaded.
    """
    term = terms_in_force(vocabulary, on).order_by("-effective_from", "-version").first()
    if term is None:
        raise LookupError(f"No entry of {vocabulary} is in force on {on}: run manage.py load_reference.")
    return int(term.code)
