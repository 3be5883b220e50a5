"""The demo's fee reports: departments, people, routes, and a report in every state, made by the services."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.outbox import without_wake
from casework.cases.transfer.models import Route
from casework.parties.models import Department, Division, Membership, Role, User
from fees.orders import services as orders
from fees.orders.models import Payer
from fees.orders.payer_table import Owed
from fees.report import extension, intake, joining, services, transfers
from fees.report.flow import KIND
from fees.report.models import FeeReport, Source

PLAN = Path(__file__).with_name("reports.toml")
KEY = "demo-fee-report-"


@dataclass(frozen=True)
class Office:
    """The demo's people around reports, by the names of the plan."""

    departments: dict[str, Department]
    people: dict[str, User]


def seed_reports(password: str) -> int:
    """Make the reports, once.

    Returns:
        how many; 0 if they are there already.
    """
    if FeeReport.objects.filter(idempotency_key__startswith=KEY).exists():
        return 0
    plan = tomllib.loads(PLAN.read_text(encoding="utf-8"))
    with without_wake(), transaction.atomic():
        office = _open_office(plan, password)
        for number, item in enumerate(plan["report"]):
            _Story(office, number, item).tell()
    return len(plan["report"])


def _open_office(plan: Mapping[str, Any], password: str) -> Office:
    departments = {item["key"]: _department(item) for item in plan["department"]}
    for item in plan["route"]:
        given = {name: value for name, value in item.items() if name not in ("department", "division")}
        Route.objects.create(
            kind=KIND, department=departments[item["department"]], division_id=item.get("division"), **given
        )
    people = {item["username"]: _person(item, departments, password) for item in plan["person"]}
    return Office(departments, people)


def _department(item: Mapping[str, Any]) -> Department:
    flags = {name: item.get(name, False) for name in ("registers_reports", "verifies_reports")}
    made, _created = Department.objects.update_or_create(
        name=item["name"],
        defaults={
            "document_code": item["document_code"],
            "division_id": item["division"],
            "contact_name": "演示联系人",
            "phone": "000-00000000",
            **flags,
        },
    )
    return made


def _person(item: Mapping[str, Any], departments: Mapping[str, Department], password: str) -> User:
    user = User.objects.filter(username=item["username"]).first() or User.objects.create_user(
        item["username"], password=password, display_name=item["shown"], is_staff=True
    )
    Membership.objects.get_or_create(user=user, department=departments[item["department"]], role=Role(item["role"]))
    return user


class _Story:
    """One report from its arrival to where the plan leaves it."""

    def __init__(self, office: Office, number: int, item: Mapping[str, Any]) -> None:
        self.office, self.number, self.item = office, number, item
        self.begun_on = timezone.localdate() - timedelta(days=item["days_ago"])

    def tell(self) -> None:
        """Register it and take its steps, each on its day."""
        self.report = self._arrive()
        for step in self.item.get("steps", ()):
            self.day = self.begun_on + timedelta(days=step.get("after", 0))
            getattr(self, f"_{step['do']}")(step)
            self.report = FeeReport.objects.get(pk=self.report.pk)

    def _actor(self, username: str) -> Actor:
        return Actor.person(self.office.people[username], _at(self.day))

    def _arrive(self) -> FeeReport:
        self.day = self.begun_on
        kept = ("days_ago", "steps", "division", "charged_before")
        data = {name: value for name, value in self.item.items() if name not in kept}
        for name in ("amount", "quantity", "base"):
            if name in data:
                data[name] = Decimal(data[name])
        data["division"] = Division.objects.get(pk=self.item["division"])
        data["charged_on"] = self.begun_on - timedelta(days=self.item["charged_before"])
        key = f"{KEY}{self.number:03}"
        if data.get("source", Source.ONLINE) == Source.ONLINE:
            actor = Actor.complainant(data.get("complainant_name", ""), at=_at(self.day))
            return intake.report_file(data=data, idempotency_key=key, actor=actor, is_development=True).case
        return intake.report_register(
            data={**data, "arrived_on": self.begun_on},
            department=self.office.departments["nanjing"],
            idempotency_key=key,
            actor=self._actor("report-clerk"),
            is_development=True,
        ).case

    def _accept(self, step: Mapping[str, Any]) -> None:
        services.report_accept(report=self.report, actor=self._actor("report-clerk"))

    def _refuse(self, step: Mapping[str, Any]) -> None:
        services.report_refuse(
            report=self.report, actor=self._actor("report-clerk"), ground=step["ground"], explanation=step["text"]
        )

    def _redirect(self, step: Mapping[str, Any]) -> None:
        services.report_redirect(
            report=self.report, actor=self._actor("report-clerk"), way=step["way"], explanation=step["text"]
        )

    def _assign(self, step: Mapping[str, Any]) -> None:
        services.report_assign(
            report=self.report,
            actor=self._actor("report-clerk"),
            department=self.office.departments[step["to"]],
            override_reason=step.get("override", ""),
        )

    def _receive(self, step: Mapping[str, Any]) -> None:
        services.report_receive(report=self.report, actor=self._actor("report-handler"))

    def _dispute(self, step: Mapping[str, Any]) -> None:
        transfers.report_dispute(
            report=self.report,
            actor=self._actor("report-handler"),
            reason=step["text"],
            target=self.office.departments[step["to"]],
        )

    def _extend(self, step: Mapping[str, Any]) -> None:
        extension.extension_ask(
            report=self.report, actor=self._actor("report-handler"), ground="complex", reason=step["text"],
            total_days=step["total"],
        )  # fmt: skip

    def _find(self, step: Mapping[str, Any]) -> None:
        extent = services.Extent(
            self.report.charged_on, self.begun_on, step.get("payers"), Decimal(step["sum"]) if "sum" in step else None
        )
        services.report_find_violation(
            report=self.report, actor=self._actor("report-handler"), violations=step["violations"],
            facts=step["facts"], reasons=step["reasons"], extent=extent,
        )  # fmt: skip

    def _find_nothing(self, step: Mapping[str, Any]) -> None:
        services.report_find_nothing(
            report=self.report, actor=self._actor("report-handler"), outcome=step["outcome"], facts=step["facts"],
            reasons=step["reasons"],
        )  # fmt: skip

    def _rectify(self, step: Mapping[str, Any]) -> None:
        orders.rectification_order(
            report=self.report, actor=self._actor("report-handler"), text=step["text"],
            due_on=self.day + timedelta(days=step["days"]),
        )  # fmt: skip

    def _refund(self, step: Mapping[str, Any]) -> None:
        last = self.day + timedelta(days=step["days"])
        orders.refund_order(
            report=self.report, actor=self._actor("report-handler"), text=step["text"], due_on=last,
            payers=[Owed(name, "", Decimal(amount)) for name, amount in step["payers"]], payers_unknown=True,
            announcement=step["announcement"], claim_at=step["claim_at"], announced_until=last,
        )  # fmt: skip

    def _refunded(self, step: Mapping[str, Any]) -> None:
        payer = Payer.objects.get(order__report=self.report, name=step["payer"])
        orders.refund_record(
            report=self.report, actor=self._actor("report-handler"), payer=payer.pk, amount=Decimal(step["amount"]),
            refunded_on=self.day, voucher=step["voucher"],
        )  # fmt: skip

    def _conclude(self, step: Mapping[str, Any]) -> None:
        services.report_conclude(report=self.report, actor=self._actor("report-handler"))

    def _answer(self, step: Mapping[str, Any]) -> None:
        services.report_feed_back(report=self.report, actor=self._actor("report-handler"), answer=step["text"])

    def _close(self, step: Mapping[str, Any]) -> None:
        services.report_close(report=self.report, actor=self._actor("report-handler"), reason=step["reason"])

    def _split(self, step: Mapping[str, Any]) -> None:
        joining.report_split(
            report=self.report, actor=self._actor("report-clerk"), track="complaint", text=step["text"],
            way=step["way"],
        )  # fmt: skip


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(10)))
