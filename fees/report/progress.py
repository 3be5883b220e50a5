"""What a reporter reads about a report: its state in plain words, whose turn it is, the way behind and ahead.

What the offices do to the payee beside the report, penalty cases and referrals above all, is told to nobody here: the
timeline and the clocks name what they show, and a new verb or period stays inside until it is named too.
"""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy

from casework.cases.verbs import Verb
from casework.portal.progress import AS_FAR_AS_IT_CAME, Progress, StateWords, Turn
from fees.report.flow import FLOW, State
from fees.report.intake import ACCEPTANCE
from fees.report.models import FeeReport
from fees.report.services import ANSWER, ASSIGNMENT, DISPOSAL, VERIFICATION
from fees.report.transfers import RECEIPT

_SHOWN = frozenset(
    {
        Verb.REPORT_REGISTERED,
        Verb.EVIDENCE_ADDED,
        Verb.NEW_FACTS_TOLD,
        Verb.REPORT_SPLIT,
        Verb.REPORT_ACCEPTED,
        Verb.REPORT_REFUSED,
        Verb.REPORT_REDIRECTED,
        Verb.REPORT_MERGED,
        Verb.REPORT_WITHDRAWN,
        Verb.REPORT_ASSIGNED,
        Verb.TAKEN_BACK,
        Verb.REPORT_VERIFYING,
        Verb.VIOLATION_FOUND,
        Verb.NOTHING_FOUND,
        Verb.REPORT_CONCLUDED,
        Verb.REPORT_ANSWERED,
        Verb.REPORT_CLOSED,
        Verb.REPORT_REOPENED,
        Verb.CLOCK_STARTED,
        Verb.CLOCK_EXTENDED,
        Verb.CLOCK_MOVED,
        Verb.DEADLINE_BREACHED,
        Verb.LETTER_ISSUED,
        Verb.LETTER_READY,
        Verb.LETTER_REPLACED,
    }
)
_CLOCKS = frozenset({ACCEPTANCE, ASSIGNMENT, RECEIPT, VERIFICATION, DISPOSAL, ANSWER})

_WORDS: dict[str, StateWords] = {
    State.REGISTERED: StateWords(
        gettext_lazy("Your report is registered"),
        gettext_lazy("The registering department checks it, then accepts it, refuses it, or says who is competent."),
        Turn.RECEIVING,
        0,
    ),
    State.ACCEPTED: StateWords(
        gettext_lazy("Your report is accepted"),
        gettext_lazy("It is now assigned to the department that verifies it."),
        Turn.RECEIVING,
        1,
    ),
    State.TRANSFERRED: StateWords(
        gettext_lazy("Your report was assigned to a department"),
        gettext_lazy("As soon as that department confirms receipt, its time to verify the report begins."),
        Turn.HANDLING,
        2,
    ),
    State.VERIFYING: StateWords(
        gettext_lazy("Your report is being verified"),
        gettext_lazy("The department looks into the charge and establishes whether it was lawful."),
        Turn.HANDLING,
        3,
    ),
    State.VIOLATION_FOUND: StateWords(
        gettext_lazy("The charge was found unlawful"),
        gettext_lazy("The department now has the violation put right. Then it answers you."),
        Turn.HANDLING,
        3,
    ),
    State.CONCLUDED: StateWords(
        gettext_lazy("The verification is concluded"),
        gettext_lazy("The department now answers you."),
        Turn.HANDLING,
        4,
    ),
    State.FED_BACK: StateWords(
        gettext_lazy("Your report is answered"),
        gettext_lazy("You find the result below. The department then closes the report."),
        Turn.HANDLING,
        4,
    ),
    State.CLOSED: StateWords(
        gettext_lazy("The report is closed"),
        gettext_lazy("The result stays here. New facts can be reported at any time."),
        Turn.NOBODY,
        5,
    ),
    State.REFUSED: StateWords(
        gettext_lazy("Your report was not accepted"),
        gettext_lazy("You find the ground and the reasons below."),
        Turn.NOBODY,
        0,
    ),
    State.REDIRECTED: StateWords(
        gettext_lazy("Another authority or procedure is the right one"),
        gettext_lazy("You find below who is competent and how to get there."),
        Turn.NOBODY,
        AS_FAR_AS_IT_CAME,
    ),
    State.MERGED: StateWords(
        gettext_lazy("Your report goes on with an earlier one"),
        gettext_lazy("What is new in it is looked into together with an earlier report of the same charge."),
        Turn.NOBODY,
        0,
    ),
    State.WITHDRAWN: StateWords(
        gettext_lazy("You withdrew the report"),
        gettext_lazy("It has ended. You can report again at any time."),
        Turn.NOBODY,
        0,
    ),
}
_STEPS = (
    gettext_lazy("Registered"),
    gettext_lazy("Accepted"),
    gettext_lazy("Assigned"),
    gettext_lazy("Verified"),
    gettext_lazy("Answered"),
    gettext_lazy("Closed"),
)


def _step_days(report: FeeReport) -> list[date | None]:
    return [
        report.arrived_on,
        report.accepted_on,
        report.transferred_on,
        report.received_on,
        report.resolved_on,
        report.ended_on if report.state == State.CLOSED else None,
    ]


PROGRESS = Progress(
    flow=FLOW,
    words=_WORDS,
    steps=_STEPS,
    days=_step_days,
    completed=State.CLOSED,
    shown=_SHOWN,
    clocks=_CLOCKS,
)
