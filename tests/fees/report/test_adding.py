"""What a reporter adds after filing: who may, until when, what is written, who is told, and the page for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import Notification
from casework.cases.outbox import relay_lane
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline
from casework.documents.models import StagedFile
from fees.report.adding import OPEN_TO_ADDITIONS, can_add, report_add
from fees.report.flow import State
from fees.report.models import FeeReport
from tests.fees.house import REPORTER, FeeHouse

pytestmark = pytest.mark.django_db
FACTS = "另有两家会员企业于5月10日被收取同一费用。"


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


@pytest.fixture
def browser() -> Iterator[Client]:
    cache.clear()
    yield Client()
    cache.clear()


def pdf(name: str = "收据.pdf", content: bytes = b"%PDF-1.4\n%%EOF\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def told(house: FeeHouse, user: Any, verb: Verb) -> int:
    relay_lane("default")
    return Notification.objects.filter(user=user, verb=verb).count()


def test_facts_and_files_join_the_report_and_the_department_is_told(house: FeeHouse) -> None:
    report = house.verifying_()
    before = list(Deadline.objects.filter(case=report).order_by("pk").values_list("pk", "due", "status"))
    report_add(report=report, actor=REPORTER, text=f"  {FACTS} ", uploads=[pdf()])
    verbs = [(event.verb, event.payload, event.actor_kind) for event in report.events.order_by("seq")][-2:]
    assert verbs == [
        (Verb.NEW_FACTS_TOLD, {"text": FACTS}, "complainant"),
        (Verb.EVIDENCE_ADDED, {"files": ["收据.pdf"]}, "complainant"),
    ]
    assert [row.by_complainant for row in report.attachments.all()] == [True]
    assert told(house, house.handler, Verb.NEW_FACTS_TOLD) == 1
    assert told(house, house.clerk, Verb.NEW_FACTS_TOLD) == 0
    after = list(Deadline.objects.filter(case=report).order_by("pk").values_list("pk", "due", "status"))
    assert after == before


def test_before_a_department_has_it_the_registering_one_is_told(house: FeeHouse) -> None:
    report_add(report=house.registered(), actor=REPORTER, uploads=[pdf()])
    assert told(house, house.clerk, Verb.EVIDENCE_ADDED) == 1
    assert told(house, house.clerk, Verb.NEW_FACTS_TOLD) == 0


STAGES: dict[str, Callable[[FeeHouse], FeeReport]] = {
    State.REGISTERED: FeeHouse.registered,
    State.ACCEPTED: FeeHouse.accepted,
    State.TRANSFERRED: FeeHouse.transferred,
    State.VERIFYING: FeeHouse.verifying_,
    State.VIOLATION_FOUND: FeeHouse.violation_found,
    State.CONCLUDED: FeeHouse.concluded,
    State.FED_BACK: FeeHouse.fed_back,
    State.CLOSED: FeeHouse.closed,
}


@pytest.mark.parametrize("state", STAGES)
def test_until_it_is_concluded_and_no_longer(house: FeeHouse, state: str) -> None:
    report = STAGES[state](house)
    assert report.state == state
    assert can_add(report) is (state in OPEN_TO_ADDITIONS)
    if can_add(report):
        assert report_add(report=report, actor=REPORTER, text=FACTS).state == state
        return
    with pytest.raises(CaseChanged):
        report_add(report=report, actor=REPORTER, text=FACTS, uploads=[pdf()])
    assert not report.attachments.exists()
    assert not report.events.filter(verb=Verb.NEW_FACTS_TOLD).exists()


def test_only_the_reporter_adds(house: FeeHouse) -> None:
    report = house.verifying_()
    for user in (house.handler, house.clerk, house.supervisor, house.stranger):
        with pytest.raises(ActionNotAllowed):
            report_add(report=report, actor=Actor.person(user), text=FACTS)


def test_nothing_and_refused_files_write_nothing(house: FeeHouse) -> None:
    report = house.registered()
    count = report.events.count()
    with pytest.raises(InvalidInput) as nothing:
        report_add(report=report, actor=REPORTER, text="  ")
    with pytest.raises(InvalidInput) as refused:
        report_add(report=report, actor=REPORTER, text=FACTS, uploads=[pdf(), pdf("程序.pdf", b"MZ no document")])
    assert (list(nothing.value.errors), list(refused.value.errors)) == (["text"], ["files"])
    assert (report.events.count(), report.attachments.count()) == (count, 0)


def test_a_form_sent_twice_adds_once(house: FeeHouse) -> None:
    report = house.registered()
    for _time in range(2):
        report_add(report=report, actor=REPORTER, text=FACTS, uploads=[pdf()])
    assert report.events.filter(verb=Verb.NEW_FACTS_TOLD).count() == 1
    assert report.events.filter(verb=Verb.EVIDENCE_ADDED).count() == 1
    assert told(house, house.clerk, Verb.NEW_FACTS_TOLD) == 1


@pytest.mark.parametrize("anonymous", [False, True])
def test_the_page_keeps_text_and_good_files_until_all_is_right(
    house: FeeHouse, browser: Client, anonymous: bool
) -> None:
    changes = {"is_anonymous": True, "contact_name": "", "contact_phone": "", "contact_email": ""} if anonymous else {}
    filing = house.filed(Actor.complainant("" if anonymous else "示例包装有限公司"), **changes)
    report = filing.case
    address = reverse("fees:report_add", args=[report.reference])
    assert "report_add" not in browser.get(address).content.decode()
    browser.post("/track/", {"reference": report.reference, "secret": filing.secret})
    assert address in browser.get(reverse("fees:report_case", args=[report.reference])).content.decode()
    page = browser.get(address)
    form = {"version": page.context["form"]["version"].value(), "idempotency_key": page.context["key"], "text": FACTS}
    bad = browser.post(address, {**form, "files": [pdf(), pdf("程序.pdf", b"MZ no document")]})
    assert bad.status_code == 422
    assert FACTS in bad.content.decode()
    assert [row.name for row in bad.context["staged"]] == ["收据.pdf"]
    assert not report.attachments.exists()
    done = browser.post(address, form, follow=True)
    text = done.content.decode()
    assert done.redirect_chain[-1][0] == reverse("fees:report_case", args=[report.reference])
    assert FACTS in text
    assert "收据.pdf" in text
    assert not StagedFile.objects.exists()


def test_the_page_is_gone_when_the_report_is_concluded(house: FeeHouse, browser: Client) -> None:
    filing = house.filed()
    FeeReport.objects.filter(pk=filing.case.pk).update(state=State.CONCLUDED)
    browser.post("/track/", {"reference": filing.case.reference, "secret": filing.secret})
    address = reverse("fees:report_add", args=[filing.case.reference])
    assert browser.get(address).status_code == 409
    assert browser.post(address, {"text": FACTS, "version": 1}).status_code == 409
    assert address not in browser.get(reverse("fees:report_case", args=[filing.case.reference])).content.decode()
