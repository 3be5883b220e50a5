"""Twelve invented points of Jiangsu with two rounds, drafts, returns and an alarm: development data, marked as such."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from stdnum.cn import uscc

from casework.parties.models import Department, Division, Membership, Role, User
from fees.monitoring.answers import return_of, return_save_draft, return_submit
from fees.monitoring.models import MonitoringPoint
from fees.monitoring.quarters import Quarter
from fees.monitoring.services import point_register, round_close, round_open
from fees.monitoring.verdicts import Payment

DEPARTMENT = "示例收费监测部门（开发数据）"
OFFICER = ("fee-monitor", "监测管理人员")
_PLACES = ("320102", "320104", "320105", "320505", "320508", "320303")
_INDUSTRIES = ("C", "E", "F", "I")
# Item, payee, kind, yuan, unit; several points paid the first one, which no list has.
_PAID = (
    ("行业诚信评价年度服务费", "示例行业协会", "association", "3600.00", ""),
    ("应收账款质押登记", "中国人民银行征信中心", "institution", "30.00", "件·年"),
    ("不动产登记费", "示例不动产登记中心", "institution", "550.00", "件"),
    ("环境影响评价咨询费", "示例环境技术服务有限公司", "intermediary", "12000.00", ""),
    ("贷款承诺费", "示例银行股份有限公司", "bank", "800.00", ""),
)


def seed_monitoring(password: str) -> int:
    """Register the points and let most of them answer, once; through the services that everybody uses.

    Returns:
        how many points were registered; 0 if they are there already.
    """
    if MonitoringPoint.objects.filter(is_development=True).exists():
        return 0
    with transaction.atomic():
        department, user = _people(password)
        points = [_point(department, user, number) for number in range(1, 13)]
        _seed_rounds(department, user, points)
    return len(points)


def _people(password: str) -> tuple[Department, User]:
    department, _created = Department.objects.get_or_create(
        name=DEPARTMENT, defaults={"document_code": "示例监测", "division_id": "320000"}
    )
    username, shown = OFFICER
    user = User.objects.filter(username=username).first() or User.objects.create_user(
        username, password=password, display_name=shown, is_staff=True
    )
    Membership.objects.get_or_create(user=user, department=department, role=Role.HANDLING_CASEWORKER)
    return department, user


def _point(department: Department, user: User, number: int) -> MonitoringPoint:
    body = f"91320000{990000000 + number:09d}"
    data = {
        "name": f"示例监测企业{number:02}有限公司（开发数据）",
        "credit_code": body + uscc.calc_check_digit(body),
        "division": Division.objects.get(pk=_PLACES[(number - 1) % len(_PLACES)]),
        "industry": _INDUSTRIES[number % len(_INDUSTRIES)],
        "contact_name": f"演示填报人{number:02}",
        "contact_email": f"point{number:02}@example.com",
        "active_from": date(2026, 1, 1),
    }
    return point_register(department=department, user=user, data=data, development=True)[0]


def _seed_rounds(department: Department, user: User, points: list[MonitoringPoint]) -> None:
    quarter = Quarter.of(timezone.localdate()).before
    first = round_open(department=department, user=user, quarter=quarter.before, on=quarter.first_day)
    for number, point in enumerate(points[:10]):
        _submit(point, quarter.before, _payments(point, quarter.before, 1 + number % 2, Decimal("0.8")))
    round_close(row=first, user=user)
    round_open(department=department, user=user, quarter=quarter)
    for number, point in enumerate(points[:8]):
        _submit(point, quarter, [] if number == 7 else _payments(point, quarter, 2 + number % 4, Decimal(1)))
    for point in points[8:10]:
        row = return_of(point, quarter)
        rows = [{"item": "行业协会会费", "payee": "示例行业协会", "payee_type": "association", "amount": "待核"}]
        return_save_draft(row=row, rows=rows, nothing_paid=False, remark="", version=row.version)


def _payments(point: MonitoringPoint, quarter: Quarter, count: int, scale: Decimal) -> list[Payment]:
    return [_payment(point, quarter, paid, scale) for paid in _PAID[:count]]


def _payment(point: MonitoringPoint, quarter: Quarter, paid: tuple[str, ...], scale: Decimal) -> Payment:
    item, payee, kind, amount, unit = paid
    measured: dict[str, Any] = {"quantity": Decimal(1), "unit": unit} if unit else {}
    whole = Decimal(amount) if unit else (Decimal(amount) * scale).quantize(Decimal("0.01"))
    return Payment(item, payee, kind, point.division_id, quarter.last_day, whole, **measured)


def _submit(point: MonitoringPoint, quarter: Quarter, payments: list[Payment]) -> None:
    row = return_of(point, quarter)
    return_submit(row=row, payments=payments, nothing_paid=not payments, remark="", version=row.version)
