"""Reporting in steps: the same report as on one page, the verdict before it is sent, and no name left behind."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from casework.documents.models import StagedFile
from casework.parties.models import User
from casework.portal.drafts.models import Draft
from fees.journey.steps import JOURNEY, STEPS
from fees.report.forms import IDENTITY, ReportForm
from fees.report.models import FeeReport
from tests.complaints.portal_pages import pdf
from tests.factories import division
from tests.fees.conftest import Desk
from tests.fees.house import FeeHouse
from tests.fees.report.test_portal_filing import faults, form, send, text_of

pytestmark = pytest.mark.django_db
BEGIN = "/fees/report/file/"


@pytest.fixture
def house() -> FeeHouse:
    division("320102", "玄武区")
    return FeeHouse()


@pytest.fixture
def browser(house: FeeHouse) -> Client:
    return Client(headers={"accept-language": "en"})


def at(draft: Draft, page: str) -> str:
    return f"{BEGIN}{draft.number}/{page}/"


def answered(browser: Client, **changes: Any) -> Draft:
    """A draft with every step answered."""
    right = form(**changes)
    for step in STEPS:
        given = {name: right[name] for name in step.fields if name in right}
        address = at(Draft.objects.get(), step.slug) if Draft.objects.exists() else BEGIN
        response = browser.post(address, given)
        assert response.status_code == 302, (step.slug, faults(response))
    return Draft.objects.get()


def test_every_field_of_the_report_is_asked_exactly_once() -> None:
    asked = [name for step in STEPS for name in step.fields] + list(JOURNEY.declared)
    assert sorted(asked) == sorted(ReportForm().fields)
    assert all(set(step.folded) <= set(step.fields) for step in STEPS)


def test_steps_make_the_same_report_as_the_one_page(browser: Client) -> None:
    draft = answered(browser)
    assert not FeeReport.objects.exists()
    browser.post(at(draft, "evidence"), {"files": [pdf("收据.pdf")]})
    assert browser.post(at(draft, "check")).headers["Location"] == "/fees/report/filed/"
    send(browser)
    own = {"id", "case_ptr_id", "reference", "idempotency_key", "secret_hash", "created_at", "updated_at"}
    told = [
        {name: value for name, value in row.items() if name not in own | {"filing_digest", "complainant_code"}}
        for row in FeeReport.objects.order_by("pk").values()
    ]
    assert told[0] == told[1]
    by_steps = FeeReport.objects.order_by("pk").first()
    assert by_steps is not None
    assert [file.name for file in by_steps.attachments.all()] == ["收据.pdf"]
    assert not Draft.objects.exists()
    assert not StagedFile.objects.exists()


def test_what_the_catalogue_says_is_shown_before_it_is_sent(browser: Client, desk: Desk) -> None:
    version = desk.draft(date(2026, 1, 1))
    desk.entry(version, "会员评比达标服务费", "3000元/次")
    desk.published(version)
    page = text_of(browser.get(at(answered(browser, quantity="1", unit="次"), "check")))
    assert "Above the standard" in page
    assert "2,000.00 yuan" in page


def test_a_checked_charge_comes_along_in_the_address(browser: Client) -> None:
    charge = {"item": "评审费", "payee": "示例中心", "amount": "60", "charged_on": "2026-03-01", "unknown": "x"}
    first = browser.get(BEGIN, charge)
    assert first.context["form"]["item"].value() == "评审费"
    browser.post(
        f"{BEGIN}?payee=示例中心", {"item": "评审费", "amount": "60", "charged_on": "2026-03-01", "is_paid": "on"}
    )
    assert Draft.objects.get().answers["respondent_name"] == ["示例中心"]


def test_who_reports_without_a_name_leaves_none_in_the_draft(browser: Client) -> None:
    user = User.objects.create_user("shop-owner")
    browser.force_login(user)
    draft = answered(browser)
    draft.refresh_from_db()
    assert draft.answers["complainant_name"] == ["示例包装有限公司"]
    browser.post(at(draft, "you"), {"is_anonymous": "on", "complainant_name": "示例包装有限公司"})
    draft.refresh_from_db()
    assert [draft.answers[name] for name in IDENTITY] == [[] for _name in IDENTITY]
    assert browser.post(at(draft, "check")).status_code == 302
    report = FeeReport.objects.get()
    assert (report.is_anonymous, report.complainant_name, report.contact_phone) == (True, "", "")
    assert not report.events.filter(actor=user).exists()


def test_a_missing_answer_is_named_on_the_check_page_and_nothing_is_filed(browser: Client) -> None:
    draft = answered(browser)
    browser.post(at(draft, "story"), {"facts": ""})
    refused = browser.post(at(draft, "check"))
    assert refused.status_code == 422
    assert [row.step.slug for row in refused.context["answered"] if row.faults] == ["story"]
    assert not FeeReport.objects.exists()


def test_a_draft_of_a_report_is_not_one_of_a_complaint(browser: Client) -> None:
    draft = answered(browser)
    assert browser.get(f"/complaints/file/{draft.number}/check/").status_code == 302
