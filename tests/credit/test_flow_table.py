"""The record's table of moves against the checked-in table, exhaustively, and the shape of the flow."""

from __future__ import annotations

import csv
from itertools import product

import pytest
from django.conf import settings
from django.db import connection

from casework.credit.admin.actions import DESK, SPECS
from casework.credit.admin.words import STATE_TONES, turn_words
from casework.credit.flow import BEFORE_DECISION, EFFECTIVE, FINAL_STATES, FLOW, KIND, State
from casework.credit.record.models import CreditRecord
from casework.parties.models import Department, Role
from tests.credit.deeds import ACTS, MOVES

# Letters and the worklog have the same acts in every kind, with tests of their own.
OWN_GROUPS = {"finding", "hearing", "measures", "publicity", "objections", "repair"}


def _table() -> list[dict[str, str]]:
    with (settings.BASE_DIR / f"docs/flow/{KIND}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


TABLE = _table()
EXPECTED = {(row["state"], row["action"], row["role"]) for row in TABLE if row["allowed"] == "yes"}
EDGES = [(action, *edge) for action in FLOW.actions for edge in FLOW.edges(action)]


@pytest.mark.parametrize("state", State)
def test_every_combination_is_as_checked_in(state: State) -> None:
    record = CreditRecord(state=state.value)
    found = {
        (state.value, action, role.value)
        for action, role in product(FLOW.actions, Role)
        if FLOW.can_take(record, action) and FLOW.is_allowed(action, frozenset({role}), state.value)
    }
    assert found == {row for row in EXPECTED if row[0] == state.value}


def test_the_checked_in_table_names_nothing_unknown_and_says_nothing_twice() -> None:
    assert {row["state"] for row in TABLE} <= set(State.values)
    assert {row["action"] for row in TABLE} == set(FLOW.actions)
    assert {row["role"] for row in TABLE} <= set(Role.values)
    assert {row["allowed"] for row in TABLE} == {"yes", "no"}
    assert len({(row["state"], row["action"], row["role"]) for row in TABLE}) == len(TABLE)


def test_nobody_takes_expiry() -> None:
    assert not any(FLOW.is_allowed("expire", frozenset({role})) for role in Role)
    assert {edge[1:] for edge in EDGES if edge[0] == "expire"} == {
        ("in_force", "expired"),
        ("published", "expired"),
    }


def test_those_who_look_and_those_it_is_about_move_nothing() -> None:
    moving = {role for _state, _action, role in EXPECTED}
    assert moving == {"credit_officer", "department_head", "receiving_clerk", "handling_caseworker"}
    assert {action for _s, action, role in EXPECTED if role in ("receiving_clerk", "handling_caseworker")} == {
        "propose"
    }


def test_every_state_is_reachable_and_final_ones_are_left_by_nothing() -> None:
    reached, frontier = {State.DRAFT.value}, [State.DRAFT.value]
    while frontier:
        here = frontier.pop()
        for _action, source, target in EDGES:
            if source == here and target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(State.values)
    assert {source for _action, source, _target in EDGES} == set(State.values) - set(FINAL_STATES)


def test_from_every_state_an_end_can_be_reached() -> None:
    for state in set(State) - set(FINAL_STATES):
        reached, frontier = {state.value}, [state.value]
        while frontier:
            here = frontier.pop()
            new = {target for _action, source, target in EDGES if source == here} - reached
            reached |= new
            frontier += new
        assert reached & set(FINAL_STATES), state


def test_a_record_takes_effect_only_through_the_decision_and_is_public_only_after_it() -> None:
    into = {(action, source) for action, source, target in EDGES if target in EFFECTIVE and source not in EFFECTIVE}
    assert into == {("decide", "submitted")}
    assert {(source, action) for action, source, target in EDGES if target == "published"} == {("in_force", "publish")}
    # And before it, the notice: no way to the decision passes by it.
    assert [source for action, source, target in EDGES if target == "submitted"] == ["noticed"]
    assert set(BEFORE_DECISION) == {"proposed", "noticed", "submitted"}


def test_the_table_of_deeds_and_the_desk_are_complete() -> None:
    assert set(MOVES) == set(SPECS) == set(FLOW.actions) - {"propose", "expire"}
    assert set(ACTS) == {name for name, act in DESK.acts.items() if act.group in OWN_GROUPS}


def test_in_every_state_that_is_not_final_somebody_has_the_turn() -> None:
    office = Department(name="某局")
    told = {state for state in State if turn_words(CreditRecord(state=state.value, receiving_department=office))}
    assert told == set(State) - set(FINAL_STATES) - {State.DRAFT}
    assert set(STATE_TONES) == set(State.values)


@pytest.mark.django_db
def test_the_database_holds_exactly_the_states_of_the_flow() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'credit_record_state'")
        (definition,) = cursor.fetchone()
    assert set(definition.split("'")[1::2]) - {KIND} == set(State.values)
