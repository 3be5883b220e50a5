"""Money, the end of a case and what comes after it, over the API: the complainant's side and the staff's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models import ArrearsComplaint
from complaints.protection.models import ThreatAlert
from tests.api.conftest import Caller, faults
from tests.api.test_access import send
from tests.api.test_tracking import PDF, Tracked
from tests.complaints.deeds import DEEDS, Scene
from tests.complaints.respondent_cases import answer, ask, fresh
from tests.factories import House

pytestmark = pytest.mark.django_db


def done(house: House, case: ArrearsComplaint, *names: str) -> ArrearsComplaint:
    for name in names:
        DEEDS[name].do(Scene(house, case), DEEDS[name].actor(house))
        case = fresh(case)
    return case


def test_both_sides_read_the_same_sums(house: House, caller: Caller) -> None:
    case = done(house, house.in_handling(), "split_claim", "record_payment", "confirm_payment", "record_payment")
    confirmed, reported = case.payments.order_by("pk")
    told = Tracked(caller(None), case).get().json()["money"]
    seen = send(caller(house.handler), "case_detail", reference=case.reference).json()["money"]
    assert told == seen
    assert (told["claimed"], told["undisputed"], told["disputed"]) == ("80000.00", "60000.00", "20000.00")
    assert Decimal(told["paid"]) == confirmed.amount
    assert Decimal(told["reported"]) == reported.amount
    assert Decimal(told["outstanding"]) == Decimal("80000.00") - confirmed.amount
    assert [row["status"] for row in told["payments"]] == ["confirmed", "reported"]


@pytest.mark.parametrize(("arrived", "status"), [(True, "confirmed"), (False, "denied")])
def test_the_complainant_answers_for_a_payment_once(house: House, caller: Caller, arrived: bool, status: str) -> None:
    case = done(house, house.in_handling(), "record_payment")
    tracked = Tracked(caller(None), case)
    body = {"version": case.version, "payment": case.payments.get().pk, "arrived": arrived, "note": "未到账"}
    assert tracked.post("answer-payment", body).status_code == 200
    assert case.payments.get().status == status
    again = tracked.post("answer-payment", {**body, "version": fresh(case).version})
    assert again.status_code == 409


def test_a_payment_of_another_case_is_not_answered_here(house: House, caller: Caller) -> None:
    case, other = (done(house, house.in_handling(), "record_payment") for _ in range(2))
    body = {"version": case.version, "payment": other.payments.get().pk, "arrived": True}
    assert Tracked(caller(None), case).post("answer-payment", body).status_code == 409
    assert other.payments.get().status == "reported"


def test_a_proof_comes_as_a_file(house: House, caller: Caller) -> None:
    case = house.in_handling()
    body = {
        "version": str(case.version),
        "paid_on": timezone.localdate().isoformat(),
        "amount": "100.00",
        "files": SimpleUploadedFile("回单.pdf", PDF),
    }
    address = f"/api/v1/cases/{case.reference}/acts/record-payment/"
    response = caller(house.handler).post(address, body, format="multipart")
    assert response.status_code == 200, response.json()
    payment = case.payments.get()
    assert payment.proof is not None
    assert payment.proof.name == "回单.pdf"


def test_satisfaction_new_facts_and_their_end(house: House, caller: Caller) -> None:
    case = done(house, house.resolved(), "close")
    tracked = Tracked(caller(None), case)
    assert tracked.post("give-satisfaction", {"version": case.version, "score": 6}).status_code == 400
    assert tracked.post("give-satisfaction", {"version": case.version, "score": 4}).status_code == 200
    case = fresh(case)
    assert case.satisfaction.score == 4
    body: dict[str, Any] = {"version": case.version, "text": "找到了验收单。"}
    assert tracked.post("tell-facts", body).status_code == 200
    case = fresh(case)
    refused = tracked.post("tell-facts", {**body, "version": case.version})
    assert refused.status_code == 409
    response = send(caller(house.handler), "case_reopen", {"version": case.version}, reference=case.reference)
    assert response.json()["state"] == "in_handling"


def test_a_receivable_is_asked_for_by_the_complainant(house: House, caller: Caller) -> None:
    case = house.in_handling()
    body = {"version": case.version, "request": "用于融资，请确认。"}
    assert Tracked(caller(None), case).post("request-receivable", body).status_code == 200
    assert case.subcases.get().kind == "receivable"


def test_a_threat_reaches_supervisors_and_stays_unseen_elsewhere(house: House, caller: Caller) -> None:
    case = house.in_handling()
    tracked = Tracked(caller(None), case)
    response = tracked.post("report-threat", {"text": "对方扬言终止合作。", "reach_me": "夜间电话"})
    assert response.status_code == 200
    assert ThreatAlert.objects.get().complaint_id == case.pk
    for user in (house.clerk, house.handler, house.head, house.auditor):
        page = send(caller(user), "case_detail", reference=case.reference).content.decode()
        assert "扬言" not in page
        assert "夜间电话" not in page
    assert "扬言" not in tracked.get().content.decode()


def test_the_respondents_contact_is_for_those_who_handle_the_case(house: House, caller: Caller) -> None:
    case = house.in_handling()
    answer(ask(house, case).request)
    for user, shown in ((house.handler, True), (house.clerk, True), (house.supervisor, False), (house.auditor, False)):
        body = send(caller(user), "case_detail", reference=case.reference).json()
        (asked,) = body["handling"]["feedback_requests"]
        assert (asked["answer"]["contact_name"] == "赵六") is shown
        assert asked["answer"]["statement"] == "欠款属实。"
    assert "handling" not in Tracked(caller(None), case).get().json()


def test_without_the_secret_nothing_is_done(house: House, caller: Caller) -> None:
    case = done(house, house.in_handling(), "record_payment")
    tracked = Tracked(caller(None), case)
    tracked.headers = {"x-case-secret": "WRONG-WRONG-WRONG-WRONG"}
    for path in ("answer-payment", "give-satisfaction", "tell-facts", "request-receivable", "report-threat"):
        response = tracked.post(path, {"version": case.version})
        assert response.status_code == 404, path
        assert faults(response) == {}
    assert case.payments.get().status == "reported"
