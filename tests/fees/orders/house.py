"""Orders in a report of the fee house."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from casework.cases.actors import Actor
from fees.orders import services
from fees.orders.models import Order
from fees.orders.payer_table import Owed
from fees.report.models import FeeReport
from tests.factories import credit_code
from tests.fees.house import FeeHouse

NOTICE = {
    "announcement": "凡缴纳过评比达标服务费的单位，请携带缴费凭证登记。",
    "claim_at": "市民中心3楼306室",
}


def today() -> date:
    return timezone.localdate()


def owed(name: str = "", amount: str = "5000.00", code: str | None = None) -> Owed:
    """One payer."""
    number = credit_code()
    return Owed(name or f"示例第{number[-6:]}公司", number if code is None else code, Decimal(amount))


class OrderHouse(FeeHouse):
    """A fee house whose handler gives orders."""

    @property
    def handling(self) -> Actor:
        """Who handles the report."""
        return Actor.person(self.handler)

    def rectification(self, report: FeeReport, **changes: Any) -> Order:
        """A rectification order due in thirty days."""
        given = {"text": "立即停止收取评比达标服务费。", "due_on": today() + timedelta(30), **changes}
        return services.rectification_order(report=report, **{"actor": self.handling, **given})

    def refund(self, report: FeeReport, *payers: Owed, **changes: Any) -> Order:
        """A refund order due in thirty days."""
        given = {"text": "原路退还。", "due_on": today() + timedelta(30), "payers": payers, **changes}
        return services.refund_order(report=report, **{"actor": self.handling, **given})

    def announced(self, report: FeeReport, *payers: Owed, **changes: Any) -> Order:
        """A refund order with a public notice of thirty days."""
        notice = {"payers_unknown": True, "announced_until": today() + timedelta(30), **NOTICE}
        return self.refund(report, *payers, **{**notice, **changes})
