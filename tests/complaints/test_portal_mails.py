"""The mails to complainants: one for each occasion, in Chinese, with the reference and the way to the case."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.db import transaction
from django.template.loader import render_to_string

from casework.cases.actors import Actor
from casework.cases.models import OutboxMessage
from casework.cases.notify import deliver_email
from casework.cases.verbs import Verb
from complaints import services
from tests.factories import House, file_complaint

TOLD = (
    Verb.SUBMITTED,
    Verb.CORRECTION_REQUESTED,
    Verb.ACCEPTED,
    Verb.REFUSED,
    Verb.TRANSFERRED,
    Verb.RECEIVED,
    Verb.RESOLVED,
    Verb.CLOSED,
    Verb.WITHDRAWN,
)
CONTEXT = {
    "name": "张三 & 李四",
    "reference": "QK2026-000123-7",
    "tracking_url": "https://example.gov.cn/track/?a=1&b=2",
}


@pytest.mark.parametrize("verb", TOLD)
@pytest.mark.parametrize("is_development", [True, False])
def test_each_occasion_has_its_mail(verb: Verb, is_development: bool) -> None:
    text = render_to_string(f"mail/{verb}.txt", {**CONTEXT, "is_development": is_development})
    subject, blank, body = text.split("\n", 2)
    assert re.fullmatch(r"【\w+】投诉 QK2026-000123-7.*", subject)
    assert blank == ""
    assert "张三 & 李四，您好" in body
    assert CONTEXT["tracking_url"] in body
    assert ("不具有法律效力" in body) is is_development


@pytest.mark.django_db
def test_from_filing_to_closing_every_step_is_told_and_never_the_secret() -> None:
    house = House()
    clerk, handler = Actor.person(house.clerk), Actor.person(house.handler)
    filed = file_complaint()
    case = services.complaint_accept(complaint=filed.complaint, actor=clerk)
    case = services.complaint_transfer(complaint=case, actor=clerk, department=house.handling)
    case = services.complaint_receive(complaint=case, actor=handler)
    case = services.complaint_start_handling(complaint=case, actor=handler)
    case = services.complaint_resolve(complaint=case, actor=handler, findings="事实", result="已支付")
    services.complaint_close(complaint=case, actor=clerk, reason="NO_CONTRACT")
    with transaction.atomic():
        for message in OutboxMessage.objects.filter(case=case, channel="email").order_by("id"):
            deliver_email(message)
    kinds = [re.findall("【(.+?)】", str(sent.subject))[0] for sent in mail.outbox]
    assert kinds == ["已提交", "已受理", "已转交", "处理中", "已反馈结果", "已办结"]
    for sent in mail.outbox:
        assert sent.to == ["filer@example.com"]
        for secret in (filed.secret, filed.secret.replace("-", "")):
            assert secret not in f"{sent.subject}{sent.body}"
