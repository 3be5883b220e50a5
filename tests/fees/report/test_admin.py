"""The report's queue, page and forms in the admin."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.cases.actors import Actor
from casework.cases.models import AccessLog, Case
from casework.cases.references import new_idempotency_key
from fees.report.flow import FLOW
from fees.report.models import FeeReport
from fees.report.services import report_find_nothing
from tests.fees.house import FeeHouse, charge

pytestmark = pytest.mark.django_db
SEES = ("clerk", "clerks_head", "handler", "head", "supervisor", "auditor")
BLIND = ("editor", "credit_officer", "sysadmin", "stranger", "financier")


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _page(case: Case) -> str:
    return reverse("admin:fees_feereport_change", args=[case.pk])


@pytest.mark.parametrize("who", SEES)
def test_those_concerned_read_the_page_and_it_is_logged(house: FeeHouse, who: str) -> None:
    case = house.violation_found()
    user = getattr(house, who)
    response = _client(user).get(_page(case))
    assert response.status_code == 200
    assert case.reference in response.content.decode()
    assert AccessLog.objects.filter(case=case, user=user, what="page").count() == 1
    listed = _client(user).get(reverse("admin:fees_feereport_changelist"))
    assert case.reference in listed.content.decode()


@pytest.mark.parametrize("who", BLIND)
def test_nobody_else_does(house: FeeHouse, who: str) -> None:
    case = house.violation_found()
    client = _client(getattr(house, who))
    assert client.get(_page(case)).status_code in (403, 404)
    listed = client.get(reverse("admin:fees_feereport_changelist"))
    assert listed.status_code in (302, 403, 404) or case.reference not in listed.content.decode()


def test_contact_data_are_for_those_who_handle_it(house: FeeHouse) -> None:
    case = house.transferred()
    assert "13900000000" in _client(house.handler).get(_page(case)).content.decode()
    for who in ("supervisor", "auditor"):
        assert "13900000000" not in _client(getattr(house, who)).get(_page(case)).content.decode()


def test_every_move_of_staff_has_a_form(house: FeeHouse) -> None:
    stages: dict[str, Any] = {
        "accept": (house.registered, "clerk"),
        "refuse": (house.registered, "clerk"),
        "redirect": (house.accepted, "clerk"),
        "merge": (house.registered, "clerk"),
        "transfer": (house.accepted, "clerk"),
        "take_back": (house.disputed, "clerk"),
        "receive": (house.transferred, "handler"),
        "find_violation": (house.verifying_, "handler"),
        "find_nothing": (house.verifying_, "handler"),
        "conclude": (house.violation_found, "handler"),
        "feed_back": (house.concluded, "handler"),
        "close": (house.fed_back, "handler"),
        "reopen": (house.closed, "handler"),
    }
    assert set(stages) == set(FLOW.actions) - {"submit", "withdraw"}
    for action, (make, who) in stages.items():
        case = make()
        response = _client(getattr(house, who)).get(reverse("admin:fees_feereport_act", args=[case.pk, action]))
        assert response.status_code == 200, action
        assert "<form" in response.content.decode()


WAYS: dict[str, Any] = {
    "accept": ("registered", "clerk", {}, "accepted"),
    "refuse": ("registered", "clerk", {"ground": "G1", "explanation": "没有主体。"}, "refused"),
    "redirect": ("accepted", "clerk", {"way": "W3", "explanation": "请向信访局提出。"}, "redirected"),
    "receive": ("transferred", "handler", {"received_on": None}, "verifying"),
    "find_violation": (
        "verifying_", "handler",
        {"violations": ["F10"], "facts": "事实", "reasons": "理由", "payers": "3", "unlawful_amount": "900.00"},
        "violation_found",
    ),
    "find_nothing": ("verifying_", "handler", {"outcome": "none", "facts": "事实", "reasons": "理由"}, "concluded"),
    "conclude": ("violation_found", "handler", {"note": ""}, "concluded"),
    "feed_back": ("concluded", "handler", {"answer": "已改正。"}, "fed_back"),
    "close": ("fed_back", "handler", {"reason": "C2"}, "closed"),
    "reopen": ("closed", "handler", {"note": "又收费。"}, "verifying"),
}  # fmt: skip


@pytest.mark.parametrize("action", sorted(WAYS))
def test_a_move_is_taken_on_its_page(house: FeeHouse, action: str) -> None:
    stage, who, data, target = WAYS[action]
    case = FeeReport.objects.get(pk=getattr(house, stage)().pk)
    if "received_on" in data:
        data = {**data, "received_on": str(case.transferred_on)}
    address = reverse("admin:fees_feereport_act", args=[case.pk, action])
    response = _client(getattr(house, who)).post(address, {**data, "version": case.version})
    assert response.status_code == 302, response.content.decode()
    assert FeeReport.objects.get(pk=case.pk).state == target


def test_a_stale_form_keeps_the_text_and_shows_the_new_state(house: FeeHouse) -> None:
    case = house.verifying_()
    old = case.version
    report_find_nothing(report=case, actor=Actor.person(house.handler), outcome="none", facts="x", reasons="y")
    address = reverse("admin:fees_feereport_act", args=[case.pk, "find_nothing"])
    data = {"outcome": "none", "facts": "我的长文字", "reasons": "z", "version": old}
    response = _client(house.handler).post(address, data)
    assert response.status_code == 409
    assert "我的长文字" in response.content.decode()


def test_a_letter_is_previewed_and_nothing_is_written(house: FeeHouse) -> None:
    case = house.registered()
    address = reverse("admin:fees_feereport_act", args=[case.pk, "refuse"])
    data = {"ground": "G1", "explanation": "没有主体。", "version": case.version, "preview": "1"}
    response = _client(house.clerk).post(address, data)
    assert response["Content-Type"] == "application/pdf"
    assert FeeReport.objects.get(pk=case.pk).state == "registered"


def test_a_clerk_registers_a_call_and_sees_the_secret_once(house: FeeHouse) -> None:
    data: dict[str, Any] = {
        name: value for name, value in charge().items() if name not in ("division", "respondent_code")
    }
    data |= {
        "key": new_idempotency_key(), "department": house.registering.pk, "source": "phone", "division": "320102",
        "arrived_on": date(2026, 5, 8).isoformat(), "suspected": "F10",
    }  # fmt: skip
    client, address = _client(house.clerk), reverse("admin:fees_feereport_add")
    assert client.get(address).status_code == 200
    response = client.post(address, data)
    assert response.status_code == 200, response.content.decode()
    case = FeeReport.objects.get()
    assert (case.source, case.registered_by, case.suspected) == ("phone", house.clerk, "F10")
    assert case.reference in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    # The same form sent twice leads to the report that is there, without the secret.
    again = client.post(address, data)
    assert again.status_code == 302
    assert FeeReport.objects.count() == 1


def test_a_wrong_registration_names_the_fields(house: FeeHouse) -> None:
    response = _client(house.clerk).post(
        reverse("admin:fees_feereport_add"), {"key": new_idempotency_key(), "source": "phone"}
    )
    assert response.status_code == 400
    assert {"respondent_name", "item", "amount", "facts"} <= set(response.context["form"].errors)
    assert not FeeReport.objects.exists()


@pytest.mark.parametrize("who", ["handler", "supervisor", "auditor", "stranger"])
def test_others_register_nothing(house: FeeHouse, who: str) -> None:
    client = _client(getattr(house, who))
    assert client.get(reverse("admin:fees_feereport_add")).status_code == 403


def test_alike_reports_are_shown_to_the_clerk(house: FeeHouse) -> None:
    code = charge()["complainant_code"]
    earlier = house.closed(complainant_code=code)
    case = house.registered(complainant_code=code)
    page = _client(house.clerk).get(_page(case)).content.decode()
    assert earlier.reference in page
    assert "同一举报人" in page


def test_side_acts_have_forms_that_work(house: FeeHouse) -> None:
    case = house.registered()
    client = _client(house.clerk)
    other = house.registered()

    def do(action: str, data: dict[str, Any]) -> None:
        now = FeeReport.objects.get(pk=case.pk)
        address = reverse("admin:fees_feereport_do", args=[case.pk, action])
        assert client.get(address).status_code == 200
        response = client.post(address, {**data, "version": now.version})
        assert response.status_code == 302, response.content.decode()

    charged = {
        "respondent_name": "示例行业协会", "payee_type": "association", "item": "年审费", "charged_on": "2026-05-06",
        "amount": "300.00",
    }  # fmt: skip
    do("describe", {**charged, "reason": "见票据"})
    do("split_report", {**charged, "item": "培训费", "text": "另收培训费。"})
    do("split_complaint", {"text": "另有货款。", "way": "请提交拖欠投诉。"})
    do("link", {"earlier": other.reference})
    do("write_note", {"text": "已联系。"})
    do("assign", {"assignee": house.clerk.pk})
    case = FeeReport.objects.get(pk=case.pk)
    assert (case.item, case.same_as, case.assigned_to) == ("年审费", other, house.clerk)
    assert case.parts.count() == 2
    page = client.get(_page(case)).content.decode()
    assert "已联系。" in page
    assert other.reference in page
