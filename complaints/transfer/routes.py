"""Who can handle an arrears complaint, and what it asks of the routes (Decree 802 art. 25(1))."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from casework.cases.transfer.rules import TransferRules, Wanted
from casework.parties.models import NATION, Department
from complaints.flow import KIND, State
from complaints.models import ArrearsComplaint, RespondentType

TRANSFER = "arrears.transfer"
SECTORS = "arrears.sector"


def handling_departments_for(complaint: ArrearsComplaint) -> QuerySet[Department]:
    """Departments to which a complaint can be transferred: below the receiving department's division, and national."""
    prefix = complaint.receiving_department.division.prefix
    return Department.objects.filter(
        Q(division__code__startswith=prefix) | Q(division=NATION), is_handling=True, is_active=True
    )


def wanted_for(complaint: ArrearsComplaint) -> Wanted:
    """How the respondent is classed."""
    return Wanted(complaint.respondent_type, complaint.respondent_ownership, complaint.respondent_sector)


# Decree 802 has no rule for misrouted cases: both clocks follow the law of petitions and of market regulation.
RULES = TransferRules(
    kind=KIND,
    departments=handling_departments_for,
    wanted=wanted_for,
    party_types=RespondentType,
    transfer=TRANSFER,
    objection="misroute.objection",
    decision="misroute.decision",
    return_limit="arrears.return_limit",
    returnable=frozenset({State.TRANSFERRED, State.RECEIVED, State.IN_HANDLING}),
    awaiting=State.TRANSFERRED,
    sectors=SECTORS,
    asks_ownership=True,
)
