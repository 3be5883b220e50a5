"""The limits that a complainant waits for."""

from __future__ import annotations

from django.utils import timezone

from casework.clocks.models import StatutoryPeriod
from casework.clocks.selectors import PeriodNotFound, period_for
from complaints.services import HANDLING, REVIEW, TRANSFER


def limits() -> list[StatutoryPeriod]:
    """Review, transfer and handling, in the version in force today; those that are loaded."""
    found = []
    for code in (REVIEW, TRANSFER, HANDLING):
        try:
            found.append(period_for(code, timezone.localdate()))
        except PeriodNotFound:
            continue
    return found
