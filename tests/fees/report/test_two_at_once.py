"""Real concurrent clients on one report: exactly one of two conflicting acts wins."""

from __future__ import annotations

import csv
from collections.abc import Callable
from itertools import combinations_with_replacement
from typing import Any

import pytest
from django.conf import settings

from casework.cases.errors import CaseChanged, CaseError, InvalidInput
from casework.cases.models import Case
from casework.cases.references import new_idempotency_key
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from fees.report import intake, joining
from fees.report.flow import KIND
from fees.report.models import FeeReport
from tests.at_once import at_once
from tests.fees.house import REPORTER, FeeHouse, charge
from tests.fees.report.deeds import ACTS, DEEDS, MOVES, Scene, actor_named

pytestmark = pytest.mark.django_db(transaction=True)

STAGES: dict[str, Callable[[FeeHouse], FeeReport]] = {
    "registered": FeeHouse.registered,
    "accepted": FeeHouse.accepted,
    "transferred": FeeHouse.transferred,
    "verifying": FeeHouse.verifying_,
    "violation_found": FeeHouse.violation_found,
    "concluded": FeeHouse.concluded,
    "fed_back": FeeHouse.fed_back,
    "closed": FeeHouse.closed,
}


def _moves_from(state: str) -> list[str]:
    with (settings.BASE_DIR / f"docs/flow/{KIND}.csv").open(encoding="utf-8") as file:
        rows = {row["action"] for row in csv.DictReader(file) if (row["state"], row["allowed"]) == (state, "yes")}
    return sorted(rows & MOVES.keys())


PAIRS = [(state, *pair) for state in STAGES for pair in combinations_with_replacement(_moves_from(state), 2)]


def _stage(house: FeeHouse, state: str, names: tuple[str, ...]) -> FeeReport:
    """A report in the state in which all of these are possible; taking back needs a dispute."""
    if not {"take_back", "decline_return", "escalate_return", "designate"} & set(names):
        return STAGES[state](house)
    case = house.verifying_() if state == "verifying" else house.transferred()
    DEEDS["ask_return"].do(Scene(house, case, case), actor_named("handler", house))
    return case


def _both(house: FeeHouse, case: FeeReport, first: str, second: str) -> list[Any]:
    scene = Scene(house, case, house.accepted(), case.version)
    commands = [lambda name=name: DEEDS[name].do(scene, actor_named(DEEDS[name].by, house)) for name in (first, second)]
    return at_once(*commands)


@pytest.mark.parametrize(("state", "first", "second"), PAIRS)
def test_of_two_moves_from_one_state_exactly_one_wins(state: str, first: str, second: str) -> None:
    house = FeeHouse()
    case = FeeReport.objects.get(pk=_stage(house, state, (first, second)).pk)
    assert case.state == state
    results = _both(house, case, first, second)
    losers = [result for result in results if isinstance(result, CaseError)]
    # What a pending dispute forbids says so; every other loser hears that somebody was first.
    assert len(losers) == 1
    assert isinstance(losers[0], CaseChanged) or (
        isinstance(losers[0], InvalidInput) and "take_back" in (first, second)
    )
    assert FeeReport.objects.get(pk=case.pk).version == case.version + 1
    assert list(verify_chains()) == []


BESIDE = {
    "describe": ("registered", "accept"),
    "link": ("registered", "refuse"),
    "split_report": ("registered", "withdraw"),
    "split_complaint": ("registered", "merge"),
    "ask_return": ("transferred", "receive"),
    "decline_return": ("transferred", "take_back"),
    "ask_extension": ("verifying", "find_nothing"),
    "assign": ("accepted", "transfer"),
    "remind": ("accepted", "redirect"),
    "reissue_letter": ("registered", "accept"),
    "record_delivery": ("registered", "accept"),
    "mark_secret": ("registered", "accept"),
}


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_of_an_act_and_a_move_at_once_exactly_one_wins(name: str) -> None:
    state, move = BESIDE[name]
    house = FeeHouse()
    case = FeeReport.objects.get(pk=_stage(house, state, (name, move)).pk)
    results = _both(house, case, name, move)
    assert [type(result) for result in results if isinstance(result, CaseError)] == [CaseChanged]
    assert FeeReport.objects.get(pk=case.pk).version == case.version + 1
    assert list(verify_chains()) == []


@pytest.mark.parametrize("name", sorted(BESIDE))
def test_of_the_same_act_twice_at_once_exactly_one_wins(name: str) -> None:
    state, move = BESIDE[name]
    house = FeeHouse()
    case = FeeReport.objects.get(pk=_stage(house, state, (name, move)).pk)
    results = _both(house, case, name, name)
    assert [type(result) for result in results if isinstance(result, CaseError)] == [CaseChanged]


def test_every_act_that_asks_for_a_version_is_tried() -> None:
    # These two need a step before them; `test_services.py` takes them one after another.
    assert set(ACTS) - set(BESIDE) == {"decide_extension", "designate", "escalate_return"}


def test_two_merges_that_cross_never_wait_for_each_other() -> None:
    """Each into the other: whichever is first ends its own report, which then takes nothing in."""
    house = FeeHouse()
    one, two = house.accepted(), house.accepted()
    newer, newest = house.registered(), house.registered()
    actor = actor_named("clerk", house)
    results = at_once(
        lambda: joining.report_merge(report=newer, actor=actor, into=one, note="新"),
        lambda: joining.report_merge(report=newest, actor=actor, into=one, note="新"),
        lambda: joining.report_merge(report=newer, actor=actor, into=two, note="新"),
        lambda: joining.report_merge(report=newest, actor=actor, into=two, note="新"),
    )
    assert sum(isinstance(result, CaseError) for result in results) == 2
    assert {FeeReport.objects.get(pk=row.pk).state for row in (newer, newest)} == {"merged"}
    assert list(verify_chains()) == []


def test_the_same_request_twice_at_once_makes_one_report() -> None:
    FeeHouse()
    data, key = charge(), new_idempotency_key()
    results = at_once(*[lambda: intake.report_file(data=data, idempotency_key=key, actor=REPORTER)] * 6)
    assert len({(result.case.pk, result.secret) for result in results}) == 1
    assert sum(result.is_new for result in results) == 1
    assert Case.objects.get().events.filter(verb=Verb.REPORT_REGISTERED).count() == 1


def test_references_stay_unique_under_concurrent_filings() -> None:
    house = FeeHouse()
    results = at_once(*[lambda: house.registered().reference] * 24)
    assert len({result for result in results if isinstance(result, str)}) == 24
