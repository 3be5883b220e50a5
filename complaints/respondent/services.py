"""The commands of the respondent's side: ask, renew the code, answer, judge; each under the case's lock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_cancel, clock_meet, clock_start, locked_case
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.notify import notify_department
from casework.cases.references import hash_secret, new_secret
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.documents.evidence import evidence_add
from casework.parties.validators import phone_validator
from complaints.models import ArrearsComplaint
from complaints.respondent.letters import issue_feedback_request
from complaints.respondent.models import AnsweredPart, FeedbackAnswer, FeedbackRequest
from complaints.respondent.selectors import (
    HANDLING_STATES,
    REPLY,
    SUPERVISORY_REPLY,
    CodeNotValid,
    Status,
    can_answer,
    can_ask,
    handles,
    latest_request,
    possible_judgements,
)

Position = AnsweredPart.Position
MOST_PARTS = 20


@dataclass(frozen=True)
class Asked:
    """A request, and the code that opens it.

    Attributes:
        code: shown once; only its hash is stored.
    """

    request: FeedbackRequest
    code: str


@dataclass(frozen=True)
class Part:
    """A part of the claim as the respondent sees it: accepted with a day of payment, or disputed with a reason.

    Attributes:
        amount: yuan.
    """

    label: str
    amount: Decimal
    position: str
    reason: str = ""
    pay_by: date | None = None


@contextmanager
def handling_case(complaint: ArrearsComplaint, actor: Actor, version: int | None) -> Iterator[ArrearsComplaint]:
    """The frame of what the handling department does while a case is in handling.

    Raises:
        ActionNotAllowed: the actor doesn't work in the handling department.
        CaseChanged: the case has left handling, or somebody acted first.
    """
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        if not handles(case, actor):
            raise ActionNotAllowed
        if case.state not in HANDLING_STATES:
            raise CaseChanged
        case.updated_at = actor.moment
        yield case


def feedback_ask(*, complaint: ArrearsComplaint, actor: Actor, questions: str, version: int | None = None) -> Asked:
    """Ask the respondent for feedback and start its clock (Decree 802 art. 25(3)).

    Raises:
        InvalidInput: nothing is asked.
        CaseChanged: another request still waits for its answer or its judgement.
    """
    if not questions.strip():
        raise InvalidInput({"questions": [_("Say what the respondent is to answer.")]})
    code = new_secret()
    with handling_case(complaint, actor, version) as case:
        if not can_ask(case):
            raise CaseChanged
        deadline = clock_start(case=case, code=REPLY, on=actor.today, actor=actor)
        last = latest_request(case)
        request = FeedbackRequest.objects.create(
            complaint=case,
            number=last.number + 1 if last else 1,
            questions=questions.strip(),
            asked_by=actor.user,
            asked_on=actor.today,
            due_on=deadline.due,
            letter=issue_feedback_request(case, questions=questions.strip(), deadline=deadline, actor=actor),
            token_hash=hash_secret(code),
        )
        payload = {"number": request.number, "due": deadline.due}
        event_record(case=case, verb=Verb.FEEDBACK_REQUESTED, actor=actor, payload=payload)
    return Asked(request, code)


def feedback_renew_code(*, complaint: ArrearsComplaint, actor: Actor, version: int | None = None) -> Asked:
    """Replace a code that was lost or reached the wrong hands; the old one opens nothing from now on.

    Raises:
        CaseChanged: no request waits for an answer.
    """
    code = new_secret()
    with handling_case(complaint, actor, version) as case:
        request = latest_request(case)
        if request is None or not can_answer(case, request):
            raise CaseChanged
        request.token_hash, request.opened_at = hash_secret(code), None
        request.save(update_fields=["token_hash", "opened_at"])
        payload = {"number": request.number}
        event_record(case=case, verb=Verb.FEEDBACK_LINK_RENEWED, actor=actor, payload=payload)
    return Asked(request, code)


def feedback_opened(*, request: FeedbackRequest, actor: Actor) -> None:
    """Keep when the request was first opened by its code: that it reached the respondent."""
    FeedbackRequest.objects.filter(pk=request.pk, opened_at=None).update(opened_at=actor.moment)


def feedback_answer(
    *,
    request: FeedbackRequest,
    actor: Actor,
    contact_name: str,
    contact_phone: str,
    statement: str,
    parts: Sequence[Part],
    uploads: list[UploadedFile] | None = None,
) -> FeedbackAnswer:
    """Answer a request: once and for all. Its code opens nothing afterwards.

    Raises:
        CodeNotValid: it was answered already, replaced, renewed meanwhile, or the case has left handling.
        InvalidInput: a field or file is refused.
    """
    _check_answer(contact_name, contact_phone, statement, parts, actor.today)
    with locked_case(ArrearsComplaint, request.complaint_id, None) as case:
        current = latest_request(case)
        # The code may have been renewed between opening the page and sending it.
        same = current is not None and (current.pk, current.token_hash) == (request.pk, request.token_hash)
        if current is None or not same or not can_answer(case, current):
            raise CodeNotValid
        case.updated_at = actor.moment
        answer = _keep_answer(current, actor, contact_name, contact_phone, statement, parts)
        added = evidence_add(case=case, uploads=uploads or [], actor=actor)
        payload: dict[str, object] = {"number": current.number, "files": [file.name for file in added]}
        event_record(case=case, verb=Verb.FEEDBACK_ANSWERED, actor=actor, payload={**payload, **_sums(parts)})
        for code in (REPLY, SUPERVISORY_REPLY):
            clock_meet(case=case, code=code, on=actor.today, actor=actor)
        assert case.handling_department is not None
        key = f"{case.reference}-{Verb.FEEDBACK_ANSWERED}-{case.version}"
        notify_department(
            case=case, department=case.handling_department, verb=Verb.FEEDBACK_ANSWERED, payload={}, key=key
        )
    return answer


def _keep_answer(
    request: FeedbackRequest, actor: Actor, contact_name: str, contact_phone: str, statement: str, parts: Sequence[Part]
) -> FeedbackAnswer:
    answer = FeedbackAnswer.objects.create(
        request=request,
        contact_name=contact_name.strip(),
        contact_phone=contact_phone.strip(),
        statement=statement.strip(),
        at=actor.moment,
    )
    AnsweredPart.objects.bulk_create(
        AnsweredPart(
            answer=answer,
            label=part.label.strip(),
            amount=part.amount,
            position=part.position,
            reason=part.reason.strip(),
            pay_by=part.pay_by if part.position == Position.ACCEPTED else None,
        )
        for part in parts
    )
    request.status = Status.ANSWERED
    request.save(update_fields=["status"])
    return answer


def _sums(parts: Sequence[Part]) -> dict[str, object]:
    return {
        position.value: sum((part.amount for part in parts if part.position == position), Decimal(0))
        for position in Position
    }


def _check_answer(contact_name: str, contact_phone: str, statement: str, parts: Sequence[Part], today: date) -> None:
    required = {"contact_name": contact_name, "contact_phone": contact_phone, "statement": statement}
    errors = {name: [_("Fill this in.")] for name, text in required.items() if not text.strip()}
    if contact_phone.strip():
        try:
            phone_validator(contact_phone.strip())
        except ValidationError as error:
            errors["contact_phone"] = list(error.messages)
    if not parts or len(parts) > MOST_PARTS:
        errors["parts"] = [_("Answer the claim in at least one and at most %(most)s parts.") % {"most": MOST_PARTS}]
    for place, part in enumerate(parts):
        errors |= {f"part-{place}-{name}": [text] for name, text in _part_faults(part, today).items()}
    if errors:
        raise InvalidInput(errors)


def _part_faults(part: Part, today: date) -> dict[str, str]:
    faults = {}
    if not part.label.strip():
        faults["label"] = _("Say which part of the claim this is.")
    if part.amount <= 0:
        faults["amount"] = _("Give an amount above zero.")
    if part.position not in Position.values:
        faults["position"] = _("Choose one of these.")
    if part.position == Position.DISPUTED and not part.reason.strip():
        faults["reason"] = _("Give the reason why you dispute this part.")
    if part.position == Position.ACCEPTED and (part.pay_by is None or part.pay_by < today):
        faults["pay_by"] = _("Give the day by which you will pay this part: today or later.")
    return faults


def feedback_judge(
    *, complaint: ArrearsComplaint, actor: Actor, judgement: str, reasons: str = "", version: int | None = None
) -> FeedbackRequest:
    """Judge the last request: answered as required, not as required, or not answered in time.

    The last two make the supervisory letter due (Decree 802 art. 25(3)).

    Args:
        judgement: sufficient, insufficient or silent.
    Raises:
        InvalidInput: "insufficient" without reasons; the supervisory letter quotes them.
        CaseChanged: not possible now, such as silence before the clock has run out.
    """
    if judgement == Status.INSUFFICIENT and not reasons.strip():
        raise InvalidInput({"reasons": [_("Say what is missing or wrong: the supervisory letter quotes it.")]})
    with handling_case(complaint, actor, version) as case:
        request = latest_request(case)
        if request is None or judgement not in possible_judgements(case, actor.today):
            raise CaseChanged
        _judge(case, request, Status(judgement), reasons, actor)
    return request


def silence_keep(case: ArrearsComplaint, request: FeedbackRequest, actor: Actor) -> None:
    """Judge a request as unanswered within another command of the handling department.

    Args:
        case: locked by the caller, who has checked that the clock has run out.
    """
    _judge(case, request, Status.SILENT, "", actor)


def _judge(case: ArrearsComplaint, request: FeedbackRequest, status: Status, reasons: str, actor: Actor) -> None:
    request.status, request.judgement = status, reasons.strip()
    request.judged_by, request.judged_at = actor.user, actor.moment
    request.save(update_fields=["status", "judgement", "judged_by", "judged_at"])
    if status == Status.SILENT:
        clock_cancel(case=case, code=REPLY, actor=actor)
    event_record(
        case=case,
        verb=Verb.FEEDBACK_JUDGED,
        actor=actor,
        payload={"number": request.number, "judgement": status.value, "reasons": request.judgement},
    )


def feedback_end(*, case: ArrearsComplaint, actor: Actor) -> None:
    """End what waits for the respondent, in the transaction with which a case leaves handling."""
    FeedbackRequest.objects.filter(complaint=case, status=Status.OPEN).update(status=Status.ENDED)
    for code in (REPLY, SUPERVISORY_REPLY):
        clock_cancel(case=case, code=code, actor=actor)
