"""Queue, page and forms of credit records in the admin; proposing from a case; the register; measures."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import AccessLog, Case
from casework.cases.references import hash_secret, new_idempotency_key
from casework.credit.admin.actions import DESK, SPECS
from casework.credit.flow import FLOW
from casework.credit.objections.services import objection_decide
from casework.credit.record.models import CreditRecord
from casework.parties.models import Membership, Role, Subject
from tests.credit.house import CreditHouse, finding, proof
from tests.factories import House, credit_code, division, member
from tests.fees.house import FeeHouse

pytestmark = pytest.mark.django_db
SEES = ("officer", "colleague", "head", "clerk", "supervisor", "auditor")
BLIND = ("executor", "sysadmin", "editor", "stranger")


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _page(record: Case) -> str:
    return reverse("admin:credit_creditrecord_change", args=[record.pk])


def _act(record: Case, name: str) -> str:
    way = "act" if name in SPECS else "do"
    return reverse(f"admin:credit_creditrecord_{way}", args=[record.pk, name])


@pytest.mark.parametrize("who", SEES)
def test_those_concerned_read_the_page_and_it_is_logged(house: CreditHouse, who: str) -> None:
    record, user = house.contested(), getattr(house, who)
    response = _client(user).get(_page(record))
    assert response.status_code == 200
    assert "有异议" in response.content.decode()
    assert AccessLog.objects.filter(case=record, user=user, what="page").count() == 1
    listed = _client(user).get(reverse("admin:credit_creditrecord_changelist") + "?queue=all").content.decode()
    assert record.reference in listed
    assert "有异议" in listed


@pytest.mark.parametrize("who", BLIND)
def test_nobody_else_does(house: CreditHouse, who: str) -> None:
    record, client = house.published(), _client(getattr(house, who))
    assert client.get(_page(record)).status_code in (403, 404)
    listed = client.get(reverse("admin:credit_creditrecord_changelist") + "?queue=all")
    assert listed.status_code in (302, 403, 404) or record.reference not in listed.content.decode()
    assert not Case.objects.visible_to(getattr(house, who)).filter(pk=record.pk).exists()


def test_an_officer_sees_records_and_no_other_case() -> None:
    other = House()
    complaint = other.submitted()
    officer = member(Role.CREDIT_OFFICER, other.receiving)
    assert not Case.objects.visible_to(officer).filter(pk=complaint.pk).exists()


WAYS: dict[str, Any] = {
    "give_notice": ("proposed", "officer", {}, "noticed"),
    "put_forward": ("served", "officer", {"note": "已听取意见"}, "submitted"),
    "send_back": ("submitted", "head", {"reason": "补充送达回证"}, "noticed"),
    "decide": ("submitted", "head", {"reasons": "事实清楚", "publish": "on"}, "in_force"),
    "drop": ("submitted", "head", {"reason": "陈述成立"}, "dropped"),
    "publish": ("decided", "officer", {}, "published"),
    "repair": ("asked", "head", {"reasons": "已核实"}, "repaired"),
}


@pytest.mark.parametrize("action", sorted(WAYS))
def test_a_move_is_taken_on_its_page(house: CreditHouse, action: str) -> None:
    stage, who, data, target = WAYS[action]
    record = house.fresh(getattr(house, stage)())
    client, address = _client(getattr(house, who)), _act(record, action)
    assert "<form" in client.get(address).content.decode()
    response = client.post(address, {**data, "version": record.version})
    assert response.status_code == 302, response.content.decode()
    assert house.fresh(record).state == target


def test_every_move_of_staff_has_a_page() -> None:
    assert set(SPECS) == set(FLOW.actions) - {"propose", "expire"}
    assert set(WAYS) | {"annul"} == set(SPECS)


def test_a_founded_objection_leads_to_the_annulment(house: CreditHouse) -> None:
    record = house.contested()
    objection_decide(record=record, actor=Actor.person(house.head), outcome="annulled", reasons="金额有误")
    record = house.fresh(record)
    response = _client(house.deputy).post(_act(record, "annul"), {"reason": "异议成立", "version": record.version})
    assert response.status_code == 302
    assert house.fresh(record).state == "annulled"


DEEDS: dict[str, Any] = {
    "amend": ("proposed", "officer", {**finding(finding_number="改1号"), "severity": "general", "reason": "文书"}),
    "serve": ("noticed", "officer", {"served_on": "today", "how": "直接送达"}),
    "enter_statement": ("noticed", "officer", {"text": "不同意", "received_on": "today"}),
    "withhold": ("published", "officer", {"ground": "reorganisation"}),
    "set_aside": ("published", "officer", {"by": "某复议机关1号", "on": "today"}),
    "correct": ("published", "officer", {"reason": "笔误", "conduct": "更正后的行为"}),
    "conduct_corrected": ("published", "officer", {"on": "today", "how": "已付清"}),
    "enter_objection": ("published", "officer", {"text": "有误", "made_on": "today"}),
    "forward_objection": ("contested", "officer", {"to": "某局"}),
    "take_on_objection": ("contested", "officer", {}),
    "decide_objection": ("contested", "head", {"outcome": "rejected", "reasons": "经查无误"}),
    "refuse_repair": ("asked", "head", {"reasons": "凭证不足"}),
}


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_what_is_done_beside_the_moves(house: CreditHouse, name: str) -> None:
    stage, who, data = DEEDS[name]
    record = house.fresh(getattr(house, stage)())
    client, address = _client(getattr(house, who)), _act(record, name)
    form = client.get(address)
    assert form.status_code == 200
    initial = {key: value for key, value in form.context["form"].initial.items() if value is not None}
    today = timezone.localdate().isoformat()
    given = {key: today if value == "today" else value for key, value in data.items()}
    response = client.post(address, {**initial, **given, "version": record.version})
    assert response.status_code == 302, response.content.decode()
    assert house.fresh(record).version == record.version + 1


def test_an_application_on_paper_keeps_its_proof(house: CreditHouse) -> None:
    record = house.fresh(house.decided(severity="minor", publish=False))
    today = timezone.localdate().isoformat()
    data = {"ground": "fulfilled", "fulfilment": "已付清", "undertaking": "承诺", "asked_on": today}
    data["version"] = str(record.version)
    client, address = _client(house.officer), _act(record, "enter_repair")
    assert client.post(address, data).status_code == 400
    assert client.post(address, {**data, "uploads": [proof()]}).status_code == 302
    assert record.repairs.get().proofs.get().name == "付款凭证.pdf"


def test_the_access_code_is_shown_once_and_opens_the_record(house: CreditHouse) -> None:
    record = house.fresh(house.noticed())
    response = _client(house.officer).post(_act(record, "issue_code"), {"version": record.version})
    secret = response.context["secret"]
    assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))
    assert hash_secret(secret) == house.fresh(record).secret_hash
    assert secret not in _client(house.officer).get(_page(record)).content.decode()


def test_an_officer_enters_a_finding_from_elsewhere(house: CreditHouse) -> None:
    division("320102")
    data = {
        **finding(), "key": new_idempotency_key(), "department": house.keeping.pk, "code": credit_code(),
        "name": "示例集团", "kind": "large_enterprise", "division": "320102", "severity": "serious",
    }  # fmt: skip
    client, address = _client(house.officer), reverse("admin:credit_creditrecord_add")
    for missing in ("finding_number", "finding_date", "finding_authority", "legal_basis", "conduct", "severity"):
        refused = client.post(address, {**data, missing: ""})
        assert refused.status_code == 400
        assert missing in refused.context["form"].errors
    refused = client.post(address, {**data, "finding_date": "2020-01-01"})
    assert "finding_date" in refused.context["form"].errors
    assert not Subject.objects.exists(), "a refused record leaves no subject"
    response = client.post(address, data)
    record = CreditRecord.objects.get()
    assert response["Location"] == _page(record)
    client.post(address, data)
    assert CreditRecord.objects.count() == 1, "a double click makes one"
    assert not Subject.objects.get().is_listed


@pytest.mark.parametrize("who", ("clerk", "supervisor", "sysadmin", "executor"))
def test_nobody_else_enters_findings(house: CreditHouse, who: str) -> None:
    assert _client(getattr(house, who)).get(reverse("admin:credit_creditrecord_add")).status_code == 403


def test_a_record_is_proposed_from_a_complaint_and_shown_there(house: CreditHouse) -> None:
    complaints = House()
    complaint = complaints.accepted()
    complaints.receiving.keeps_credit_records = True
    complaints.receiving.save()
    address = reverse("admin:complaints_arrearscomplaint_do", args=[complaint.pk, "propose_record"])
    client = _client(complaints.clerk)
    form = client.get(address)
    assert form.status_code == 200
    data = {**finding(), "severity": "serious", "department": complaints.receiving.pk, "kind": "large_enterprise"}
    data |= {"key": form.context["form"].initial["key"], "version": complaint.version}
    assert client.post(address, data).status_code == 302
    record = CreditRecord.objects.get()
    assert (record.source_case_id, record.respondent_code) == (complaint.pk, complaint.respondent_code)
    page = reverse("admin:complaints_arrearscomplaint_change", args=[complaint.pk])
    assert record.reference in client.get(page).content.decode()
    officer = member(Role.CREDIT_OFFICER, complaints.receiving)
    assert complaint.reference not in _client(officer).get(_page(record)).content.decode()
    assert complaint.reference in client.get(_page(record)).content.decode()


def test_an_unaccepted_complaint_or_a_report_without_a_finding_proposes_nothing() -> None:
    complaints, fees = House(), FeeHouse()
    complaint, report = complaints.submitted(), fees.verifying_()
    for name, case, user in (
        ("complaints_arrearscomplaint", complaint, complaints.clerk), ("fees_feereport", report, fees.handler),
    ):  # fmt: skip
        response = _client(user).get(reverse(f"admin:{name}_do", args=[case.pk, "propose_record"]))
        assert response.status_code == 302, "back to the page: not possible now"


def test_from_a_report_nothing_names_the_reporter(house: CreditHouse) -> None:
    fees = FeeHouse()
    report = fees.violation_found(respondent_code=credit_code())
    fees.verifying.keeps_credit_records = True
    fees.verifying.save()
    address = reverse("admin:fees_feereport_do", args=[report.pk, "propose_record"])
    client = _client(fees.handler)
    data = {**finding(), "severity": "general", "department": fees.verifying.pk, "kind": "social_organisation"}
    data |= {"key": client.get(address).context["form"].initial["key"], "version": report.version}
    refused = client.post(address, {**data, "conduct": f"向{report.complainant_name}违规收费"})
    assert "conduct" in refused.context["form"].errors
    assert not CreditRecord.objects.exists()
    assert client.post(address, data).status_code == 302


def test_the_register_shows_what_the_reader_may_see(house: CreditHouse) -> None:
    record = house.published()
    address = reverse("admin:parties_subject_change", args=[record.subject_id])
    Subject.objects.filter(pk=record.subject_id).update(is_listed=False)
    assert record.reference in _client(house.officer).get(address).content.decode()
    assert _client(house.stranger).get(address).status_code == 404
    listed = reverse("admin:parties_subject_changelist")
    assert record.subject_id not in _client(house.stranger).get(listed).content.decode()
    assert record.subject_id in _client(house.officer).get(f"{listed}?q=示例 {record.subject_id[-6:]}").content.decode()
    Subject.objects.filter(pk=record.subject_id).update(is_listed=True)
    page = _client(house.stranger).get(address).content.decode()
    assert record.subject_id in page
    assert record.reference not in page


def test_the_executing_department_acknowledges_and_others_do_not(house: CreditHouse) -> None:
    record, measure = house.with_measure()
    house.decided(record=record)
    address = reverse("admin:credit_measure_change", args=[measure.pk])
    assert _client(house.stranger).get(address).status_code == 404
    assert _client(house.officer).get(address).context["form"] is None
    client = _client(house.executor)
    assert client.post(address, {"done": ""}).status_code == 400
    assert client.post(address, {"done": "已通知"}).status_code == 302
    measure.refresh_from_db()
    assert measure.acknowledged_by == house.executor
    assert client.get(address).context["form"] is None


def _count(user: Any, address: str) -> int:
    client = _client(user)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_lists_and_pages_cost_no_more_with_more_rows(house: CreditHouse) -> None:
    queue = reverse("admin:credit_creditrecord_changelist") + "?queue=all"
    measures = reverse("admin:credit_measure_changelist")
    record, _measure = house.with_measure()
    first = house.decided(record=record)
    Membership.objects.get_or_create(user=house.officer, department=house.executing, role=Role.CREDIT_OFFICER)
    few = _count(house.officer, queue), _count(house.officer, measures), _count(house.officer, _page(first))
    for _number in range(3):
        other, _measure = house.with_measure()
        house.contested(record=other)
    many = _count(house.officer, queue), _count(house.officer, measures)
    assert many == few[:2]
    assert few[0] <= 12
    assert few[2] <= 40


def test_every_deed_of_the_desk_is_tried_here_or_by_name() -> None:
    named = {"intend_measure", "drop_measure", "issue_code", "answer_statement", "show_again", "enter_repair"}
    shared = {name for name in DESK.acts if name not in {*DEEDS, *named}}
    assert shared == {
        "assign", "write_note", "write_task", "finish_tasks", "remind", "reissue_letter", "record_delivery",
        "mark_secret",
    }  # fmt: skip


def test_a_measure_is_intended_and_taken_back(house: CreditHouse) -> None:
    record = house.fresh(house.proposed())
    client, address = _client(house.officer), _act(record, "intend_measure")
    items = client.get(address).context["form"].fields["item"].queryset
    assert {item.code for item in items} >= {"financing", "honours"}
    assert "office" not in {item.code for item in items}, "not for an enterprise"
    data = {"item": items.get(code="financing").pk, "department": house.executing.pk, "version": record.version}
    assert client.post(address, data).status_code == 302
    record = house.fresh(record)
    measure = record.measures.get()
    data = {"measure": measure.pk, "version": record.version}
    assert client.post(_act(record, "drop_measure"), data).status_code == 302
    measure.refresh_from_db()
    assert measure.state == "dropped"


def test_a_statement_is_answered_and_a_suspension_ended(house: CreditHouse) -> None:
    record = house.fresh(house.noticed())
    client = _client(house.officer)
    day = timezone.localdate().isoformat()
    data = {"text": "不同意", "received_on": day, "version": record.version}
    client.post(_act(record, "enter_statement"), data)
    record = house.fresh(record)
    data = {"statement": record.statements.get().pk, "answer": "不予采纳", "version": record.version}
    assert client.post(_act(record, "answer_statement"), data).status_code == 302
    assert record.statements.get().answered_by == house.officer

    public = house.fresh(house.published())
    client.post(_act(public, "withhold"), {"ground": "reorganisation", "version": public.version})
    public = house.fresh(public)
    data = {"reason": "已终结", "version": public.version}
    assert client.post(_act(public, "show_again"), data).status_code == 302
    assert house.fresh(public).is_public
