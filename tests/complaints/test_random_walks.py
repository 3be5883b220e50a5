"""Random sequences of everything that anybody can do on a case, with days passing, and what must hold after each.

What is expected comes from the checked-in table and from slow counting over the rows, never from the code under test.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseError
from casework.cases.models import OutboxMessage
from casework.cases.sweep import sweep_deadlines
from casework.cases.timeline import verify_chains
from casework.clocks.models import DeadlineMark
from casework.documents.models import Letter
from complaints.models import ArrearsComplaint
from complaints.money.models import RecordedPayment
from complaints.money.selectors import money_of
from tests.complaints.deeds import COMPLAINANT, DEEDS, MOVES, RESPONDENT, Scene, actor_named
from tests.factories import House

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGIN = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
PEOPLE = (
    "clerk", "receiving_head", "handler", "head", "supervisor", "auditor", "editor", "credit_officer", "sysadmin",
    COMPLAINANT, RESPONDENT,
)  # fmt: skip
# On which side each of them stands; a head stands in for the own people.
STANDING = {
    "clerk": "receiving_clerk",
    "receiving_head": "receiving_clerk",
    "handler": "handling_caseworker",
    "head": "handling_caseworker",
    COMPLAINANT: "complainant",
}
TARGETS = {
    "request_correction": {"correction_requested"},
    "answer_correction": {"submitted"},
    "lapse": {"lapsed"},
    "accept": {"accepted"},
    "refuse": {"refused"},
    "transfer": {"transferred"},
    "take_back": {"accepted"},
    "receive": {"received"},
    "start_handling": {"in_handling"},
    "resolve": {"resolved"},
    "terminate": {"terminated"},
    "follow_up": {"follow_up"},
    "close": {"closed"},
    "reopen": {"in_handling"},
    "reopen_for_transfer": {"accepted"},
    "withdraw": {"withdrawn"},
}
STRAIGHT = ("accept", "transfer", "receive", "start_handling", "resolve")
ONWARD = {*STRAIGHT, "answer_correction", "follow_up", "reopen", "reopen_for_transfer", "take_back"}
ENDING = {"refuse", "lapse", "terminate", "close", "withdraw"}
FINAL = {"refused", "closed", "withdrawn", "lapsed", "terminated"}
OWNED = {"transferred", "received", "in_handling", "resolved", "follow_up"}
MOST_DAYS = 90  # Decree 802 art. 25(2)


def _table() -> set[tuple[str, str, str]]:
    with (django_settings.BASE_DIR / "docs/flow/arrears.csv").open(encoding="utf-8") as file:
        return {(row["state"], row["action"], row["role"]) for row in csv.DictReader(file) if row["allowed"] == "yes"}


TABLE = _table()


class CaseWalk(RuleBasedStateMachine):
    """One case, everybody around it, and time that passes."""

    @initialize(steps=st.sampled_from((0, 1, 2, 3, 4, 4, 4, 4, 5, 5)))
    def file(self, steps: int) -> None:
        """A house and a complaint that came some way, in a transaction that is never kept."""
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.now, self.house = BEGIN, House()
        self.case = self.house.submitted(actor=Actor.complainant("示例机械有限公司", at=self.now))
        for name in STRAIGHT[:steps]:
            self.attempt(name, MOVES[name].by)

    def teardown(self) -> None:
        """Nothing of the walk stays."""
        if hasattr(self, "frame"):
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """A move that goes on, by the one who usually takes it: walks that only stumble stay shallow."""
        moves = sorted({action for state, action, _role in TABLE if state == self.now_row().state} & ONWARD)
        if moves:
            name = data.draw(st.sampled_from(moves))
            self.attempt(name, MOVES[name].by)

    @rule(name=st.sampled_from(sorted(DEEDS.keys() - ENDING)))
    def do(self, name: str) -> None:
        """Anything but an end, by the one who usually does it."""
        self.attempt(name, DEEDS[name].by)

    @rule(name=st.sampled_from(sorted(DEEDS.keys() - MOVES.keys())))
    def act(self, name: str) -> None:
        """Something beside the moves, by the one who usually does it."""
        self.attempt(name, DEEDS[name].by)

    @rule(name=st.sampled_from(sorted(DEEDS)))
    def do_at_last(self, name: str) -> None:
        """Anything, by the one who usually does it."""
        self.attempt(name, DEEDS[name].by)

    @rule(name=st.sampled_from(sorted(DEEDS)), who=st.sampled_from(PEOPLE))
    def meddle(self, name: str, who: str) -> None:
        """Anything, by anybody."""
        self.attempt(name, who)

    @precondition(lambda self: self.now < BEGIN + timedelta(days=200))
    @rule(days=st.integers(1, 40))
    def wait(self, days: int) -> None:
        """Days pass, and the sweep runs."""
        self.now += timedelta(days=days)
        sweep_deadlines(self.now.date())

    def attempt(self, name: str, who: str) -> None:
        """Do it, and compare what came with the table; what was refused has written nothing."""
        before, written = self.now_row(), self.written()
        deed, actor = DEEDS[name], actor_named(who, self.house, self.now)
        try:
            with transaction.atomic():
                deed.do(Scene(self.house, before, before.version), actor)
        except CaseError as error:
            refused: CaseError | None = error
        else:
            refused = None
        after = self.now_row()
        event(f"reached {after.state}")
        if refused is None:
            event(f"done {name}")
        if refused is not None:
            assert (after.state, after.version, self.written()) == (before.state, before.version, written)
        elif name in MOVES:
            assert (before.state, name, STANDING.get(who)) in TABLE, f"{who} took {name} in {before.state}"
            assert after.state in TARGETS[name]
        else:
            assert after.state == before.state, f"{name} moved the case"
        if name in MOVES and not any(row[1:] == (name, STANDING.get(who)) for row in TABLE):
            assert refused is not None
            assert isinstance(refused, ActionNotAllowed) or refused.status == 400

    def now_row(self) -> ArrearsComplaint:
        """The case as it stands in the database."""
        return ArrearsComplaint.objects.get(pk=self.case.pk)

    def written(self) -> list[Any]:
        """What a command could have left behind."""
        return [
            self.case.events.count(),
            Letter.objects.filter(case=self.case.pk).count(),
            OutboxMessage.objects.count(),
            sorted(self.case.deadlines.values_list("pk", "status", "due")),
            sorted(RecordedPayment.objects.filter(complaint=self.case.pk).values_list("pk", "status")),
        ]

    @invariant()
    def one_owner(self) -> None:
        """A case that was transferred stands with exactly one department; one before its transfer with none."""
        row = self.now_row()
        standing = [hop for hop in row.hops.all() if hop.status != "returned"]
        if row.state in OWNED:
            assert [hop.target_id for hop in standing] == [row.handling_department_id]
        elif row.state not in FINAL:
            assert (standing, row.handling_department_id) == ([], None)

    @invariant()
    def no_clock_in_a_final_state(self) -> None:
        """What has ended has a day of its end and nothing that still runs, but for a matter of its own."""
        row = self.now_row()
        running = [clock.code for clock in row.deadlines.all() if clock.status in ("running", "breached")]
        if row.state in FINAL:
            assert running == []
        assert (row.ended_on is not None) == (row.state in FINAL)

    @invariant()
    def next_due_is_the_earliest(self) -> None:
        """The queue sorts by a copy: it must be a true one."""
        row = self.now_row()
        running = [clock.due for clock in row.deadlines.all() if clock.status in ("running", "breached")]
        assert row.next_due == (min(running) if running else None)

    @invariant()
    def nobody_waits_in_vain(self) -> None:
        """Until it ends, a clock runs or somebody's move is possible (and then it is that somebody's turn)."""
        row = self.now_row()
        if row.state not in FINAL:
            assert any(state == row.state for state, _action, _role in TABLE)
        if row.state in {"submitted", "correction_requested", "accepted", "transferred", "received", "in_handling"}:
            assert any(clock.status in ("running", "breached") for clock in row.deadlines.all())

    @invariant()
    def ninety_days_at_most(self) -> None:
        """The handling period ends at most 90 days after its start, however often it was extended."""
        for clock in self.case.deadlines.filter(code="arrears.handling"):
            assert (clock.raw_due - clock.started_on).days <= MOST_DAYS

    @invariant()
    def money_is_the_sum_of_its_rows(self) -> None:
        """Outstanding is claimed less confirmed, never below zero; the parts make up the claim."""
        row = self.now_row()
        paid = Decimal(0)
        for payment in RecordedPayment.objects.filter(complaint=row):
            if payment.status == "confirmed":
                paid += payment.amount
        money = money_of(row, self.now.date())
        assert money.outstanding == row.amount - paid >= 0
        if parts := [part.amount for part in row.claim_parts.all()]:
            assert sum(parts) == row.amount

    @invariant()
    def marked_once(self) -> None:
        """Each clock is marked once for each occasion, and a missed one is marked as missed."""
        marks = list(DeadlineMark.objects.filter(deadline__case=self.case.pk).values_list("deadline", "kind"))
        assert len(marks) == len(set(marks))

    @invariant()
    def the_chain_holds(self) -> None:
        """Nothing in the timeline was changed or lost."""
        assert list(verify_chains(self.case.pk)) == []


@pytest.mark.django_db
def test_random_walks_keep_every_invariant() -> None:
    run_state_machine_as_test(
        CaseWalk,
        # Without shrinking: a walk is a story of days in a database, and it is read faster than shortened.
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
