"""Reading the respondent's side: what was asked and answered, and what a one-time code opens."""

from __future__ import annotations

from datetime import date

from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.cases.access import HANDLING_ROLES
from casework.cases.actors import Actor
from casework.cases.errors import CaseError
from casework.cases.references import hash_secret
from casework.clocks.models import OPEN_STATUSES, Deadline
from casework.parties.perms import departments_with
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.respondent.models import AnsweredPart, FeedbackRequest

REPLY, SUPERVISORY_REPLY = "arrears.respondent_reply", "arrears.supervisory_reply"
HANDLING_STATES = (State.RECEIVED, State.IN_HANDLING)
Status = FeedbackRequest.Status
# Silence closes nothing: a late answer is still an answer.
ANSWERABLE = (Status.OPEN, Status.SILENT)


class CodeNotValid(CaseError):
    """No request opens with this code: mistyped, renewed, answered, or its case has left handling."""

    code = "code_not_valid"
    status = 404
    message = _("This code opens nothing. It may be mistyped, already used, or replaced by a newer one.")


def handles(complaint: ArrearsComplaint, actor: Actor) -> bool:
    """Whether the actor is a caseworker or head of the handling department; the receiving one's head is not."""
    return actor.user is not None and complaint.handling_department_id in departments_with(actor.user, *HANDLING_ROLES)


def requests_of(complaint: ArrearsComplaint) -> list[FeedbackRequest]:
    """Every request, oldest first, with answer, parts and measures; read once for each complaint in hand."""
    prefetch_related_objects([complaint], "feedback_requests__answer__parts", "feedback_requests__measures")
    return list(complaint.feedback_requests.all())


def latest_request(complaint: ArrearsComplaint) -> FeedbackRequest | None:
    """The last request; the ones before it are history."""
    return next(reversed(requests_of(complaint)), None)


def reply_due(complaint: ArrearsComplaint) -> date | None:
    """The day by which the respondent's answer is due, as the clock has it now; None when none runs."""
    running = Deadline.objects.filter(case=complaint.pk, code=REPLY, status__in=OPEN_STATUSES)
    return running.values_list("due", flat=True).first()


def is_overdue(complaint: ArrearsComplaint, today: date) -> bool:
    """Whether the reply clock has run out: from the day after its last day, marked by the sweep or not yet."""
    due = reply_due(complaint)
    return due is not None and due < today


def can_ask(complaint: ArrearsComplaint) -> bool:
    """Whether a request may be sent: in handling, and none waits for its answer or for a judgement."""
    if complaint.state not in HANDLING_STATES:
        return False
    last = latest_request(complaint)
    return last is None or last.status not in (Status.OPEN, Status.ANSWERED)


def can_answer(complaint: ArrearsComplaint, request: FeedbackRequest) -> bool:
    """Whether the request still takes an answer: only the last one, and only while the case is in handling."""
    last = latest_request(complaint)
    is_last = last is not None and last.pk == request.pk
    return is_last and request.status in ANSWERABLE and complaint.state in HANDLING_STATES


def possible_judgements(complaint: ArrearsComplaint, today: date | None = None) -> list[FeedbackRequest.Status]:
    """What may be judged now: an answer as sufficient or not, silence once the clock has run out."""
    last = latest_request(complaint)
    if last is None or complaint.state not in HANDLING_STATES:
        return []
    if last.status == Status.ANSWERED:
        return [Status.SUFFICIENT, Status.INSUFFICIENT]
    is_silent = last.status == Status.OPEN and is_overdue(complaint, today or timezone.localdate())
    return [Status.SILENT] if is_silent else []


def request_by_code(code: str) -> FeedbackRequest:
    """The request that a one-time code opens.

    Raises:
        CodeNotValid: none, or none any more; the reasons are told apart to nobody.
    """
    found = FeedbackRequest.objects.select_related("complaint").filter(token_hash=hash_secret(code)).first()
    if found is None or not can_answer(found.complaint, found):
        raise CodeNotValid
    return found


def answered_parts(complaint: ArrearsComplaint) -> list[AnsweredPart]:
    """The parts of the respondent's last answer, as it gave them; for taking them over into the claim's parts."""
    answered = [request for request in requests_of(complaint) if hasattr(request, "answer")]
    return list(answered[-1].answer.parts.all()) if answered else []
