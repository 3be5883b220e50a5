"""The report's table of moves against the checked-in table, exhaustively, and the shape of the flow."""

from __future__ import annotations

import csv
from itertools import product

import pytest
from django.conf import settings
from django.db import IntegrityError, connection

from casework.parties.models import Role
from fees.admin.reports.actions import DESK, SPECS
from fees.admin.reports.words import _TURN, STATE_TONES
from fees.report.flow import FINAL_STATES, FLOW, KIND, State
from fees.report.models import FeeReport
from tests.fees.house import FeeHouse
from tests.fees.report.deeds import ACTS, LOOSE, MOVES


def _expected() -> set[tuple[str, str, str]]:
    with (settings.BASE_DIR / f"docs/flow/{KIND}.csv").open(encoding="utf-8") as file:
        return {(row["state"], row["action"], row["role"]) for row in csv.DictReader(file) if row["allowed"] == "yes"}


EXPECTED = _expected()


@pytest.mark.parametrize("state", State)
def test_every_combination_is_as_checked_in(state: State) -> None:
    report = FeeReport(state=state.value, handling_department_id=1)
    found = {
        (state.value, action, role.value)
        for action, role in product(FLOW.actions, Role)
        if FLOW.can_take(report, action) and FLOW.is_allowed(action, frozenset({role}), state.value)
    }
    assert found == {row for row in EXPECTED if row[0] == state.value}


def test_a_report_that_no_department_verified_is_not_reopened() -> None:
    assert not FLOW.can_take(FeeReport(state=State.CLOSED), "reopen")


def test_the_checked_in_table_names_nothing_unknown() -> None:
    assert {row[0] for row in EXPECTED} <= set(State.values)
    assert {row[1] for row in EXPECTED} == set(FLOW.actions)
    assert {row[2] for row in EXPECTED} <= set(Role.values)


def test_every_state_is_reachable_and_final_ones_are_left_only_by_reopening() -> None:
    edges = [(action, *edge) for action in FLOW.actions for edge in FLOW.edges(action)]
    assert {target for _action, _source, target in edges} == set(State.values) - {"draft"}
    assert {action for action, source, _target in edges if source in FINAL_STATES} == {"reopen"}
    assert {source for _action, source, _target in edges} == set(State.values) - (set(FINAL_STATES) - {"closed"})


def test_in_every_state_that_is_not_final_somebody_has_the_turn() -> None:
    assert set(_TURN) == set(State.values) - set(FINAL_STATES) - {"draft"}
    assert set(STATE_TONES) == set(State.values)


def test_the_table_of_deeds_is_complete() -> None:
    assert set(MOVES) == set(FLOW.actions) - {"submit"}
    assert set(SPECS) == set(MOVES) - {"withdraw"}
    assert set(ACTS) | set(LOOSE) == {name for name, act in DESK.acts.items() if act.group not in ROOMS_OF_THEIR_OWN}


# Orders, penalty cases, referrals and credit records have their own tables of deeds and their own tests.
ROOMS_OF_THEIR_OWN = {"orders", "penalty", "referral", "credit"}


@pytest.mark.django_db
def test_the_database_holds_the_states_too() -> None:
    report = FeeHouse().registered()
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET state = 'in_handling' WHERE id = %s", [report.pk])
