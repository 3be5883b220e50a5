"""The ledger against a slow walk over every single day, and what must hold whatever is claimed and paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import chinese_calendar
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.payment import Inputs, Result, calculate
from complaints.payment.inputs import Allocation, Buyer, Payment
from tests.complaints.payment.claims import calendar, claim, lpr

_DAY = timedelta(days=1)
amounts = st.decimals(min_value="0.01", max_value="9999999.99", places=2)
payments = st.lists(
    st.builds(Payment, st.dates(date(2025, 5, 1), date(2026, 9, 30)), st.decimals("0.01", "3000000.00", places=2)),
    max_size=8,
).map(tuple)
claims = st.builds(
    claim,
    respondent_type=st.sampled_from(Buyer),
    signed_on=st.dates(date(2020, 9, 1), date(2025, 6, 30)),
    delivered_on=st.dates(date(2025, 6, 1), date(2025, 12, 31)),
    amount=amounts,
    agreed_term_days=st.integers(0, 90),
    agreed_annual_rate=st.none() | st.decimals("0", "24", places=4),
    payments=payments,
    day_count=st.sampled_from([365, 360]),
    allocation=st.sampled_from(Allocation),
)
# The first example builds the calendar.
relaxed = settings(deadline=None, max_examples=200)
ends = st.dates(date(2025, 6, 1), date(2026, 10, 31))


def ask(inputs: Inputs, as_of: date) -> Result:
    return calculate(inputs, as_of, calendar(), lpr())


def to_fen(amount: Fraction) -> int:
    """Yuan to whole fen, half up."""
    return int((amount * 100 + Fraction(1, 2)) // 1)


def oracle(inputs: Inputs, as_of: date) -> tuple[date, int, int, int, int]:
    """Due date, interest, interest left, principal left, surplus: amounts in fen, one day after the other."""
    assert inputs.delivered_on is not None
    assert inputs.agreed_term_days is not None
    term = inputs.agreed_term_days
    if inputs.respondent_type is Buyer.PUBLIC_BODY and term > 60:
        term = 60
    due = inputs.delivered_on
    for _counted in range(term):
        due += _DAY
    while not chinese_calendar.is_workday(due):
        due += _DAY
    if inputs.agreed_annual_rate is None:
        daily = Fraction(5, 10_000)
    else:
        floor = {day: rate for day, rate in LPR_OF_THE_TIME if day <= inputs.signed_on}
        annual = max(Fraction(inputs.agreed_annual_rate), Fraction(floor[max(floor)]))
        daily = annual / 100 / inputs.day_count
    principal, left, total, surplus, running = int(inputs.amount * 100), 0, 0, 0, Fraction(0)
    day = min([due, *(payment.on for payment in inputs.payments)])
    while day <= as_of:
        if day > due:
            running += Fraction(principal, 100) * daily
        today = sum(int(payment.amount * 100) for payment in inputs.payments if payment.on == day)
        if today or day == as_of:
            total, left, running = total + to_fen(running), left + to_fen(running), Fraction(0)
        for what in ("left", "principal") if inputs.allocation is Allocation.INTEREST_FIRST else ("principal", "left"):
            covered = min(today, left if what == "left" else principal)
            today -= covered
            left, principal = (left - covered, principal) if what == "left" else (left, principal - covered)
        surplus += today
        day += _DAY
    return due, total, left, principal, surplus


# The 1-year LPR from 2020 on as the National Interbank Funding Center announced its changes.
LPR_OF_THE_TIME = [
    (date(2020, 4, 20), "3.85"),
    (date(2021, 12, 20), "3.80"),
    (date(2022, 1, 20), "3.70"),
    (date(2022, 8, 22), "3.65"),
    (date(2023, 6, 20), "3.55"),
    (date(2023, 8, 21), "3.45"),
    (date(2024, 7, 22), "3.35"),
    (date(2024, 10, 21), "3.10"),
    (date(2025, 5, 20), "3.00"),
]


@relaxed
@given(claims, ends)
def test_every_claim_agrees_with_the_walk_over_its_days(inputs: Inputs, as_of: date) -> None:
    found = ask(inputs, as_of)
    due, interest, interest_left, principal_left, surplus = oracle(inputs, as_of)
    assert found.due.due_on == due
    assert found.account is not None
    account = found.account
    fen = [int(amount * 100) for amount in (account.interest, account.interest_left, account.principal_left)]
    assert fen == [interest, interest_left, principal_left]
    assert int(account.surplus * 100) == surplus


@relaxed
@given(claims, ends)
def test_segments_cover_the_delay_without_a_gap_and_add_up(inputs: Inputs, as_of: date) -> None:
    found = ask(inputs, as_of)
    assert found.account is not None
    assert found.interest_from is not None
    segments = found.account.segments
    assert sum(segment.days for segment in segments) == found.days
    assert sum((segment.interest for segment in segments), Decimal(0)) == found.account.interest
    expected = found.interest_from
    for segment in segments:
        assert segment.first == expected
        assert (segment.last - segment.first).days + 1 == segment.days
        expected = segment.last + _DAY


@relaxed
@given(claims, ends)
def test_nothing_becomes_negative_and_every_yuan_is_accounted_for(inputs: Inputs, as_of: date) -> None:
    account = ask(inputs, as_of).account
    assert account is not None
    assert all(segment.principal >= 0 for segment in account.segments)
    assert min(account.principal_left, account.interest_left, account.surplus) >= 0
    counted = sum((payment.amount for payment in inputs.payments if payment.on <= as_of), Decimal(0))
    owed = inputs.amount + account.interest
    assert owed - counted == account.principal_left + account.interest_left - account.surplus


@relaxed
@given(claims, ends, st.integers(0, 200))
def test_interest_never_falls_with_time(inputs: Inputs, as_of: date, more: int) -> None:
    # Payments in between cut segments, each of which is rounded: they stay out.
    inputs = replace(inputs, payments=tuple(payment for payment in inputs.payments if payment.on <= as_of))
    now, later = ask(inputs, as_of).account, ask(inputs, as_of + more * _DAY).account
    assert now is not None
    assert later is not None
    assert now.interest <= later.interest


@relaxed
@given(claims, ends, amounts)
def test_interest_never_falls_with_the_amount(inputs: Inputs, as_of: date, more: Decimal) -> None:
    small, large = ask(inputs, as_of).account, ask(replace(inputs, amount=inputs.amount + more), as_of).account
    assert small is not None
    assert large is not None
    assert small.interest <= large.interest
    assert small.principal_left <= large.principal_left


@relaxed
@given(claims, ends, st.data())
def test_the_order_of_payments_does_not_matter(inputs: Inputs, as_of: date, data: st.DataObject) -> None:
    rows = (*inputs.payments, Payment(as_of, Decimal("7.77")), Payment(as_of, Decimal("0.01")))
    shuffled = tuple(data.draw(st.permutations(rows)))
    assert ask(replace(inputs, payments=rows), as_of).account == ask(replace(inputs, payments=shuffled), as_of).account


@relaxed
@given(claims, ends)
def test_a_year_of_360_days_costs_a_73rd_more(inputs: Inputs, as_of: date) -> None:
    """365 / 360 = 73 / 72, up to the half fen on each side of one segment; a daily rate knows no year."""
    inputs = replace(inputs, payments=())
    long, short = (ask(replace(inputs, day_count=days), as_of).account for days in (365, 360))
    assert long is not None
    assert short is not None
    if inputs.agreed_annual_rate is None:
        assert long == short
    else:
        assert abs(short.interest * 72 - long.interest * 73) <= Decimal("0.005") * (72 + 73)
