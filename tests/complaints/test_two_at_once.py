"""Real concurrent clients: exactly one of two conflicting actions wins; references and numbers never collide."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.conf import settings

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, CaseError, InvalidInput
from casework.cases.models import Case
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.documents.models import Letter
from casework.documents.numbering import next_number
from complaints import services
from complaints.models import ArrearsComplaint
from tests.at_once import at_once
from tests.complaints.deeds import DEEDS, MOVES, Scene, actor_named
from tests.factories import House, file_complaint, filing

pytestmark = pytest.mark.django_db(transaction=True)


# A case in each state that somebody's move can end; made anew for each pair.
STAGES: dict[str, Callable[[House], ArrearsComplaint]] = {
    "submitted": lambda house: house.submitted(),
    "correction_requested": lambda house: house.unanswered(),
    "accepted": lambda house: house.accepted(),
    "transferred": lambda house: house.return_asked(),
    "received": lambda house: _return_asked(house, house.received()),
    "in_handling": lambda house: _return_asked(house, house.in_handling()),
    "resolved": lambda house: house.with_plan(),
    "follow_up": lambda house: _followed(house, house.with_plan()),
    "closed": lambda house: house.with_new_facts(),
    "terminated": lambda house: _terminated(house, house.in_handling()),
}


def _done(name: str, house: House, case: ArrearsComplaint) -> ArrearsComplaint:
    DEEDS[name].do(Scene(house, case), DEEDS[name].actor(house))
    return ArrearsComplaint.objects.get(pk=case.pk)


def _return_asked(house: House, case: ArrearsComplaint) -> ArrearsComplaint:
    return _done("ask_return", house, case)


def _followed(house: House, case: ArrearsComplaint) -> ArrearsComplaint:
    return _done("follow_up", house, case)


def _terminated(house: House, case: ArrearsComplaint) -> ArrearsComplaint:
    return _done("tell_facts", house, _done("terminate", house, case))


def _moves_from(state: str) -> list[str]:
    with (settings.BASE_DIR / "docs/flow/arrears.csv").open(encoding="utf-8") as file:
        rows = {row["action"] for row in csv.DictReader(file) if (row["state"], row["allowed"]) == (state, "yes")}
    return sorted(rows & MOVES.keys())


# A return that waits for its decision keeps these from happening at all: they get a stage without one.
WITHOUT_RETURN = {"transferred": House.transferred, "received": House.received, "in_handling": House.in_handling}
# One for a case with a handling department, the other for one without: no case has both.
NEVER_BOTH = ("reopen", "reopen_for_transfer")
PAIRS = [
    (state, *pair)
    for state in STAGES
    for pair in combinations_with_replacement(_moves_from(state), 2)
    if pair != NEVER_BOTH
]


def _stage(state: str, pair: tuple[str, str], house: House) -> ArrearsComplaint:
    """A case in the state in which both moves are possible; taking back needs a return that was asked for."""
    if "reopen_for_transfer" in pair:
        return house.with_new_facts_untransferred()
    if state in WITHOUT_RETURN and "take_back" not in pair:
        return WITHOUT_RETURN[state](house)
    return STAGES[state](house)


@pytest.mark.parametrize(("state", "first", "second"), PAIRS, ids=lambda value: str(value))
def test_of_two_moves_from_one_state_exactly_one_wins(state: str, first: str, second: str) -> None:
    house = House()
    case = ArrearsComplaint.objects.get(pk=_stage(state, (first, second), house).pk)
    assert case.state == state
    results = _both(house, case, first, second)
    (winner,) = [result for result in results if not isinstance(result, CaseError)]
    (loser,) = [result for result in results if isinstance(result, CaseError)]
    # A move that a pending return forbids says so; every other loser hears that somebody was first.
    assert isinstance(loser, CaseChanged) or (isinstance(loser, InvalidInput) and "take_back" in (first, second))
    stored = ArrearsComplaint.objects.get(pk=case.pk)
    assert (stored.state, stored.version) == (winner.state, case.version + 1)
    assert list(verify_chains(case.pk)) == []


# What changes a case beside the moves, each in a state in which it is possible, against a move that is possible too.
BESIDE = {
    "check_conditions": ("submitted", "accept"),
    "classify": ("accepted", "transfer"),
    "ask_return": ("transferred", "receive"),
    "decline_return": ("transferred", "take_back"),
    "assign": ("accepted", "transfer"),
    "remind": ("accepted", "withdraw"),
    "ask_feedback": ("in_handling", "resolve"),
    "ask_extension": ("in_handling", "terminate"),
    "split_claim": ("in_handling", "withdraw"),
    "record_payment": ("in_handling", "resolve"),
    "sign_plan": ("resolved", "follow_up"),
    "begin_size_dispute": ("submitted", "refuse"),
    "begin_receivable": ("in_handling", "withdraw"),
    "request_receivable": ("accepted", "terminate"),
    "assess_payment": ("submitted", "withdraw"),
    "assess_size": ("submitted", "refuse"),
    "reissue_letter": ("accepted", "transfer"),
    "record_delivery": ("accepted", "transfer"),
    "mark_secret": ("submitted", "accept"),
    "give_satisfaction": ("resolved", "close"),
    "decline_facts": ("closed", "reopen"),
}


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_of_an_act_and_a_move_at_once_exactly_one_wins(name: str) -> None:
    state, move = BESIDE[name]
    house = House()
    case = ArrearsComplaint.objects.get(pk=_stage(state, (name, move), house).pk)
    results = _both(house, case, name, move)
    assert [type(result) for result in results if isinstance(result, CaseError)] == [CaseChanged]
    assert ArrearsComplaint.objects.get(pk=case.pk).version == case.version + 1
    assert list(verify_chains(case.pk)) == []


@pytest.mark.parametrize("name", sorted({*BESIDE, "decide_extension", "confirm_payment", "end_subcase", "tell_facts"}))
def test_of_the_same_act_twice_at_once_exactly_one_wins(name: str) -> None:
    house = House()
    case = _ready_for(name, house)
    results = _both(house, case, name, name)
    assert [type(result) for result in results if isinstance(result, CaseError)] == [CaseChanged]
    assert list(verify_chains(case.pk)) == []


def _ready_for(name: str, house: House) -> ArrearsComplaint:
    before = {
        "decide_extension": ("in_handling", "ask_extension"),
        "confirm_payment": ("in_handling", "record_payment"),
        "end_subcase": ("submitted", "begin_size_dispute"),
        "tell_facts": ("in_handling", "terminate"),
    }
    if name in before:
        state, needed = before[name]
        return _done(needed, house, _stage(state, (name, name), house))
    state, move = BESIDE[name]
    return ArrearsComplaint.objects.get(pk=_stage(state, (name, move), house).pk)


def _both(house: House, case: ArrearsComplaint, first: str, second: str) -> list[Any]:
    """Both at once, by those who usually do them, each looking at the same version."""
    scene = Scene(house, case, case.version)
    scene.other_department()
    people = {name: DEEDS[name].actor(house) for name in (first, second)}
    # Until the handling department has received the case, these are the receiving side's.
    if case.received_on is None:
        people.update((name, actor_named("clerk", house)) for name in people.keys() & {"terminate", "end_subcase"})
    return at_once(*[lambda name=name: DEEDS[name].do(scene, people[name]) for name in (first, second)])


def test_references_stay_unique_under_64_concurrent_filings() -> None:
    house = House()
    results = at_once(*[lambda: file_complaint().complaint.reference] * 64)
    assert len({result for result in results if isinstance(result, str)}) == 64
    assert Case.objects.filter(receiving_department=house.receiving).count() == 64


def test_the_same_request_twice_at_once_makes_one_case_with_one_secret() -> None:
    House()
    data, key = filing(), "the-same-key-for-all-of-them"
    actor = Actor.complainant("x")
    results = at_once(*[lambda: services.complaint_file(data=data, idempotency_key=key, actor=actor)] * 8)
    assert len({(result.complaint.pk, result.secret) for result in results}) == 1
    assert sum(result.is_new for result in results) == 1
    assert Case.objects.count() == 1
    assert Case.objects.get().events.filter(verb=Verb.SUBMITTED).count() == 1


def test_document_numbers_have_neither_duplicates_nor_gaps() -> None:
    house = House()
    cases = [house.submitted() for _ in range(16)]
    actor = Actor.person(house.clerk)
    at_once(*[lambda case=case: MOVES["accept"].do(Scene(house, case), actor) for case in cases])
    numbers = sorted(Letter.objects.filter(department=house.receiving).values_list("sequence", flat=True))
    assert numbers == list(range(1, 17))


def test_a_number_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        next_number(department=House().receiving, year=2026)
