"""Reading penalty cases."""

from __future__ import annotations

from fees.penalty.models import PenaltyCase
from fees.report.models import FeeReport


def penalty_is_open(report: FeeReport) -> bool:
    """Whether a penalty case of the report has no outcome yet: closing waits for it."""
    return report.penalty_cases.filter(outcome=PenaltyCase.Outcome.OPEN).exists()
