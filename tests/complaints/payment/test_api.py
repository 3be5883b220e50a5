"""POST /api/v1/calculators/interest: the answer's shape, and each refusal at its field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from complaints.payment import limits
from complaints.payment.api import EXAMPLE

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/calculators/interest"
KEYS = {
    "law_version", "start_event", "start_on", "raw_due_on", "due_on", "interest_from", "days", "rate_kind", "rate",
    "interest", "interest_left", "principal_left", "segments", "flags",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _fresh_budget() -> None:
    cache.clear()


def ask(address: str = ADDRESS, **changes: Any) -> Any:
    client = APIClient(HTTP_ACCEPT_LANGUAGE="en")
    return client.post(address, {**EXAMPLE, **changes}, format="json")


def answer(**changes: Any) -> dict[str, Any]:
    response = ask(**changes)
    assert response.status_code == 200, response.json()
    found: dict[str, Any] = response.json()
    return found


def faults(**changes: Any) -> dict[str, str]:
    """The fields at fault and what is said of them."""
    response = ask(**changes)
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    return {error["field"]: error["message"] for error in response.json()["errors"]}


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/"])
def test_the_example_of_the_specification(address: str) -> None:
    found = ask(address).json()
    assert set(found) >= KEYS
    assert {name: found[name] for name in KEYS - {"flags"}} == {
        "law_version": "R802",
        "start_event": "delivery",
        "start_on": "2025-06-03",
        "raw_due_on": "2025-08-02",
        "due_on": "2025-08-04",
        "interest_from": "2025-08-05",
        "days": 149,
        "rate_kind": "statutory_daily",
        "rate": "0.05",
        "interest": "7450.00",
        "interest_left": "7450.00",
        "principal_left": "100000.00",
        "segments": [
            {
                "from": "2025-08-05",
                "to": "2025-12-31",
                "days": 149,
                "principal": "100000.00",
                "interest": "7450.00",
            }
        ],
    }
    assert [set(flag) >= {"code", "text", "citation"} for flag in found["flags"]] == [True]


def test_everything_that_can_be_asked() -> None:
    found = answer(
        state_owned=True,
        contract_object="works",
        inspection={"agreed_deadline": "2025-06-20", "passed_on": None},
        agreed_term_days=90,
        agreed_annual_rate="2.5",
        undisputed_amount="50000.00",
        payments=[{"on": "2025-10-15", "amount": "1000.00"}],
        practices=["pay_when_paid", "forced_non_cash", "audit_basis", "cash_deposit_only"],
        invalid_reasons=["internal_process"],
        deposits=[{"kind": "other", "amount": "10.00", "expires_on": "2025-07-01"}],
        sme_status_told=True,
        day_count=360,
        allocation="principal_first",
    )
    assert (found["start_event"], found["term_days"], found["rate_kind"]) == ("inspection_deadline", 90, "lpr_floor")
    assert (found["rate"], found["rate_unit"]) == ("3.00", "percent_per_year")
    assert {flag["code"] for flag in found["flags"]} == {
        "inspection_late", "agreed_term_long", "agreed_rate_below_lpr", "undisputed_part", "pay_when_paid",
        "forced_non_cash", "audit", "deposit_cash_only", "invalid_reason_internal_process", "deposit_unlawful",
        "deposit_not_returned",
    }  # fmt: skip
    assert all(flag["citation"] for flag in found["flags"])


def test_what_can_not_be_computed_is_null_and_says_what_is_missing() -> None:
    found = answer(signed_on="2021-01-04")
    empty = ("raw_due_on", "due_on", "interest_from", "days", "interest", "interest_left", "principal_left")
    assert {found[name] for name in empty} == {None}
    assert [(gap["field"], gap["code"]) for gap in found["missing"]] == [("agreed_term_days", "no_term_reasonable")]


def test_optional_fields_may_be_left_out() -> None:
    needed = ("respondent_type", "signed_on", "delivered_on", "amount")
    body = {name: EXAMPLE[name] for name in needed}
    response = APIClient().post(ADDRESS, body, format="json")
    assert response.status_code == 200
    assert date.fromisoformat(response.json()["as_of"]) >= date(2026, 1, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("respondent_type", "shop"),
        ("respondent_type", None),
        ("signed_on", None),
        ("signed_on", "2025-6-2"),
        ("signed_on", "2025-02-30"),
        ("signed_on", "1999-12-31"),
        ("delivered_on", "2100-01-01"),
        ("as_of", 20251231),
        ("amount", "-1.00"),
        ("amount", "0.00"),
        ("amount", "0"),
        ("amount", 100000),
        ("amount", "1e5"),
        ("amount", "NaN"),
        ("amount", "1.001"),
        ("amount", "1" + "0" * 14),
        ("agreed_term_days", -1),
        ("agreed_term_days", 3651),
        ("agreed_term_days", "60"),
        ("agreed_term_days", True),
        ("agreed_annual_rate", "-0.1"),
        ("agreed_annual_rate", "100.01"),
        ("agreed_annual_rate", "3.65%"),
        ("agreed_annual_rate", 3.65),
        ("day_count", 366),
        ("allocation", "costs_first"),
        ("undisputed_amount", "100000.01"),
        ("practices", ["bribery"]),
        ("sme_status_told", "yes"),
        ("unknown_field", 1),
    ],
)
def test_each_fault_is_named_by_its_field(field: str, value: Any) -> None:
    named = [name.partition(".")[0] for name in faults(**{field: value})]
    assert named == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"payments": [{"on": "2025-09-01", "amount": "-5.00"}]}, "payments.0.amount"),
        ({"payments": [{"on": "2025-09-01", "amount": "5.00"}, {"amount": "5.00"}]}, "payments.1.on"),
        ({"payments": [{"on": "2025-09-01", "amount": "5.00", "by": "bill"}]}, "payments.0.by"),
        ({"payments": "none"}, "payments"),
        ({"inspection": {"passed_on": "soon"}}, "inspection.passed_on"),
        ({"inspection": []}, "inspection"),
        ({"deposits": [{"kind": "gift", "amount": "1.00"}]}, "deposits.0.kind"),
    ],
)
def test_a_fault_in_a_row_is_named_with_its_place(changes: dict[str, Any], field: str) -> None:
    assert list(faults(**changes)) == [field]


def test_as_many_payments_as_allowed_and_one_more() -> None:
    rows = [{"on": "2025-09-01", "amount": "1.00"}] * limits.MOST_PAYMENTS
    assert answer(payments=rows)["principal_left"] == "100000.00"
    assert list(faults(payments=[*rows, rows[0]])) == ["payments"]


def test_the_largest_numbers_are_computed_exactly() -> None:
    """99,999,999,999,999.99 at 100 % for 149 of 365 days, by hand: * 149 / 365 = 40,821,917,808,219.17."""
    found = answer(amount="99999999999999.99", agreed_annual_rate="100")
    assert found["interest"] == "40821917808219.17"


@pytest.mark.parametrize("body", [[], "text", None, {"payments": {}}])
def test_other_bodies_are_refused(body: Any) -> None:
    assert APIClient().post(ADDRESS, body, format="json").status_code == 400


def test_texts_come_in_the_language_of_the_caller() -> None:
    chinese = APIClient(HTTP_ACCEPT_LANGUAGE="zh-hans").post(ADDRESS, EXAMPLE, format="json").json()
    assert (
        chinese["explanation"][0]["text"]
        == "合同订立于2025年6月2日，适用：《保障中小企业款项支付条例》（国务院令第802号）。"
    )
    assert answer()["explanation"][0]["text"].startswith("The contract was signed on June 2, 2025")
