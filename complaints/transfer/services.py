"""Who handles a case: classing the respondent, and what becomes of a case that went to the wrong department.

Decree 802 has no rule for misrouted cases. The way taken here follows the Petition Regulation art. 23 (a reasoned
objection within five working days, returned only with the sender's consent) and SAMR Order 121 arts 33, 41 (no onward
transfer on one's own; a dispute goes to the common superior).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_meet, clock_reopen, clock_start
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.terms import term_in_force, terms_in_force
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.parties.models import Department, Role
from complaints.commands import flow_command, side_command, tell_complainant, tell_department, tell_people
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.services import TRANSFER
from complaints.transfer.hops import DECISION, OBJECTION, pending_return, standing_hop
from complaints.transfer.models import Hop, Ownership
from complaints.transfer.routes import handling_departments_for
from complaints.transfer.superiors import common_superiors, is_common_superior

CLASSING_ROLES = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})
RETURNING_ROLES = frozenset({Role.HANDLING_CASEWORKER})
DECIDING_ROLES = frozenset({Role.RECEIVING_CLERK})
DESIGNATING_ROLES = frozenset({Role.SUPERVISOR})
RETURNABLE = frozenset({State.TRANSFERRED, State.RECEIVED, State.IN_HANDLING})


def complaint_classify(
    *, complaint: ArrearsComplaint, actor: Actor, ownership: str, sector: str = "", version: int | None = None
) -> ArrearsComplaint:
    """Say to whom the respondent belongs and what it works in: who is in charge of it handles the case (art. 25(1)).

    Args:
        ownership: a value of `Ownership`.
        sector: a code of the list `arrears.sector`; "" for none of them.
    Raises:
        InvalidInput: not in the lists.
    """
    if ownership not in Ownership.values:
        raise InvalidInput({"ownership": [_("Choose one of the list.")]})
    term = term_in_force("arrears.sector", sector, actor.today)
    if sector and term is None:
        raise InvalidInput({"sector": [_("Choose one of the list.")]})
    with side_command(complaint, CLASSING_ROLES, actor, version) as case:
        case.respondent_ownership, case.respondent_sector = ownership, sector
        classes = [str(Ownership(ownership).label), *([term.label] if term else [])]
        payload = {"ownership": ownership, "sector": sector, "classes": classes}
        event_record(case=case, verb=Verb.CLASSIFIED, actor=actor, payload=payload)
    return case


def complaint_ask_return(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str, target: Department, version: int | None = None
) -> ArrearsComplaint:
    """Ask to return a misrouted case, within five working days of the transfer. Until it is decided the case stays.

    A loop, one return too many or a second request after a refusal goes to the common superior.

    Args:
        target: the department that should handle it.
    Raises:
        InvalidInput: no reason, a department that can't have it, or the time to object is over.
        CaseChanged: there is nothing to return now.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason: a return without one is not looked at.")]})
    with side_command(complaint, RETURNING_ROLES, actor, version) as case:
        hop = _returnable(case)
        _check_in_time(case, actor)
        if target == hop.target or not handling_departments_for(case).filter(pk=target.pk).exists():
            raise InvalidInput({"target": [_("Choose another department that handles complaints.")]})
        cause = _cause_to_escalate(case, hop, target, actor)
        hop.status, hop.return_reason, hop.return_target = Hop.Status.RETURN_ASKED, reason.strip(), target
        hop.return_asked_by, hop.return_asked_on = actor.user, actor.today
        hop.escalated_on = actor.today if cause else None
        hop.save()
        payload = {"department_id": target.pk, "department": target.name, "reason": hop.return_reason}
        event_record(case=case, verb=Verb.RETURN_ASKED, actor=actor, payload=payload)
        clock_meet(case=case, code=OBJECTION, on=actor.today, actor=actor)
        clock_start(case=case, code=DECISION, on=actor.today, actor=actor)
        tell_department(case, hop.sender, Verb.RETURN_ASKED)
        if cause:
            event_record(case=case, verb=Verb.RETURN_ESCALATED, actor=Actor.system(actor.at), payload={"reason": cause})
            tell_people(case, common_superiors(case, hop), Verb.RETURN_ESCALATED)
    return case


def _returnable(case: ArrearsComplaint) -> Hop:
    hop = standing_hop(case)
    if case.state not in RETURNABLE or hop is None or hop.status == Hop.Status.RETURN_ASKED:
        raise CaseChanged
    if hop.designated_id is not None:
        raise InvalidInput({"": [_("The common superior designated your department: it can't return the case.")]})
    return hop


def _check_in_time(case: ArrearsComplaint, actor: Actor) -> None:
    objection = case.deadlines.filter(code=OBJECTION).order_by("-pk").first()
    if objection is None or actor.today > objection.due:
        raise InvalidInput({"": [_("The time to object to the transfer is over: your department handles the case.")]})


def _cause_to_escalate(case: ArrearsComplaint, hop: Hop, target: Department, actor: Actor) -> str:
    """Why the sender can't decide this return; "" where it can."""
    if case.hops.filter(target=target).exists():
        return _("A loop: %(name)s had the case before.") % {"name": target.name}
    if hop.decided_on is not None:
        return _("The sender declined this return before.")
    limits = [int(term.code) for term in terms_in_force("arrears.return_limit", actor.today)]
    if limits and case.hops.filter(status=Hop.Status.RETURNED).count() >= min(limits):
        return _("The case was returned %(count)d times before.") % {"count": min(limits)}
    return ""


def complaint_take_back(
    *, complaint: ArrearsComplaint, actor: Actor, note: str = "", version: int | None = None
) -> ArrearsComplaint:
    """Agree to a return. The case is to be transferred anew within the old time; a handling clock that runs runs on.

    Raises:
        InvalidInput: no return is asked for, or the common superior has to decide first.
    """
    with flow_command(complaint, "take_back", actor, version) as case:
        hop = pending_return(case)
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
        clock_meet(case=case, code=DECISION, on=actor.today, actor=actor)
        clock_reopen(case=case, code=TRANSFER, actor=actor)
        tell_complainant(case, Verb.TAKEN_BACK)
        tell_department(case, hop.target, Verb.TAKEN_BACK)
    return case


def complaint_decline_return(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str, version: int | None = None
) -> ArrearsComplaint:
    """Decline a return with reasons; the handling department keeps the case, or asks the common superior.

    Raises:
        InvalidInput: no reason.
        CaseChanged: no return is asked for, or it is the common superior's to decide.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reasons of the refusal.")]})
    with side_command(complaint, DECIDING_ROLES, actor, version) as case:
        hop = pending_return(case)
        if hop is None or hop.escalated_on is not None:
            raise CaseChanged
        hop.decided_by, hop.decided_on, hop.decision_note = actor.user, actor.today, reason.strip()
        _stays(case, hop, actor)
        event_record(case=case, verb=Verb.RETURN_DECLINED, actor=actor, payload={"reason": hop.decision_note})
        tell_department(case, hop.target, Verb.RETURN_DECLINED)
    return case


def complaint_designate(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    department: Department,
    reason: str,
    version: int | None = None,
) -> ArrearsComplaint:
    """Decide, as common superior, who handles the case. It binds: the sender carries it out.

    Args:
        department: the one that has it, or another to which the sender then transfers it.
    Raises:
        InvalidInput: no reason, or a department that doesn't handle complaints.
        ActionNotAllowed: not a supervisor above both departments.
        CaseChanged: there is nothing to decide now.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason of the designation.")]})
    with side_command(complaint, DESIGNATING_ROLES, actor, version) as case:
        hop = pending_return(case)
        if hop is None or hop.escalated_on is None or hop.designated_id is not None:
            raise CaseChanged
        if not is_common_superior(actor.user, hop):
            raise ActionNotAllowed
        if not handling_departments_for(case).filter(pk=department.pk).exists():
            raise InvalidInput({"department": [_("Choose another department that handles complaints.")]})
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
    return case


def _stays(case: ArrearsComplaint, hop: Hop, actor: Actor) -> None:
    """The department keeps the case; where it has not confirmed receipt, its time to do so begins anew."""
    hop.status = Hop.Status.RECEIVED if hop.received_on else Hop.Status.SENT
    hop.save()
    clock_meet(case=case, code=DECISION, on=actor.today, actor=actor)
    if case.state == State.TRANSFERRED:
        clock_start(case=case, code=OBJECTION, on=actor.today, actor=actor)
