"""Invented typical cases: three published, one of them jointly and masked, and one that waits for its approval."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.terms import load_all_terms
from casework.parties.models import Department, Membership, Role, User
from fees.exposure.models import TypicalCase
from fees.exposure.services import (
    exposure_approve,
    exposure_draft,
    exposure_edit,
    exposure_publish,
    exposure_submit,
    joint_answer,
    joint_ask,
)

PLAN = Path(__file__).resolve().parent / "cases.toml"
PLACE = "320000"
DEPARTMENT, JOINT = ("示例市场监督管理部门（开发数据）", "示例曝光"), ("示例民政部门（开发数据）", "示例民政")
ACCOUNTS = (
    ("case-writer", "典型案例起草人", DEPARTMENT, Role.HANDLING_CASEWORKER),
    ("case-head", "典型案例审批负责人", DEPARTMENT, Role.DEPARTMENT_HEAD),
    ("case-joint", "联合部门负责人", JOINT, Role.DEPARTMENT_HEAD),
)
_SUMS = ("unlawful_amount", "refunded_amount", "fine")
_NOT_WRITTEN = ("categories", "joint", "published_on")


def seed_cases(password: str) -> int:
    """Write the cases through the services, once.

    Returns:
        how many were written; 0 if they are there already.
    """
    if TypicalCase.objects.filter(is_development=True, report=None).exists():
        return 0
    load_all_terms()
    plan = tomllib.loads(PLAN.read_text(encoding="utf-8"))["case"]
    with transaction.atomic():
        writer, head, joint_head = (_person(password, *account) for account in ACCOUNTS)
        for item in plan:
            _write(item, writer, head, joint_head)
    return len(plan)


def _person(password: str, username: str, shown: str, department: tuple[str, str], role: Role) -> User:
    row = _department(*department)
    user = User.objects.filter(username=username).first() or User.objects.create_user(
        username, password=password, display_name=shown, is_staff=True
    )
    Membership.objects.get_or_create(user=user, department=row, role=role)
    return user


def _department(name: str, document_code: str) -> Department:
    row, _created = Department.objects.get_or_create(
        name=name, defaults={"document_code": document_code, "division_id": PLACE}
    )
    return row


def _write(item: Mapping[str, Any], writer: User, head: User, joint_head: User) -> None:
    day = item.get("published_on")
    at = timezone.make_aware(datetime.combine(day, time(10))) if day else None
    by_writer, by_head = Actor.person(writer, at), Actor.person(head, at)
    values = {name: value for name, value in item.items() if name not in _NOT_WRITTEN}
    values |= {name: Decimal(item[name]) for name in _SUMS if name in item}
    values |= {name: item[name].strip() for name in ("narrative", "legal_basis")}
    case = exposure_draft(actor=by_writer, department=_department(*DEPARTMENT), is_development=True)
    case = exposure_edit(typical_case=case, actor=by_writer, values=values, categories=item["categories"])
    case = exposure_submit(typical_case=case, actor=by_writer)
    if item.get("joint"):
        row = joint_ask(typical_case=case, actor=by_writer, department=_department(*JOINT))
        joint_answer(joint=row, actor=Actor.person(joint_head, at), agrees=True)
    if day:
        exposure_approve(typical_case=case, actor=by_head)
        exposure_publish(typical_case=case, actor=by_writer)
