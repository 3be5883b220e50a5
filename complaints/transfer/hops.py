"""The way of a case from department to department: every transfer is a hop, and one hop at most stands."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_meet, clock_start
from casework.cases.errors import InvalidInput
from casework.parties.models import Department
from complaints.models import ArrearsComplaint
from complaints.transfer.models import Hop
from complaints.transfer.routes import Suggestion, handling_departments_for, suggestion_for

OBJECTION, DECISION = "misroute.objection", "misroute.decision"


def standing_hop(complaint: ArrearsComplaint) -> Hop | None:
    """The hop by which the handling department has the case now."""
    # In Python: the case page has read all of them already.
    return next((hop for hop in complaint.hops.all() if hop.status != Hop.Status.RETURNED), None)


def pending_return(complaint: ArrearsComplaint) -> Hop | None:
    """The hop whose return is asked for and not decided."""
    hop = standing_hop(complaint)
    return hop if hop is not None and hop.status == Hop.Status.RETURN_ASKED else None


def return_is_ready(complaint: ArrearsComplaint) -> bool:
    """Whether the sender can take the case back: a return is asked for, and where a superior has to decide, it did."""
    hop = pending_return(complaint)
    return hop is not None and (hop.escalated_on is None or hop.designated_id is not None)


def refuse_while_return_pending(complaint: ArrearsComplaint) -> None:
    """A department that says it isn't competent doesn't work on the case until that is decided.

    Raises:
        InvalidInput: its return is asked for.
    """
    if pending_return(complaint) is not None:
        raise InvalidInput({"": [_("The return of this case is asked for. Wait until that is decided.")]})


def hop_send(*, case: ArrearsComplaint, department: Department, override_reason: str, actor: Actor) -> Hop:
    """Record a transfer; the five working days to object begin. In the caller's transaction.

    Raises:
        InvalidInput: the department can't have the case, had it before, or isn't the suggested one and no reason says
            why.
    """
    suggestion = suggestion_for(case, actor.today)
    _check_target(case, department, suggestion)
    is_other = suggestion is not None and suggestion.department != department
    if is_other and not override_reason.strip():
        raise InvalidInput({"override_reason": [_("Say why the case does not go where the route leads.")]})
    clock_start(case=case, code=OBJECTION, on=actor.today, actor=actor)
    return Hop.objects.create(
        complaint=case,
        number=case.hops.count() + 1,
        sender=case.receiving_department,
        target=department,
        route=suggestion.route if suggestion else None,
        override_reason=override_reason.strip() if is_other else "",
        sent_by=actor.user,
        sent_on=actor.today,
    )


def _check_target(case: ArrearsComplaint, department: Department, suggestion: Suggestion | None) -> None:
    if suggestion is not None and suggestion.is_binding:
        if department != suggestion.department:
            fault = _("The common superior designated %(name)s.") % {"name": suggestion.department.name}
            raise InvalidInput({"department": [fault]})
        return
    if not handling_departments_for(case).filter(pk=department.pk).exists():
        raise InvalidInput({"department": [_("This department doesn't handle complaints here. Choose another.")]})
    if case.hops.filter(target=department).exists():
        fault = _("This department had the case and you agreed to its return. Choose another.")
        raise InvalidInput({"department": [fault]})


def hop_receive(*, case: ArrearsComplaint, on: date, actor: Actor) -> None:
    """Record the receipt; with it the time to object ends. In the caller's transaction.

    Raises:
        InvalidInput: the return of the case is asked for.
    """
    refuse_while_return_pending(case)
    case.hops.filter(status=Hop.Status.SENT).update(status=Hop.Status.RECEIVED, received_on=on)
    clock_meet(case=case, code=OBJECTION, on=actor.today, actor=actor)
