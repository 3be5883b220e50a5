"""Reading penalty cases."""

from __future__ import annotations

from fees.penalty.models import PenaltyCase, PenaltyPause
from fees.report.models import FeeReport


def penalty_of(report: FeeReport) -> PenaltyCase | None:
    """The open penalty case of a report; None without one."""
    return report.penalty_cases.filter(outcome=PenaltyCase.Outcome.OPEN).first()


def penalty_is_open(report: FeeReport) -> bool:
    """Whether a penalty case of the report has no outcome yet: closing waits for it."""
    return report.penalty_cases.filter(outcome=PenaltyCase.Outcome.OPEN).exists()


def running_pause(penalty: PenaltyCase) -> PenaltyPause | None:
    """The time that is not being counted, while its last day is an estimate; None when all is counted."""
    return penalty.pauses.select_related("pause__deadline").filter(ended_on=None).first()
