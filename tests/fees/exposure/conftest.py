"""A department that verified a report and writes a case of it, another that is asked to join, and those who look on."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.references import new_idempotency_key
from casework.parties.models import Role, User
from fees.exposure import services
from fees.exposure.models import JointDepartment, TypicalCase
from fees.orders.models import Order, Payer
from fees.penalty.models import PenaltyCase
from fees.report.flow import KIND
from fees.report.models import FeeReport, Finding, Violation
from tests.factories import credit_code, department, division, member

_numbers = itertools.count(1)
REPORTER, CONTACT, PHONE, EMAIL = "金丝雀机械有限公司", "金小雀", "13812345678", "canary@example.org"
PAYEE, PAYER = "南京市机械行业协会", "金陵缴费有限公司"
TEXT: dict[str, Any] = {
    "title": "行业协会强制入会收费案",
    "payee_name": PAYEE,
    "narrative": "该协会借助行政影响力，强制企业入会并收取会费。市场监管部门责令退还并罚款。",
    "legal_basis": "《优化营商环境条例》第七十一条",
    "unlawful_amount": Decimal("120000.00"),
}


class Office:
    """The people around one case."""

    def __init__(self) -> None:
        division("320000", "江苏省")
        division("320100", "南京市")
        self.department = department("320100", name="南京市市场监督管理局（测试）", handling=True)
        self.other = department("320100", name="南京市民政局（测试）")
        self.writer = member(Role.HANDLING_CASEWORKER, self.department)
        self.head = member(Role.DEPARTMENT_HEAD, self.department)
        self.second_head = member(Role.DEPARTMENT_HEAD, self.department)
        self.joint_head = member(Role.DEPARTMENT_HEAD, self.other, email="head@example.org")
        self.joint_clerk = member(Role.HANDLING_CASEWORKER, self.other)
        self.supervisor = member(Role.SUPERVISOR, department("320000"))
        self.auditor = member(Role.AUDITOR, department("320000"))
        self.stranger = member(Role.DEPARTMENT_HEAD, department("440000"))

    def report(self, outcome: str = "violation", state: str = "concluded", **changes: Any) -> FeeReport:
        number, now = next(_numbers), timezone.now()
        report = FeeReport.objects.create(
            kind=KIND, reference=f"FR-2026-{number:06d}", state=state, receiving_department=self.department,
            handling_department=self.department, division=division("320100"), complainant_name=REPORTER,
            complainant_code=credit_code(), respondent_name=PAYEE, respondent_code=credit_code(),
            amount=Decimal("5000"), secret_hash="x",
            idempotency_key=new_idempotency_key(), filing_digest="x", created_at=now, updated_at=now,
            arrived_on=date(2026, 5, 6), contact_name=CONTACT, contact_phone=PHONE, contact_email=EMAIL,
            payee_type="association", item="会费", charged_on=date(2026, 5, 1), facts="强制入会。",
            ended_on=date(2026, 7, 1) if state == "closed" else None, **changes,
        )  # fmt: skip
        self.finding(report, outcome)
        return report

    def finding(self, report: FeeReport, outcome: str = "violation") -> Finding:
        is_violation = outcome == "violation"
        finding = Finding.objects.create(
            report=report, number=report.findings.count() + 1, outcome=outcome, reasons="已查实。",
            facts=f"{REPORTER}（联系人{CONTACT}，电话{PHONE}）反映，{PAYEE}强制入会收费，{PAYER}等缴纳了会费。",
            period_from=date(2025, 1, 1), period_to=date(2025, 12, 31), payers=30 if is_violation else None,
            unlawful_amount=Decimal("120000.00") if is_violation else None, found_by=self.writer,
            found_on=date(2026, 6, 1),
        )  # fmt: skip
        if is_violation:
            Violation.objects.create(
                finding=finding, code="F10", version=1, label="强制入会收费", citation="《优化营商环境条例》第七十一条"
            )
        return finding

    def with_outcomes(self, report: FeeReport) -> FeeReport:
        """Refunds of 300 in all, and a fine of 20000."""
        order = Order.objects.create(
            report=report, kind="refund", number=1, text="退还", due_on=date(2026, 6, 30), issued_by=self.writer,
            issued_on=date(2026, 6, 2),
        )  # fmt: skip
        for number, sum_ in enumerate(("100", "200"), start=1):
            Payer.objects.create(
                order=order, number=number, name=PAYER if number == 1 else "金陵第二有限公司", amount=Decimal(sum_),
                refunded=Decimal(sum_), refunded_on=date(2026, 6, 20),
            )  # fmt: skip
        PenaltyCase.objects.create(
            report=report, number=1, department=self.department, grounds="x", filed_on=date(2026, 6, 2),
            opened_by=self.writer, outcome="penalty", fine=Decimal("20000"), decision_number="宁市监罚〔2026〕9号",
            decided_on=date(2026, 6, 25),
        )  # fmt: skip
        return report

    def draft(self, user: User | None = None, **changes: Any) -> TypicalCase:
        """A case without a report, ready to be submitted."""
        actor = Actor.person(user or self.writer)
        case = services.exposure_draft(actor=actor, department=self.department)
        return self.edited(case, user, **changes)

    def edited(self, case: TypicalCase, user: User | None = None, **changes: Any) -> TypicalCase:
        return services.exposure_edit(
            typical_case=case, actor=Actor.person(user or self.writer), values={**TEXT, **changes}, categories=["F10"]
        )

    def submitted(self, **changes: Any) -> TypicalCase:
        return services.exposure_submit(typical_case=self.draft(**changes), actor=Actor.person(self.writer))

    def approved(self, **changes: Any) -> TypicalCase:
        return services.exposure_approve(typical_case=self.submitted(**changes), actor=Actor.person(self.head))

    def published(self, **changes: Any) -> TypicalCase:
        return services.exposure_publish(typical_case=self.approved(**changes), actor=Actor.person(self.writer))

    def withdrawn(self, **changes: Any) -> TypicalCase:
        return services.exposure_withdraw(
            typical_case=self.published(**changes), actor=Actor.person(self.head), reason="当事人申请复议后决定被撤销。"
        )

    def in_status(self, status: str) -> TypicalCase:
        makers: dict[str, Callable[[], TypicalCase]] = {
            "draft": self.draft, "submitted": self.submitted, "approved": self.approved, "published": self.published,
            "withdrawn": self.withdrawn,
        }  # fmt: skip
        return makers[status]()

    def asked(self, case: TypicalCase) -> JointDepartment:
        return services.joint_ask(typical_case=case, actor=Actor.person(self.writer), department=self.other)


@pytest.fixture
def office() -> Office:
    return Office()
