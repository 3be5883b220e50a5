"""Reading orders to payees."""

from __future__ import annotations

from fees.orders.models import Order
from fees.report.models import FeeReport


def orders_open(report: FeeReport) -> list[Order]:
    """The orders of a report whose outcome is not recorded, oldest first."""
    return list(report.orders.filter(outcome=Order.Outcome.OPEN))
