"""More time for the verification, with the approval of the department's head (fifteen working days more at most)."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged
from casework.cases.extension.models import ExtensionRequest
from casework.cases.extension.services import Extending, extension_ask_on, extension_decide_on
from casework.clocks.models import Deadline
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from casework.parties.models import Role
from fees.report.commands import side_command
from fees.report.flow import State
from fees.report.letters import PROVISIONAL_NOTE
from fees.report.models import FeeReport

VERIFICATION = "fee.verification"
ASKING = frozenset({Role.HANDLING_CASEWORKER})
DECIDING = frozenset({Role.DEPARTMENT_HEAD})
# In Chinese whatever language the head reads.
_GROUNDS = {"complex": "情况复杂", "special": "有其他特殊原因"}


def extension_ask(
    *, report: FeeReport, actor: Actor, ground: str, reason: str, total_days: int, version: int | None = None
) -> ExtensionRequest:
    """Ask the head for more time to verify.

    Args:
        total_days: working days in all from the receipt.
    Raises: those of `extension_ask_on`.
    """
    with side_command(report, ASKING, actor, version) as case:
        _check_state(case)
        return extension_ask_on(
            case=case, rules=EXTENDING, actor=actor, ground=ground, reason=reason, total_days=total_days
        )


def extension_decide(
    *, report: FeeReport, actor: Actor, decision: str, note: str = "", version: int | None = None
) -> ExtensionRequest:
    """Approve or decline the request.

    Raises: those of `extension_decide_on`.
    """
    with side_command(report, DECIDING, actor, version) as case:
        _check_state(case)
        return extension_decide_on(case=case, rules=EXTENDING, actor=actor, decision=decision, note=note)


def _check_state(case: FeeReport) -> None:
    if case.state != State.VERIFYING:
        raise CaseChanged


def issue_extension_form(case: FeeReport, request: ExtensionRequest, deadline: Deadline, actor: Actor) -> Letter:
    """延期审批表, for the file."""
    assert case.handling_department is not None
    return letter_issue(
        case=case,
        template="fee_extension_form",
        variables={
            "addressee": case.handling_department.name,
            "payee": case.respondent_name,
            "item": case.item,
            "received_on": case.received_on,
            "due_before": request.due_before,
            "ground": _GROUNDS[request.ground],
            "reason": request.reason,
            "total_days": request.total_days,
            "due_after": deadline.due,
            "due_note": PROVISIONAL_NOTE if deadline.provisional else "",
            "asked_by": str(request.asked_by),
            "asked_on": request.asked_on,
            "decided_by": str(request.decided_by),
            "decided_on": request.decided_on,
            "opinion": request.decision_note or "同意。",
        },
        department=case.handling_department,
        actor=actor,
        to_complainant=False,
    )


def _tell_nobody(case: FeeReport, request: ExtensionRequest, due: dict[str, object]) -> None:
    """No rule has the reporter told of it; the tracking page shows the new day."""


EXTENDING = Extending(VERIFICATION, issue_extension_form, _tell_nobody)
