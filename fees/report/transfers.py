"""How reports go from department to department, and disputes about who is competent (SAMR Order 121 arts 33, 41)."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.cases.commands import clock_meet, clock_start
from casework.cases.transfer.models import Hop
from casework.cases.transfer.returns import (
    DECIDING_ROLES,
    DESIGNATING_ROLES,
    ESCALATING_ROLES,
    RETURNING_ROLES,
    return_ask,
    return_decline,
    return_designate,
    return_escalate,
    return_take_back,
)
from casework.cases.transfer.rules import TransferRules, Wanted
from casework.parties.models import Department
from fees.payees import PayeeType
from fees.report.commands import flow_command, side_command
from fees.report.flow import KIND, State
from fees.report.models import FeeReport
from fees.report.routing import verifying_departments_for

TRANSFERS = TransferRules(
    kind=KIND,
    departments=verifying_departments_for,
    # Payee type, place and day decide (the table of routes); who owns the payee plays no part.
    wanted=lambda report: Wanted(report.payee_type),
    party_types=PayeeType,
    transfer="fee.assignment",
    # No rule sets a time to say that one isn't competent; the time to agree runs from the dispute on.
    objection="",
    decision="fee.competence_dispute",
    return_limit="fee.return_limit",
    returnable=frozenset({State.TRANSFERRED, State.VERIFYING}),
    awaiting=State.TRANSFERRED,
)
# Runs while the report lies with a department that has not confirmed its receipt.
RECEIPT = "fee.receipt"


def report_dispute(
    *, report: FeeReport, actor: Actor, reason: str, target: Department, version: int | None = None
) -> Hop:
    """Say that another department is competent. The two departments have seven working days to agree (art. 33).

    Raises: those of `return_ask`.
    """
    with side_command(report, RETURNING_ROLES, actor, version) as case:
        hop = return_ask(case=case, reason=reason, target=target, actor=actor)
        clock_meet(case=case, code=RECEIPT, on=actor.today, actor=actor)
    return hop


def report_take_back(*, report: FeeReport, actor: Actor, note: str = "", version: int | None = None) -> FeeReport:
    """Agree that another department is competent; the report is to be assigned anew.

    Raises: those of `return_take_back`.
    """
    with flow_command(report, "take_back", actor, version) as case:
        return_take_back(case=case, note=note, actor=actor)
    return case


def report_decline_return(*, report: FeeReport, actor: Actor, reason: str, version: int | None = None) -> Hop:
    """Hold that the department that has it is competent.

    Raises: those of `return_decline`.
    """
    with side_command(report, DECIDING_ROLES, actor, version) as case:
        hop = return_decline(case=case, reason=reason, actor=actor)
        _await_receipt(case, hop, actor)
    return hop


def report_escalate(*, report: FeeReport, actor: Actor, version: int | None = None) -> Hop:
    """Put the dispute to the common superior when the time to agree is over (art. 33).

    Raises: those of `return_escalate`.
    """
    with side_command(report, ESCALATING_ROLES, actor, version) as case:
        return return_escalate(case=case, actor=actor)


def report_designate(
    *, report: FeeReport, actor: Actor, department: Department, reason: str, version: int | None = None
) -> Hop:
    """Decide, as common superior, who is competent.

    Raises: those of `return_designate`.
    """
    with side_command(report, DESIGNATING_ROLES, actor, version) as case:
        hop = return_designate(case=case, department=department, reason=reason, actor=actor)
        _await_receipt(case, hop, actor)
    return hop


def _await_receipt(case: FeeReport, hop: Hop, actor: Actor) -> None:
    """The department keeps it: where it has not confirmed receipt, its time to do so begins anew."""
    if hop.status == Hop.Status.SENT:
        clock_start(case=case, code=RECEIPT, on=actor.today, actor=actor)
