"""Money and the time after the result over the API: by secret, by the account that filed, and by staff."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.cases.actors import Actor
from casework.parties.models import User
from complaints import services as moves
from complaints.models import ArrearsComplaint
from complaints.money.models import RecordedPayment
from complaints.money.services import Part, claim_split, payment_record
from tests.api.conftest import Caller, faults
from tests.api.test_tracking import PDF, Tracked
from tests.factories import House


def fresh(case: ArrearsComplaint) -> ArrearsComplaint:
    return ArrearsComplaint.objects.get(pk=case.pk)


def reported(house: House, case: ArrearsComplaint, amount: str = "30000") -> RecordedPayment:
    return payment_record(
        complaint=case,
        actor=Actor.person(house.handler),
        paid_on=timezone.localdate(),
        amount=Decimal(amount),
        remark="银行转账",
    )


class Staff:
    """A client at the address of one case."""

    def __init__(self, client: Any, case: ArrearsComplaint) -> None:
        self.client, self.case = client, case
        self.address = f"/api/v1/cases/{case.reference}/"

    def post(self, path: str, body: dict[str, Any], **extra: Any) -> Any:
        body = {"version": fresh(self.case).version, **body}
        return self.client.post(f"{self.address}{path}/", body, **extra)


def test_the_picture_is_the_same_for_both_sides(house: House, caller: Caller) -> None:
    case = house.with_plan()
    parts = [Part("货款", Decimal("75000")), Part("扣款", Decimal("5000"), disputed=True, reason="质量")]
    claim_split(complaint=case, actor=Actor.person(house.handler), parts=parts)
    payment = reported(house, case, "40000")
    told = Tracked(caller(None), fresh(case)).get().json()
    shown = caller(house.handler).get(f"/api/v1/cases/{case.reference}/").json()
    assert told["money"] == shown["money"]
    money = told["money"]
    sums = {name: money[name] for name in ("claimed", "undisputed", "disputed", "paid", "reported", "outstanding")}
    assert sums == {
        "claimed": "80000.00",
        "undisputed": "75000.00",
        "disputed": "5000.00",
        "paid": "0.00",
        "reported": "40000.00",
        "outstanding": "80000.00",
    }
    assert [(row["id"], row["status"], row["remark"]) for row in money["payments"]] == [
        (payment.pk, "reported", "银行转账")
    ]
    assert [row["status"] for row in money["plan"]["instalments"]] == ["reported", "open"]
    assert [row["reason"] for row in money["parts"]] == ["", "质量"]
    assert house.handler.username not in json.dumps(told, ensure_ascii=False)


def test_without_records_the_picture_is_the_claim(house: House, caller: Caller) -> None:
    money = Tracked(caller(None), house.submitted()).get().json()["money"]
    assert (money["claimed"], money["outstanding"], money["plan"]) == ("80000.00", "80000.00", None)
    assert money["parts"] == money["payments"] == []


def test_a_payment_is_confirmed_and_another_denied_by_secret(house: House, caller: Caller) -> None:
    case = house.in_handling()
    first, second = reported(house, case), reported(house, case, "10000")
    tracked = Tracked(caller(None), case)
    version = fresh(case).version
    answer = tracked.post(f"payments/{first.pk}/answer", {"version": version, "arrived": True})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["money"]["paid"], answer.json()["version"]) == ("30000.00", version + 1)
    silent = tracked.post(f"payments/{second.pk}/answer", {"version": version + 1, "arrived": False})
    assert (silent.status_code, set(faults(silent))) == (400, {"note"})
    denied = tracked.post(f"payments/{second.pk}/answer", {"version": version + 1, "arrived": False, "note": "未到账"})
    assert denied.json()["money"]["outstanding"] == "50000.00"
    again = tracked.post(f"payments/{second.pk}/answer", {"version": version + 2, "arrived": True})
    assert again.status_code == 409
    stale = tracked.post(f"payments/{first.pk}/answer", {"version": version, "arrived": True})
    assert stale.status_code == 409


def test_a_payment_of_another_case_is_not_answered(house: House, caller: Caller) -> None:
    foreign, case = reported(house, house.in_handling()), house.in_handling()
    tracked = Tracked(caller(None), case)
    assert tracked.post(f"payments/{foreign.pk}/answer", {"version": case.version, "arrived": True}).status_code == 409
    foreign.refresh_from_db()
    assert foreign.status == RecordedPayment.Status.REPORTED


@pytest.mark.parametrize("arrived", ["true", 1, None])
def test_an_answer_is_true_or_false_and_nothing_else(house: House, caller: Caller, arrived: object) -> None:
    case = house.in_handling()
    payment = reported(house, case)
    body = {"version": fresh(case).version, "arrived": arrived}
    response = Tracked(caller(None), case).post(f"payments/{payment.pk}/answer", body)
    assert (response.status_code, set(faults(response))) == (400, {"arrived"})


def test_satisfaction_is_given_once(house: House, caller: Caller) -> None:
    tracked = Tracked(caller(None), house.resolved())
    assert tracked.get().json()["actions"] == ["satisfaction"]
    version = tracked.complaint.version
    for score in (0, 6, "5"):
        response = tracked.post("satisfaction", {"version": version, "score": score})
        assert (response.status_code, set(faults(response))) == (400, {"score"})
    assert tracked.post("satisfaction", {"version": version, "score": 4, "text": "及时"}).status_code == 200
    body = tracked.get().json()
    assert (body["satisfaction"]["score"], body["actions"]) == (4, [])
    assert tracked.post("satisfaction", {"version": version + 1, "score": 1}).status_code == 409


def test_new_facts_are_told_with_files_and_reopen_the_case(house: House, caller: Caller) -> None:
    case = moves.complaint_close(complaint=house.resolved(), actor=Actor.person(house.handler), reason="NO_CONTRACT")
    tracked, staff = Tracked(caller(None), case), Staff(caller(house.handler), case)
    assert "new-facts" in tracked.get().json()["actions"]
    upload = SimpleUploadedFile("新合同.pdf", PDF)
    body = {"version": case.version, "text": "找到合同原件", "files": [upload]}
    assert tracked.post("new-facts", body, format="multipart").status_code == 200
    told = tracked.get().json()
    assert [facts["status"] for facts in told["new_facts"]] == ["pending"]
    assert "new-facts" not in told["actions"]
    assert "新合同.pdf" in [file["name"] for file in told["attachments"]]
    reopened = staff.post("actions/reopen", {"note": "属实"})
    assert (reopened.status_code, reopened.json()["state"]) == (200, "in_handling")


def test_facts_that_are_not_new_are_declined_with_reasons(house: House, caller: Caller) -> None:
    case = house.with_new_facts()
    staff = Staff(caller(house.handler), case)
    response = staff.post("new-facts/decline", {"reason": " "})
    assert (response.status_code, set(faults(response))) == (400, {"reason"})
    assert staff.post("new-facts/decline", {"reason": "原已查明"}).json()["state"] == "closed"
    (facts,) = Tracked(caller(None), case).get().json()["new_facts"]
    assert (facts["status"], facts["decision_note"]) == ("declined", "原已查明")


def test_the_account_that_filed_acts_as_complainant(house: House, caller: Caller) -> None:
    filer, case = User.objects.create_user("filer"), house.resolved()
    ArrearsComplaint.objects.filter(pk=case.pk).update(complainant_user=filer)
    payment = reported(house, fresh(case))
    staff = Staff(caller(filer), case)
    assert staff.post(f"payments/{payment.pk}/answer", {"arrived": True}).json()["money"]["paid"] == "30000.00"
    assert staff.post("satisfaction", {"score": 5}).status_code == 200
    for path in ("payments", "claim-parts", "repayment-plan", "new-facts/decline"):
        assert staff.post(path, {}).status_code == 403, path


def test_the_claim_is_split(house: House, caller: Caller) -> None:
    staff = Staff(caller(house.handler), house.in_handling())
    rows: list[dict[str, Any]] = [
        {"label": "货款", "amount": "75000.00"},
        {"label": "扣款", "amount": "5000.00", "disputed": True, "reason": "质量"},
    ]
    response = staff.post("claim-parts", {"parts": rows})
    assert response.status_code == 200, response.json()
    money = response.json()["money"]
    assert (money["undisputed"], money["disputed"]) == ("75000.00", "5000.00")
    wrong = staff.post("claim-parts", {"parts": rows[:1]})
    assert (wrong.status_code, set(faults(wrong))) == (400, {"parts"})
    typo = staff.post("claim-parts", {"parts": [{**rows[0], "amount": 75000}, {**rows[1], "disputd": True}]})
    assert set(faults(typo)) == {"parts.0.amount", "parts.1.disputd"}


def test_a_payment_is_recorded_with_its_proof(house: House, caller: Caller) -> None:
    staff = Staff(caller(house.handler), house.in_handling())
    body = {"paid_on": timezone.localdate().isoformat(), "amount": "30000.00"}
    assert staff.post("payments", body).json()["money"]["reported"] == "30000.00"
    upload = SimpleUploadedFile("回单.pdf", PDF)
    assert staff.post("payments", {**body, "files": [upload]}, format="multipart").status_code == 200
    assert [row.proof.name if row.proof else "" for row in RecordedPayment.objects.order_by("pk")] == ["", "回单.pdf"]
    more = staff.post("payments", {**body, "amount": "20000.01"})
    assert (more.status_code, set(faults(more))) == (400, {"amount"})
    refused = SimpleUploadedFile("x.exe", b"MZ")
    response = staff.post("payments", {**body, "amount": "1.00", "files": [refused]}, format="multipart")
    assert (response.status_code, set(faults(response))) == (400, {"files"})
    assert RecordedPayment.objects.count() == 2


def test_a_plan_is_recorded_as_json_and_with_its_paper(house: House, caller: Caller) -> None:
    case, today = house.in_handling(), timezone.localdate()
    staff = Staff(caller(house.handler), case)
    rows = [{"due_on": (today + timedelta(days=30 * month)).isoformat(), "amount": "40000.00"} for month in (1, 2)]
    body: dict[str, Any] = {"signed_on": today.isoformat(), "instalments": rows}
    response = staff.post("repayment-plan", body)
    assert [row["amount"] for row in response.json()["money"]["plan"]["instalments"]] == ["40000.00", "40000.00"]
    upload = SimpleUploadedFile("还款计划.pdf", PDF)
    parts = {**body, "instalments": [json.dumps(rows[0])], "files": [upload]}
    response = staff.post("repayment-plan", parts, format="multipart")
    assert [row["due_on"] for row in response.json()["money"]["plan"]["instalments"]] == [rows[0]["due_on"]]
    plan = case.plans.get(replaced_at=None)
    assert plan.document is not None
    assert plan.document.name == "还款计划.pdf"


@pytest.mark.parametrize("text", ["", "[", "[" * 100_000, '"x"', "[]", "{}", '{"due_on": "\\ud800"}'])
def test_a_broken_instalment_in_a_form_is_refused(house: House, caller: Caller, text: str) -> None:
    staff = Staff(caller(house.handler), house.in_handling())
    body = {"signed_on": timezone.localdate().isoformat(), "instalments": [text]}
    assert staff.post("repayment-plan", body, format="multipart").status_code == 400
