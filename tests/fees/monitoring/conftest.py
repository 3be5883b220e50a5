"""A department of Nanjing with points and a round, through the services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from casework.parties.models import Role, User
from fees.monitoring import services
from fees.monitoring.answers import return_of, return_submit
from fees.monitoring.models import MonitoringPoint, QuarterlyReturn, Round
from fees.monitoring.quarters import Quarter
from fees.monitoring.verdicts import Payment
from tests.factories import credit_code, department, division, member
from tests.fees.conftest import Desk, desk

__all__ = ["desk"]
QUARTER = Quarter.of(timezone.localdate()).before


def payment(item: str = "行业协会年度会费", **changes: Any) -> Payment:
    values: dict[str, Any] = {
        "item": item,
        "payee": "示例行业协会",
        "payee_type": "association",
        "division": "320102",
        "charged_on": QUARTER.last_day,
        "amount": Decimal("1200.00"),
    }
    return Payment(**{**values, **changes})


class Watch:
    """A market regulation department with its people."""

    def __init__(self, place: str = "320100") -> None:
        self.department = department(place)
        self.clerk = member(Role.RECEIVING_CLERK, self.department)
        self.handler = member(Role.HANDLING_CASEWORKER, self.department)
        self.head = member(Role.DEPARTMENT_HEAD, self.department)
        self.codes: dict[int, str] = {}

    def data(self, place: str = "320102", **changes: Any) -> dict[str, Any]:
        return {
            "name": "示例制造有限公司",
            "credit_code": credit_code(),
            "division": division(place),
            "industry": "C",
            "contact_name": "李四",
            "contact_phone": "025-83000000",
            "contact_email": "point@example.com",
            "active_from": date(2025, 1, 1),
            **changes,
        }

    def point(self, place: str = "320102", **changes: Any) -> MonitoringPoint:
        point, code = services.point_register(
            department=self.department, user=self.clerk, data=self.data(place, **changes)
        )
        self.codes[point.pk] = code
        return point

    def round(self, quarter: Quarter = QUARTER, **changes: Any) -> Round:
        return services.round_open(department=self.department, user=self.clerk, quarter=quarter, **changes)

    def asked(self, **changes: Any) -> QuarterlyReturn:
        """A return that waits for its point."""
        point = self.point(**changes)
        self.round()
        return return_of(point, QUARTER)

    def submitted(self, row: QuarterlyReturn, *payments: Payment) -> QuarterlyReturn:
        row = QuarterlyReturn.objects.select_related("round", "point__department").get(pk=row.pk)
        return return_submit(row=row, payments=payments, nothing_paid=not payments, remark="", version=row.version)

    def colleague(self) -> User:
        return member(Role.HANDLING_CASEWORKER, self.department)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """A published list of Nanjing with one item."""
    version = desk.draft(date(2025, 1, 1))
    desk.entry(version, "城市道路占用费", "5元/平方米·日", payee="公安部门")
    version.refresh_from_db()
    desk.published(version)
    return desk
