"""Asking for more time, and deciding about it (Decree 802 art. 25(2))."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.cases.extension.models import ExtensionRequest
from casework.cases.extension.services import Extending, extension_ask_on, extension_decide_on
from casework.cases.notify import Address, notify_complainant
from casework.cases.verbs import Verb
from complaints.extension.letters import issue_extension_form
from complaints.extension.selectors import HANDLING
from complaints.models import ArrearsComplaint
from complaints.respondent.services import handling_case


def extension_ask(
    *, complaint: ArrearsComplaint, actor: Actor, ground: str, reason: str, total_days: int, version: int | None = None
) -> ExtensionRequest:
    """Ask the head for more time, before the period has run out.

    Args:
        ground: `complex` or `special`, the two that the decree names.
        total_days: in all from the receipt of the material; at most what the rule allows.
    Raises: those of `extension_ask_on`.
    """
    with handling_case(complaint, actor, version) as case:
        return extension_ask_on(
            case=case, rules=EXTENDING, actor=actor, ground=ground, reason=reason, total_days=total_days
        )


def extension_decide(
    *, complaint: ArrearsComplaint, actor: Actor, decision: str, note: str = "", version: int | None = None
) -> ExtensionRequest:
    """Approve or decline the pending request; approving extends the clock, issues the form and tells the complainant.

    Args:
        decision: `approved` or `declined`.
    Raises: those of `extension_decide_on`.
    """
    with handling_case(complaint, actor, version) as case:
        return extension_decide_on(case=case, rules=EXTENDING, actor=actor, decision=decision, note=note)


def _tell(case: ArrearsComplaint, request: ExtensionRequest, due: dict[str, object]) -> None:
    notify_complainant(
        case=case,
        to=Address(case.contact_email, case.contact_name, case.contact_phone),
        verb=Verb.CLOCK_EXTENDED,
        payload={**due, "due_before": request.due_before, "reason": request.get_ground_display()},
        key=f"{case.reference}-extended-{request.pk}",
    )


EXTENDING = Extending(HANDLING, issue_extension_form, _tell)
