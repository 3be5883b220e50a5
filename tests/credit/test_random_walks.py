"""Random sequences of everything that anybody can do on a record, with days passing, and what must hold after each.

What is expected comes from the checked-in table, from lists written here by hand and from slow looking at the rows and
at what the platforms were told, never from the code under test.
"""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
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
from casework.credit.measures.models import Measure
from casework.credit.record.ending import sweep_records
from casework.credit.record.models import CreditRecord
from casework.credit.record.selectors import effective_on, public_on, with_mark
from casework.documents.models import Letter
from tests.credit.counting import days_that_differ, working_days_later
from tests.credit.deeds import DEEDS, MOVES, THE_SUBJECT, Scene, actor_named
from tests.credit.house import CreditHouse
from tests.credit.platforms import listening
from tests.credit.test_publicity import months_later

BEGIN = datetime(2026, 5, 11, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
PEOPLE = (
    "officer", "colleague", "head", "deputy", "clerk", "executor", "supervisor", "auditor", "sysadmin", "editor",
    "stranger", THE_SUBJECT,
)  # fmt: skip
OFFICERS, HEADS = {"officer", "colleague"}, {"head", "deputy"}
# In which roles each stands to the record; heads stand in for their officers.
STANDING: dict[str, set[str]] = {
    **{who: {"credit_officer"} for who in OFFICERS},
    **{who: {"department_head", "credit_officer"} for who in HEADS},
    "clerk": {"receiving_clerk"},
    THE_SUBJECT: {"complainant"},
}
# Who may do what stands beside the moves.
FOR_HEADS = {"decide_objection", "found_objection", "found_objection_wholly", "refuse_repair"}
FOR_THE_SUBJECT_TOO = {"enter_statement", "enter_objection", "enter_repair", "enter_reorganisation"}
# What can be done on a record in force.
LATER = {
    "publish", "withhold", "show_again", "set_aside", "correct", "conduct_corrected", "enter_objection",
    "forward_objection", "take_on_objection", "decide_objection", "found_objection", "found_objection_wholly",
    "enter_repair", "enter_reorganisation", "refuse_repair", "acknowledge",
}  # fmt: skip
BEFORE = {"proposed", "noticed", "submitted"}
EFFECTIVE = {"in_force", "published"}
FINAL = {"dropped", "repaired", "expired", "annulled"}
ENDING = {"drop", "repair", "annul"}
TIMED = {"proposed", "noticed", "submitted"}
# On which day the finding was made, of which class, and after how many months repair is possible and all is over.
CLASSES = {"minor": (0, 3), "general": (3, 12), "serious": (12, 36)}
BEGINNINGS = [
    (date(2026, 4, 20), "minor"),
    (date(2026, 4, 30), "general"),
    (date(2025, 10, 31), "general"),
    (date(2026, 4, 20), "serious"),
    (date(2023, 9, 30), "serious"),
    (date(2023, 11, 30), "serious"),
]
STRAIGHT = ("intend_measure", "give_notice", "serve", "pass the time", "put_forward", "decide", "publish")


def _table() -> set[tuple[str, str, str]]:
    with (django_settings.BASE_DIR / "docs/flow/credit_record.csv").open(encoding="utf-8") as file:
        return {(row["state"], row["action"], row["role"]) for row in csv.DictReader(file) if row["allowed"] == "yes"}


TABLE = _table()


class RecordWalk(RuleBasedStateMachine):
    """One record, everybody around it, the platforms, and time that passes."""

    @initialize(
        beginning=st.sampled_from(BEGINNINGS),
        steps=st.sampled_from([0, 2, 4, *[len(STRAIGHT) - 1] * 2, *[len(STRAIGHT)] * 3]),
        own=st.booleans(),
        by=st.booleans(),
    )
    def propose(self, beginning: tuple[date, str], steps: int, own: bool, by: bool) -> None:
        """A house and a record that came some way, in a transaction that is never kept."""
        self.frame = transaction.atomic()
        self.frame.__enter__()
        self.hearing = listening()
        self.platforms = self.hearing.__enter__()
        self.now, self.house = BEGIN, CreditHouse()
        self.day_of_finding, self.severity = beginning
        changes: dict[str, Any] = {"finding_authority": self.house.keeping.name} if own else {}
        proposer = "colleague" if by else "head"
        self.case = self.house.proposed(
            self.severity,
            actor=actor_named(proposer, self.house, self.now),
            finding_date=self.day_of_finding,
            **changes,
        )
        self.done: list[tuple[str, str, date]] = [("propose", proposer, self.now.date())]
        self.off = days_that_differ()
        for name in STRAIGHT[:steps]:
            if name == "pass the time":
                self.wait(10)
            else:
                self.attempt(name, "deputy" if name == "decide" else DEEDS[name].by)

    def teardown(self) -> None:
        """Nothing of the walk stays."""
        if hasattr(self, "hearing"):
            self.hearing.__exit__(None, None, None)
        if hasattr(self, "frame"):
            transaction.set_rollback(True)
            self.frame.__exit__(None, None, None)

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """A move that the table allows, by one of those who may take it."""
        moves = sorted({(action, role) for state, action, role in TABLE if state == self.now_row().state})
        if moves:
            name, role = data.draw(st.sampled_from(moves))
            who = sorted(HEADS if role == "department_head" else OFFICERS)
            self.attempt(name, data.draw(st.sampled_from(who)))

    @rule(data=st.data(), on_paper=st.booleans())
    def do(self, data: st.DataObject, on_paper: bool) -> None:
        """What may fit the state, by the one who usually does it; what the subject says comes on paper too."""
        fitting = LATER if self.now_row().state in EFFECTIVE | FINAL else DEEDS.keys() - LATER - ENDING
        name = data.draw(st.sampled_from(sorted(fitting)))
        self.attempt(name, "head" if on_paper and name in FOR_THE_SUBJECT_TOO else DEEDS[name].by)

    @rule(name=st.sampled_from(sorted(DEEDS)), who=st.sampled_from(PEOPLE))
    def meddle(self, name: str, who: str) -> None:
        """Anything, by anybody."""
        self.attempt(name, who)

    @precondition(lambda self: self.now < BEGIN + timedelta(days=500))
    @rule(days=st.integers(1, 60))
    def wait(self, days: int) -> None:
        """Days pass, and the sweeps run."""
        self.now += timedelta(days=days)
        sweep_deadlines(self.now.date())
        sweep_records(self.now.date())

    def attempt(self, name: str, who: str) -> None:
        """Do it, and compare what came with table and lists; what was refused has written nothing."""
        before, written = self.now_row(), self.written()
        try:
            with transaction.atomic():
                found = DEEDS[name].do(
                    Scene(self.house, before, before.version), actor_named(who, self.house, self.now)
                )
        except CaseError as error:
            refused: CaseError | None = error
        else:
            refused = None
        if name == "acknowledge" and refused is None and found is None:
            return
        after = self.now_row()
        if refused is not None:
            assert (after.state, after.version, self.written()) == (before.state, before.version, written)
        else:
            self.check_done(name, who, before, after)
            self.done.append((name, who, self.now.date()))
        if name in MOVES and not any(row[1:] == (name, role) for row in TABLE for role in STANDING.get(who, ())):
            assert isinstance(refused, ActionNotAllowed) or (refused is not None and refused.status == 400)

    def check_done(self, name: str, who: str, before: CreditRecord, after: CreditRecord) -> None:
        """Whoever did it was entitled to, and it moved the record only where the table says so."""
        if name in MOVES:
            roles = STANDING.get(who, set())
            assert any((before.state, name, role) in TABLE for role in roles), f"{who} took {name} in {before.state}"
            return
        assert after.state == before.state, f"{name} moved the record"
        assert before.state not in FINAL or name == "acknowledge", f"{name} on a record that has ended"
        if name == "acknowledge":
            assert who == "executor"
        elif name in FOR_HEADS:
            assert who in HEADS
        else:
            assert who in OFFICERS | HEADS or (name in FOR_THE_SUBJECT_TOO and who == THE_SUBJECT)

    def now_row(self) -> CreditRecord:
        """The record as it stands in the database."""
        return CreditRecord.objects.get(pk=self.case.pk)

    def written(self) -> list[Any]:
        """What a command could have left behind."""
        row = self.now_row()
        return [
            row.events.count(),
            Letter.objects.count(),
            OutboxMessage.objects.count(),
            len(self.platforms.sent),
            sorted(row.deadlines.values_list("pk", "status", "due")),
            sorted(row.measures.values_list("pk", "state", "acknowledged_on", "lifted_on")),
            sorted(row.objections.values_list("pk", "outcome", "forwarded_on")),
            sorted(row.repairs.values_list("pk", "outcome")),
            sorted(row.statements.values_list("pk", "answer")),
            row.attachments.count(),
        ]

    def who_did(self, name: str) -> list[str]:
        """Who did it, each time."""
        return [who for done, who, _day in self.done if done == name]

    def days_of(self, name: str) -> list[date]:
        """On which days it was done."""
        return [day for done, _who, day in self.done if done == name]

    def last_day(self) -> date:
        """Counted on the fingers, from the day of the finding."""
        return months_later(self.day_of_finding, CLASSES[self.now_row().severity.code][1])

    @invariant()
    def never_public_without_notice_and_decision(self) -> None:
        """What everybody reads was noticed, served, decided and published, each after the other."""
        if public_on(self.now.date()).filter(pk=self.case.pk).exists():
            steps = [max(self.days_of(name)) for name in ("give_notice", "serve", "decide", "publish")]
            assert steps == sorted(steps)

    @invariant()
    def never_a_day_too_long(self) -> None:
        """After the last day nothing has an effect, and the sweep has ended it."""
        row, today = self.now_row(), self.now.date()
        assert row.last_day == self.last_day()
        if today > row.last_day:
            assert row.state not in EFFECTIVE
            assert not effective_on(today).exists()
            assert not Measure.objects.applied_on(today).exists()
            assert self.platforms.shown(row.reference) is None

    @invariant()
    def the_subject_had_its_time(self) -> None:
        """Five whole working days between service and decision; everything it said before is answered."""
        if served := self.days_of("serve"):
            until = working_days_later(served[0], 5, self.off)
            assert all(day > until for name in ("put_forward", "decide") for day in self.days_of(name))
        if self.days_of("decide"):
            assert not self.now_row().statements.filter(answered_on=None).exists()

    @invariant()
    def measures_stand_and_fall_with_the_record(self) -> None:
        """They apply only while it has an effect, and only those that the subject was heard on."""
        row = self.now_row()
        states = set(row.measures.values_list("state", flat=True))
        if row.state in BEFORE:
            assert states <= {"intended", "dropped"}
        elif row.state in EFFECTIVE:
            assert states <= {"applied", "dropped"}
        else:
            assert states <= {"ended", "dropped"}
        noticed = self.days_of("give_notice")
        assert not noticed or all(day <= noticed[0] for day in self.days_of("intend_measure"))
        if self.severity != "serious" and not self.who_did("amend"):
            assert not states

    @invariant()
    def an_end_ends_everything(self) -> None:
        """No clock runs on, nothing stays open, and the day of the end is kept."""
        row = self.now_row()
        running = [clock.due for clock in row.deadlines.all() if clock.status in ("running", "breached")]
        assert (row.ended_on is not None) == (row.state in FINAL)
        assert row.next_due == (min(running) if running else None)
        if row.state in TIMED:
            assert running, "nobody has a day on which the next step is late"
        if row.state in FINAL:
            assert running == []
            assert not row.objections.filter(outcome="open").exists()
            assert not row.repairs.filter(outcome="open").exists()
            assert self.platforms.shown(row.reference) is None

    @invariant()
    def one_at_a_time(self) -> None:
        """At most one open objection and one open application; each number once."""
        row = self.now_row()
        for rows in (row.objections, row.repairs):
            assert rows.filter(outcome="open").count() <= 1
            numbers = list(rows.order_by("number").values_list("number", flat=True))
            assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def the_mark_follows_the_objection(self) -> None:
        """Here and on the platforms; there it stays until what the objection achieved is carried out."""
        row = self.now_row()
        is_open = row.objections.filter(outcome="open").exists()
        marked: Any = with_mark(CreditRecord.objects.filter(pk=row.pk)).get()
        assert marked.is_contested == is_open
        shown = self.platforms.shown(row.reference)
        if shown is not None:
            founded = row.objections.filter(outcome__in=["corrected", "annulled"], carried_out_on=None).exists()
            assert shown["is_contested"] or not is_open
            assert is_open or founded or not shown["is_contested"]

    @invariant()
    def the_platforms_show_what_everybody_may_read(self) -> None:
        """A serious record that is public stands on both platforms as it is; nothing else does."""
        row = self.now_row()
        is_public = public_on(self.now.date()).filter(pk=row.pk).exists()
        for platform in ("credit_china", "enterprise_publicity"):
            shown = self.platforms.shown(row.reference, platform)
            assert (shown is not None) == (is_public and row.severity.code == "serious")
            assert shown is None or shown["conduct"] == row.conduct
        keys = [key for _platform, _change, _fields, key in self.platforms.sent]
        assert len(keys) == len(set(keys))

    @invariant()
    def always_a_second_person(self) -> None:
        """Nobody decides what they proposed or put forward, nor grants what they entered."""
        deciders = set(self.who_did("decide"))
        if deciders:
            assert deciders.isdisjoint(self.who_did("propose"))
            assert deciders.isdisjoint(self.who_did("put_forward")[-1:])
            assert deciders <= HEADS
        if self.who_did("repair"):
            entered = [who for name, who, _day in self.done if name in ("enter_repair", "enter_reorganisation")]
            assert self.who_did("repair")[-1] != entered[-1]

    @invariant()
    def repaired_in_time_only(self) -> None:
        """Not before the least publicity is over, unless a court approved a plan; always on an application."""
        for day in self.days_of("repair"):
            granted = self.now_row().repairs.get(outcome="granted")
            least = CLASSES[self.now_row().severity.code][0]
            assert granted.ground == "reorganisation" or not least or day > months_later(self.day_of_finding, least)

    @invariant()
    def annulled_for_a_reason_only(self) -> None:
        """Its finding was set aside, or an objection was right; and nothing like it is decided or shown."""
        row = self.now_row()
        wrong = row.set_aside_on is not None or row.objections.filter(outcome="annulled").exists()
        assert row.state != "annulled" or wrong
        set_aside = self.days_of("set_aside")
        if row.set_aside_on is not None:
            assert not public_on(self.now.date()).exists()
            names = [name for name, _who, _day in self.done]
            after = names[names.index("set_aside") :]
            assert not {"decide", "publish", "show_again"} & set(after)
            assert set_aside

    @invariant()
    def the_chain_holds(self) -> None:
        """Nothing in the timeline was changed or lost."""
        assert list(verify_chains(self.case.pk)) == []


@pytest.mark.django_db
def test_random_walks_keep_every_invariant() -> None:
    run_state_machine_as_test(
        RecordWalk,
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
