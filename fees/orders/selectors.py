"""Reading orders to payees."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from fees.orders.models import Order, Payer
from fees.report.models import FeeReport, Finding

Outcome = Order.Outcome
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class RefundSums:
    """What payers get back, in yuan.

    Attributes:
        owed: ordered to be refunded; of a revoked order only what was refunded before.
        confiscated: what went to the treasury instead; payers may still sue for it.
    """

    owed: Decimal
    refunded: Decimal
    confiscated: Decimal

    @property
    def outstanding(self) -> Decimal:
        """What payers have not got back."""
        return self.owed - self.refunded


def orders_open(report: FeeReport) -> list[Order]:
    """The orders of a report whose outcome is not recorded, oldest first."""
    return list(report.orders.filter(outcome=Outcome.OPEN))


def refund_sums(report: FeeReport) -> RefundSums:
    """The sums of all refund orders of a report."""
    return _sums(report.orders.filter(kind=Order.Kind.REFUND))


def order_sums(order: Order) -> RefundSums:
    """The sums of one order."""
    return _sums(Order.objects.filter(pk=order.pk))


def _sums(orders: QuerySet[Order]) -> RefundSums:
    payers = Payer.objects.filter(order__in=orders.order_by())
    standing = payers.exclude(order__outcome=Outcome.REVOKED).aggregate(owed=Sum("amount"), refunded=Sum("refunded"))
    revoked = payers.filter(order__outcome=Outcome.REVOKED).aggregate(refunded=Sum("refunded"))
    given_back = revoked["refunded"] or NOTHING
    confiscated = orders.order_by().aggregate(total=Sum("confiscated"))["total"]
    return RefundSums(
        (standing["owed"] or NOTHING) + given_back,
        (standing["refunded"] or NOTHING) + given_back,
        confiscated or NOTHING,
    )


def most_confiscated(order: Order, finding: Finding) -> Decimal | None:
    """The most that may be confiscated for an order, in yuan: what was not given back.

    Where payers are unknown, what the finding says was taken unlawfully is the measure.

    Returns:
        None where payers are unknown and the finding determined no sum: then there is no measure.
    """
    outstanding = order_sums(order).outstanding
    if not order.payers_unknown:
        return outstanding
    if finding.unlawful_amount is None:
        return None
    all_orders = refund_sums(order.report)
    return max(outstanding, finding.unlawful_amount - all_orders.refunded - all_orders.confiscated)


def announced_orders(payee: str = "") -> QuerySet[Order]:
    """The orders whose payers are looked for by public notice, newest first; a revoked one is no longer public.

    Args:
        payee: a part of the payee's name; "" for all.
    """
    rows = Order.objects.announced().exclude(outcome=Outcome.REVOKED)
    if payee.strip():
        rows = rows.filter(report__respondent_name__icontains=payee.strip())
    return rows.select_related("report", "letter__department").order_by("-announced_on", "-id")
