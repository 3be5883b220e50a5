"""Claims whose results were worked out by hand or come with the specification."""

from __future__ import annotations

from datetime import date

import pytest

from complaints.payment.inputs import Allocation, Buyer
from complaints.payment.rates import RateKind
from tests.complaints.payment.claims import D, paid, result


def test_large_enterprise_without_a_term() -> None:
    found = result()
    assert (found.due.raw_due_on, found.due.due_on) == (date(2025, 8, 2), date(2025, 8, 4))
    assert found.interest_from == date(2025, 8, 5)
    assert found.days == 149
    assert found.account and found.account.interest == D("7450.00")


def test_public_body_without_a_term() -> None:
    found = result(respondent_type=Buyer.PUBLIC_BODY, amount=D("1285000.50"), as_of=date(2026, 3, 31))
    assert (found.due.due_on, found.days) == (date(2025, 7, 3), 271)
    assert found.account and found.account.interest == D("174117.57")


@pytest.mark.parametrize(("day_count", "interest"), [(365, "6327.40"), (360, "6415.28")])
def test_an_agreed_rate_below_the_lpr_is_lifted_to_it(day_count: int, interest: str) -> None:
    found = result(
        signed_on=date(2025, 4, 10),
        amount=D("500000"),
        agreed_term_days=60,
        agreed_annual_rate=D("2.5"),
        day_count=day_count,
    )
    assert found.rate and (found.rate.kind, found.rate.percent) == (RateKind.LPR_FLOOR, D("3.10"))
    assert found.account and found.account.interest == D(interest)


def test_a_payment_counts_at_the_end_of_its_day_and_covers_interest_first() -> None:
    """42 days on 100,000.00 are 2,100.00; 17,900.00 of the 20,000.00 reduce the principal; 107 days on 82,100.00."""
    found = result(payments=paid(("2025-09-15", "20000.00")))
    assert found.account is not None
    first, second = found.account.segments
    assert (first.first, first.last, first.days) == (date(2025, 8, 5), date(2025, 9, 15), 42)
    assert (first.principal, first.interest) == (D("100000.00"), D("2100.00"))
    assert (second.first, second.days) == (date(2025, 9, 16), 107)
    assert (second.principal, second.interest) == (D("82100.00"), D("4392.35"))
    assert found.account.interest == D("6492.35")
    assert (found.account.principal_left, found.account.interest_left) == (D("82100.00"), D("4392.35"))


def test_principal_first_leaves_the_interest_standing() -> None:
    found = result(payments=paid(("2025-09-15", "20000.00")), allocation=Allocation.PRINCIPAL_FIRST)
    assert found.account is not None
    assert [segment.principal for segment in found.account.segments] == [D("100000.00"), D("80000.00")]
    # 2,100.00 + 80,000.00 * 107 * 0.0005
    assert (found.account.interest, found.account.interest_left) == (D("6380.00"), D("6380.00"))


def test_a_payment_up_to_the_due_date_reduces_the_principal_alone() -> None:
    found = result(payments=paid(("2025-08-04", "40000.00")))
    assert found.account and [segment.principal for segment in found.account.segments] == [D("60000.00")]
    assert found.account.interest == D("4470.00")


def test_a_payment_on_the_last_day_leaves_no_interest_behind_it() -> None:
    found = result(payments=paid(("2025-12-31", "107450.00")))
    assert found.account is not None
    assert len(found.account.segments) == 1
    assert (found.account.interest, found.account.interest_left) == (D("7450.00"), D("0.00"))
    assert (found.account.principal_left, found.account.surplus) == (D("0.00"), D("0.00"))


def test_the_first_day_after_the_due_date_is_the_first_day_of_delay() -> None:
    on_the_day, after = result(as_of=date(2025, 8, 4)), result(as_of=date(2025, 8, 5))
    assert (on_the_day.days, after.days) == (0, 1)
    assert on_the_day.account and on_the_day.account.interest == 0
    assert on_the_day.account.segments == ()
    assert after.account and after.account.interest == D("50.00")


def test_half_a_fen_is_rounded_up() -> None:
    """10.00 * 0.0005 is half a fen; 9.99 * 0.0005 is less."""
    for amount, interest in (("10.00", "0.01"), ("9.99", "0.00"), ("30.00", "0.02")):
        found = result(as_of=date(2025, 8, 5), amount=D(amount))
        assert found.account and found.account.interest == D(interest)


def test_the_undisputed_part_by_itself() -> None:
    found = result(undisputed_amount=D("40000.00"), payments=paid(("2025-09-15", "10000.00")))
    # 42 days on 40,000.00 are 840.00; 9,160.00 reduce it to 30,840.00; 107 days at 15.42 are 1,649.94
    assert found.undisputed_interest == D("2489.94")


def test_a_payment_on_the_first_day_of_delay_comes_after_that_days_interest() -> None:
    """50.00 for the day; the payment covers them and 99,000.00; 148 days on 1,000.00 are 74.00."""
    found = result(payments=paid(("2025-08-05", "99050.00")))
    assert found.account is not None
    assert [segment.days for segment in found.account.segments] == [1, 148]
    assert (found.account.interest, found.account.principal_left) == (D("124.00"), D("1000.00"))
