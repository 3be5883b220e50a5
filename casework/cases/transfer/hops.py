"""Every transfer of a case is a hop, and one hop at most stands."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_meet, clock_start
from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.cases.notify import tell_department
from casework.cases.timeline import event_record
from casework.cases.transfer.models import Hop
from casework.cases.transfer.routes import Suggestion, suggestion_for
from casework.cases.transfer.rules import can_have, transfer_rules
from casework.cases.verbs import Verb
from casework.parties.models import Department


def standing_hop(case: Case) -> Hop | None:
    """The hop by which the handling department has the case now."""
    # In Python: the case page has read all of them already.
    return next((hop for hop in case.hops.all() if hop.status != Hop.Status.RETURNED), None)


def pending_return(case: Case) -> Hop | None:
    """The hop whose return is asked for and not decided."""
    hop = standing_hop(case)
    return hop if hop is not None and hop.status == Hop.Status.RETURN_ASKED else None


def return_is_ready(case: Case) -> bool:
    """Whether the sender can take the case back: a return is asked for, and where a superior has to decide, it did."""
    hop = pending_return(case)
    return hop is not None and (hop.escalated_on is None or hop.designated_id is not None)


def refuse_while_return_pending(case: Case) -> None:
    """A department that says it isn't competent doesn't work on the case until that is decided.

    Raises:
        InvalidInput: its return is asked for.
    """
    if pending_return(case) is not None:
        raise InvalidInput({"": [_("The return of this case is asked for. Wait until that is decided.")]})


def hop_send(*, case: Case, department: Department, note: str, override_reason: str, actor: Actor) -> Hop:
    """Transfer a case; the time to object begins where the kind has one. In the caller's transaction.

    Args:
        note: to the department; the timeline keeps it.
        override_reason: why the case does not go where its route leads; not needed where it does.
    Raises:
        InvalidInput: the department can't have the case, had it before, or isn't the suggested one and no reason says
            why.
    """
    hop = _send(case, department, override_reason.strip(), actor)
    rules = transfer_rules(case.kind)
    if rules.objection:
        clock_start(case=case, code=rules.objection, on=actor.today, actor=actor)
    case.handling_department, case.transferred_on = department, actor.today
    # The person who reviewed it is not the one who handles it.
    case.assigned_to = None
    payload = {"department_id": department.pk, "department": department.name, "note": note.strip()}
    event_record(case=case, verb=Verb.TRANSFERRED, actor=actor, payload=payload)
    clock_meet(case=case, code=rules.transfer, on=actor.today, actor=actor)
    tell_department(case, department, Verb.TRANSFERRED)
    return hop


def _send(case: Case, department: Department, override_reason: str, actor: Actor) -> Hop:
    suggestion = suggestion_for(case, actor.today)
    _check_target(case, department, suggestion)
    is_other = suggestion is not None and suggestion.department != department
    if is_other and not override_reason:
        raise InvalidInput({"override_reason": [_("Say why the case does not go where the route leads.")]})
    return Hop.objects.create(
        case=case,
        number=case.hops.count() + 1,
        sender=case.receiving_department,
        target=department,
        route=suggestion.route if suggestion else None,
        override_reason=override_reason if is_other else "",
        sent_by=actor.user,
        sent_on=actor.today,
    )


def _check_target(case: Case, department: Department, suggestion: Suggestion | None) -> None:
    if suggestion is not None and suggestion.is_binding:
        if department != suggestion.department:
            fault = _("The common superior designated %(name)s.") % {"name": suggestion.department.name}
            raise InvalidInput({"department": [fault]})
        return
    if not can_have(case, department):
        raise InvalidInput({"department": [_("This department can't have the case. Choose another.")]})
    if case.hops.filter(target=department).exists():
        fault = _("This department had the case and you agreed to its return. Choose another.")
        raise InvalidInput({"department": [fault]})


def refuse_impossible_receipt(case: Case, on: date, today: date) -> None:
    """What was sent arrives afterwards, and not in the future.

    Raises:
        InvalidInput: another day is given.
    """
    if on > today or (case.transferred_on and on < case.transferred_on):
        raise InvalidInput({"received_on": [_("The day of receipt lies between the transfer and today.")]})


def hop_receive(*, case: Case, on: date, actor: Actor) -> None:
    """Record the receipt; with it the time to object ends. In the caller's transaction, which tells of it.

    Args:
        on: the day the material arrived.
    Raises:
        InvalidInput: the return of the case is asked for.
    """
    refuse_while_return_pending(case)
    case.hops.filter(status=Hop.Status.SENT).update(status=Hop.Status.RECEIVED, received_on=on)
    case.received_on = on
    if objection := transfer_rules(case.kind).objection:
        clock_meet(case=case, code=objection, on=actor.today, actor=actor)
