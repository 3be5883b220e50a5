"""Concurrent clients on one record: of two conflicting acts one wins, and what stands is one of the serial outcomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseError, InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.references import hash_secret, new_idempotency_key
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.credit.record import ending, intake
from casework.credit.record.models import CreditRecord
from tests.at_once import at_once, errors
from tests.credit.deeds import DEEDS, Scene, actor_named
from tests.credit.house import CreditHouse, finding

pytestmark = pytest.mark.django_db(transaction=True)


def _with_measure(step: str) -> Callable[[CreditHouse], CreditRecord]:
    def make(house: CreditHouse) -> CreditRecord:
        record, _measure = house.with_measure()
        made: CreditRecord = record if step == "proposed" else getattr(house, step)(record=record)
        return made

    return make


def _then(make: Callable[[CreditHouse], CreditRecord], *names: str) -> Callable[[CreditHouse], CreditRecord]:
    """A record, and what was done on it afterwards."""

    def made(house: CreditHouse) -> CreditRecord:
        record = make(house)
        for name in names:
            DEEDS[name].do(Scene(house, house.fresh(record)), actor_named(DEEDS[name].by, house))
        return record

    return made


def _over(make: Callable[[CreditHouse], CreditRecord]) -> Callable[[CreditHouse], CreditRecord]:
    """A record whose longest period ended yesterday, unswept."""

    def made(house: CreditHouse) -> CreditRecord:
        record, yesterday = make(house), timezone.localdate() - timedelta(days=1)
        CreditRecord.objects.filter(pk=record.pk).update(served_on=yesterday, decided_on=yesterday, last_day=yesterday)
        return record

    return made


PUBLISHED, IN_FORCE = _with_measure("published"), _with_measure("decided")
ASKED = _then(PUBLISHED, "enter_reorganisation")
STAGES: dict[str, Callable[[CreditHouse], CreditRecord]] = {
    "proposed": _with_measure("proposed"),
    "noticed": CreditHouse.noticed,
    "served": _with_measure("served"),
    "submitted": _with_measure("submitted"),
    "in_force": IN_FORCE,
    "published": PUBLISHED,
    "contested": _then(PUBLISHED, "enter_objection"),
    "withheld": _then(PUBLISHED, "withhold"),
    "said": _then(CreditHouse.served, "enter_statement"),
    "asked": ASKED,
    "asked_and_wrong": _then(ASKED, "set_aside"),
    "wrong": _then(IN_FORCE, "set_aside"),
    "submitted_and_wrong": _then(_with_measure("submitted"), "set_aside"),
    "minor_over": _over(CreditHouse.asked),
}
# Of each pair one can't follow the other, mostly neither.
CONFLICTS = [
    ("proposed", "give_notice", "drop"),
    ("proposed", "give_notice", "give_notice"),
    ("proposed", "give_notice", "amend"),
    ("proposed", "give_notice", "intend_measure"),
    ("proposed", "drop_measure", "drop_measure"),
    ("proposed", "intend_measure", "intend_measure"),
    ("noticed", "serve", "serve"),
    ("served", "put_forward", "put_forward"),
    ("served", "put_forward", "drop"),
    ("said", "answer_statement", "answer_statement"),
    ("submitted", "decide", "decide"),
    ("submitted", "decide", "drop"),
    ("submitted", "decide", "send_back"),
    ("submitted", "drop", "drop"),
    ("submitted_and_wrong", "annul", "drop"),
    ("in_force", "publish", "publish"),
    ("wrong", "annul", "annul"),
    ("published", "withhold", "withhold"),
    ("withheld", "show_again", "show_again"),
    ("published", "set_aside", "set_aside"),
    ("published", "enter_objection", "enter_objection"),
    ("published", "enter_reorganisation", "enter_reorganisation"),
    ("contested", "decide_objection", "found_objection_wholly"),
    ("contested", "forward_objection", "take_on_objection"),
    ("asked", "repair", "refuse_repair"),
    ("asked", "repair", "enter_objection"),
    ("asked", "repair", "correct"),
    ("asked_and_wrong", "repair", "annul"),
    ("asked_and_wrong", "annul", "refuse_repair"),
    ("published", "acknowledge", "acknowledge"),
]


def _run(scene: Scene, name: str) -> Any:
    return DEEDS[name].do(scene, actor_named(DEEDS[name].by, scene.house))


def _stands(record: CreditRecord) -> list[Any]:
    """What two orders of the same acts are compared by: everything but numbers and keys."""
    row = CreditRecord.objects.get(pk=record.pk)
    return [
        row.state,
        row.version,
        (row.decided_by_id is None, row.published_on, row.withheld_since, row.ended_on, row.ended_reason),
        sorted(row.measures.values_list("state", flat=True)),
        sorted(row.objections.values_list("outcome", flat=True)),
        sorted(row.repairs.values_list("outcome", flat=True)),
        row.statements.count(),
        sorted(row.deadlines.values_list("code", "status")),
        sorted(row.letters.values_list("template", flat=True)),
        sorted(row.events.values_list("verb", flat=True)),
        OutboxMessage.objects.filter(case=row).count(),
    ]


def _one_after_the_other(state: str, first: str, second: str) -> tuple[int, list[Any]]:
    """How many were refused, and what stands then."""
    house = CreditHouse()
    record, losers = house.fresh(STAGES[state](house)), 0
    for name in (first, second):
        try:
            _run(Scene(house, record), name)
        except CaseError:
            losers += 1
    return losers, _stands(record)


@pytest.mark.parametrize(("state", "first", "second"), CONFLICTS)
def test_of_two_at_once_it_is_as_if_one_had_been_first(state: str, first: str, second: str) -> None:
    house = CreditHouse()
    record = house.fresh(STAGES[state](house))
    scene = Scene(house, record)
    results = at_once(lambda: _run(scene, first), lambda: _run(scene, second))
    losers = [result for result in results if isinstance(result, CaseError)]
    assert all(isinstance(loser, CaseChanged | InvalidInput) for loser in losers)
    serial = [_one_after_the_other(state, *pair) for pair in {(first, second), (second, first)}]
    assert max(number for number, _stood in serial) == 1
    assert (len(losers), _stands(record)) in serial
    assert list(verify_chains()) == []


# With the version that both looked at, whatever they do: the second hears that somebody was first.
LOOKED_AT = [
    ("proposed", "give_notice", "amend"),
    ("noticed", "issue_code", "issue_code"),
    ("noticed", "enter_statement", "enter_statement"),
    ("served", "put_forward", "drop"),
    ("submitted", "decide", "drop"),
    ("submitted", "decide", "enter_statement"),
    ("in_force", "publish", "withhold"),
    ("in_force", "publish", "set_aside"),
    ("published", "correct", "conduct_corrected"),
    ("published", "enter_objection", "enter_reorganisation"),
    ("contested", "decide_objection", "withhold"),
    ("asked", "repair", "enter_objection"),
]


@pytest.mark.parametrize(("state", "first", "second"), LOOKED_AT)
def test_of_two_who_looked_at_the_same_version_one_wins(state: str, first: str, second: str) -> None:
    house = CreditHouse()
    record = house.fresh(STAGES[state](house))
    scene = Scene(house, record, record.version)
    results = at_once(lambda: _run(scene, first), lambda: _run(scene, second))
    assert errors(results) == [CaseChanged]
    assert house.fresh(record).version == record.version + 1
    assert list(verify_chains()) == []


@pytest.mark.parametrize("other", ["annul", "set_aside"])
def test_nothing_is_published_that_is_to_be_annulled(other: str) -> None:
    """Publish beside what makes it wrong: in no order does everybody read a finding that was set aside."""
    house = CreditHouse()
    record = STAGES["wrong" if other == "annul" else "in_force"](house)
    scene = Scene(house, house.fresh(record))
    at_once(lambda: _run(scene, "publish"), lambda: _run(scene, other))
    row = house.fresh(record)
    assert not row.is_public
    assert (row.state, row.published_on) == ("annulled", None) if other == "annul" else row.set_aside_on is not None


def test_a_decision_beside_a_statement_never_overlooks_it() -> None:
    house = CreditHouse()
    scene = Scene(house, house.fresh(STAGES["submitted"](house)))
    results = at_once(lambda: _run(scene, "decide"), lambda: _run(scene, "enter_statement"))
    assert len(errors(results)) == 1
    row = house.fresh(scene.case)
    assert (row.state, row.statements.count()) in [("in_force", 0), ("submitted", 1)]


def test_repair_beside_expiry() -> None:
    house = CreditHouse()
    record = house.fresh(STAGES["minor_over"](house))
    scene = Scene(house, record)
    results = at_once(lambda: _run(scene, "repair"), lambda: ending.record_expire(record=record, actor=Actor.system()))
    assert errors(results) == [CaseChanged]
    row = house.fresh(record)
    assert (row.state, [r.outcome for r in row.repairs.all()]) in [("repaired", ["granted"]), ("expired", ["moot"])]
    assert row.events.filter(verb__in=[Verb.RECORD_REPAIRED, Verb.RECORD_EXPIRED]).count() == 1
    assert list(verify_chains()) == []


def test_two_statements_are_both_heard() -> None:
    house = CreditHouse()
    scene = Scene(house, house.fresh(STAGES["noticed"](house)))
    results = at_once(*[lambda: _run(scene, "enter_statement")] * 2)
    assert sorted(row.number for row in results) == [1, 2]


def test_of_two_codes_only_the_later_one_opens() -> None:
    house = CreditHouse()
    scene = Scene(house, house.fresh(STAGES["noticed"](house)))
    codes = at_once(*[lambda: _run(scene, "issue_code")] * 2)
    kept = house.fresh(scene.case).secret_hash
    assert [hash_secret(code) == kept for code in codes].count(True) == 1


def test_sweeps_at_once_end_each_record_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "BATCH", 2)
    house = CreditHouse()
    records = [STAGES["minor_over"](house) for _ in range(5)]
    assert sum(at_once(*[ending.sweep_records] * 3)) == 5
    for record in records:
        assert record.events.filter(verb=Verb.RECORD_EXPIRED).count() == 1
        assert OutboxMessage.objects.filter(case=record, key__startswith="email-", key__contains="expired").count() == 1
    assert list(verify_chains()) == []


def test_the_same_proposal_twice_at_once_makes_one_record() -> None:
    house, key = CreditHouse(), new_idempotency_key()
    subject, given = house.subject(), finding()

    def propose(key: str) -> Any:
        return intake.record_propose(
            subject=subject,
            department=house.keeping,
            finding=given,
            severity="serious",
            idempotency_key=key,
            actor=Actor.person(house.officer),
        )

    results = at_once(*[lambda: propose(key)] * 4)
    assert len({(row.case.pk, row.secret) for row in results}) == 1
    assert sum(row.is_new for row in results) == 1
    # The same finding under another key is no repeat: one document says one thing about one subject once.
    again = at_once(*[lambda: propose(new_idempotency_key())] * 2)
    assert errors(again) == [InvalidInput] * 2
    assert CreditRecord.objects.count() == 1


def test_whoever_entered_an_application_does_not_grant_it_even_at_once() -> None:
    house = CreditHouse()
    record = house.decided(severity="minor", publish=False)
    head = Actor.person(house.head)
    DEEDS["enter_repair"].do(Scene(house, record), head)
    scene = Scene(house, house.fresh(record))
    results = at_once(*[lambda: DEEDS["repair"].do(scene, head)] * 2)
    assert errors(results) == [ActionNotAllowed] * 2
    assert house.fresh(record).state == "in_force"
