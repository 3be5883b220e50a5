"""A department of Nanjing with bodies on its list and opened years, through the services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from casework.parties.models import Role
from complaints.disclosure import answers, bodies, years
from complaints.disclosure.answers import Figures
from complaints.disclosure.corrections import correction_ask
from complaints.disclosure.models import Disclosure, DisclosureCorrection, DisclosureObligation, ObligedBody
from tests.factories import credit_code, department, division, member

# The last year that the decree asks about and that is over; never today's.
YEAR = 2025


def figures(**changes: Any) -> Figures:
    """What a website says: two contracts, 300,000 yuan, of it 100,000 disputed."""
    values: dict[str, Any] = {
        "nothing_overdue": False,
        "contracts": 2,
        "amount": Decimal("300000.00"),
        "disputed": Decimal("100000.00"),
        "longest_days": 210,
        "medium": "website",
        "place": "https://www.example.gov.cn/notice/1.html",
        "published_on": date(2026, 3, 20),
    }
    return Figures(**{**values, **changes})


def nothing(**changes: Any) -> Figures:
    """That nothing was overdue."""
    zero = {"contracts": 0, "amount": Decimal(0), "disputed": Decimal(0), "longest_days": 0}
    return figures(nothing_overdue=True, **zero, **changes)


class Bureau:
    """A department that keeps a list, with its people."""

    def __init__(self, place: str = "320100") -> None:
        self.department = department(place)
        self.clerk = member(Role.RECEIVING_CLERK, self.department)
        self.handler = member(Role.HANDLING_CASEWORKER, self.department)
        self.head = member(Role.DEPARTMENT_HEAD, self.department)
        self.codes: dict[int, str] = {}

    def data(self, place: str = "320102", **changes: Any) -> dict[str, Any]:
        """The fields of a body."""
        return {
            "code": credit_code(),
            "name": "示例水务中心",
            "kind": "institution",
            "division": division(place),
            "is_state_owned": False,
            "authority": "示例水务局",
            "contact_name": "李四",
            "contact_phone": "025-83000000",
            "contact_email": "body@example.com",
            **changes,
        }

    def body(self, place: str = "320102", **changes: Any) -> ObligedBody:
        """One on the list."""
        body, code = bodies.body_register(department=self.department, user=self.clerk, data=self.data(place, **changes))
        self.codes[body.pk] = code
        return body

    def open(self, year: int = YEAR, **changes: Any) -> int:
        """Ask everybody."""
        given = {"on": date(year + 1, 1, 5), **changes}
        return years.year_open(department=self.department, user=self.clerk, year=year, **given)

    def asked(self, year: int = YEAR, **changes: Any) -> DisclosureObligation:
        """A year that waits for its body."""
        body = self.body(**changes)
        self.open(year)
        return answers.obligation_of(body, year)

    def disclosed(self, row: DisclosureObligation, said: Figures | None = None, **changes: Any) -> Disclosure:
        """The body discloses."""
        row = answers.obligation_of(row.body, row.year)
        return answers.disclosure_submit(row=row, figures=said or figures(), version=row.version, **changes)

    def question(self, row: DisclosureObligation, **changes: Any) -> DisclosureCorrection:
        """The department asks."""
        given = {"user": self.clerk, "reasons": "公开金额少于投诉中无争议的金额，请说明。", "way": "email", **changes}
        return correction_ask(row=row, **given)


def again(row: Any) -> Any:
    """The row as it stands in the database now."""
    return type(row)._default_manager.get(pk=row.pk)


def overdue_today(row: DisclosureObligation, days: int = 5) -> DisclosureObligation:
    """The same obligation with its due day some days ago."""
    DisclosureObligation.objects.filter(pk=row.pk).update(due_on=timezone.localdate() - timedelta(days=days))
    return answers.obligation_of(row.body, row.year)


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()
