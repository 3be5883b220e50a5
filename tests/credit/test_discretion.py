"""A record from a fee report never tells its subject who reported, and a case that is merely late makes no record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.references import new_idempotency_key
from casework.cases.sweep import sweep_deadlines
from casework.clocks.models import Deadline
from casework.credit.catalogue.models import MeasureItem
from casework.credit.measures import services as measures
from casework.credit.objections import services as objections
from casework.credit.record import decision, ending, hearing, intake
from casework.credit.record.models import CreditRecord
from casework.credit.record.sources import source_fault
from casework.credit.repair import services as repair
from fees.report.models import FeeReport
from tests.credit.deeds import DEEDS, Scene, actor_named
from tests.credit.house import CreditHouse, finding
from tests.credit.snapshots import snapshot
from tests.factories import House, credit_code
from tests.fees.house import FeeHouse

pytestmark = pytest.mark.django_db


class Telling:
    """A house of records, a report with a reporter, and records that came of it."""

    def __init__(self) -> None:
        self.fees, self.house = FeeHouse(), CreditHouse()
        self.report: FeeReport = self.fees.violation_found(respondent_code=credit_code())
        self.subject = self.house.subject("social_organisation", code=self.report.respondent_code)
        self.made = 0

    def proposed(self, severity: str = "serious") -> CreditRecord:
        """A record about the payee."""
        self.made += 1
        actor = Actor.person(self.fees.handler, self.house.at(40).at)
        return self.house.proposed(
            severity, source=self.report, subject=self.subject, actor=actor, finding_number=f"甲{self.made}号"
        )


@pytest.fixture
def telling() -> Telling:
    return Telling()


WORDS: list[Callable[[FeeReport], str]] = [
    lambda report: report.complainant_name,
    lambda report: report.complainant_code.lower(),
    lambda report: f"{report.contact_phone[:3]} {report.contact_phone[3:]}",
    lambda report: report.contact_name,
    lambda report: report.contact_email.upper(),
    lambda report: report.reference,
]


@pytest.mark.parametrize("word", range(len(WORDS)))
def test_whatever_names_the_reporter_is_found(telling: Telling, word: int) -> None:
    text = f"据{WORDS[word](telling.report)}反映，违规收费。"
    record = telling.proposed()
    refused(lambda: decision.record_drop(record=record, actor=Actor.person(telling.house.head), reason=text), "reason")


def refused(call: Callable[[], Any], field: str) -> None:
    """The command refuses the text, by its name, and has written nothing."""
    before = snapshot()
    with pytest.raises(InvalidInput) as caught:
        call()
    assert set(caught.value.errors) == {field}
    assert "reporter" in str(caught.value.errors[field]) or "举报人" in str(caught.value.errors[field])
    assert snapshot() == before


@pytest.mark.parametrize("field", intake.FINDING_FIELDS)
def test_the_finding_names_no_reporter(telling: Telling, field: str) -> None:
    said = {**finding(), field: f"见{telling.report.complainant_name}的举报"}
    given: dict[str, Any] = {"finding": said, "severity": "serious"}
    propose: dict[str, Any] = {
        "subject": telling.subject,
        "department": telling.house.keeping,
        "idempotency_key": new_idempotency_key(),
        "actor": Actor.person(telling.fees.handler),
        "source": telling.report,
    }
    refused(lambda: intake.record_propose(**propose, **given), field)
    record = telling.proposed()
    refused(lambda: intake.record_amend(record=record, actor=telling.house.at(0), reason="x", **given), field)


def test_no_text_that_the_subject_reads_names_the_reporter(telling: Telling) -> None:
    """Each command that writes to the subject, or to everybody, at its own stage of one record."""
    house, name = telling.house, telling.report.complainant_name
    officer, head = house.at(0), Actor.person(house.head)
    record = telling.proposed()
    item = MeasureItem.objects.get(code="gov_pilots")
    given: dict[str, Any] = {"record": record, "actor": officer}
    refused(lambda: measures.measure_intend(**given, item=item, department=house.executing, extent=name), "extent")
    record = house.noticed(record=record)
    refused(lambda: hearing.record_serve(**given, served_on=timezone.localdate(), how=name), "how")
    record = hearing.record_serve(record=record, actor=house.at(40), served_on=house.at(40).today, how="邮寄")
    statement = hearing.statement_make(record=record, actor=officer, text=f"是{name}举报的吗？")
    refused(lambda: hearing.statement_answer(**given, statement=statement.pk, answer=name, is_followed=False), "answer")
    hearing.statement_answer(**given, statement=statement.pk, answer="不予采纳。", is_followed=False)
    record = hearing.record_put_forward(**given)
    refused(lambda: decision.record_drop(record=record, actor=head, reason=name), "reason")
    refused(lambda: decision.record_decide(record=record, actor=head, reasons=name, publish=True), "reasons")
    record = decision.record_decide(record=record, actor=head, reasons="查明。", publish=True)
    record = decision.record_publish(record=record, actor=officer)
    for field in decision.CORRECTABLE:
        changes = {field: name}
        refused(partial(decision.record_correct, **given, changes=changes, reason="x"), field)
    objections.objection_make(record=record, actor=officer, text="不服。")
    refused(lambda: objections.objection_forward(**given, to=name), "to")
    refused(lambda: objections.objection_decide(record=record, actor=head, outcome="rejected", reasons=name), "reasons")
    DEEDS["enter_reorganisation"].do(Scene(house, record), officer)
    refused(lambda: repair.repair_refuse(record=record, actor=head, reasons=name), "reasons")
    refused(lambda: repair.repair_grant(record=record, actor=head, reasons=name), "reasons")
    refused(lambda: ending.finding_set_aside(**given, on=timezone.localdate(), by=name), "by")
    ending.finding_set_aside(**given, on=timezone.localdate(), by="江苏省人民政府")
    refused(lambda: ending.record_annul(record=record, actor=head, reason=name), "reason")


def test_no_letter_and_no_mail_of_such_a_record_names_the_reporter(telling: Telling) -> None:
    house = telling.house
    record = house.published(record=telling.proposed("general"))
    for name in ("enter_objection", "found_objection", "enter_reorganisation", "repair"):
        DEEDS[name].do(Scene(house, house.fresh(record)), actor_named(DEEDS[name].by, house))
    texts = " ".join(str(row.variables) for row in record.letters.all())
    assert record.letters.count() == 5
    for word in WORDS:
        assert word(telling.report) not in texts


def test_a_report_without_a_violation_makes_no_record(telling: Telling) -> None:
    fees = telling.fees
    nothing = fees.nothing_found(respondent_code=telling.report.respondent_code)
    open_ = fees.verifying_(respondent_code=telling.report.respondent_code)
    for report in (nothing, open_):
        assert source_fault(report)
        before = snapshot()
        with pytest.raises(InvalidInput):
            telling.house.proposed(source=report, subject=telling.subject, actor=Actor.person(fees.handler))
        assert snapshot() == before
    assert source_fault(telling.report) == ""


def test_without_the_code_of_the_other_side_there_is_no_subject() -> None:
    assert source_fault(FeeHouse().violation_found(respondent_code=""))


def test_a_complaint_that_is_merely_late_makes_no_record() -> None:
    """Decree 802 art. 26 knows no record without a finding: no sweep, no clock and no state makes one."""
    other, house = House(), CreditHouse()
    late = other.in_handling()
    long_ago = date(2025, 7, 3)
    Deadline.objects.filter(case_id=late.pk, status="running").update(
        started_on=long_ago - timedelta(days=30), raw_due=long_ago, due=long_ago, next_mark_on=long_ago
    )
    assert sweep_deadlines() == 1
    assert not CreditRecord.objects.exists()
    actor = Actor.person(other.handler)
    subject = house.subject(code=late.respondent_code)
    before = snapshot()
    for missing in intake.FINDING_FIELDS:
        with pytest.raises(InvalidInput) as caught:
            house.proposed(source=late, subject=subject, actor=actor, **{missing: ""})
        assert set(caught.value.errors) == {missing}
    assert snapshot() == before


def test_a_complaint_that_nobody_accepted_makes_no_record() -> None:
    other = House()
    submitted = other.submitted()
    assert source_fault(submitted)
    assert source_fault(other.accepted()) == ""
    assert source_fault(CreditHouse().proposed())


def test_the_case_behind_it_says_so_and_takes_its_amount() -> None:
    other, house = House(), CreditHouse()
    source = other.accepted()
    record = house.proposed(
        source=source, subject=house.subject(code=source.respondent_code), actor=Actor.person(other.clerk)
    )
    assert record.amount == source.amount
    assert source.events.filter(verb="record_proposed").count() == 1
    assert record.finding_date + timedelta(days=1) <= timezone.localdate()
