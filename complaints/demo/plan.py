"""Which cases the demo holds and on which days each of their acts happened; pure but for reading rules and calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from casework.clocks.calendar import WorkingCalendar
from casework.clocks.periods import compute
from casework.clocks.selectors import PeriodNotFound, current_calendar, period_for, rule_of
from complaints.flow import State
from complaints.services import CORRECTION, HANDLING, REVIEW, TRANSFER

# How the clock that runs now stands: days from today to its due day.
LATE, SOON, NEAR, FAR = (-25, -1), (0, 3), (4, 7), (8, 30)
GROUNDS = ("R1", "R2", "R3", "R4")
REASONS = (
    "PAID_FULL",
    "REPAYMENT_PLAN_SIGNED",
    "PARTLY_PAID_REST_DISPUTED",
    "REFERRED_TO_COURT_OR_ARBITRATION",
    "NOT_SME_AFTER_CHECK",
    "NO_CONTRACT",
    "DUPLICATE",
    "WITHDRAWN",
    "FALSE_OR_MALICIOUS",
    "RESPONDENT_DISSOLVED_OR_BANKRUPT",
)


@dataclass(frozen=True)
class Scenario:
    """A kind of history.

    Attributes:
        state: where it ends.
        weight: how often it comes; each comes at least once.
        window: days from today to the running clock's due day; None where no clock runs.
        corrected: a correction was asked for and answered on the way.
        detail: refusal ground, closing reason, or the state that was withdrawn from.
        steps: what was done beside the moves after they were taken, in order (complaints.demo.handling).
    """

    state: State
    weight: int
    window: tuple[int, int] | None = None
    corrected: bool = False
    detail: str = ""
    steps: tuple[str, ...] = ()


_UNANSWERED = ("ask_feedback", "answer_feedback", "find_insufficient", "supervisory_letter")
SCENARIOS = (
    Scenario(State.SUBMITTED, 16, FAR),
    Scenario(State.SUBMITTED, 8, NEAR),
    Scenario(State.SUBMITTED, 6, SOON),
    Scenario(State.SUBMITTED, 5, LATE),
    Scenario(State.SUBMITTED, 6, FAR, corrected=True),
    Scenario(State.CORRECTION_REQUESTED, 8, FAR),
    Scenario(State.CORRECTION_REQUESTED, 3, SOON),
    Scenario(State.CORRECTION_REQUESTED, 3, LATE),
    Scenario(State.LAPSED, 4),
    Scenario(State.ACCEPTED, 12, FAR),
    Scenario(State.ACCEPTED, 5, SOON),
    Scenario(State.ACCEPTED, 5, LATE),
    Scenario(State.TRANSFERRED, 12),
    Scenario(State.RECEIVED, 10, FAR),
    Scenario(State.RECEIVED, 2, LATE),
    Scenario(State.TRANSFERRED, 2, steps=("ask_return",)),
    Scenario(State.IN_HANDLING, 14, FAR),
    Scenario(State.IN_HANDLING, 4, FAR, steps=("ask_feedback",)),
    Scenario(State.IN_HANDLING, 4, FAR, steps=("write_note", "ask_feedback", "answer_feedback")),
    Scenario(State.IN_HANDLING, 3, NEAR, steps=("ask_feedback", "answer_feedback", "find_sufficient")),
    Scenario(State.IN_HANDLING, 3, NEAR, steps=("ask_feedback", "answer_feedback", "find_insufficient")),
    Scenario(State.IN_HANDLING, 3, NEAR, steps=_UNANSWERED),
    Scenario(State.IN_HANDLING, 3, LATE, steps=(*_UNANSWERED, "ignored", "interview")),
    Scenario(State.IN_HANDLING, 2, LATE, steps=(*_UNANSWERED, "ignored", "rectification")),
    Scenario(State.IN_HANDLING, 3, SOON, steps=("write_note", "ask_extension")),
    Scenario(State.IN_HANDLING, 3, SOON, steps=("ask_extension", "approve_extension")),
    Scenario(State.IN_HANDLING, 4, FAR, steps=("pay_in_part",)),
    Scenario(State.IN_HANDLING, 2, FAR, steps=("dispute_size", "request_receivable")),
    Scenario(State.IN_HANDLING, 1, FAR, steps=("raise_alert",)),
    Scenario(State.IN_HANDLING, 10, NEAR),
    Scenario(State.IN_HANDLING, 8, SOON),
    Scenario(State.IN_HANDLING, 12, LATE),
    Scenario(State.RESOLVED, 20),
    Scenario(State.RESOLVED, 4, corrected=True),
    *(Scenario(State.CLOSED, 20 if reason == "PAID_FULL" else 6, detail=reason) for reason in REASONS),
    Scenario(State.FOLLOW_UP, 8),
    Scenario(State.TERMINATED, 4, detail="IN_LEGAL_PROCESS"),
    *(Scenario(State.REFUSED, 6, detail=ground) for ground in GROUNDS),
    Scenario(State.WITHDRAWN, 4, detail=State.SUBMITTED),
    Scenario(State.WITHDRAWN, 5, detail=State.IN_HANDLING),
)
_CLOCK_OF = {
    State.SUBMITTED: REVIEW,
    State.CORRECTION_REQUESTED: CORRECTION,
    State.ACCEPTED: TRANSFER,
    State.RECEIVED: HANDLING,
    State.IN_HANDLING: HANDLING,
}
# The acts that lead to each state, in their order.
_TO_TRANSFER = ("accept", "transfer")
_TO_HANDLING = (*_TO_TRANSFER, "receive", "start_handling")
_PATHS: dict[State, tuple[str, ...]] = {
    State.SUBMITTED: (),
    State.CORRECTION_REQUESTED: ("request_correction",),
    State.LAPSED: ("request_correction", "lapse"),
    State.ACCEPTED: ("accept",),
    State.REFUSED: ("refuse",),
    State.TRANSFERRED: _TO_TRANSFER,
    State.RECEIVED: (*_TO_TRANSFER, "receive"),
    State.IN_HANDLING: _TO_HANDLING,
    State.RESOLVED: (*_TO_HANDLING, "resolve"),
    State.FOLLOW_UP: (*_TO_HANDLING, "resolve", "follow_up"),
    State.CLOSED: (*_TO_HANDLING, "resolve", "close"),
    State.TERMINATED: (*_TO_HANDLING, "terminate"),
}
# Working days from the act before, in time and (now and then) late.
_GAPS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "request_correction": ((1, 6), (7, 9)),
    "answer_correction": ((1, 7), (11, 13)),
    # The ten working days to answer are over.
    "lapse": ((11, 13), (14, 18)),
    "accept": ((2, 6), (11, 14)),
    "refuse": ((2, 6), (11, 13)),
    "transfer": ((1, 8), (11, 15)),
    "receive": ((0, 3), (4, 6)),
    "start_handling": ((0, 3), (4, 6)),
    "resolve": ((5, 17), (24, 34)),
    "close": ((1, 8), (9, 15)),
    "follow_up": ((1, 8), (9, 15)),
    "terminate": ((3, 15), (20, 28)),
    "withdraw": ((0, 4), (5, 9)),
    "ask_feedback": ((0, 2), (2, 4)),
    "answer_feedback": ((1, 4), (4, 6)),
    "find_insufficient": ((0, 2), (1, 3)),
    # The five working days to answer the supervisory letter are over.
    "ignored": ((6, 8), (7, 9)),
}
_SIDE_GAP = ((0, 2), (1, 3))
_LATE_SHARE = 0.12


@dataclass(frozen=True, order=True)
class Act:
    """One act of one case, sortable by its time."""

    at: datetime
    case: int
    name: str


@dataclass
class Plan:
    """A case's history."""

    number: int
    scenario: Scenario
    acts: list[Act] = field(default_factory=list)


def draw_scenarios(rng: Random, amount: int) -> list[Scenario]:
    """Each scenario once, then by weight, until there are `amount` of them (or one of each, if that is more)."""
    rest = max(amount - len(SCENARIOS), 0)
    drawn = [*SCENARIOS, *rng.choices(SCENARIOS, weights=[scenario.weight for scenario in SCENARIOS], k=rest)]
    rng.shuffle(drawn)
    return drawn


class Planner:
    """Finds days for acts, so that the clocks stand where a scenario wants them."""

    def __init__(self, rng: Random, today: date) -> None:
        self.rng, self.today = rng, today
        self.calendar: WorkingCalendar = current_calendar()
        self._days_of: dict[tuple[str, str, tuple[int, int]], list[date]] = {}
        self._dues_of: dict[tuple[str, str], list[tuple[date, date]]] = {}

    def plan(self, number: int, scenario: Scenario, province: str) -> Plan:
        """The acts of one case.

        Args:
            province: six digits; its own rules apply to its clocks.
        """
        names = self._names(scenario)
        days = self._days(names, scenario, province)
        return Plan(number, scenario, self._timed(number, names, days))

    def _names(self, scenario: Scenario) -> list[str]:
        path = _PATHS[State(scenario.detail)] if scenario.state == State.WITHDRAWN else _PATHS[scenario.state]
        correction = ("request_correction", "answer_correction") if scenario.corrected else ()
        withdrawal = ("withdraw",) if scenario.state == State.WITHDRAWN else ()
        return ["file", *correction, *path, *withdrawal, *scenario.steps]

    def _days(self, names: list[str], scenario: Scenario, province: str) -> list[date]:
        """Backwards from the act that started the running clock (or from the last act), then forwards from it."""
        anchor_at = len(names) - 1
        if scenario.state == State.IN_HANDLING:
            anchor_at = names.index("receive")
        days = {anchor_at: self._anchor(scenario, province)}
        for place in range(anchor_at, 0, -1):
            days[place - 1] = self._back(days[place], self._gap(names[place]))
        for place in range(anchor_at + 1, len(names)):
            days[place] = min(self._forward(days[place - 1], self._gap(names[place])), self._yesterday())
        return [days[place] for place in range(len(names))]

    def _anchor(self, scenario: Scenario, province: str) -> date:
        if scenario.window:
            return self.rng.choice(self._starts(_CLOCK_OF[scenario.state], province, scenario.window))
        longest = {State.TRANSFERRED: 4, State.RESOLVED: 12}.get(scenario.state, 130)
        return self._back(self._yesterday(), self.rng.randint(0, longest))

    def _starts(self, code: str, province: str, window: tuple[int, int]) -> list[date]:
        """The working days on which a clock must have begun to be due within the window.

        Far windows may lie beyond what a short period started yesterday can reach: then its newest days count.
        """
        key = (code, province, window)
        if key not in self._days_of:
            first, last = (self.today + timedelta(days=days) for days in window)
            found = [day for day, due in self._dues(code, province) if first <= due <= last]
            self._days_of[key] = found or [self._yesterday()]
        return self._days_of[key]

    def _dues(self, code: str, province: str) -> list[tuple[date, date]]:
        """(start, due) of a clock for each working day of the last months, the newest first."""
        if (code, province) not in self._dues_of:
            self._dues_of[code, province] = list(self._find_dues(code, province))
        return self._dues_of[code, province]

    def _find_dues(self, code: str, province: str) -> Iterator[tuple[date, date]]:
        calendar, period = current_calendar(province), period_for(code, self._yesterday(), province)
        for back in range(1, 90):
            day = self.today - timedelta(days=back)
            if day < period.effective_from:
                try:
                    period = period_for(code, day, province)
                except PeriodNotFound:
                    return
            if calendar.is_working_day(day):
                yield day, compute(rule_of(period), day, calendar).due

    def _gap(self, name: str) -> int:
        in_time, late = _GAPS.get(name, _SIDE_GAP)
        return self.rng.randint(*(late if self.rng.random() < _LATE_SHARE else in_time))

    def _yesterday(self) -> date:
        """The last working day before today: no act lies in a future hour, whenever the seeding runs."""
        return self._back(self.today, 1)

    def _back(self, day: date, working_days: int) -> date:
        while working_days > 0 or not self.calendar.is_working_day(day):
            day -= timedelta(days=1)
            working_days -= self.calendar.is_working_day(day)
        return day

    def _forward(self, day: date, working_days: int) -> date:
        return self.calendar.add_working_days(day, working_days) if working_days else day

    def _timed(self, number: int, names: list[str], days: list[date]) -> list[Act]:
        """Office hours; two acts of one day follow each other."""
        zone, acts, last = ZoneInfo(settings.TIME_ZONE), [], datetime.min.replace(tzinfo=ZoneInfo("UTC"))
        for name, day in zip(names, days, strict=True):
            opening = datetime.combine(day, time(9), tzinfo=zone) + timedelta(minutes=self.rng.randint(0, 300))
            moment = max(opening, last + timedelta(minutes=self.rng.randint(5, 40)))
            acts.append(Act(moment, number, name))
            last = moment
        return acts
