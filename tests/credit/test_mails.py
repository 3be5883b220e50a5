"""The mails to subjects: one for each occasion, in Chinese, with the reference and the way to the record."""

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
from casework.credit.record.hearing import access_code_issue
from casework.credit.repair.services import repair_grant
from tests.credit.house import CreditHouse

TOLD = (
    Verb.RECORD_NOTICED,
    Verb.RECORD_DECIDED,
    Verb.RECORD_DROPPED,
    Verb.RECORD_PUBLISHED,
    Verb.RECORD_CORRECTED,
    Verb.RECORD_ANNULLED,
    Verb.RECORD_REPAIRED,
    Verb.RECORD_EXPIRED,
    Verb.OBJECTION_DECIDED,
    Verb.REPAIR_DECIDED,
)
CONTEXT = {
    "name": "张三 & 李四",
    "reference": "XY2026-000123-4",
    "finding": "宁工信认〔2026〕12号",
    "tracking_url": "https://example.gov.cn/track/?a=1&b=2",
}


@pytest.mark.parametrize("verb", TOLD)
@pytest.mark.parametrize("is_development", [True, False])
def test_each_occasion_has_its_mail(verb: Verb, is_development: bool) -> None:
    text = render_to_string(f"mail/{verb}.txt", {**CONTEXT, "is_development": is_development})
    subject, blank, body = text.split("\n", 2)
    assert re.fullmatch(r"【信用记录】.+ XY2026-000123-4", subject)
    assert blank == ""
    for words in ("张三 & 李四，您好", CONTEXT["finding"], CONTEXT["tracking_url"], "不收取任何费用"):
        assert words in body
    assert ("不具有法律效力" in body) is is_development


@pytest.mark.django_db
def test_from_notice_to_repair_every_step_is_told_and_never_the_code() -> None:
    house = CreditHouse()
    record = house.noticed(severity="minor")
    code = access_code_issue(record=record, actor=Actor.person(house.officer))
    repaired = repair_grant(record=house.asked(), actor=Actor.person(house.head), reasons="已履行义务。")
    with transaction.atomic():
        for message in OutboxMessage.objects.filter(case__in=[record, repaired], channel="email").order_by("id"):
            deliver_email(message)
    said = [str(sent.subject).split("】")[1].split(" ")[0] for sent in mail.outbox]
    assert said == [
        "信用记录事先告知书已作出",
        "信用记录事先告知书已作出",
        "信用记录决定书已作出",
        "准予信用修复",
    ]
    for sent in mail.outbox:
        assert sent.to == ["subject@example.com"]
        for secret in (code, code.replace("-", "")):
            assert secret not in f"{sent.subject}{sent.body}"
