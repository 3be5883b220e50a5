"""What a complainant reads about a case: its state in plain words, whose turn it is, the way behind and ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.actors import ActorKind
from casework.cases.models import TimelineEvent
from casework.cases.timeline import actor_text, event_text, events_shown
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline
from casework.clocks.selectors import explain
from casework.clocks.services import OPEN_STATUSES
from casework.parties.models import Department
from complaints.closing.selectors import can_give_satisfaction, can_tell_facts
from complaints.flow import FINAL_STATES, State
from complaints.models import ArrearsComplaint
from complaints.money.selectors import can_have_money, money_of

# Inner work of the offices: who is assigned, who was warned. The stages themselves are all shown.
_NOT_SHOWN = (
    Verb.DRAFTED,
    Verb.EXTENSION_ASKED,
    Verb.EXTENSION_DECLINED,
    Verb.ASSIGNED,
    Verb.DEADLINE_NEAR,
    Verb.CLOCK_MET,
    Verb.CLOCK_CANCELLED,
    Verb.FEEDBACK_LINK_RENEWED,
    Verb.FEEDBACK_JUDGED,
    Verb.MEASURE_ENDED,
    Verb.CLOCK_REOPENED,
    Verb.CHECKED,
    Verb.CLASSIFIED,
    Verb.RETURN_ASKED,
    Verb.RETURN_DECLINED,
    Verb.RETURN_ESCALATED,
    Verb.DESIGNATED,
    Verb.REMINDED,
    Verb.LETTER_DELIVERED,
    Verb.FILES_MARKED,
    Verb.DEPARTMENT_SUPERVISED,
    Verb.DEPARTMENT_ANSWERED,
)
_MINOR = (Verb.CLOCK_STARTED, Verb.LETTER_READY, Verb.EVIDENCE_ADDED)


class Turn(StrEnum):
    """Who has to act next."""

    COMPLAINANT = "complainant"
    RECEIVING = "receiving"
    HANDLING = "handling"
    NOBODY = "nobody"


@dataclass(frozen=True)
class StateWords:
    """A state as a complainant understands it."""

    headline: Promise
    explanation: Promise
    turn: Turn
    step: int


_WORDS: dict[str, StateWords] = {
    State.SUBMITTED: StateWords(
        gettext_lazy("Your complaint is being reviewed"),
        gettext_lazy(
            "The receiving department checks it, then accepts or refuses it, or asks you for what is missing."
        ),
        Turn.RECEIVING,
        0,
    ),
    State.CORRECTION_REQUESTED: StateWords(
        gettext_lazy("Something is missing: please answer"),
        gettext_lazy("The review goes on as soon as your answer with the missing material has arrived."),
        Turn.COMPLAINANT,
        0,
    ),
    State.ACCEPTED: StateWords(
        gettext_lazy("Your complaint is accepted"),
        gettext_lazy("The receiving department now passes it to the department that handles it."),
        Turn.RECEIVING,
        1,
    ),
    State.TRANSFERRED: StateWords(
        gettext_lazy("Your complaint was passed to the handling department"),
        gettext_lazy("As soon as it confirms receipt of the material, its time to handle the complaint begins."),
        Turn.HANDLING,
        2,
    ),
    State.RECEIVED: StateWords(
        gettext_lazy("The handling department has your complaint"),
        gettext_lazy("It looks into the matter and gives you the result in writing."),
        Turn.HANDLING,
        3,
    ),
    State.IN_HANDLING: StateWords(
        gettext_lazy("Your complaint is being handled"),
        gettext_lazy("The handling department looks into the matter and gives you the result in writing."),
        Turn.HANDLING,
        3,
    ),
    State.RESOLVED: StateWords(
        gettext_lazy("There is a result"),
        gettext_lazy("The result letter says what was achieved, what stays open, and what you can still do about it."),
        Turn.HANDLING,
        4,
    ),
    State.FOLLOW_UP: StateWords(
        gettext_lazy("The repayment plan is being watched"),
        gettext_lazy("The case stays open until the last instalment. Tell us if one does not arrive."),
        Turn.HANDLING,
        4,
    ),
    State.LAPSED: StateWords(
        gettext_lazy("The complaint has lapsed"),
        gettext_lazy("The missing material did not arrive in time. You can file a new complaint at any time."),
        Turn.NOBODY,
        0,
    ),
    State.TERMINATED: StateWords(
        gettext_lazy("The complaint was terminated"),
        gettext_lazy("The decision gives the ground and the other ways that are open to you."),
        Turn.NOBODY,
        3,
    ),
    State.CLOSED: StateWords(
        gettext_lazy("The case is closed"),
        gettext_lazy("The letters stay here for you to download."),
        Turn.NOBODY,
        5,
    ),
    State.REFUSED: StateWords(
        gettext_lazy("Your complaint was not accepted"),
        gettext_lazy("The refusal notice gives the ground, the reasons, and the other ways that are open to you."),
        Turn.NOBODY,
        1,
    ),
    State.WITHDRAWN: StateWords(
        gettext_lazy("You withdrew the complaint"),
        gettext_lazy("The case has ended. You can file a new complaint at any time."),
        Turn.NOBODY,
        0,
    ),
}
_STEPS = (
    gettext_lazy("Submitted"),
    gettext_lazy("Accepted"),
    gettext_lazy("Transferred"),
    gettext_lazy("Handled"),
    gettext_lazy("Result"),
    gettext_lazy("Closed"),
)


@dataclass(frozen=True)
class Step:
    """A station of the way.

    Attributes:
        status: done, current, ahead, or ended (the case stopped here).
    """

    label: str
    status: str
    day: date | None


@dataclass(frozen=True)
class Line:
    """A line of the timeline, without names of staff."""

    title: str
    text: str
    who: str
    at: datetime
    is_minor: bool
    is_warning: bool


@dataclass(frozen=True)
class NextDue:
    """The earliest open deadline, with its reasons in order."""

    name: str
    due: date
    days_left: int
    provisional: bool
    reasons: list[str]


def state_words(complaint: ArrearsComplaint) -> StateWords:
    """The state in plain words."""
    return _WORDS[complaint.state]


def turn_text(complaint: ArrearsComplaint) -> str:
    """Whose turn it is, by name."""
    turn = state_words(complaint).turn
    if turn == Turn.COMPLAINANT:
        return _("You")
    if turn == Turn.RECEIVING:
        return complaint.receiving_department.name
    if turn == Turn.HANDLING and complaint.handling_department:
        return complaint.handling_department.name
    return ""


def steps(complaint: ArrearsComplaint) -> list[Step]:
    """The way from submission to closing, as far as this case goes; a case that ended early stops where it ended."""
    current = _last_step(complaint)
    days = _step_days(complaint)
    early = complaint.state in (State.REFUSED, State.WITHDRAWN, State.LAPSED, State.TERMINATED)
    line = [Step(str(label), _status(place, current, complaint), days[place]) for place, label in enumerate(_STEPS)]
    if not early:
        return line
    end = Step(str(State(complaint.state).label), "ended", complaint.ended_on)
    return [*(step for step in line if step.day is not None and step.status == "done"), end]


def _last_step(complaint: ArrearsComplaint) -> int:
    if complaint.state != State.WITHDRAWN:
        return state_words(complaint).step
    return max(place for place, day in enumerate(_step_days(complaint)[:5]) if place == 0 or day)


def _status(place: int, current: int, complaint: ArrearsComplaint) -> str:
    if place < current or complaint.state in FINAL_STATES:
        return "done"
    return "current" if place == current else "ahead"


def _step_days(complaint: ArrearsComplaint) -> list[date | None]:
    return [
        complaint.submitted_on,
        complaint.accepted_on,
        complaint.transferred_on,
        complaint.received_on,
        complaint.resolved_on,
        complaint.ended_on if complaint.state == State.CLOSED else None,
    ]


def next_due(complaint: ArrearsComplaint) -> NextDue | None:
    """What must happen next and by when; None when no clock runs."""
    deadline = _open_deadlines(complaint).first()
    if deadline is None:
        return None
    return NextDue(
        name=deadline.period.name,
        due=deadline.due,
        days_left=deadline.days_left(timezone.localdate()),
        provisional=deadline.provisional,
        reasons=explain(deadline),
    )


def _open_deadlines(complaint: ArrearsComplaint) -> QuerySet[Deadline]:
    return complaint.deadlines.filter(status__in=OPEN_STATUSES).select_related("period").order_by("due", "id")


def timeline(complaint: ArrearsComplaint) -> list[Line]:
    """What happened, newest first; letters that aren't for the complainant are left out."""
    letters = set(complaint.letters.for_complainant().values_list("pk", flat=True))
    events = (
        events_shown(complaint).exclude(verb__in=_NOT_SHOWN).prefetch_related("actor__memberships").order_by("-seq")
    )
    return [_line(event, complaint) for event in events if event.payload.get("letter") in {None, *letters}]


def _line(event: TimelineEvent, complaint: ArrearsComplaint) -> Line:
    return Line(
        title=str(Verb(event.verb).label),
        text=event_text(event),
        who=_who(event, complaint),
        at=event.at,
        is_minor=event.verb in _MINOR,
        is_warning=event.verb == Verb.DEADLINE_BREACHED,
    )


def _who(event: TimelineEvent, complaint: ArrearsComplaint) -> str:
    """The department that acted; the names of its staff are not told."""
    if event.actor_kind == ActorKind.SYSTEM:
        return ""
    if event.actor_kind in (ActorKind.COMPLAINANT, ActorKind.RESPONDENT):
        return actor_text(event)
    own = {held.department_id for held in event.actor.memberships.all()} if event.actor else set()
    departments: list[Department] = [
        department
        for department in (complaint.handling_department, complaint.receiving_department)
        if department is not None and department.pk in own
    ]
    return departments[0].name if departments else complaint.receiving_department.name


def after_result(complaint: ArrearsComplaint) -> dict[str, object]:
    """Payments, satisfaction and new facts as the complainant's page shows them."""
    return {
        "money": money_of(complaint),
        "can_answer_payments": can_have_money(complaint),
        "can_give_satisfaction": can_give_satisfaction(complaint),
        "can_tell_facts": can_tell_facts(complaint),
        "told_facts": complaint.new_facts.order_by("-id"),
    }
