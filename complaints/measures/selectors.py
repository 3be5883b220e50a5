"""Which measure is due or possible, which are open, and who has not issued a supervisory letter that is due.

Decree 802 art. 25(3): a respondent that gives no feedback in time, or not as required, shall get a supervisory
letter; if it got that and still doesn't cooperate, the handling department may interview it, send a circular on it
and order it to rectify. The article sets no order among these three.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from casework.clocks.models import OPEN_STATUSES, Deadline
from casework.parties.perms import AnyUser
from complaints.measures.models import Measure
from complaints.models import ArrearsComplaint
from complaints.respondent.models import FeedbackRequest
from complaints.respondent.selectors import HANDLING_STATES, REPLY, Status, is_overdue, latest_request

Kind, Outcome = Measure.Kind, Measure.Outcome
NOT_COOPERATING = (Outcome.PARTLY, Outcome.IGNORED)


@dataclass(frozen=True)
class LettersDue:
    """A department that has supervisory letters to issue.

    Attributes:
        count: cases.
        since: the day by which the oldest of these answers was due.
    """

    department: str
    count: int
    since: date


def measures_of(complaint: ArrearsComplaint) -> list[Measure]:
    """Every measure against the respondent, oldest first; read once for each complaint in hand."""
    prefetch_related_objects([complaint], "measures__letter", "measures__minutes", "measures__issued_by")
    return list(complaint.measures.all())


def unanswered_request(complaint: ArrearsComplaint, today: date | None = None) -> FeedbackRequest | None:
    """The request for which a supervisory letter is due now; None when none is."""
    last = latest_request(complaint)
    if last is None or complaint.state not in HANDLING_STATES:
        return None
    if any(measure.kind == Kind.SUPERVISORY_LETTER for measure in last.measures.all()):
        return None
    failed = last.status in (Status.INSUFFICIENT, Status.SILENT)
    late = last.status == Status.OPEN and is_overdue(complaint, today or timezone.localdate())
    return last if failed or late else None


def may_go_further(complaint: ArrearsComplaint) -> bool:
    """Whether interview, circular and order are open: the respondent didn't cooperate after its supervisory letter."""
    if complaint.state not in HANDLING_STATES:
        return False
    letters = [measure for measure in measures_of(complaint) if measure.kind == Kind.SUPERVISORY_LETTER]
    return bool(letters) and letters[-1].outcome in NOT_COOPERATING


def interviews_without_minutes(complaint: ArrearsComplaint, today: date | None = None) -> list[Measure]:
    """Interviews whose day has come and whose minutes are not written."""
    day = today or timezone.localdate()
    return [
        measure
        for measure in measures_of(complaint)
        if measure.kind == Kind.INTERVIEW
        and measure.minutes_id is None
        and measure.outcome == Outcome.OPEN
        and measure.due_on is not None
        and measure.due_on <= day
    ]


def open_measures(complaint: ArrearsComplaint) -> list[Measure]:
    """Measures whose outcome is not recorded."""
    return [measure for measure in measures_of(complaint) if measure.outcome == Outcome.OPEN]


def supervisory_letters_due(queue: QuerySet[ArrearsComplaint], today: date | None = None) -> QuerySet[ArrearsComplaint]:
    """The cases of a queue whose supervisory letter is due and not issued."""
    due = _unanswered_requests(today or timezone.localdate())
    return queue.filter(state__in=HANDLING_STATES, pk__in=due.values("complaint"))


def supervisory_letters_due_by_department(user: AnyUser, today: date | None = None) -> list[LettersDue]:
    """Who has not issued them, the most first; only in the cases that the user may see."""
    visible = ArrearsComplaint.objects.visible_to(user).filter(state__in=HANDLING_STATES)
    rows = (
        _unanswered_requests(today or timezone.localdate())
        .filter(complaint__in=visible.values("pk"))
        .values("complaint__handling_department__name")
        .annotate(count=Count("pk"), since=Min("due_on"))
        .order_by("-count", "since", "complaint__handling_department__name")
    )
    return [LettersDue(row["complaint__handling_department__name"], row["count"], row["since"]) for row in rows]


def _unanswered_requests(today: date) -> QuerySet[FeedbackRequest]:
    """`unanswered_request` in SQL, for any number of cases."""
    newer = FeedbackRequest.objects.filter(complaint=OuterRef("complaint"), number__gt=OuterRef("number"))
    letter = Measure.objects.filter(feedback_request=OuterRef("pk"), kind=Kind.SUPERVISORY_LETTER)
    run_out = Deadline.objects.filter(case=OuterRef("complaint"), code=REPLY, status__in=OPEN_STATUSES, due__lt=today)
    failed = Q(status__in=(Status.INSUFFICIENT, Status.SILENT)) | (Q(status=Status.OPEN) & Exists(run_out))
    return FeedbackRequest.objects.filter(failed & ~Exists(newer) & ~Exists(letter))
