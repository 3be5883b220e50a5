"""The people and departments around credit records, and records in any state, made through the real services."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.references import new_idempotency_key
from casework.credit.catalogue.models import MeasureItem
from casework.credit.measures.models import Measure
from casework.credit.measures.services import measure_intend
from casework.credit.objections.services import objection_make
from casework.credit.record import decision, hearing, intake
from casework.credit.record.models import CreditRecord
from casework.credit.repair.services import repair_ask
from casework.parties.models import Department, Role, Subject, User
from casework.parties.subjects import subject_keep
from tests.factories import credit_code, department, division, member

# Long enough after the first class came into force, and so that every period has passed by today.
LONG_AGO = 40
SUBJECT = Actor.complainant("示例建设集团有限公司")
PDF = b"%PDF-1.4\n%%EOF\n"


def finding(**changes: Any) -> dict[str, Any]:
    """What a right proposal says of the finding."""
    return {
        "finding_number": "宁工信认〔2026〕12号",
        "finding_date": timezone.localdate() - timedelta(days=LONG_AGO),
        "finding_authority": "南京市工业和信息化局",
        "legal_basis": "《保障中小企业款项支付条例》第二十六条",
        "conduct": "无正当理由拖欠中小企业货款，经责令改正仍未支付。",
        "severity_reasons": "数额巨大，经两次责令改正拒不改正。",
        "contact_email": "subject@example.com",
        **changes,
    }


def proof(content: bytes = PDF) -> SimpleUploadedFile:
    """A file that proves something."""
    return SimpleUploadedFile("付款凭证.pdf", content, content_type="application/pdf")


class CreditHouse:
    """A department that keeps records with officers and heads, one that carries measures out, and others who look."""

    def __init__(self) -> None:
        self.keeping = self._office("320100", keeps_credit_records=True)
        self.officer = member(Role.CREDIT_OFFICER, self.keeping)
        self.colleague = member(Role.CREDIT_OFFICER, self.keeping)
        self.head = member(Role.DEPARTMENT_HEAD, self.keeping)
        self.deputy = member(Role.DEPARTMENT_HEAD, self.keeping)
        self.clerk = member(Role.RECEIVING_CLERK, self.keeping)
        self.executing = self._office("320100")
        self.executor = member(Role.CREDIT_OFFICER, self.executing)
        province = self._office("320000")
        self.supervisor = member(Role.SUPERVISOR, province)
        self.auditor = member(Role.AUDITOR, province)
        self.sysadmin = member(Role.SYSTEM_ADMINISTRATOR, self.keeping)
        self.editor = member(Role.CATALOGUE_EDITOR, self.keeping)
        far = self._office("440100", keeps_credit_records=True)
        self.stranger = member(Role.CREDIT_OFFICER, far)

    def _office(self, code: str, **flags: bool) -> Department:
        office = department(code)
        for name, value in flags.items():
            setattr(office, name, value)
        office.save()
        return office

    def subject(self, kind: str = "large_enterprise", **changes: Any) -> Subject:
        """An organisation of the register."""
        given = {"code": credit_code(), "name": "示例建设集团有限公司", "division": division("320102"), **changes}
        return subject_keep(kind=kind, **given)

    def at(self, days_ago: int, user: User | None = None) -> Actor:
        """A person on a day in the past; the officer, unless another is named."""
        day = timezone.localdate() - timedelta(days=days_ago)
        moment = timezone.make_aware(datetime.combine(day, time(10)))
        return Actor.person(user or self.officer, moment)

    def proposed(
        self, severity: str = "serious", *, source: Case | None = None, actor: Actor | None = None, **changes: Any
    ) -> CreditRecord:
        """A record whose subject is to be heard."""
        subject = changes.pop("subject", None) or self.subject()
        found = finding(**changes)
        number = found.pop("finding_number")
        if "finding_number" not in changes:
            number = f"宁工信认〔2026〕{subject.code[-6:]}号"
        return intake.record_propose(
            subject=subject,
            department=self.keeping,
            finding={**found, "finding_number": number},
            severity=severity,
            idempotency_key=new_idempotency_key(),
            actor=actor or self.at(LONG_AGO),
            source=source,
        ).case

    def with_measure(self, **changes: Any) -> tuple[CreditRecord, Measure]:
        """A proposed record with an intended measure."""
        record = self.proposed(**changes)
        item = MeasureItem.objects.get(code="financing")
        measure = measure_intend(record=record, actor=self.at(LONG_AGO), item=item, department=self.executing)
        return self.fresh(record), measure

    def noticed(self, *, record: CreditRecord | None = None, **changes: Any) -> CreditRecord:
        """A record whose prior notice is issued."""
        return hearing.record_give_notice(record=record or self.proposed(**changes), actor=self.at(LONG_AGO))

    def served(self, *, record: CreditRecord | None = None, **changes: Any) -> CreditRecord:
        """A record whose subject has the notice and let its time pass."""
        case = self.noticed(record=record, **changes)
        day = timezone.localdate() - timedelta(days=LONG_AGO)
        return hearing.record_serve(record=case, actor=self.at(LONG_AGO), served_on=day, how="邮寄，回执号 12345")

    def submitted(self, *, record: CreditRecord | None = None, **changes: Any) -> CreditRecord:
        """A record before the one who decides."""
        return hearing.record_put_forward(
            record=self.served(record=record, **changes), actor=Actor.person(self.officer)
        )

    def decided(
        self, *, record: CreditRecord | None = None, publish: bool = True, keep: bool = True, **changes: Any
    ) -> CreditRecord:
        """A record in force, with its intended measures applied."""
        case = self.submitted(record=record, **changes)
        measures = list(case.measures.filter(state="intended").values_list("pk", flat=True)) if keep else []
        return decision.record_decide(
            record=case,
            actor=Actor.person(self.head),
            reasons="事实清楚，证据充分。",
            publish=publish,
            measures=measures,
        )

    def published(self, **changes: Any) -> CreditRecord:
        """A record that everybody can read."""
        return decision.record_publish(record=self.decided(**changes), actor=Actor.person(self.officer))

    def contested(self, **changes: Any) -> CreditRecord:
        """A published record with an open objection."""
        case = self.published(**changes)
        objection_make(record=case, actor=SUBJECT, text="认定的金额有误，已支付一半。")
        return self.fresh(case)

    def asked(self, severity: str = "minor", **changes: Any) -> CreditRecord:
        """A record in force with an open application for repair."""
        case = self.decided(severity=severity, publish=False, **changes)
        repair_ask(
            record=case,
            actor=SUBJECT,
            ground="fulfilled",
            fulfilment="已于2026年11月1日付清。",
            undertaking="承诺今后依法按期支付。",
            uploads=[proof()],
        )
        return self.fresh(case)

    @staticmethod
    def fresh(record: CreditRecord) -> CreditRecord:
        """The record as it stands."""
        return CreditRecord.objects.get(pk=record.pk)
