"""What the subject of a record reads about it: where it stands, whose turn it is, the way behind and ahead.

What is told is named, not what is hidden: a new verb or clock stays in the offices until it stands here too. The case
behind a record, who complained or reported, proposals and notes are told to no subject.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.verbs import Verb
from casework.clocks.periods import render_step
from casework.clocks.selectors import expected_deadline, period_for
from casework.credit.commands import (
    CORRECTION,
    DECISION,
    DELIVERY,
    FORWARD,
    OBJECTION,
    PROVIDER,
    REPAIR,
    SERVICE,
    STATEMENT,
)
from casework.credit.flow import EFFECTIVE, FINAL_STATES, FLOW, State
from casework.credit.record.models import CreditRecord
from casework.portal.progress import AS_FAR_AS_IT_CAME, NextDue, Progress, StateWords, Step, Turn

_SHOWN = frozenset(
    {
        Verb.RECORD_NOTICED,
        Verb.RECORD_SERVED,
        Verb.STATEMENT_MADE,
        Verb.STATEMENT_ANSWERED,
        Verb.RECORD_PUT_FORWARD,
        Verb.RECORD_DECIDED,
        Verb.RECORD_DROPPED,
        Verb.RECORD_PUBLISHED,
        Verb.RECORD_WITHHELD,
        Verb.RECORD_SHOWN_AGAIN,
        Verb.RECORD_CORRECTED,
        Verb.RECORD_SET_ASIDE,
        Verb.RECORD_ANNULLED,
        Verb.RECORD_REPAIRED,
        Verb.RECORD_EXPIRED,
        Verb.CONDUCT_CORRECTED,
        Verb.OBJECTION_MADE,
        Verb.OBJECTION_FORWARDED,
        Verb.OBJECTION_DECIDED,
        Verb.REPAIR_ASKED,
        Verb.REPAIR_DECIDED,
        Verb.SANCTION_APPLIED,
        Verb.SANCTION_ENDED,
        Verb.ACCESS_CODE_ISSUED,
        Verb.CLOCK_STARTED,
        Verb.CLOCK_EXTENDED,
        Verb.CLOCK_MOVED,
        Verb.DEADLINE_BREACHED,
        Verb.LETTER_ISSUED,
        Verb.LETTER_READY,
        Verb.LETTER_REPLACED,
    }
)
# How the office knows, and from whom.
_BARE = frozenset({Verb.RECORD_PUT_FORWARD, Verb.RECORD_SHOWN_AGAIN, Verb.RECORD_CORRECTED, Verb.CONDUCT_CORRECTED})
_CLOCKS = frozenset({SERVICE, DECISION, DELIVERY, FORWARD, OBJECTION, PROVIDER, CORRECTION, REPAIR})

_WORDS: dict[str, StateWords] = {
    State.NOTICED: StateWords(
        gettext_lazy("A credit record is intended; you are heard first"),
        gettext_lazy(
            "Nothing is decided yet. You can say what speaks against it: every statement is answered "
            "before the decision."
        ),
        Turn.RECEIVING,
        1,
    ),
    State.SUBMITTED: StateWords(
        gettext_lazy("The intended credit record is before the one who decides"),
        gettext_lazy(
            "Another person than those who prepared it decides. What you say before the decision is still answered."
        ),
        Turn.RECEIVING,
        1,
    ),
    State.IN_FORCE: StateWords(
        gettext_lazy("The credit record is in force and is not published"),
        gettext_lazy("You can object to what it says, or apply for repair."),
        Turn.NOBODY,
        2,
    ),
    State.PUBLISHED: StateWords(
        gettext_lazy("The credit record is in force and published"),
        gettext_lazy("You can object to what it says, or apply for repair."),
        Turn.NOBODY,
        3,
    ),
    State.DROPPED: StateWords(
        gettext_lazy("There is no credit record"),
        gettext_lazy("It was intended, and dropped. Nothing follows from it."),
        Turn.NOBODY,
        AS_FAR_AS_IT_CAME,
    ),
    State.REPAIRED: StateWords(
        gettext_lazy("The credit record is repaired"),
        gettext_lazy("Publication, sharing and measures have ended together."),
        Turn.NOBODY,
        AS_FAR_AS_IT_CAME,
    ),
    State.EXPIRED: StateWords(
        gettext_lazy("The credit record has ended: its longest period is over"),
        gettext_lazy("Publication, sharing and measures have ended together."),
        Turn.NOBODY,
        AS_FAR_AS_IT_CAME,
    ),
    State.ANNULLED: StateWords(
        gettext_lazy("The credit record is annulled"),
        gettext_lazy("It has ended as if it had not been: publication, sharing and measures have stopped."),
        Turn.NOBODY,
        AS_FAR_AS_IT_CAME,
    ),
}
_TO_BE_PUBLISHED = StateWords(
    gettext_lazy("The credit record is in force and will be published"),
    gettext_lazy("You can object to what it says, or apply for repair."),
    Turn.RECEIVING,
    2,
)
_PUBLISHED_STEP = 3
_STEPS = (
    gettext_lazy("Proposed"),
    gettext_lazy("Prior notice"),
    gettext_lazy("Decision"),
    gettext_lazy("Publication"),
    gettext_lazy("Ends at the latest"),
)


def _step_days(record: CreditRecord) -> list[date | None]:
    ends = None if record.state in FINAL_STATES else record.last_day
    return [record.submitted_on, record.noticed_on, record.decided_on, record.published_on, ends]


PROGRESS = Progress(
    flow=FLOW,
    words=_WORDS,
    steps=_STEPS,
    days=_step_days,
    # Every end is one before the last station.
    completed="",
    shown=_SHOWN,
    clocks=_CLOCKS,
    bare=_BARE,
)


def words_of(record: CreditRecord, today: date) -> StateWords:
    """Where a record stands on a day; one that is over has ended, whether a sweep wrote it down or not."""
    if record.state in EFFECTIVE and record.publicity.is_over(today):
        return _WORDS[State.EXPIRED]
    if record.state == State.IN_FORCE and record.to_be_published:
        return _TO_BE_PUBLISHED
    return PROGRESS.state_words(record)


def steps_of(record: CreditRecord) -> list[Step]:
    """The stations; publication is none of them where it was decided not to publish."""
    steps = PROGRESS.steps_of(record)
    if record.decided_on is None or record.to_be_published or record.state in FINAL_STATES:
        return steps
    return [step for place, step in enumerate(steps) if place != _PUBLISHED_STEP]


def can_state_in_time(record: CreditRecord, today: date) -> bool:
    """Whether the subject's time for a statement runs and nothing was said yet."""
    due = statement_due(record)
    return due is not None and due.due >= today and not record.statements.exists()


def statement_due(record: CreditRecord) -> NextDue | None:
    """By when the subject is heard, and why; None before the prior notice was served, and after the decision."""
    if record.served_on is None or record.state not in (State.NOTICED, State.SUBMITTED):
        return None
    division = record.receiving_department.division_id
    found = expected_deadline(STATEMENT, record.served_on, division)
    return NextDue(
        name=period_for(STATEMENT, record.served_on, division).name,
        due=found.due,
        days_left=found.due.toordinal() - timezone.localdate().toordinal(),
        provisional=found.provisional,
        reasons=[render_step(step) for step in found.steps],
    )


def statement_days(record: CreditRecord) -> int:
    """How many working days a statement has from service on."""
    return period_for(STATEMENT, timezone.localdate(), record.receiving_department.division_id).amount


def turn_and_due(record: CreditRecord, today: date) -> tuple[str, NextDue | None]:
    """Whose turn it is, and by when: the subject's as long as it is being heard, the office's while a clock runs."""
    if can_state_in_time(record, today):
        return _("You"), statement_due(record)
    due = PROGRESS.next_due(record)
    words = words_of(record, today)
    if due is not None and words.turn == Turn.NOBODY and not record.is_ended:
        words = replace(words, turn=Turn.RECEIVING)
    return (record.receiving_department.name if words.turn == Turn.RECEIVING else ""), due


def due_text(record: CreditRecord, codes: tuple[str, ...]) -> NextDue | None:
    """The running clock of one of these, as it stands now."""
    return replace(PROGRESS, clocks=frozenset(codes)).next_due(record)
