"""Orders, refunds, penalty cases and referrals on the report's page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.cases.models import AccessLog, OutboxMessage
from casework.documents.letters import render_issued
from fees.admin.reports.actions import DESK
from fees.orders.models import Order
from fees.referral.models import Referral
from fees.report.models import FeeReport
from tests.fees.house import FeeHouse
from tests.fees.report.test_flow_table import ROOMS_OF_THEIR_OWN

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


def _client(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _do(house: FeeHouse, who: str, case: FeeReport, act: str, data: dict[str, Any]) -> None:
    client = _client(getattr(house, who))
    address = reverse("admin:fees_feereport_do", args=[case.pk, act])
    assert client.get(address).status_code == 200, act
    response = client.post(address, {**data, "version": FeeReport.objects.get(pk=case.pk).version})
    assert response.status_code == 302, response.content.decode()


def _payers(*lines: str) -> SimpleUploadedFile:
    text = "\n".join(["缴费单位,统一社会信用代码,金额", *lines])
    return SimpleUploadedFile("payers.csv", text.encode("utf-8-sig"), "text/csv")


def test_a_violation_is_put_right_step_by_step(house: FeeHouse) -> None:
    case = house.violation_found()
    today, later = timezone.localdate(), timezone.localdate() + timedelta(days=20)
    _do(house, "handler", case, "rectification_order", {"text": "停止收费。", "due_on": later.isoformat()})
    _do(
        house, "handler", case, "refund_order",
        {"text": "退还会员企业。", "due_on": later.isoformat(), "payers": _payers("甲公司,,1000.00", "乙公司,,500.00")},
    )  # fmt: skip
    refund = case.orders.get(kind="refund")
    payer = refund.payers.get(name="甲公司")
    _do(
        house,
        "handler",
        case,
        "refund_record",
        {"payer": payer.pk, "amount": "400.00", "refunded_on": today.isoformat()},
    )
    _do(
        house, "handler", case, "refund_all",
        {"order": refund.pk, "refunded_on": today.isoformat(), "voucher": "银行回单"},
    )  # fmt: skip
    page = _client(house.handler).get(reverse("admin:fees_feereport_change", args=[case.pk])).content.decode()
    assert "1,500.00 / 1,500.00" in page
    # With an open order nothing is concluded.
    assert reverse("admin:fees_feereport_act", args=[case.pk, "conclude"]) not in page
    for order in case.orders.all():
        _do(house, "handler", case, "order_end", {"order": order.pk, "outcome": "done"})
    assert set(case.orders.values_list("outcome", flat=True)) == {"done"}
    page = _client(house.handler).get(reverse("admin:fees_feereport_change", args=[case.pk])).content.decode()
    assert reverse("admin:fees_feereport_act", args=[case.pk, "conclude"]) in page


def test_a_wrong_list_of_payers_is_told_by_row(house: FeeHouse) -> None:
    case = house.violation_found()
    address = reverse("admin:fees_feereport_do", args=[case.pk, "refund_order"])
    data = {
        "text": "退还。", "due_on": timezone.localdate().isoformat(), "version": case.version,
        "payers": _payers("甲公司,,零", ",,5.00"),
    }  # fmt: skip
    response = _client(house.handler).post(address, data)
    assert response.status_code == 400
    assert len(response.context["form"].errors["payers"]) == 2
    assert not Order.objects.exists()


def test_a_penalty_case_from_opening_to_decision(house: FeeHouse) -> None:
    case, today = house.violation_found(), timezone.localdate()
    _do(
        house, "handler", case, "penalty_open",
        {"department": house.verifying.pk, "grounds": "违反第九条。", "filed_on": today.isoformat()},
    )  # fmt: skip
    _do(
        house, "handler", case, "penalty_pause",
        {"ground": "P2", "first_on": today.isoformat(), "last_on": (today + timedelta(days=9)).isoformat()},
    )  # fmt: skip
    _do(house, "handler", case, "penalty_resume", {"last_on": today.isoformat()})
    _do(house, "head", case, "penalty_extend", {"total_days": 120, "reason": "案情复杂。"})
    _do(
        house, "handler", case, "penalty_end",
        {
            "outcome": "penalty", "decision_number": "玄市监罚〔2026〕1号", "fine": "50000.00",
            "decided_on": today.isoformat(),
        },
    )  # fmt: skip
    page = _client(house.handler).get(reverse("admin:fees_feereport_change", args=[case.pk])).content.decode()
    assert "50,000.00" in page


def test_only_the_head_extends_a_penalty_case(house: FeeHouse) -> None:
    case, today = house.violation_found(), timezone.localdate()
    _do(
        house, "handler", case, "penalty_open",
        {"department": house.verifying.pk, "grounds": "违反第九条。", "filed_on": today.isoformat()},
    )  # fmt: skip
    for who in ("handler", "clerks_head"):
        response = _client(getattr(house, who)).get(
            reverse("admin:fees_feereport_do", args=[case.pk, "penalty_extend"])
        )
        assert response.status_code == 403, who


@pytest.fixture
def referred(house: FeeHouse, monkeypatch: pytest.MonkeyPatch) -> Referral:
    monkeypatch.setattr("casework.documents.letters.render_letter", lambda *_args: b"%PDF-1.7 a letter")
    case = house.verifying_()
    _do(
        house, "handler", case, "refer",
        {
            "kind": "discipline", "body": "中共某区纪律检查委员会", "ground": "discipline_grave",
            "summary": "线索摘要内容",
        },
    )  # fmt: skip
    referral = Referral.objects.get()
    assert referral.letter is not None
    render_issued(OutboxMessage(payload={"letter": referral.letter.pk}))
    return referral


@pytest.mark.parametrize(
    ("who", "knows"),
    [("handler", True), ("head", True), ("supervisor", True), ("colleague", False), ("clerk", False),
     ("clerks_head", False), ("auditor", False)],
)  # fmt: skip
def test_few_know_of_a_referral(house: FeeHouse, referred: Referral, who: str, knows: bool) -> None:
    case = referred.report
    client = _client(getattr(house, who))
    page = client.get(reverse("admin:fees_feereport_change", args=[case.pk])).content.decode()
    assert ("线索摘要内容" in page) is knows
    assert (referred.body in page) is knows
    assert referred.letter is not None
    assert (referred.letter.number in page) is knows
    letter = client.get(reverse("admin:fees_feereport_referral", args=[case.pk, referred.pk]))
    assert letter.status_code == (200 if knows else 404)
    if knows:
        assert b"".join(letter.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert not AccessLog.objects.filter(what__contains="refer").exists()


def test_the_answer_to_a_referral_is_recorded_by_those_who_know(house: FeeHouse, referred: Referral) -> None:
    data = {"referral": referred.pk, "outcome": "taken", "answered_on": timezone.localdate().isoformat()}
    _do(house, "handler", referred.report, "referral_answer", data)
    referred.refresh_from_db()
    assert referred.outcome == "taken"


def test_every_act_of_these_rooms_is_taken_here() -> None:
    taken = {
        "rectification_order", "refund_order", "refund_record", "refund_all", "payers_add", "order_end",
        "penalty_open", "penalty_pause", "penalty_resume", "penalty_extend", "penalty_end", "refer", "referral_answer",
    }  # fmt: skip
    assert taken == {name for name, act in DESK.acts.items() if act.group in ROOMS_OF_THEIR_OWN - {"credit"}}


def test_payers_who_came_forward_are_added(house: FeeHouse) -> None:
    case, later = house.violation_found(), timezone.localdate() + timedelta(days=20)
    _do(
        house, "handler", case, "refund_order",
        {
            "text": "退还。", "due_on": later.isoformat(), "payers_unknown": "on", "announcement": "请缴费单位申报。",
            "claim_at": "某路1号", "announced_until": later.isoformat(),
        },
    )  # fmt: skip
    order = case.orders.get()
    _do(house, "handler", case, "payers_add", {"order": order.pk, "payers": _payers("丙公司,,80.00")})
    assert order.payers.get().name == "丙公司"
