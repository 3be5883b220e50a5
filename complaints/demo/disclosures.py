"""Last year's disclosures of some of the demo's debtors: in time, late, twice, missing, and one that is asked about."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from casework.parties.models import Department, User
from complaints.disclosure.answers import Figures, disclosure_submit, obligation_of
from complaints.disclosure.bodies import body_register
from complaints.disclosure.corrections import correction_ask
from complaints.disclosure.models import OBLIGED_KINDS, DisclosureObligation
from complaints.disclosure.reminders import reminders_send
from complaints.disclosure.years import year_open
from complaints.models import ArrearsComplaint

BODIES = 12
FIRST_YEAR = 2025


def seed_disclosures(department: Department, user: User, today: date) -> int:
    """Put debtors of the department's place on its list and let most of them disclose, through the services.

    Args:
        user: who works in the department.
    Returns:
        how many are on the list; 0 where no year is over yet that the decree asks about.
    """
    year = today.year - 1
    if year < FIRST_YEAR:
        return 0
    for number, debtor in enumerate(_debtors(department)):
        body_register(department=department, user=user, data=_data(debtor, number), development=True)
    opened = min(date(today.year, 1, 5), today)
    year_open(department=department, user=user, year=year, on=opened)
    rows = list(DisclosureObligation.objects.filter(body__department=department, year=year).order_by("pk"))
    for number, row in enumerate(rows):
        _let_disclose(row, number, today)
    for due in sorted({row.due_on for row in rows}):
        for day in (due - timedelta(days=7), due + timedelta(days=1)):
            if day <= today:
                reminders_send(day)
    _ask_about_one(rows, user)
    return len(rows)


def _debtors(department: Department) -> list[ArrearsComplaint]:
    rows = ArrearsComplaint.objects.filter(
        respondent_type__in=OBLIGED_KINDS, division__code__startswith=department.division.prefix
    )
    first_of = {row.respondent_code: row for row in rows.select_related("division").order_by("-pk")}
    return list(reversed(first_of.values()))[:BODIES]


def _data(debtor: ArrearsComplaint, number: int) -> dict[str, Any]:
    return {
        "code": debtor.respondent_code,
        "name": debtor.respondent_name,
        "kind": debtor.respondent_type,
        "division": debtor.division,
        "is_state_owned": False,
        "authority": "示例主管部门（演示）",
        "contact_name": f"演示填报人{number + 1:02}",
        "contact_phone": "",
        "contact_email": f"body{number + 1:02}@example.com",
    }


def _let_disclose(row: DisclosureObligation, number: int, today: date) -> None:
    """Four of six disclose, one of them late and one twice."""
    scene = number % 6
    if scene in (3, 5):
        return
    day = min(row.due_on + timedelta(days=12 if scene == 2 else -11), today)
    said = _nothing(row, day) if scene == 1 else _figures(row, number, day)
    _submit(row, said, day)
    if scene == 4 and day + timedelta(days=20) <= today:
        later = day + timedelta(days=20)
        _submit(row, _figures(row, number + 7, later), later)


def _submit(row: DisclosureObligation, said: Figures, day: date) -> None:
    row = obligation_of(row.body, row.year)
    disclosure_submit(row=row, figures=said, version=row.version, on=day)


def _where(row: DisclosureObligation) -> dict[str, Any]:
    if row.kind == "large_enterprise":
        return {"medium": "credit_system", "place": f"{row.year}年度报告（演示）"}
    return {"medium": "website", "place": f"https://www.example.gov.cn/notices/{row.year}/{row.pk}.html"}


def _nothing(row: DisclosureObligation, day: date) -> Figures:
    return Figures(nothing_overdue=True, published_on=day, **_where(row))


def _figures(row: DisclosureObligation, number: int, day: date) -> Figures:
    return Figures(
        nothing_overdue=False,
        contracts=2 + number,
        amount=Decimal(186_000 + 74_500 * number),
        disputed=Decimal(42_000) if number % 2 else Decimal(0),
        longest_days=75 + 30 * number,
        published_on=day,
        **_where(row),
    )


def _ask_about_one(rows: list[DisclosureObligation], user: User) -> None:
    row = next((row for row in rows if obligation_of(row.body, row.year).current is not None), None)
    if row is not None:
        reasons = "公开的合同数量少于本机关掌握的情况，请核对并说明，或者更正后重新公开。"
        correction_ask(row=row, user=user, reasons=reasons, way="email")
