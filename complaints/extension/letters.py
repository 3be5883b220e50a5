"""The approval form of an extension (Decree 802 art. 25(2))."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.cases.extension.models import ExtensionRequest
from casework.clocks.models import Deadline
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from complaints.letters import PROVISIONAL_NOTE
from complaints.models import ArrearsComplaint

# The two grounds in the decree's own words: the form is in Chinese whatever language the head reads.
_GROUNDS = {"complex": "情况复杂", "special": "有其他特殊原因"}


def issue_extension_form(case: ArrearsComplaint, request: ExtensionRequest, deadline: Deadline, actor: Actor) -> Letter:
    """延期审批表, for the file; the complainant is told by mail and on the tracking page."""
    assert case.handling_department is not None
    return letter_issue(
        case=case,
        template="extension_form",
        variables={
            "addressee": case.handling_department.name,
            "complainant": case.complainant_name,
            "respondent": case.respondent_name,
            "matter": case.contract_title,
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
            "told_on": actor.today,
        },
        department=case.handling_department,
        actor=actor,
        to_complainant=False,
    )
