"""Which law, from which event, how many days, rolled to which day; and what is said where something is missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from complaints.payment.inputs import Buyer, Inspection
from complaints.payment.terms import StartEvent
from tests.complaints.payment.claims import codes, flags, result

PUBLIC, LARGE = Buyer.PUBLIC_BODY, Buyer.LARGE_ENTERPRISE


@pytest.mark.parametrize(
    ("signed_on", "version"),
    [
        ("2020-08-31", "civil_law"),
        ("2020-09-01", "R728"),
        ("2025-05-31", "R728"),
        ("2025-06-01", "R802"),
    ],
)
def test_the_day_of_signing_decides_which_law_applies(signed_on: str, version: str) -> None:
    assert result(signed_on=date.fromisoformat(signed_on)).law_version == version


@pytest.mark.parametrize(
    ("buyer", "signed_on", "agreed", "days"),
    [
        (PUBLIC, "2025-06-01", None, 30),
        (PUBLIC, "2020-09-01", None, 30),
        (PUBLIC, "2025-06-01", 59, 59),
        (PUBLIC, "2025-06-01", 60, 60),
        (PUBLIC, "2025-06-01", 61, 60),
        (PUBLIC, "2020-09-01", 90, 60),
        (PUBLIC, "2020-08-31", 90, 90),
        (PUBLIC, "2020-08-31", None, None),
        (LARGE, "2025-06-01", None, 60),
        (LARGE, "2025-06-01", 180, 180),
        (LARGE, "2025-06-01", 0, 0),
        (LARGE, "2020-09-01", None, None),
        (LARGE, "2020-09-01", 45, 45),
        (LARGE, "2020-08-31", None, None),
    ],
)
def test_the_term(buyer: Buyer, signed_on: str, agreed: int | None, days: int | None) -> None:
    found = result(respondent_type=buyer, signed_on=date.fromisoformat(signed_on), agreed_term_days=agreed)
    assert found.due.term_days == days
    assert (found.due.due_on is None) == (days is None)


def test_an_agreed_term_over_sixty_days_is_cut_for_public_bodies_and_only_looked_at_for_large_enterprises() -> None:
    for agreed, public, large in ((60, [], []), (61, ["agreed_term_capped"], ["agreed_term_long"])):
        assert flags(respondent_type=PUBLIC, agreed_term_days=agreed) == public
        assert flags(respondent_type=LARGE, agreed_term_days=agreed) == large


@pytest.mark.parametrize(
    ("signed_on", "code"), [("2021-03-01", "no_term_reasonable"), ("2020-03-01", "no_term_civil_law")]
)
def test_without_a_number_in_law_or_contract_there_is_no_due_date(signed_on: str, code: str) -> None:
    found = result(signed_on=date.fromisoformat(signed_on))
    missing = {note.code: note.params["field"] for note in found.findings.missing}
    assert missing[code] == "agreed_term_days"
    assert (found.due.raw_due_on, found.due.due_on, found.interest_from, found.days) == (None, None, None, None)
    assert (found.account, found.due.start_on) == (None, date(2025, 6, 3))


@pytest.mark.parametrize(
    ("changes", "event", "on"),
    [
        ({}, StartEvent.DELIVERY, "2025-06-03"),
        (
            {"inspection": Inspection(date(2025, 6, 20), date(2025, 6, 20))},
            StartEvent.ACCEPTANCE,
            "2025-06-20",
        ),
        ({"inspection": Inspection(None, date(2025, 7, 1))}, StartEvent.ACCEPTANCE, "2025-07-01"),
        (
            {"inspection": Inspection(date(2025, 6, 20), date(2025, 6, 21))},
            StartEvent.INSPECTION_DEADLINE,
            "2025-06-20",
        ),
        ({"inspection": Inspection(date(2025, 6, 20))}, StartEvent.INSPECTION_DEADLINE, "2025-06-20"),
        ({"settlement_confirmed_on": date(2025, 7, 7)}, StartEvent.SETTLEMENT, "2025-07-07"),
        (
            {"settlement_confirmed_on": date(2025, 7, 7), "inspection": Inspection(date(2025, 6, 20))},
            StartEvent.SETTLEMENT,
            "2025-07-07",
        ),
    ],
)
def test_the_first_start_event_that_applies(changes: dict[str, Any], event: StartEvent, on: str) -> None:
    due = result(**changes).due
    assert (due.start_event, due.start_on) == (event, date.fromisoformat(on))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"delivered_on": None}, "delivered_on"),
        ({"inspection": Inspection()}, "inspection"),
        ({"periodic_settlement": True}, "settlement_confirmed_on"),
    ],
)
def test_a_missing_start_is_named_and_nothing_is_guessed(changes: dict[str, Any], field: str) -> None:
    found = result(**changes)
    assert [note.params["field"] for note in found.findings.missing] == [field]
    assert (found.due.start_event, found.due.due_on, found.account) == (None, None, None)


def test_what_an_inspection_that_was_not_passed_in_time_means() -> None:
    deadline = date(2025, 6, 20)
    assert flags(inspection=Inspection(deadline)) == ["inspection_late"]
    assert flags(inspection=Inspection(deadline, date(2025, 6, 21))) == ["inspection_late"]
    assert flags(inspection=Inspection(deadline), as_of=deadline) == ["inspection_open"]
    assert flags(inspection=Inspection(deadline, deadline)) == []
    assert flags(inspection=Inspection(None, deadline)) == ["inspection_without_deadline"]


@pytest.mark.parametrize(
    ("delivered_on", "raw", "due"),
    [
        # 2025-07-26 + 60 = 2025-09-24, a Wednesday.
        ("2025-07-26", "2025-09-24", "2025-09-24"),
        # 2025-08-02 + 60 = 2025-10-01: National Day and Mid-Autumn together, work begins on Thursday the 9th.
        ("2025-08-02", "2025-10-01", "2025-10-09"),
        # 2025-08-12 + 60 = 2025-10-11, a Saturday that is worked.
        ("2025-08-12", "2025-10-11", "2025-10-11"),
    ],
)
def test_the_last_day_moves_to_a_working_day(delivered_on: str, raw: str, due: str) -> None:
    found = result(delivered_on=date.fromisoformat(delivered_on)).due
    assert (found.raw_due_on, found.due_on) == (date.fromisoformat(raw), date.fromisoformat(due))


def test_beyond_the_calendar_the_raw_day_is_told_and_the_due_day_is_not() -> None:
    found = result(agreed_term_days=3650)
    assert found.due.raw_due_on == date(2035, 6, 1)
    assert (found.due.due_on, found.account) == (None, None)
    assert codes(found.findings.missing) == ["calendar"]


def test_a_day_after_the_announced_holidays_is_provisional() -> None:
    found = result(agreed_term_days=576)
    assert found.due.due_on == date(2026, 12, 31)
    assert found.due.provisional
    assert "due_provisional" in codes(found.findings.flags)
