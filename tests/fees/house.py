"""The people and departments around fee reports, and reports in any state, made through the real services."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from casework.cases.actors import Actor
from casework.cases.filing import Filing
from casework.cases.references import new_idempotency_key
from casework.cases.transfer.models import Route
from casework.parties.models import Department, Role
from fees.report import intake, services, transfers
from fees.report.flow import KIND
from fees.report.models import FeeReport
from tests.factories import credit_code, department, division, member

REPORTER = Actor.complainant("示例包装有限公司")


def charge(**changes: Any) -> dict[str, Any]:
    """The fields of a right report."""
    return {
        "complainant_name": "示例包装有限公司",
        "complainant_code": credit_code(),
        "contact_name": "李四",
        "contact_phone": "13900000000",
        "contact_email": "reporter@example.com",
        "respondent_name": "示例行业协会",
        "respondent_code": "",
        "payee_type": "association",
        "division": division("320102"),
        "item": "会员评比达标服务费",
        "charged_on": date(2026, 5, 6),
        "amount": Decimal("5000.00"),
        "facts": "协会以评比达标为名向会员企业收费，不交不予年审。",
        "request": "退还已交费用。",
        **changes,
    }


class FeeHouse:
    """A department of Nanjing that registers reports, two that verify them, and a person in each role."""

    def __init__(self) -> None:
        self.registering = self._office("320100", registers_reports=True)
        self.verifying = self._office("320102", verifies_reports=True)
        self.finance = self._office("320100", verifies_reports=True)
        self.clerk = member(Role.RECEIVING_CLERK, self.registering)
        self.clerks_head = member(Role.DEPARTMENT_HEAD, self.registering)
        self.handler = member(Role.HANDLING_CASEWORKER, self.verifying)
        self.colleague = member(Role.HANDLING_CASEWORKER, self.verifying)
        self.head = member(Role.DEPARTMENT_HEAD, self.verifying)
        self.financier = member(Role.HANDLING_CASEWORKER, self.finance)
        province = self._office("320000")
        self.supervisor = member(Role.SUPERVISOR, province)
        self.auditor = member(Role.AUDITOR, province)
        self.editor = member(Role.CATALOGUE_EDITOR, self.registering)
        self.credit_officer = member(Role.CREDIT_OFFICER, self.registering)
        self.sysadmin = member(Role.SYSTEM_ADMINISTRATOR, self.registering)
        self.stranger = member(Role.HANDLING_CASEWORKER, self._office("440100", verifies_reports=True))

    def _office(self, code: str, **flags: bool) -> Department:
        office = department(code)
        for name, value in flags.items():
            setattr(office, name, value)
        office.save()
        return office

    def route(self, target: Department, **criteria: Any) -> Route:
        """A route that leads to a department."""
        return Route.objects.create(
            kind=KIND,
            department=target,
            reason="测试路由",
            citation="测试",
            certainty="I",
            **{"effective_from": date(2020, 1, 1), **criteria},
        )

    def filed(self, actor: Actor = REPORTER, **changes: Any) -> Filing[FeeReport]:
        """A report that an enterprise filed online, with its secret."""
        return intake.report_file(data=charge(**changes), idempotency_key=new_idempotency_key(), actor=actor)

    def registered(self, **changes: Any) -> FeeReport:
        """A report to be accepted or refused."""
        return self.filed(**changes).case

    def accepted(self, **changes: Any) -> FeeReport:
        """A report to be assigned."""
        return services.report_accept(report=self.registered(**changes), actor=Actor.person(self.clerk))

    def transferred(self, **changes: Any) -> FeeReport:
        """A report whose receipt is to be confirmed."""
        return services.report_assign(
            report=self.accepted(**changes), actor=Actor.person(self.clerk), department=self.verifying
        )

    def disputed(self, **changes: Any) -> FeeReport:
        """A report of which the department says that another is competent."""
        case = self.transferred(**changes)
        transfers.report_dispute(
            report=case, actor=Actor.person(self.handler), reason="属于财政部门职责。", target=self.finance
        )
        return FeeReport.objects.get(pk=case.pk)

    def verifying_(self, **changes: Any) -> FeeReport:
        """A report under verification."""
        return services.report_receive(report=self.transferred(**changes), actor=Actor.person(self.handler))

    def violation_found(self, **changes: Any) -> FeeReport:
        """A report with a violation to be put right."""
        case = self.verifying_(**changes)
        services.report_find_violation(
            report=case,
            actor=Actor.person(self.handler),
            violations=["F10", "F01"],
            facts="该协会向42家会员企业收取评比达标服务费。",
            reasons="无法律法规依据，且以年审为条件强制收取。",
            extent=services.Extent(date(2026, 1, 1), date(2026, 5, 31), 42, Decimal("210000.00")),
        )
        return FeeReport.objects.get(pk=case.pk)

    def concluded(self, **changes: Any) -> FeeReport:
        """A report to be answered, with a violation."""
        return services.report_conclude(report=self.violation_found(**changes), actor=Actor.person(self.handler))

    def nothing_found(self, **changes: Any) -> FeeReport:
        """A report to be answered, without a violation."""
        case = self.verifying_(**changes)
        services.report_find_nothing(
            report=case, actor=Actor.person(self.handler), outcome="none", facts="系自愿购买。", reasons="未强制。"
        )
        return FeeReport.objects.get(pk=case.pk)

    def fed_back(self, **changes: Any) -> FeeReport:
        """A report that was answered."""
        return services.report_feed_back(
            report=self.concluded(**changes), actor=Actor.person(self.handler), answer="已责令改正并清退。"
        )

    def closed(self, **changes: Any) -> FeeReport:
        """A closed report."""
        return services.report_close(report=self.fed_back(**changes), actor=Actor.person(self.handler), reason="C1")
