"""Invented records in every state, made by the services, with people who keep and carry them out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.outbox import without_wake
from casework.credit.catalogue.models import MeasureItem
from casework.credit.measures.services import measure_acknowledge, measure_intend
from casework.credit.objections.services import objection_forward, objection_make
from casework.credit.record import decision, ending, hearing, intake
from casework.credit.record.models import CreditRecord
from casework.credit.repair.services import repair_ask, repair_grant
from casework.exchange.models import Platform
from casework.parties.models import Department, Membership, Role, Subject, User
from casework.parties.subjects import subject_keep

PLAN = Path(__file__).with_name("demo.toml")
KEY = "demo-credit-record-"
PEOPLE = (
    ("credit-officer", "钱信用", "keeping", Role.CREDIT_OFFICER),
    ("credit-head", "孙主任", "keeping", Role.DEPARTMENT_HEAD),
    ("credit-executor", "赵执行", "executing", Role.CREDIT_OFFICER),
)
PLATFORMS = (
    ("credit_china", "信用信息共享平台（开发演示文件夹）"),
    ("enterprise_publicity", "企业信用信息公示系统（开发演示文件夹）"),
)


def seed_credit(password: str) -> int:
    """Make the records, once.

    Returns:
        how many; 0 if they are there already.
    """
    if CreditRecord.objects.filter(idempotency_key__startswith=KEY).exists():
        return 0
    plan = tomllib.loads(PLAN.read_text(encoding="utf-8"))
    with without_wake(), transaction.atomic():
        offices = {item["key"]: _office(item) for item in plan["department"]}
        people = {
            username: _person(password, username, shown, offices[at], role) for username, shown, at, role in PEOPLE
        }
        for code, name in PLATFORMS:
            Platform.objects.get_or_create(code=code, defaults={"name": name, "adapter": "folder", "address": code})
        for number, item in enumerate(plan["record"]):
            _Story(offices, people, number, item).tell()
    ending.sweep_records()
    return len(plan["record"])


def _office(item: Mapping[str, Any]) -> Department:
    row, _made = Department.objects.get_or_create(
        name=item["name"],
        defaults={
            "document_code": item["document_code"],
            "division_id": item["division"],
            "contact_name": "演示联系人",
            "phone": "000-00000000",
            "keeps_credit_records": item.get("keeps", False),
        },
    )
    return row


def _person(password: str, username: str, shown: str, office: Department, role: Role) -> User:
    user = User.objects.filter(username=username).first() or User.objects.create_user(
        username, password=password, display_name=shown, is_staff=True
    )
    Membership.objects.get_or_create(user=user, department=office, role=role)
    return user


class _Story:
    """One record from its finding to where the plan leaves it."""

    def __init__(
        self, offices: Mapping[str, Department], people: Mapping[str, User], number: int, item: Mapping[str, Any]
    ) -> None:
        self.offices, self.people, self.number, self.item = offices, people, number, item
        self.begun_on = timezone.localdate() - timedelta(days=item["days_ago"])
        self.after = 0

    def tell(self) -> None:
        """Propose it and take its steps, each on its day."""
        self.record = self._propose()
        for step in self.item.get("steps", ()):
            self.after = step.get("after", self.after)
            getattr(self, f"_{step['do']}")(step)
            self.record = CreditRecord.objects.get(pk=self.record.pk)

    def _at(self) -> datetime:
        day = self.begun_on + timedelta(days=self.after)
        return timezone.make_aware(datetime.combine(day, time(10)))

    def _by(self, username: str = "credit-officer") -> Actor:
        return Actor.person(self.people[username], self._at())

    def _subject(self) -> Subject:
        item = self.item["subject"]
        return subject_keep(
            code=item["code"],
            name=item["name"],
            kind=item["kind"],
            division=self.offices["keeping"].division,
            is_listed=False,
            is_development=True,
        )

    def _propose(self) -> CreditRecord:
        item = self.item
        finding = {name: item[name] for name in ("finding_number", "finding_authority", "legal_basis", "conduct")}
        day = self.begun_on - timedelta(days=item["finding_before"])
        return intake.record_propose(
            subject=self._subject(),
            department=self.offices["keeping"],
            finding={**finding, "finding_date": day, "severity_reasons": item["why"]},
            severity=item["severity"],
            idempotency_key=f"{KEY}{self.number:03}",
            actor=self._by(),
            is_development=True,
        ).case

    def _measure(self, step: Mapping[str, Any]) -> None:
        measure_intend(
            record=self.record,
            actor=self._by(),
            item=MeasureItem.objects.get(code=step["item"], version=1),
            department=self.offices["executing"],
        )

    def _notice(self, step: Mapping[str, Any]) -> None:
        hearing.record_give_notice(record=self.record, actor=self._by())

    def _serve(self, step: Mapping[str, Any]) -> None:
        day = self.begun_on + timedelta(days=self.after)
        hearing.record_serve(record=self.record, actor=self._by(), served_on=day, how="直接送达，已签收")

    def _statement(self, step: Mapping[str, Any]) -> None:
        actor = Actor.complainant(self.record.respondent_name, at=self._at())
        row = hearing.statement_make(record=self.record, actor=actor, text=step["text"])
        if "answer" in step:
            hearing.statement_answer(
                record=self.record, actor=self._by(), statement=row.pk, answer=step["answer"], is_followed=False
            )

    def _forward(self, step: Mapping[str, Any]) -> None:
        hearing.record_put_forward(record=self.record, actor=self._by())

    def _decide(self, step: Mapping[str, Any]) -> None:
        decision.record_decide(
            record=self.record,
            actor=self._by("credit-head"),
            reasons=step["text"],
            publish=step.get("publish", True),
            measures=list(self.record.measures.values_list("pk", flat=True)),
        )

    def _publish(self, step: Mapping[str, Any]) -> None:
        decision.record_publish(record=self.record, actor=self._by())

    def _acknowledge(self, step: Mapping[str, Any]) -> None:
        for measure in self.record.measures.all():
            measure_acknowledge(measure=measure, actor=self._by("credit-executor"), done=step["text"])

    def _object(self, step: Mapping[str, Any]) -> None:
        actor = Actor.complainant(self.record.respondent_name, at=self._at())
        objection_make(record=self.record, actor=actor, text=step["text"])
        objection_forward(record=self.record, actor=self._by(), to=self.record.finding_authority)

    def _ask_repair(self, step: Mapping[str, Any]) -> None:
        repair_ask(
            record=self.record,
            actor=Actor.complainant(self.record.respondent_name, at=self._at()),
            ground="fulfilled",
            fulfilment=step["text"],
            undertaking="我单位承诺依法按期支付款项，如有违反，愿依法承担责任。（开发数据）",
            uploads=[SimpleUploadedFile("付款凭证（开发数据）.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")],
        )

    def _grant(self, step: Mapping[str, Any]) -> None:
        repair_grant(record=self.record, actor=self._by("credit-head"), reasons=step["text"])
