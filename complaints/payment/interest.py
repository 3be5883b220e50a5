"""Simple interest, segment by segment, and what payments cover; plain arithmetic without law."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

from complaints.payment.inputs import Allocation, Payment
from complaints.payment.rates import Rate

_ONE_DAY = timedelta(days=1)
_FEN = Decimal("0.01")
_ZERO = Decimal("0.00")
# The products of amount, rate and days stay exact, whatever context the caller has set.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Segment:
    """Days on which the principal stayed the same, both included, and their interest in yuan, rounded half-up."""

    first: date
    last: date
    days: int
    principal: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """What has accrued and what is left, in yuan.

    Attributes:
        interest: all that has accrued, the sum of the segments.
        surplus: what was paid beyond principal and interest.
    """

    interest: Decimal
    interest_left: Decimal
    principal_left: Decimal
    surplus: Decimal
    segments: tuple[Segment, ...]


class _Balance:
    """A running account: what is owed now, changed by accrual and by payments."""

    def __init__(self, principal: Decimal, allocation: Allocation) -> None:
        self.principal, self.interest, self.surplus = principal, _ZERO, _ZERO
        self.allocation = allocation

    def pay(self, amount: Decimal) -> None:
        """Cover what comes first, then the other; the rest is surplus."""
        if self.allocation is Allocation.INTEREST_FIRST:
            amount = self._cover_principal(self._cover_interest(amount))
        else:
            amount = self._cover_interest(self._cover_principal(amount))
        self.surplus += amount

    def _cover_interest(self, amount: Decimal) -> Decimal:
        covered = min(amount, self.interest)
        self.interest -= covered
        return amount - covered

    def _cover_principal(self, amount: Decimal) -> Decimal:
        covered = min(amount, self.principal)
        self.principal -= covered
        return amount - covered


def accrue(
    principal: Decimal,
    rate: Rate | None,
    first: date,
    last: date,
    payments: Iterable[Payment],
    allocation: Allocation,
) -> Account:
    """The account at the end of the last day.

    Args:
        principal: yuan.
        rate: may be unknown only while no interest runs yet.
        first: the first day that bears interest; payments before it reduce the principal alone.
        last: the last day, included; payments after it are left out.
        payments: in any order; several on one day count as one.
    Raises:
        ValueError: interest runs and no rate is known.
    """
    if rate is None and first <= last:
        raise ValueError("Interest runs, and no rate is known.")
    balance = _Balance(principal, allocation)
    paid = _by_day(payments, last)
    for day in [day for day in paid if day < first]:
        balance.pay(paid.pop(day))
    segments = tuple(_segments(balance, rate, first, last, paid)) if rate is not None else ()
    interest = sum((segment.interest for segment in segments), _ZERO)
    return Account(interest, balance.interest, balance.principal, balance.surplus, segments)


def _segments(balance: _Balance, rate: Rate, first: date, last: date, paid: dict[date, Decimal]) -> Iterator[Segment]:
    """One for each stretch up to a payment, the day of the payment included, and one for the rest."""
    for day in [*paid, last] if last not in paid else paid:
        if day >= first:
            days = (day - first).days + 1
            segment = Segment(first, day, days, balance.principal, _interest(balance.principal, rate, days))
            balance.interest += segment.interest
            first = day + _ONE_DAY
            yield segment
        balance.pay(paid.get(day, _ZERO))


def _by_day(payments: Iterable[Payment], last: date) -> dict[date, Decimal]:
    """The sum of each day up to the last one, in order."""
    sums: dict[date, Decimal] = {}
    for payment in sorted(payments, key=lambda payment: payment.on):
        if payment.on <= last:
            sums[payment.on] = sums.get(payment.on, _ZERO) + payment.amount
    return sums


def _interest(principal: Decimal, rate: Rate, days: int) -> Decimal:
    numerator = _EXACT.multiply(_EXACT.multiply(principal, rate.percent), Decimal(days))
    return _EXACT.divide(numerator, Decimal(100 * rate.per_days)).quantize(_FEN, context=_EXACT)
