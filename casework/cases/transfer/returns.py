"""What becomes of a case that went to the wrong department.

The way follows the Petition Regulation art. 23 (a reasoned objection within a time, returned only with the sender's
consent) and SAMR Order 121 arts 33, 41 (time to agree, then the common superior designates; no onward transfer on
one's own). Everything here happens in the transaction of a kind's own command, which has checked the role.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_meet, clock_reopen, clock_start
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import Case
from casework.cases.notify import tell_department, tell_people
from casework.cases.terms import terms_in_force
from casework.cases.timeline import event_record
from casework.cases.transfer.hops import pending_return, standing_hop
from casework.cases.transfer.models import Hop
from casework.cases.transfer.rules import TransferRules, can_have, transfer_rules
from casework.cases.transfer.superiors import common_superiors, is_common_superior
from casework.cases.verbs import Verb
from casework.parties.models import Department, Role

RETURNING_ROLES = frozenset({Role.HANDLING_CASEWORKER})
DECIDING_ROLES = frozenset({Role.RECEIVING_CLERK})
# Whichever of the two waits longer than the time to agree.
ESCALATING_ROLES = RETURNING_ROLES | DECIDING_ROLES
DESIGNATING_ROLES = frozenset({Role.SUPERVISOR})


def return_ask(*, case: Case, reason: str, target: Department, actor: Actor) -> Hop:
    """Ask to return a misrouted case, within the kind's time to object. Until it is decided the case stays.

    A loop, one return too many or a second request after a refusal goes to the common superior.

    Args:
        target: the department that should handle it.
    Raises:
        InvalidInput: no reason, a department that can't have it, or the time to object is over.
        CaseChanged: there is nothing to return now.
    """
    rules, reason = transfer_rules(case.kind), reason.strip()
    if not reason:
        raise InvalidInput({"reason": [_("Give the reason: a return without one is not looked at.")]})
    hop = _returnable(case, rules)
    _check_in_time(case, rules, actor)
    if target == hop.target or not can_have(case, target):
        raise InvalidInput({"target": [_("Choose another department that can have the case.")]})
    cause = _cause_to_escalate(case, rules, hop, target, actor)
    hop.status, hop.return_reason, hop.return_target = Hop.Status.RETURN_ASKED, reason, target
    hop.return_asked_by, hop.return_asked_on, hop.escalated_on = actor.user, actor.today, None
    hop.save()
    payload = {"department_id": target.pk, "department": target.name, "reason": reason}
    event_record(case=case, verb=Verb.RETURN_ASKED, actor=actor, payload=payload)
    if rules.objection:
        clock_meet(case=case, code=rules.objection, on=actor.today, actor=actor)
    clock_start(case=case, code=rules.decision, on=actor.today, actor=actor)
    tell_department(case, hop.sender, Verb.RETURN_ASKED)
    if cause:
        _escalate(case, hop, cause, actor, by=Actor.system(actor.at))
    return hop


def _returnable(case: Case, rules: TransferRules) -> Hop:
    hop = standing_hop(case)
    if case.state not in rules.returnable or hop is None or hop.status == Hop.Status.RETURN_ASKED:
        raise CaseChanged
    if hop.designated_id is not None:
        raise InvalidInput({"": [_("The common superior designated your department: it can't return the case.")]})
    return hop


def can_ask_return(case: Case) -> bool:
    """Whether the department that has the case can ask for its return, but for the time."""
    try:
        _returnable(case, transfer_rules(case.kind))
    except (CaseChanged, InvalidInput):
        return False
    return True


def _check_in_time(case: Case, rules: TransferRules, actor: Actor) -> None:
    if not rules.objection:
        return
    objection = case.deadlines.filter(code=rules.objection).order_by("-pk").first()
    if objection is None or actor.today > objection.due:
        raise InvalidInput({"": [_("The time to object to the transfer is over: your department handles the case.")]})


def _cause_to_escalate(case: Case, rules: TransferRules, hop: Hop, target: Department, actor: Actor) -> str:
    """Why the sender can't decide this return; "" where it can."""
    if case.hops.filter(target=target).exists():
        return _("A loop: %(name)s had the case before.") % {"name": target.name}
    if hop.decided_on is not None:
        return _("The sender declined this return before.")
    limits = [int(term.code) for term in terms_in_force(rules.return_limit, actor.today)]
    if limits and case.hops.filter(status=Hop.Status.RETURNED).count() >= min(limits):
        return _("The case was returned %(count)d times before.") % {"count": min(limits)}
    return ""


def _escalate(case: Case, hop: Hop, cause: str, actor: Actor, *, by: Actor) -> None:
    hop.escalated_on = actor.today
    hop.save()
    event_record(case=case, verb=Verb.RETURN_ESCALATED, actor=by, payload={"reason": cause})
    tell_people(case, common_superiors(case, hop), Verb.RETURN_ESCALATED)


def return_escalate(*, case: Case, actor: Actor) -> Hop:
    """Put a return to the common superior because the time to agree is over (SAMR Order 121 art. 33).

    Raises:
        InvalidInput: there is still time to agree.
        CaseChanged: no return is asked for, or the superior has it already.
    """
    hop = pending_return(case)
    if hop is None or hop.escalated_on is not None:
        raise CaseChanged
    if not time_to_agree_is_over(case, actor.today):
        raise InvalidInput({"": [_("There is still time to agree on this return.")]})
    _escalate(case, hop, _("The departments did not agree in time."), actor, by=actor)
    return hop


def time_to_agree_is_over(case: Case, on: date) -> bool:
    """Whether on a day the clock of the return that is asked for has run out."""
    decision = case.deadlines.filter(code=transfer_rules(case.kind).decision).order_by("-pk").first()
    return decision is not None and on > decision.due


def return_take_back(*, case: Case, note: str, actor: Actor) -> Hop:
    """Agree to a return. The case is to be transferred anew within the old time; other clocks that run run on.

    Raises:
        InvalidInput: no return is asked for, or the common superior has to decide first.
    """
    rules, hop = transfer_rules(case.kind), pending_return(case)
    if hop is None:
        raise InvalidInput({"": [_("The handling department has not asked to return this case.")]})
    if hop.escalated_on is not None and hop.designated_id is None:
        raise InvalidInput({"": [_("The common superior has to decide about this return first.")]})
    hop.status, hop.decided_by, hop.decided_on = Hop.Status.RETURNED, actor.user, actor.today
    hop.decision_note = hop.decision_note or note.strip()
    hop.save()
    case.handling_department = case.assigned_to = None
    case.transferred_on = case.received_on = None
    payload = {"department_id": hop.target_id, "department": hop.target.name, "reason": hop.return_reason}
    event_record(case=case, verb=Verb.TAKEN_BACK, actor=actor, payload=payload)
    clock_meet(case=case, code=rules.decision, on=actor.today, actor=actor)
    clock_reopen(case=case, code=rules.transfer, actor=actor)
    tell_department(case, hop.target, Verb.TAKEN_BACK)
    return hop


def return_decline(*, case: Case, reason: str, actor: Actor) -> Hop:
    """Decline a return with reasons; the handling department keeps the case, or asks the common superior.

    Raises:
        InvalidInput: no reason.
        CaseChanged: no return is asked for, or it is the common superior's to decide.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reasons of the refusal.")]})
    hop = pending_return(case)
    if hop is None or hop.escalated_on is not None:
        raise CaseChanged
    hop.decided_by, hop.decided_on, hop.decision_note = actor.user, actor.today, reason.strip()
    _stays(case, hop, actor)
    event_record(case=case, verb=Verb.RETURN_DECLINED, actor=actor, payload={"reason": hop.decision_note})
    tell_department(case, hop.target, Verb.RETURN_DECLINED)
    return hop


def return_designate(*, case: Case, department: Department, reason: str, actor: Actor) -> Hop:
    """Decide, as common superior, who handles the case. It binds: the sender carries it out.

    Args:
        department: the one that has it, or another to which the sender then transfers it.
    Raises:
        InvalidInput: no reason, or a department that can't have the case.
        ActionNotAllowed: not a supervisor above both departments.
        CaseChanged: there is nothing to decide now.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason of the designation.")]})
    hop = pending_return(case)
    if hop is None or hop.escalated_on is None or hop.designated_id is not None:
        raise CaseChanged
    if not is_common_superior(actor.user, hop):
        raise ActionNotAllowed
    if not can_have(case, department):
        raise InvalidInput({"department": [_("Choose another department that can have the case.")]})
    hop.designated, hop.designated_by, hop.designated_on = department, actor.user, actor.today
    hop.decision_note = reason.strip()
    if department == hop.target:
        _stays(case, hop, actor)
    else:
        hop.save()
    payload = {"department_id": department.pk, "department": department.name, "reason": hop.decision_note}
    event_record(case=case, verb=Verb.DESIGNATED, actor=actor, payload=payload)
    for told in (hop.sender, hop.target):
        tell_department(case, told, Verb.DESIGNATED)
    return hop


def _stays(case: Case, hop: Hop, actor: Actor) -> None:
    """The department keeps the case; where it has not confirmed receipt, its time to do so begins anew."""
    rules = transfer_rules(case.kind)
    hop.status = Hop.Status.RECEIVED if hop.received_on else Hop.Status.SENT
    hop.save()
    clock_meet(case=case, code=rules.decision, on=actor.today, actor=actor)
    if rules.objection and case.state == rules.awaiting:
        clock_start(case=case, code=rules.objection, on=actor.today, actor=actor)
