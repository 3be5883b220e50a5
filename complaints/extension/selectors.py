"""Reading extensions: the handling clock, and who decides."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.clocks.models import OPEN_STATUSES, Deadline
from casework.parties.models import Role
from casework.parties.perms import departments_with
from complaints.extension.models import ExtensionRequest
from complaints.models import ArrearsComplaint

HANDLING = "arrears.handling"


def handling_clock(complaint: ArrearsComplaint) -> Deadline | None:
    """The open clock of the handling period, with its rule."""
    rows = complaint.deadlines.filter(code=HANDLING, status__in=OPEN_STATUSES)
    return rows.select_related("period").first()


def decides(complaint: ArrearsComplaint, actor: Actor) -> bool:
    """Whether the actor is a head of the handling department."""
    if actor.user is None:
        return False
    return complaint.handling_department_id in departments_with(actor.user, Role.DEPARTMENT_HEAD)


def requests_of(complaint: ArrearsComplaint) -> list[ExtensionRequest]:
    """Every request of a case, the newest first, with who asked and decided."""
    rows = complaint.extension_requests.select_related("asked_by", "decided_by", "letter", "extension")
    return list(rows.order_by("-id"))


def pending_request(complaint: ArrearsComplaint) -> ExtensionRequest | None:
    """The request that waits for the head."""
    rows = complaint.extension_requests.filter(status=ExtensionRequest.Status.PENDING)
    return rows.select_related("asked_by").first()
