"""The rate, the LPR under it, and each flag with the law that it comes from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from complaints.payment.inputs import Buyer, ContractObject, Deposit, DepositKind, Excuse, Practice
from complaints.payment.lpr import LprTable
from complaints.payment.rates import RateKind
from tests.complaints.payment.claims import D, codes, flags, lpr, paid, result

R728, R802, BEFORE = date(2021, 3, 1), date(2025, 6, 2), date(2020, 8, 31)
WORKS, GOODS = ContractObject.WORKS, ContractObject.GOODS


@pytest.mark.parametrize(
    ("agreed", "kind", "percent"),
    [
        (None, RateKind.STATUTORY_DAILY, "0.05"),
        ("2.99", RateKind.LPR_FLOOR, "3.00"),
        ("3", RateKind.AGREED, "3"),
        ("3.01", RateKind.AGREED, "3.01"),
        ("0", RateKind.LPR_FLOOR, "3.00"),
    ],
)
def test_the_rate(agreed: str | None, kind: RateKind, percent: str) -> None:
    found = result(agreed_annual_rate=D(agreed) if agreed else None)
    assert found.rate is not None
    assert (found.rate.kind, found.rate.percent) == (kind, D(percent))


@pytest.mark.parametrize(
    ("signed_on", "floor"),
    [("2024-10-20", "3.35"), ("2024-10-21", "3.10"), ("2025-05-19", "3.10"), ("2025-05-20", "3.00")],
)
def test_the_lpr_of_the_day_of_signing_counts(signed_on: str, floor: str) -> None:
    found = result(signed_on=date.fromisoformat(signed_on), agreed_annual_rate=D("1"), agreed_term_days=60)
    assert found.rate and found.rate.percent == D(floor)


def test_before_the_regulation_only_an_agreed_rate_gives_interest() -> None:
    agreed = result(signed_on=BEFORE, agreed_term_days=60, agreed_annual_rate=D("1.5"))
    assert agreed.rate and (agreed.rate.kind, agreed.rate.percent) == (RateKind.AGREED, D("1.5"))
    assert "signed_before_rules" in codes(agreed.findings.flags)
    silent = result(signed_on=BEFORE, agreed_term_days=60)
    assert (silent.due.due_on, silent.days) == (date(2025, 8, 4), 149)
    assert (silent.rate, silent.account) == (None, None)
    assert codes(silent.findings.missing) == ["no_rate_civil_law"]
    assert "signed_before_rules" not in flags(signed_on=date(2020, 9, 1))


def test_without_a_rate_what_is_not_overdue_still_bears_no_interest() -> None:
    found = result(signed_on=BEFORE, agreed_term_days=60, as_of=date(2025, 8, 4), payments=paid(("2025-07-01", "1.00")))
    assert found.account is not None
    assert (found.account.interest, found.account.principal_left) == (D("0.00"), D("99999.00"))


def test_the_first_and_the_last_month_of_the_lpr_table() -> None:
    assert "lpr_missing" in flags(signed_on=date(2019, 8, 19))
    assert "lpr_missing" not in flags(signed_on=date(2019, 8, 20))
    late: dict[str, Any] = {"delivered_on": date(2026, 9, 1), "as_of": date(2026, 9, 1)}
    assert "lpr_after_last_month" not in flags(signed_on=date(2026, 8, 31), **late)
    assert "lpr_after_last_month" in flags(signed_on=date(2026, 9, 1), **late)


def test_without_any_lpr_an_agreed_rate_can_not_be_judged() -> None:
    found = result(rates=LprTable(()), agreed_annual_rate=D("6"))
    assert (found.rate, found.account, found.lpr_loaded_on) == (None, None, None)
    assert codes(found.findings.missing) == ["no_lpr"]
    assert result(rates=LprTable(())).account is not None


def test_the_table_says_how_far_it_reaches() -> None:
    assert lpr().last_loaded_on == date(2026, 8, 20)
    assert lpr().published_by(date(2026, 9, 1)) == (date(2026, 8, 20), D("3.00"))
    assert lpr().published_by(date(2019, 8, 19)) is None


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({}, []),
        ({"sme_status_told": None}, ["sme_status_unproven"]),
        ({"sme_status_told": False}, ["sme_status_unproven"]),
        ({"agreed_annual_rate": D("0.06")}, ["agreed_rate_unit", "agreed_rate_below_lpr"]),
        ({"agreed_annual_rate": D("2.99")}, ["agreed_rate_below_lpr"]),
        ({"agreed_annual_rate": D("3.00")}, []),
        ({"practices": (Practice.PAY_WHEN_PAID,)}, ["pay_when_paid"]),
        (
            {"practices": (Practice.PAY_WHEN_PAID,), "respondent_type": Buyer.PUBLIC_BODY},
            ["pay_when_paid_public"],
        ),
        ({"practices": (Practice.FORCED_NON_CASH,)}, ["forced_non_cash"]),
        ({"practices": (Practice.AUDIT_BASIS,), "state_owned": True}, ["audit"]),
        ({"practices": (Practice.AUDIT_BASIS,), "state_owned": None}, ["audit"]),
        ({"practices": (Practice.AUDIT_BASIS,), "state_owned": False}, ["audit_private"]),
        ({"practices": (Practice.AUDIT_BASIS,), "respondent_type": Buyer.PUBLIC_BODY}, ["audit"]),
        (
            {"practices": (Practice.AUDIT_BASIS,), "signed_on": R728, "agreed_term_days": 60},
            ["audit_unless_agreed"],
        ),
        ({"practices": (Practice.CASH_DEPOSIT_ONLY,)}, ["deposit_cash_only"]),
        ({"invalid_reasons": tuple(Excuse)}, [f"invalid_reason_{excuse}" for excuse in Excuse]),
        ({"deposits": (Deposit(DepositKind.OTHER, D(5)),), "contract_object": WORKS}, ["deposit_unlawful"]),
        ({"deposits": (Deposit(DepositKind.OTHER, D(5)),), "contract_object": GOODS}, []),
        ({"deposits": (Deposit(DepositKind.QUALITY, D(5)),), "contract_object": WORKS}, []),
        ({"deposits": (Deposit(DepositKind.QUALITY, D(5), date(2025, 12, 30)),)}, ["deposit_not_returned"]),
        ({"deposits": (Deposit(DepositKind.QUALITY, D(5), date(2025, 12, 31)),)}, []),
        ({"undisputed_amount": D("99999.99")}, ["undisputed_part"]),
        ({"undisputed_amount": D("100000.00")}, []),
        ({"undisputed_amount": D("1.00"), "signed_on": R728, "agreed_term_days": 60}, []),
        ({"delivered_on": date(2025, 6, 1)}, ["dates_before_signing"]),
        ({"payments": paid(("2026-01-01", "1.00"))}, ["payments_after_as_of"]),
        ({"payments": paid(("2025-12-31", "107450.01"))}, ["surplus"]),
        ({"payments": paid(("2025-12-31", "107450.00"))}, []),
    ],
)
def test_each_flag_and_the_case_next_to_it(changes: dict[str, Any], raised: list[str]) -> None:
    assert flags(**changes) == raised


def test_the_source_of_a_rule_is_that_of_the_version_that_applies() -> None:
    for signed_on, article in ((R728, "第728号第十条"), (R802, "第802号第十一条")):
        found = result(signed_on=signed_on, agreed_term_days=60, practices=(Practice.FORCED_NON_CASH,))
        assert [article in note.source.citation for note in found.findings.flags] == [True]


def test_before_the_regulation_its_prohibitions_are_not_cited() -> None:
    raised = flags(
        signed_on=BEFORE,
        agreed_term_days=60,
        practices=tuple(Practice),
        invalid_reasons=tuple(Excuse),
        sme_status_told=None,
    )
    assert raised == ["signed_before_rules"]


@pytest.mark.parametrize(
    ("changes", "information"),
    [
        ({"contract_object": GOODS}, ["court_sales", "court_damages"]),
        ({"contract_object": ContractObject.SERVICES}, ["court_damages"]),
        ({"contract_object": GOODS, "agreed_annual_rate": D("6")}, ["court_damages"]),
        (
            {"contract_object": GOODS, "agreed_term_days": 500, "as_of": date(2026, 11, 1)},
            ["court_sales_unknown_lpr", "court_damages"],
        ),
        (
            {"contract_object": WORKS, "practices": (Practice.PAY_WHEN_PAID,)},
            ["court_back_to_back", "court_damages"],
        ),
    ],
)
def test_what_a_court_might_use_stands_beside_the_result(changes: dict[str, Any], information: list[str]) -> None:
    assert codes(result(**changes).findings.court) == information


def test_the_mark_up_of_the_sales_rule() -> None:
    """Breach on 2025-08-05: LPR 3.00 %, plus 30 % is 3.9 %, plus 50 % is 4.5 %."""
    note = result(contract_object=GOODS).findings.court[0]
    assert (note.params["lpr"], note.params["low_rate"], note.params["high_rate"]) == ("3.00", "3.9", "4.5")


def test_a_contract_under_the_old_regulation_is_told_that_transition_is_open() -> None:
    assert "transition" in codes(result(signed_on=R728, agreed_term_days=60).findings.notices)
    assert "transition" not in codes(result().findings.notices)
