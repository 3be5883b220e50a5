"""The commands after the result, and the end without one: termination, follow-up, satisfaction, reopening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.commands import clock_start, locked_case
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.terms import term_in_force
from casework.cases.timeline import event_record
from casework.cases.transfer.hops import hop_receive, refuse_while_return_pending
from casework.cases.verbs import Verb
from casework.cases.worklog.services import WORKING_ROLES, responsible_department
from casework.documents.evidence import evidence_add, evidence_record
from casework.parties.models import Role
from complaints.closing.letters import issue_termination_decision
from complaints.closing.models import NewFacts, Satisfaction
from complaints.closing.selectors import can_give_satisfaction, can_tell_facts, pending_facts
from complaints.commands import flow_command, tell_complainant, tell_department
from complaints.models import ArrearsComplaint
from complaints.money.selectors import money_of
from complaints.respondent.selectors import HANDLING_STATES
from complaints.services import HANDLING
from complaints.transfer.routes import TRANSFER

SCORES = range(1, 6)


def complaint_terminate(
    *, complaint: ArrearsComplaint, actor: Actor, ground: str, explanation: str, version: int | None = None
) -> ArrearsComplaint:
    """End the case without a result, on a ground of the list and with reasons; both sides get the decision.

    Args:
        ground: a code of the list `arrears.termination`.
    Raises:
        InvalidInput: unknown ground, no explanation, or a return is being decided.
    """
    term = term_in_force("arrears.termination", ground, actor.today)
    errors = {}
    if term is None:
        errors["ground"] = [_("Choose a ground of the list.")]
    if not explanation.strip():
        errors["explanation"] = [_("Give the facts of this case that meet the ground.")]
    if errors or term is None:
        raise InvalidInput(errors)
    # Before the move: who decides depends on who had the case.
    in_handling = complaint.state in HANDLING_STATES
    with flow_command(complaint, "terminate", actor, version) as case:
        refuse_while_return_pending(case)
        case.decision_ground = term.code
        department = responsible_department(case) if in_handling else case.receiving_department
        payload = {"code": term.code, "version": term.version, "ground": term.label, "explanation": explanation.strip()}
        event_record(case=case, verb=Verb.TERMINATED, actor=actor, payload=payload)
        issue_termination_decision(case, department=department, term=term, explanation=explanation.strip(), actor=actor)
        tell_complainant(case, Verb.TERMINATED)
        for other in filter(None, {case.receiving_department, case.handling_department} - {department}):
            tell_department(case, other, Verb.TERMINATED)
    return case


def complaint_follow_up(*, complaint: ArrearsComplaint, actor: Actor, version: int | None = None) -> ArrearsComplaint:
    """Keep the case open after its result while a signed plan runs.

    Raises:
        InvalidInput: no plan is recorded, or all its instalments are met.
    """
    with flow_command(complaint, "follow_up", actor, version) as case:
        if not money_of(case, actor.today).is_plan_open:
            raise InvalidInput({"": [_("There is no repayment plan with an open instalment to follow.")]})
        event_record(case=case, verb=Verb.FOLLOWED_UP, actor=actor)
        tell_complainant(case, Verb.FOLLOWED_UP)
    return case


def satisfaction_give(
    *, complaint: ArrearsComplaint, actor: Actor, score: int, text: str = "", version: int | None = None
) -> Satisfaction:
    """Say, once, how satisfied one is with the handling.

    Args:
        score: 1 (not at all) to 5 (very).
    Raises:
        InvalidInput: another score.
        CaseChanged: there is no result, or it was said before.
    """
    if score not in SCORES:
        raise InvalidInput({"score": [_("Choose one of these.")]})
    with _complainants_case(complaint, actor, version) as case:
        if not can_give_satisfaction(case):
            raise CaseChanged
        given = Satisfaction.objects.create(complaint=case, score=score, text=text.strip(), at=actor.moment)
        event_record(case=case, verb=Verb.SATISFACTION_GIVEN, actor=actor, payload={"score": score})
    return given


def new_facts_tell(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    text: str,
    uploads: Sequence[UploadedFile] = (),
    version: int | None = None,
) -> NewFacts:
    """Tell new facts on an ended case; staff decide whether they reopen it. The files join the evidence.

    Raises:
        InvalidInput: nothing is told, or a file is refused.
        CaseChanged: the case hasn't ended that way, or facts wait already.
    """
    if not text.strip():
        raise InvalidInput({"text": [_("Say what is new, and since when you know it.")]})
    with _complainants_case(complaint, actor, version) as case:
        if not can_tell_facts(case):
            raise CaseChanged
        added = evidence_add(case=case, uploads=list(uploads), actor=actor)
        facts = NewFacts.objects.create(complaint=case, text=text.strip(), at=actor.moment)
        event_record(case=case, verb=Verb.NEW_FACTS_TOLD, actor=actor, payload={"text": facts.text})
        evidence_record(case=case, attachments=added, actor=actor)
        tell_department(case, responsible_department(case), Verb.NEW_FACTS_TOLD)
    return facts


def complaint_reopen(
    *, complaint: ArrearsComplaint, actor: Actor, note: str = "", version: int | None = None
) -> ArrearsComplaint:
    """Reopen an ended case for the new facts that were told; they merge into it.

    The new handling period runs from the day on which they were told: no rule exists for arrears, and so it is in
    market regulation (SAMR Order 121 art. 35), where the clock restarts with the last report.

    Raises:
        InvalidInput: no new facts wait.
        CaseChanged: no department has it to handle (`complaint_reopen_for_transfer`), or the case has not ended.
    """
    with flow_command(complaint, "reopen", actor, version) as case:
        told_on = _reopened(case, note, actor)
        if case.received_on is None:
            hop_receive(case=case, on=told_on, actor=actor)
        clock_start(case=case, code=HANDLING, on=told_on, actor=actor)
        tell_complainant(case, Verb.REOPENED)
        tell_department(case, responsible_department(case), Verb.REOPENED)
    return case


def complaint_reopen_for_transfer(
    *, complaint: ArrearsComplaint, actor: Actor, note: str = "", version: int | None = None
) -> ArrearsComplaint:
    """Reopen a case that ended while no department had it to handle; it is to be transferred.

    As the handling period otherwise, the time to transfer (Decree 802 art. 25(1)) runs from the day on which the new
    facts were told.

    Raises:
        InvalidInput: no new facts wait.
        CaseChanged: a department has it to handle (`complaint_reopen`), or the case was not terminated.
    """
    with flow_command(complaint, "reopen_for_transfer", actor, version) as case:
        told_on = _reopened(case, note, actor)
        clock_start(case=case, code=TRANSFER, on=told_on, actor=actor)
        tell_complainant(case, Verb.REOPENED)
        tell_department(case, case.receiving_department, Verb.REOPENED)
    return case


def _reopened(case: ArrearsComplaint, note: str, actor: Actor) -> date:
    """Undo the end and accept the facts; answers with the day on which they were told (Asia/Shanghai)."""
    facts = pending_facts(case)
    if facts is None:
        raise InvalidInput({"": [_("Only new facts of the complainant reopen a case; none wait.")]})
    _decide(facts, NewFacts.Status.ACCEPTED, note, actor)
    case.ended_on = case.resolved_on = None
    case.closing_reason, case.decision_ground, case.result = "", "", {}
    told_on = timezone.localdate(facts.at)
    event_record(case=case, verb=Verb.REOPENED, actor=actor, payload={"note": note.strip(), "told_on": told_on})
    return told_on


def new_facts_decline(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str, version: int | None = None
) -> NewFacts:
    """Decline to reopen; the complainant reads why.

    Raises:
        InvalidInput: no reason.
        CaseChanged: no new facts wait.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say why these are no new facts; the complainant reads it.")]})
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        if not roles_on(actor, case) & WORKING_ROLES:
            raise ActionNotAllowed
        facts = pending_facts(case)
        if facts is None:
            raise CaseChanged
        case.updated_at = actor.moment
        _decide(facts, NewFacts.Status.DECLINED, reason, actor)
        event_record(case=case, verb=Verb.NEW_FACTS_DECLINED, actor=actor, payload={"reason": reason.strip()})
        tell_complainant(case, Verb.NEW_FACTS_DECLINED)
    return facts


def _decide(facts: NewFacts, status: str, note: str, actor: Actor) -> None:
    facts.status, facts.decided_by, facts.decided_at = status, actor.user, actor.moment
    facts.decision_note = note.strip()
    facts.save()


@contextmanager
def _complainants_case(complaint: ArrearsComplaint, actor: Actor, version: int | None) -> Iterator[ArrearsComplaint]:
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        if Role.COMPLAINANT not in roles_on(actor, case):
            raise ActionNotAllowed
        case.updated_at = actor.moment
        yield case
