"""A kept calculation is told again as it was, in any language; every note has words in both."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.utils import translation
from hypothesis import given

from complaints.payment import Inputs, calculate, from_record, to_json, to_record
from complaints.payment import words as words_module
from complaints.payment.inputs import Deposit, DepositKind, Excuse, Inspection, Practice
from complaints.payment.law import payment_law
from complaints.payment.notes import Note
from complaints.payment.words import note_text
from tests.complaints.payment.claims import AS_OF, D, calendar, claim, lpr, paid
from tests.complaints.payment.test_properties import claims, ends, relaxed

FULL = claim(
    inspection=Inspection(date(2025, 6, 20)),
    agreed_annual_rate=D("2.5"),
    undisputed_amount=D("5.00"),
    payments=paid(("2025-09-15", "20000.00")),
    practices=tuple(Practice),
    invalid_reasons=tuple(Excuse),
    deposits=(Deposit(DepositKind.OTHER, D("9.00"), date(2025, 1, 1)),),
    sme_status_told=None,
)


def round_trip(inputs: Inputs, as_of: date) -> None:
    found = calculate(inputs, as_of, calendar(), lpr())
    kept = json.loads(json.dumps(to_record(inputs, found)))
    assert from_record(kept) == (inputs, found)


@relaxed
@given(claims, ends)
def test_what_is_kept_comes_back_unchanged(inputs: Inputs, as_of: date) -> None:
    round_trip(inputs, as_of)


@pytest.mark.parametrize("inputs", [FULL, claim(delivered_on=None), claim(signed_on=date(2020, 1, 1))])
def test_gaps_and_circumstances_are_kept_too(inputs: Inputs) -> None:
    round_trip(inputs, AS_OF)


def test_a_kept_calculation_is_told_in_the_language_of_its_reader() -> None:
    found = calculate(FULL, AS_OF, calendar(), lpr())
    _inputs, again = from_record(json.loads(json.dumps(to_record(FULL, found))))
    with translation.override("en"):
        english = to_json(again)
    with translation.override("zh-hans"):
        chinese = to_json(again)
    assert english["explanation"][0]["text"].startswith("The contract was signed on June 2, 2025")
    assert chinese["explanation"][0]["text"].startswith("合同订立于2025年6月2日")
    assert english["interest"] == chinese["interest"]


def test_the_rule_versions_are_kept() -> None:
    found = calculate(FULL, AS_OF, calendar(), lpr())
    kept = to_record(FULL, found)["result"]
    assert (kept["law_version"], kept["law_edition"]) == ("R802", payment_law().edition)
    assert kept["lpr_loaded_on"] == "2026-08-20"


def test_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        from_record({"format": 0})


@pytest.mark.parametrize("code", sorted(words_module._TEXTS))
def test_every_note_is_told_in_chinese(code: str) -> None:
    day, number = "2025-08-04", "3.00"
    params = dict.fromkeys(
        (
            "signed_on", "start_on", "raw_due_on", "due_on", "published_on", "deadline_on", "expires_on", "breach_on",
            "interest_from", "as_of", "first", "last",
        ),
        day,
    )  # fmt: skip
    params |= dict.fromkeys(("rate", "lpr", "low_rate", "high_rate", "amount"), number)
    params |= {"version": "R802", "loaded_until": "2026-08"}
    numbers = dict.fromkeys(("days", "cap", "usual", "count", "low", "high"), 60)
    with translation.override("zh-hans"):
        text = note_text(Note(code, params={**params, **numbers}))
    assert "%(" not in text
    assert any("\u4e00" <= character <= "\u9fff" for character in text)
