"""The commands of the measures: each issues its letter, only after what Decree 802 art. 25(3) puts before it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_cancel, clock_meet, clock_start
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.cases.timeline import event_record, json_ready
from casework.cases.verbs import Verb
from casework.documents.models import Letter
from complaints.measures import letters
from complaints.measures.models import Measure
from complaints.measures.selectors import (
    NOT_COOPERATING,
    Kind,
    Outcome,
    interviews_without_minutes,
    may_go_further,
    measures_of,
    open_measures,
    unanswered_request,
)
from complaints.models import ArrearsComplaint
from complaints.respondent.selectors import SUPERVISORY_REPLY, Status, requests_of
from complaints.respondent.services import handling_case, silence_keep

VIOLATIONS = "arrears.violation"


def supervisory_letter_send(
    *, complaint: ArrearsComplaint, actor: Actor, demand: str, version: int | None = None
) -> Measure:
    """Send the supervisory letter that is due; a request left without an answer is kept as such.

    Args:
        demand: what the respondent has to do.
    Raises:
        InvalidInput: no demand.
        CaseChanged: none is due.
    """
    _require(demand=demand)
    with handling_case(complaint, actor, version) as case:
        request = unanswered_request(case, actor.today)
        if request is None:
            raise CaseChanged
        if request.status == Status.OPEN:
            silence_keep(case, request, actor)
        # A letter before it may still run: the new one takes its place.
        clock_cancel(case=case, code=SUPERVISORY_REPLY, actor=actor)
        deadline = clock_start(case=case, code=SUPERVISORY_REPLY, on=actor.today, actor=actor)
        letter = letters.issue_supervisory_letter(
            case, request=request, demand=demand.strip(), deadline=deadline, actor=actor
        )
        content = {"demand": demand.strip(), "request": request.number}
        measure = _keep(
            case, Kind.SUPERVISORY_LETTER, actor, letter, content, due_on=deadline.due, feedback_request=request
        )
        _say(case, Verb.SUPERVISORY_LETTER_SENT, measure, actor)
    return measure


def interview_call(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    attendee: str,
    held_at: datetime,
    place: str,
    topics: str,
    material: str = "",
    note_taker: str = "",
    superior: str = "",
    version: int | None = None,
) -> Measure:
    """Call the respondent to an interview.

    Args:
        attendee: who must come, by post.
        superior: the body above the respondent that gets a copy; "" for none.
    Raises:
        InvalidInput: a field is empty, or the moment has passed.
        CaseChanged: the respondent has not failed to cooperate after a supervisory letter.
    """
    _require(attendee=attendee, place=place, topics=topics)
    if held_at <= actor.moment:
        raise InvalidInput({"held_at": [_("Choose a time to come.")]})
    given = {
        "attendee": attendee.strip(),
        "place": place.strip(),
        "topics": topics.strip(),
        "material": material.strip(),
        "note_taker": note_taker.strip(),
        "superior": superior.strip(),
    }
    with handling_case(complaint, actor, version) as case:
        number = _supervisory_number(case)
        letter = letters.issue_interview_notice(case, supervisory_number=number, given=given, at=held_at, actor=actor)
        day = timezone.localdate(held_at)
        measure = _keep(case, Kind.INTERVIEW, actor, letter, {**given, "held_at": held_at}, due_on=day)
        _say(case, Verb.INTERVIEW_CALLED, measure, actor)
    return measure


def interview_minute(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    measure: int,
    present: str,
    facts: str,
    statement: str,
    commitments: str = "",
    version: int | None = None,
) -> Measure:
    """Write the minutes of an interview that has been held.

    Args:
        measure: the interview's id.
        commitments: what the respondent promised, with days; "" for nothing.
    Raises:
        InvalidInput: a field is empty, or no interview of this case waits for its minutes.
    """
    _require(present=present, facts=facts, statement=statement)
    given = {
        "present": present.strip(),
        "facts": facts.strip(),
        "statement": statement.strip(),
        "commitments": commitments.strip(),
    }
    with handling_case(complaint, actor, version) as case:
        held = _chosen(measure, interviews_without_minutes(case, actor.today))
        at = datetime.fromisoformat(held.content["held_at"])
        place = held.content["place"]
        held.minutes = letters.issue_interview_minutes(case, given={**given, "place": place}, at=at, actor=actor)
        held.content = {**held.content, "minutes": given}
        held.save(update_fields=["minutes", "content"])
        _say(case, Verb.INTERVIEW_HELD, held, actor)
    return held


def circular_send(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    facts: str,
    demands: str,
    addressees: str,
    due_on: date | None = None,
    version: int | None = None,
) -> Measure:
    """Send a circular on the respondent.

    Args:
        addressees: bodies besides the respondent, one a line.
        due_on: by when the demands are to be met; None for no day.
    Raises:
        InvalidInput: a field is empty or a day has passed.
        CaseChanged: the respondent has not failed to cooperate after a supervisory letter.
    """
    _require(facts=facts, demands=demands, addressees=addressees)
    _require_coming(due_on, actor)
    bodies = [line.strip() for line in addressees.splitlines() if line.strip()]
    texts = {"facts": facts.strip(), "demands": demands.strip()}
    with handling_case(complaint, actor, version) as case:
        number = _supervisory_number(case)
        letter = letters.issue_circular(case, supervisory_number=number, addressees=bodies, actor=actor, **texts)
        measure = _keep(case, Kind.CIRCULAR, actor, letter, {**texts, "addressees": bodies}, due_on=due_on)
        _say(case, Verb.CIRCULAR_SENT, measure, actor)
    return measure


def rectification_order(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    finding: str,
    violations: list[str],
    correction: str,
    due_on: date,
    version: int | None = None,
) -> Measure:
    """Order the respondent to rectify.

    Args:
        violations: codes of the list `arrears.violation`.
    Raises:
        InvalidInput: a field is empty, an unknown code, or a day that has passed.
        CaseChanged: the respondent has not failed to cooperate after a supervisory letter.
    """
    _require(finding=finding, correction=correction)
    _require_coming(due_on, actor)
    terms = _violations(violations, actor.today)
    texts = {"finding": finding.strip(), "correction": correction.strip()}
    with handling_case(complaint, actor, version) as case:
        number = _supervisory_number(case)
        letter = letters.issue_rectification_order(
            case, supervisory_number=number, violations=terms, due_on=due_on, actor=actor, **texts
        )
        content = {**texts, "violations": [{"code": term.code, "label": term.label} for term in terms]}
        measure = _keep(case, Kind.RECTIFICATION, actor, letter, content, due_on=due_on)
        _say(case, Verb.RECTIFICATION_ORDERED, measure, actor)
    return measure


def measure_end(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    measure: int,
    outcome: str,
    note: str = "",
    version: int | None = None,
) -> Measure:
    """Record what came of a measure.

    Args:
        measure: its id.
        outcome: complied, partly or ignored; the last two open the next measures.
    Raises:
        InvalidInput: no open measure of this case, no words on why, or too early to say that nothing was done.
    """
    if outcome not in set(Outcome.values) - {Outcome.OPEN}:
        raise InvalidInput({"outcome": [_("Choose one of these.")]})
    if outcome in NOT_COOPERATING and not note.strip():
        raise InvalidInput({"note": [_("Say what was not done: the next measure rests on it.")]})
    with handling_case(complaint, actor, version) as case:
        chosen = _chosen(measure, open_measures(case))
        if outcome == Outcome.IGNORED and _too_early(case, chosen, actor):
            raise InvalidInput({"outcome": [_("Its time has not run out, and the respondent has not answered since.")]})
        chosen.outcome, chosen.outcome_note = outcome, note.strip()
        chosen.outcome_by, chosen.outcome_on = actor.user, actor.today
        chosen.save(update_fields=["outcome", "outcome_note", "outcome_by", "outcome_on"])
        if chosen.kind == Kind.SUPERVISORY_LETTER:
            _end_supervision(case, outcome, actor)
        payload = {"kind": chosen.kind, "number": chosen.number, "outcome": outcome, "note": note.strip()}
        event_record(case=case, verb=Verb.MEASURE_ENDED, actor=actor, payload=payload)
    return chosen


def _end_supervision(case: ArrearsComplaint, outcome: str, actor: Actor) -> None:
    if outcome == Outcome.IGNORED:
        clock_cancel(case=case, code=SUPERVISORY_REPLY, actor=actor)
    else:
        clock_meet(case=case, code=SUPERVISORY_REPLY, on=actor.today, actor=actor)


def _too_early(case: ArrearsComplaint, measure: Measure, actor: Actor) -> bool:
    """An open day and no answer since: nobody can say yet that the respondent refuses."""
    if measure.due_on is None or measure.due_on < actor.today:
        return False
    answers = [request.answer.at for request in requests_of(case) if hasattr(request, "answer")]
    return not any(timezone.localdate(at) >= measure.issued_on for at in answers)


def _supervisory_number(case: ArrearsComplaint) -> str:
    """The number of the supervisory letter on which a further measure rests."""
    if not may_go_further(case):
        raise CaseChanged
    last = [measure for measure in measures_of(case) if measure.kind == Kind.SUPERVISORY_LETTER][-1]
    return last.letter.number if last.letter else ""


def _keep(
    case: ArrearsComplaint, kind: str, actor: Actor, letter: Letter, content: dict[str, Any], **columns: Any
) -> Measure:
    return Measure.objects.create(
        complaint=case,
        kind=kind,
        number=sum(measure.kind == kind for measure in measures_of(case)) + 1,
        content=json_ready(content),
        letter=letter,
        issued_by=actor.user,
        issued_on=actor.today,
        **columns,
    )


def _say(case: ArrearsComplaint, verb: Verb, measure: Measure, actor: Actor) -> None:
    event_record(case=case, verb=verb, actor=actor, payload={"number": measure.number, "due": measure.due_on})


def _chosen(pk: int, offered: list[Measure]) -> Measure:
    found = next((measure for measure in offered if measure.pk == pk), None)
    if found is None:
        raise InvalidInput({"measure": [_("Choose one of these.")]})
    return found


def _require(**texts: str) -> None:
    if missing := [name for name, text in texts.items() if not text.strip()]:
        raise InvalidInput({name: [_("Fill in this field: the letter needs it.")] for name in missing})


def _require_coming(day: date | None, actor: Actor) -> None:
    if day is not None and day <= actor.today:
        raise InvalidInput({"due_on": [_("Choose a day to come.")]})


def _violations(codes: list[str], on: date) -> list[CitedTerm]:
    known = {term.code: term for term in terms_in_force(VIOLATIONS, on)}
    if not codes or not set(codes) <= known.keys():
        raise InvalidInput({"violations": [_("Choose at least one article of the list.")]})
    return [known[code] for code in codes]
