"""The way of a case as the one who filed it reads it; a kind of case declares its words, steps and days."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.cases.actors import ActorKind
from casework.cases.flow import Flow
from casework.cases.models import Case, TimelineEvent
from casework.cases.timeline import actor_text, event_text, events_shown
from casework.cases.verbs import Verb
from casework.clocks.selectors import explain
from casework.clocks.services import OPEN_STATUSES

_MINOR = (Verb.CLOCK_STARTED, Verb.LETTER_READY, Verb.EVIDENCE_ADDED)
# What the timeline says of a clock; its payload names it.
_ON_CLOCKS = (
    Verb.CLOCK_STARTED,
    Verb.CLOCK_EXTENDED,
    Verb.CLOCK_PAUSED,
    Verb.CLOCK_RESUMED,
    Verb.CLOCK_MOVED,
    Verb.DEADLINE_BREACHED,
)
# The step of a state that a case may reach from several: the last one whose day is known.
AS_FAR_AS_IT_CAME = None


class Turn(StrEnum):
    """Who has to act next."""

    COMPLAINANT = "complainant"
    RECEIVING = "receiving"
    HANDLING = "handling"
    NOBODY = "nobody"


@dataclass(frozen=True)
class StateWords:
    """A state as the one who filed the case understands it.

    Attributes:
        step: the place on the way, from 0; or `AS_FAR_AS_IT_CAME`.
    """

    headline: Promise
    explanation: Promise
    turn: Turn
    step: int | None


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


@dataclass(frozen=True)
class Progress:
    """What a kind of case declares of its way.

    Attributes:
        words: by state.
        steps: the stations of a case that goes all the way.
        days: the day of each station, None where it isn't reached.
        completed: the final state at the end of the way; a case in any other has ended early.
        shown: what the timeline tells; everything else stays within the offices.
        clocks: the codes of the periods that are told; None tells all.
        bare: of the shown, those of which only the name is told: what the office wrote to them stays inside.
    """

    flow: Flow
    words: Mapping[str, StateWords]
    steps: Sequence[Promise]
    days: Callable[[Any], Sequence[date | None]]
    completed: str
    shown: Collection[Verb]
    clocks: Collection[str] | None = None
    bare: Collection[Verb] = ()

    def state_words(self, case: Case) -> StateWords:
        """The state in plain words."""
        return self.words[case.state]

    def turn_text(self, case: Case) -> str:
        """Whose turn it is, by name."""
        turn = self.state_words(case).turn
        if turn == Turn.COMPLAINANT:
            return _("You")
        if turn == Turn.RECEIVING:
            return case.receiving_department.name
        if turn == Turn.HANDLING and case.handling_department:
            return case.handling_department.name
        return ""

    def steps_of(self, case: Case) -> list[Step]:
        """The way from filing to closing, as far as this case goes; one that ended early stops where it ended."""
        current, days = self._last_step(case), self.days(case)
        line = [
            Step(str(label), self._status(place, current, case), days[place]) for place, label in enumerate(self.steps)
        ]
        if case.state not in self.flow.final or case.state == self.completed:
            return line
        end = Step(str(self.flow.states(case.state).label), "ended", case.ended_on)
        return [*(step for step in line if step.day is not None and step.status == "done"), end]

    def _last_step(self, case: Case) -> int:
        step = self.state_words(case).step
        if step is not None:
            return step
        return max(place for place, day in enumerate(self.days(case)) if place == 0 or day)

    def _status(self, place: int, current: int, case: Case) -> str:
        if place < current or case.state in self.flow.final:
            return "done"
        return "current" if place == current else "ahead"

    def timeline(self, case: Case) -> list[Line]:
        """What happened, newest first; letters that aren't for the one who filed the case are left out."""
        letters = set(case.letters.for_complainant().values_list("pk", flat=True))
        rows = events_shown(case).filter(verb__in=self.shown).prefetch_related("actor__memberships")
        told = [row for row in rows.order_by("-seq") if row.payload.get("letter") in {None, *letters}]
        return [self._line(row, case) for row in told if self._tells(row)]

    def next_due(self, case: Case) -> NextDue | None:
        """What must happen next and by when; None when no clock runs that is told."""
        running = case.deadlines.filter(status__in=OPEN_STATUSES).select_related("period").order_by("due", "id")
        if self.clocks is not None:
            running = running.filter(code__in=self.clocks)
        deadline = running.first()
        if deadline is None:
            return None
        return NextDue(
            name=deadline.period.name,
            due=deadline.due,
            days_left=deadline.days_left(timezone.localdate()),
            provisional=deadline.provisional,
            reasons=explain(deadline),
        )

    def _tells(self, event: TimelineEvent) -> bool:
        if self.clocks is None or event.verb not in _ON_CLOCKS:
            return True
        return event.payload.get("code") in self.clocks

    def _line(self, event: TimelineEvent, case: Case) -> Line:
        return Line(
            title=str(Verb(event.verb).label),
            text="" if event.verb in self.bare else event_text(event),
            who=_who(event, case),
            at=event.at,
            is_minor=event.verb in _MINOR,
            is_warning=event.verb == Verb.DEADLINE_BREACHED,
        )


def _who(event: TimelineEvent, case: Case) -> str:
    """The department that acted; the names of its staff are not told."""
    if event.actor_kind == ActorKind.SYSTEM:
        return ""
    if event.actor_kind in (ActorKind.COMPLAINANT, ActorKind.RESPONDENT):
        return actor_text(event)
    own = {held.department_id for held in event.actor.memberships.all()} if event.actor else set()
    for department in (case.handling_department, case.receiving_department):
        if department is not None and department.pk in own:
            return department.name
    return case.receiving_department.name
