"""What a complainant reads about a complaint: its state in plain words, whose turn it is, the way behind and ahead."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy

from casework.cases.verbs import Verb
from casework.portal.progress import AS_FAR_AS_IT_CAME, Progress, StateWords, Turn
from complaints.closing.selectors import can_give_satisfaction, can_tell_facts
from complaints.flow import FLOW, State
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
        AS_FAR_AS_IT_CAME,
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


def _step_days(complaint: ArrearsComplaint) -> list[date | None]:
    return [
        complaint.submitted_on,
        complaint.accepted_on,
        complaint.transferred_on,
        complaint.received_on,
        complaint.resolved_on,
        complaint.ended_on if complaint.state == State.CLOSED else None,
    ]


_PROGRESS = Progress(
    flow=FLOW,
    words=_WORDS,
    steps=_STEPS,
    days=_step_days,
    completed=State.CLOSED,
    shown=frozenset(Verb) - frozenset(_NOT_SHOWN),
)
state_words, turn_text, steps = _PROGRESS.state_words, _PROGRESS.turn_text, _PROGRESS.steps_of
timeline, next_due = _PROGRESS.timeline, _PROGRESS.next_due


def after_result(complaint: ArrearsComplaint) -> dict[str, object]:
    """Payments, satisfaction and new facts as the complainant's page shows them."""
    return {
        "money": money_of(complaint),
        "can_answer_payments": can_have_money(complaint),
        "can_give_satisfaction": can_give_satisfaction(complaint),
        "can_tell_facts": can_tell_facts(complaint),
        "told_facts": complaint.new_facts.order_by("-id"),
    }
