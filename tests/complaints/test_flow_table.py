"""The table of moves against the checked-in table, exhaustively, and the shape of the flow."""

import csv
from itertools import product

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from casework.parties.models import Role
from complaints.flow import ACTIONS, FINAL_STATES, State, action_edges, can_take, is_allowed
from complaints.models import ArrearsComplaint
from complaints.progress import Turn, state_words

TURNS = {
    Turn.COMPLAINANT: "complainant",
    Turn.RECEIVING: "receiving_clerk",
    Turn.HANDLING: "handling_caseworker",
}


def _expected() -> set[tuple[str, str, str]]:
    with (settings.BASE_DIR / "docs/flow/arrears.csv").open(encoding="utf-8") as file:
        return {(row["state"], row["action"], row["role"]) for row in csv.DictReader(file) if row["allowed"] == "yes"}


EXPECTED = _expected()


@pytest.mark.parametrize("state", State)
def test_every_combination_is_as_checked_in(state: State) -> None:
    cases = [ArrearsComplaint(state=state.value, handling_department_id=pk) for pk in (None, 1)]
    found = {
        (state.value, action, role.value)
        for action, role in product(ACTIONS, Role)
        if any(can_take(case, action) for case in cases) and is_allowed(action, frozenset({role}), state.value)
    }
    assert found == {row for row in EXPECTED if row[0] == state.value}


@pytest.mark.parametrize("state", State)
def test_the_two_ways_to_reopen_exclude_each_other(state: State) -> None:
    """Without a department to handle it, a case is to be transferred; only a termination comes so early."""
    untransferred = ArrearsComplaint(state=state.value)
    assert not can_take(untransferred, "reopen")
    assert can_take(untransferred, "reopen_for_transfer") is (state == State.TERMINATED)
    handled = ArrearsComplaint(state=state.value, handling_department_id=1)
    assert can_take(handled, "reopen") is (state in (State.CLOSED, State.TERMINATED))
    assert not can_take(handled, "reopen_for_transfer")


def test_the_checked_in_table_names_nothing_unknown() -> None:
    assert {row[0] for row in EXPECTED} <= set(State.values)
    assert {row[1] for row in EXPECTED} == set(ACTIONS)
    assert {row[2] for row in EXPECTED} <= set(Role.values)


def test_every_state_is_reachable_and_final_ones_are_left_only_by_reopening() -> None:
    edges = [edge for action in ACTIONS for edge in action_edges(action)]
    reached, frontier = {State.DRAFT.value}, [State.DRAFT.value]
    while frontier:
        here = frontier.pop()
        for source, target in edges:
            if source == here and target not in reached:
                reached.add(target)
                frontier.append(target)
    assert reached == set(State.values)
    final = {state.value for state in FINAL_STATES}
    moves = {action: action_edges(action) for action in ACTIONS}
    leaving = {action for action, pairs in moves.items() if final & {source for source, _target in pairs}}
    assert leaving == {"reopen", "reopen_for_transfer"}
    left = {source for action, pairs in moves.items() if action not in leaving for source, _target in pairs}
    assert set(State.values) - left == final


def test_every_action_has_a_role_and_every_state_that_goes_on_has_somebody_whose_turn_it_is() -> None:
    assert {action for _state, action, _role in EXPECTED} == set(ACTIONS)
    for state in set(State) - set(FINAL_STATES):
        roles = {role for row_state, _action, role in EXPECTED if row_state == state.value}
        assert roles, state
        if state != State.DRAFT:
            turn = state_words(ArrearsComplaint(state=state.value)).turn
            assert TURNS[turn] in roles, f"nobody of the side whose turn it is can act in {state}"


def test_the_final_states_have_nobody_s_turn() -> None:
    told = set(State) - {State.DRAFT}
    assert {state for state in told if state_words(ArrearsComplaint(state=state.value)).turn == Turn.NOBODY} == set(
        FINAL_STATES
    )


def test_a_final_state_can_be_reached_from_every_state() -> None:
    edges = [edge for action in ACTIONS for edge in action_edges(action)]
    for state in State:
        reached, frontier = {state.value}, [state.value]
        while frontier:
            here = frontier.pop()
            for source, target in edges:
                if source == here and target not in reached:
                    reached.add(target)
                    frontier.append(target)
        assert reached & {final.value for final in FINAL_STATES}, state


def test_the_diagram_is_fresh() -> None:
    call_command("flow_diagram", "--check")


@pytest.mark.django_db
def test_the_database_holds_exactly_the_states_of_the_flow() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'case_arrears_state'")
        (definition,) = cursor.fetchone()
    held = set(definition.split("'")[1::2]) - {"arrears"}
    assert held == set(State.values)
