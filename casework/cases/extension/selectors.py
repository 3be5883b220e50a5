"""Reading extensions: the clock that runs, what was asked, and who decides."""

from __future__ import annotations

from casework.cases.actors import Actor
from casework.cases.extension.models import ExtensionRequest
from casework.cases.models import Case
from casework.clocks.models import OPEN_STATUSES, Deadline
from casework.parties.models import Role
from casework.parties.perms import departments_with


def open_clock(case: Case, code: str) -> Deadline | None:
    """A running or missed clock of a case, with its rule."""
    return case.deadlines.filter(code=code, status__in=OPEN_STATUSES).select_related("period").first()


def decides(case: Case, actor: Actor) -> bool:
    """Whether the actor is a head of the handling department."""
    if actor.user is None:
        return False
    return case.handling_department_id in departments_with(actor.user, Role.DEPARTMENT_HEAD)


def requests_of(case: Case) -> list[ExtensionRequest]:
    """Every request of a case, the newest first, with who asked and decided."""
    rows = case.extension_requests.select_related("asked_by", "decided_by", "letter", "extension")
    return list(rows.order_by("-id"))


def pending_request(case: Case, code: str) -> ExtensionRequest | None:
    """The request about a clock that waits for the head."""
    rows = case.extension_requests.filter(code=code, status=ExtensionRequest.Status.PENDING)
    return rows.select_related("asked_by").first()
