"""Interest calculations with ten payments each, on one core."""

from __future__ import annotations

import time
import tomllib
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings

from complaints.payment import Inputs, calculate
from complaints.payment.inputs import Buyer, Payment
from complaints.payment.law import DATA
from complaints.payment.lpr import LprTable
from tests.bench.bench_clocks import calendar_and_list

CALCULATIONS = 10_000
BOUND_SECONDS = 3.0
AS_OF = date(2026, 6, 30)


def _inputs(number: int) -> Inputs:
    """Another amount, delivery and rhythm of payments for each number."""
    delivered_on = date(2025, 6, 3) + timedelta(days=number % 97)
    rhythm = 11 + number % 13
    payments = tuple(
        Payment(delivered_on + timedelta(days=50 + rhythm * place), Decimal(1000 + number % 731)) for place in range(10)
    )
    return Inputs(
        respondent_type=Buyer.LARGE_ENTERPRISE,
        signed_on=date(2025, 6, 2),
        delivered_on=delivered_on,
        amount=Decimal(100_000 + number),
        agreed_annual_rate=Decimal("2.5") if number % 2 else None,
        payments=payments,
    )


def main() -> None:
    """Print the time of all; raise when it is over the bound."""
    if not settings.configured:
        settings.configure(USE_I18N=False)
    calendar, _working = calendar_and_list()
    raw = tomllib.loads((DATA / "lpr.toml").read_text(encoding="utf-8"))
    rates = LprTable((date.fromisoformat(day), Decimal(rate)) for day, rate in raw["rates"].items())
    claims = [_inputs(number) for number in range(CALCULATIONS)]
    start = time.process_time()
    segments = 0
    for inputs in claims:
        account = calculate(inputs, AS_OF, calendar, rates).account
        segments += len(account.segments) if account else 0
    spent = time.process_time() - start
    print(f"{CALCULATIONS:,} interest calculations, {segments:,} segments   {spent:.2f} s   < {BOUND_SECONDS:.1f} s")
    if segments < CALCULATIONS * 8:
        raise AssertionError("The payments don't cut the delay into segments: the bench measures too little.")
    if spent >= BOUND_SECONDS:
        raise AssertionError(f"{CALCULATIONS:,} interest calculations took {spent:.2f} s.")
