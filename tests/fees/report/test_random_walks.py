"""Random sequences of everything that anybody can do on a report, with days passing, and what must hold after each.

What is expected comes from the checked-in table and from slow looking at the rows, never from the code under test.
"""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from casework.cases.errors import ActionNotAllowed, CaseError
from casework.cases.models import OutboxMessage
from casework.cases.sweep import sweep_deadlines
from casework.cases.timeline import verify_chains
from casework.clocks.models import DeadlineMark
from casework.documents.models import Letter
from fees.report.models import FeeReport
from tests.fees.house import FeeHouse
from tests.fees.report.deeds import DEEDS, MOVES, REPORTER, Scene, actor_named

BEGIN = datetime(2026, 5, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PEOPLE = (
    "clerk", "clerks_head", "handler", "colleague", "head", "financier", "supervisor", "auditor", "editor",
    "credit_officer", "sysadmin", "stranger", REPORTER,
)  # fmt: skip
# On which side each stands while the report lies with the verifying department; heads stand in for their people.
STANDING = {
    "clerk": "receiving_clerk",
    "clerks_head": "receiving_clerk",
    "handler": "handling_caseworker",
    "colleague": "handling_caseworker",
    "head": "handling_caseworker",
    "financier": "handling_caseworker",
    REPORTER: "complainant",
}
FINAL = {"refused", "redirected", "merged", "withdrawn", "closed"}
ENDING = {"refuse", "redirect", "merge", "withdraw", "close"}
OWNED = {"transferred", "verifying", "violation_found", "concluded", "fed_back"}
TIMED = {"registered", "accepted", "transferred", "verifying", "violation_found", "concluded"}
STRAIGHT = ("accept", "transfer", "receive", "find_violation", "conclude", "feed_back", "close")


def _table() -> set[tuple[str, str, str]]:
    with (django_settings.BASE_DIR / "docs/flow/fee_report.csv").open(encoding="utf-8") as file:
        return {(row["state"], row["action"], row["role"]) for row in csv.DictReader(file) if row["allowed"] == "yes"}


TABLE = _table()


class ReportWalk(RuleBasedStateMachine):
    """One report, everybody around it, and time that passes."""

    @initialize(steps=st.integers(0, len(STRAIGHT)))
    def file(self, steps: int) -> None:
        """A house and a report that came some way, in a transaction that is never kept."""
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.now, self.house = BEGIN, FeeHouse()
        reporter = actor_named(REPORTER, self.house, self.now)
        self.case = self.house.registered(actor=reporter)
        self.other = self.house.registered(actor=reporter)
        MOVES["accept"].do(Scene(self.house, self.other, self.case), actor_named("clerk", self.house, self.now))
        for name in STRAIGHT[:steps]:
            self.attempt(name, MOVES[name].by)

    def teardown(self) -> None:
        """Nothing of the walk stays."""
        if hasattr(self, "frame"):
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """A move that the table allows, by the one who usually takes it."""
        moves = sorted({action for state, action, _role in TABLE if state == self.now_row().state} - {"submit"})
        if moves:
            name = data.draw(st.sampled_from(moves))
            self.attempt(name, MOVES[name].by)

    @rule(name=st.sampled_from(sorted(DEEDS.keys() - ENDING)))
    def do(self, name: str) -> None:
        """Anything but an end, by the one who usually does it."""
        self.attempt(name, DEEDS[name].by)

    @rule(name=st.sampled_from(sorted(DEEDS)), who=st.sampled_from(PEOPLE))
    def meddle(self, name: str, who: str) -> None:
        """Anything, by anybody."""
        self.attempt(name, who)

    @precondition(lambda self: self.now < BEGIN + timedelta(days=170))
    @rule(days=st.integers(1, 25))
    def wait(self, days: int) -> None:
        """Days pass, and the sweep runs."""
        self.now += timedelta(days=days)
        sweep_deadlines(self.now.date())

    def attempt(self, name: str, who: str) -> None:
        """Do it, and compare what came with the table; what was refused has written nothing."""
        before, written = self.now_row(), self.written()
        try:
            with transaction.atomic():
                scene = Scene(self.house, before, FeeReport.objects.get(pk=self.other.pk), before.version)
                DEEDS[name].do(scene, actor_named(who, self.house, self.now))
        except CaseError as error:
            refused: CaseError | None = error
        else:
            refused = None
        after = self.now_row()
        if refused is not None:
            assert (after.state, after.version, self.written()) == (before.state, before.version, written)
        elif name in MOVES:
            assert (before.state, name, STANDING.get(who)) in TABLE, f"{who} took {name} in {before.state}"
        else:
            assert after.state == before.state, f"{name} moved the report"
        if name in MOVES and not any(row[1:] == (name, STANDING.get(who)) for row in TABLE):
            assert isinstance(refused, ActionNotAllowed) or (refused is not None and refused.status == 400)

    def now_row(self) -> FeeReport:
        """The report as it stands in the database."""
        return FeeReport.objects.get(pk=self.case.pk)

    def written(self) -> list[Any]:
        """What a command could have left behind."""
        return [
            self.case.events.count(),
            Letter.objects.count(),
            OutboxMessage.objects.count(),
            sorted(self.case.deadlines.values_list("pk", "status", "due")),
            sorted(self.other.deadlines.values_list("pk", "status", "due")),
        ]

    @invariant()
    def one_owner(self) -> None:
        """A report that was assigned stands with exactly one department; one before that with none."""
        row = self.now_row()
        standing = [hop.target_id for hop in row.hops.all() if hop.status != "returned"]
        if row.state in OWNED:
            assert standing == [row.handling_department_id]
        elif row.state not in FINAL:
            assert (standing, row.handling_department_id) == ([], None)

    @invariant()
    def nobody_waits_without_a_day(self) -> None:
        """Until the reporter is answered a clock runs; what has ended has none, and the day of its end."""
        row = self.now_row()
        running = [clock.due for clock in row.deadlines.all() if clock.status in ("running", "breached")]
        if row.state in TIMED:
            assert running, row.state
        if row.state in FINAL:
            assert running == []
        assert (row.ended_on is not None) == (row.state in FINAL)
        assert row.next_due == (min(running) if running else None)

    @invariant()
    def thirty_working_days_at_most(self) -> None:
        """A verification that was extended still ends within thirty working days: six weeks and two holidays."""
        for clock in self.case.deadlines.filter(code="fee.verification"):
            assert (clock.raw_due - clock.started_on).days <= 56

    @invariant()
    def a_finding_for_each_verification(self) -> None:
        """Findings are numbered without a gap, and whoever is answered has one."""
        row = self.now_row()
        numbers = list(row.findings.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        if row.state in {"violation_found", "concluded", "fed_back", "closed"}:
            assert numbers

    @invariant()
    def marked_once(self) -> None:
        """Each clock is marked once for each occasion."""
        marks = list(DeadlineMark.objects.filter(deadline__case=self.case.pk).values_list("deadline", "kind"))
        assert len(marks) == len(set(marks))

    @invariant()
    def the_chains_hold(self) -> None:
        """Nothing in the timelines was changed or lost."""
        assert list(verify_chains(self.case.pk)) == list(verify_chains(self.other.pk)) == []


@pytest.mark.django_db
def test_random_walks_keep_every_invariant() -> None:
    run_state_machine_as_test(
        ReportWalk,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
