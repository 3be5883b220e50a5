"""Reporting a charge on the public site: the check before sending, what is refused, and what is kept of whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from casework.cases.models import Case, OutboxMessage
from casework.cases.references import new_idempotency_key, secret_matches
from casework.cases.verbs import Verb
from casework.documents.models import StagedFile
from casework.parties.models import User
from fees.report.models import FeeReport
from tests.factories import credit_code, division
from tests.fees.conftest import Desk
from tests.fees.house import FeeHouse

pytestmark = pytest.mark.django_db
NEW, PDF = "/fees/report/", b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def house() -> FeeHouse:
    division("320102", "玄武区")
    return FeeHouse()


@pytest.fixture
def browser() -> Iterator[Client]:
    """It asks for English, so that texts can be compared with msgids."""
    cache.clear()
    yield Client(headers={"accept-language": "en"})
    cache.clear()


def form(**changes: Any) -> dict[str, Any]:
    """A right report as the form sends it."""
    return {
        "idempotency_key": new_idempotency_key(),
        "item": "会员评比达标服务费",
        "charged_on": "2026-05-06",
        "amount": "5,000元",
        "is_paid": "on",
        "quantity": "",
        "unit": "",
        "base": "",
        "respondent_name": "示例行业协会",
        "payee_type": "association",
        "division": "玄武区",
        "respondent_code": "",
        "payee_address": "",
        "suspected": "F10",
        "payees_basis": "协会内部通知",
        "facts": "协会以评比达标为名收费。",
        "request": "退还。",
        "complainant_name": "示例包装有限公司",
        "complainant_code": credit_code(),
        "contact_name": "李四",
        "contact_phone": "13900000000",
        "contact_email": "reporter@example.com",
        **changes,
    }


def text_of(response: Any) -> str:
    return str(response.content.decode())


def faults(response: Any) -> dict[str, list[str]]:
    return {name: [str(text) for text in texts] for name, texts in response.context["form"].errors.items()}


def hidden(response: Any) -> dict[str, str]:
    """What the page's form sends back besides its buttons."""
    page = text_of(response)
    page = page[page.index('<form id="report"') :]
    pairs = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page)
    pairs += re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', page)
    return {name: value for name, value in pairs if name != "csrfmiddlewaretoken"}


def send(browser: Client, **changes: Any) -> tuple[FeeReport, str]:
    """Fill in, check, send; the report and its secret as the page shows it."""
    checked = browser.post(NEW, form(**changes))
    assert checked.status_code == 200, faults(checked)
    answer = browser.post(NEW, {**hidden(checked), "send": "1"})
    assert answer.status_code == 302, faults(answer)
    page = text_of(browser.get(answer.headers["Location"]))
    reference, secret = re.findall(r'<dd id="(?:reference|secret)">\s*([^<]+?)\s*</dd>', page)
    return FeeReport.objects.get(reference=reference), secret


def test_nothing_is_stored_before_the_catalogue_was_shown(house: FeeHouse, browser: Client, desk: Desk) -> None:
    version = desk.draft(date(2026, 1, 1))
    desk.entry(version, "会员评比达标服务费", "3000元/次")
    desk.published(version)
    checked = browser.post(NEW, form(quantity="1", unit="次"))
    page = text_of(checked)
    assert checked.status_code == 200
    assert "Above the standard" in page
    assert "2,000.00 yuan" in page
    assert "not sent yet" in page
    assert not Case.objects.exists()


def test_what_was_checked_is_what_is_sent(house: FeeHouse, browser: Client) -> None:
    report, secret = send(browser, quantity="2", unit="次", base="1万", files=[pdf()])
    assert (report.state, report.source, report.arrived_on) == ("registered", "online", timezone.localdate())
    assert (report.amount, report.quantity, report.base) == (Decimal(5000), Decimal(2), Decimal(10_000))
    assert (report.charged_on, report.division_id, report.suspected) == (date(2026, 5, 6), "320102", "F10")
    assert report.unit == "次"
    assert (report.is_paid, report.is_anonymous) == (True, False)
    assert report.receiving_department == house.registering
    assert [row.name for row in report.attachments.all()] == ["收据.pdf"]
    assert secret_matches(secret, report.secret_hash)
    assert report.checked_charges.count() == 1


def test_the_secret_stands_in_no_row_no_mail_and_no_session(house: FeeHouse, browser: Client) -> None:
    report, secret = send(browser)
    mail = OutboxMessage.objects.get(channel="email", case=report)
    for form_of_it in (secret, secret.replace("-", "")):
        assert form_of_it not in str(mail.payload)
        assert form_of_it not in str(browser.session.items())
        assert form_of_it not in str(list(FeeReport.objects.values()))


def test_the_secret_is_shown_for_an_hour(house: FeeHouse, browser: Client) -> None:
    _report, secret = send(browser)
    assert secret in text_of(browser.get("/fees/report/filed/"))
    session = browser.session
    session["filed"] = {**session["filed"], "at": timezone.now().timestamp() - 3601}
    session.save()
    assert browser.get("/fees/report/filed/").headers["Location"] == "/track/"


def test_a_page_sent_twice_is_one_report(house: FeeHouse, browser: Client) -> None:
    same = {**hidden(browser.post(NEW, form())), "send": "1"}
    assert [browser.post(NEW, same).status_code for _time in range(2)] == [302, 302]
    assert FeeReport.objects.count() == 1
    changed = browser.post(NEW, {**same, "amount": "6000"})
    assert changed.status_code == 422
    assert "already filed with this page" in text_of(changed)
    assert FeeReport.objects.count() == 1


def test_without_a_name_nothing_of_what_was_typed_remains(house: FeeHouse, browser: Client) -> None:
    """Not even the account that was signed in."""
    browser.force_login(User.objects.create_user("sme"))
    words = ("示例包装有限公司", "李四", "13900000000", "reporter@example.com")
    checked = browser.post(NEW, form(is_anonymous="on"))
    assert "Without your name" in text_of(checked)
    assert not [word for word in words if word in text_of(checked)]
    report, _secret = send(browser, is_anonymous="on")
    assert (report.is_anonymous, report.complainant_user, report.registered_by) == (True, None, None)
    kept = str([list(FeeReport.objects.values()), list(report.events.values()), list(OutboxMessage.objects.values())])
    assert not [word for word in words if word in kept]
    assert not report.events.exclude(actor=None).exists()
    assert not report.letters.exists()
    assert "nobody writes to you" in text_of(browser.get("/fees/report/filed/"))


def test_two_anonymous_reports_of_the_same_leave_no_trace_of_who(house: FeeHouse, browser: Client) -> None:
    """The digest that tells a repeat is made without the name too."""
    one, _secret = send(browser, is_anonymous="on")
    other, _secret = send(browser, is_anonymous="on", complainant_name="另一家公司", contact_phone="13911112222")
    assert one.filing_digest == other.filing_digest


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"item": ""}, "item", "Fill this in."),
        ({"payee_type": ""}, "payee_type", "Choose one of these."),
        ({"division": ""}, "division", "Fill this in."),
        ({"division": "乌有县"}, "division", "No division has this name or code."),
        ({"amount": "0"}, "amount", "greater than or equal to 0.01"),
        ({"charged_on": "2999-01-01"}, "charged_on", "lies in the future"),
        ({"quantity": "2"}, "unit", "Say what the quantity counts."),
        ({"quantity": "-1", "unit": "次"}, "quantity", "greater than or equal to"),
        ({"complainant_name": ""}, "complainant_name", "report without your name"),
        ({"contact_phone": "", "contact_email": ""}, "contact_phone", "we answer there"),
        ({"suspected": "F99"}, "suspected", "F99"),
    ],
)
def test_each_fault_is_said_at_its_field(
    house: FeeHouse, browser: Client, changes: dict[str, str], field: str, words: str
) -> None:
    answer = browser.post(NEW, form(**changes))
    assert answer.status_code == 422
    assert [name for name, texts in faults(answer).items() if texts] == [field]
    assert words in faults(answer)[field][0]
    assert f'href="#id_{field}' in text_of(answer)
    assert not FeeReport.objects.exists()


def test_a_place_without_a_registering_department_is_refused_with_the_way_out(house: FeeHouse, browser: Client) -> None:
    answer = browser.post(NEW, {**form(division=division("440100").pk), "send": "1"})
    assert answer.status_code == 422
    assert "12315" in faults(answer)["division"][0]


def test_a_mistake_loses_no_file_and_a_program_is_no_evidence(house: FeeHouse, browser: Client) -> None:
    sent = form(item="")
    browser.post(NEW, {**sent, "files": [pdf()]})
    refused = browser.post(NEW, {**sent, "item": "费", "files": [pdf(content=b"MZ\x90\x00 program")]})
    assert refused.status_code == 422
    assert [row.name for row in StagedFile.objects.all()] == ["收据.pdf"]
    kept = StagedFile.objects.get()
    removed = browser.post(NEW, {**sent, "remove_file": str(kept.pk)})
    assert removed.status_code == 200
    assert not faults(removed)
    assert not StagedFile.objects.exists()


def test_back_from_the_check_everything_is_still_there(house: FeeHouse, browser: Client) -> None:
    checked = hidden(browser.post(NEW, form(is_paid="", quantity="2", unit="次")))
    again = browser.post(NEW, {**checked, "change": "1"})
    form_again = again.context["form"]
    assert not form_again.errors
    assert {name: form_again[name].value() for name in ("item", "amount", "unit", "division", "is_paid")} == {
        "item": "会员评比达标服务费", "amount": "5,000元", "unit": "次", "division": "玄武区", "is_paid": False,
    }  # fmt: skip
    assert 'class="folded" open' in text_of(again)


def test_the_language_can_change_on_either_page(house: FeeHouse, browser: Client) -> None:
    filled = browser.post(NEW, form(facts="", language="zh-hans"))
    assert filled.status_code == 200
    assert 'lang="zh-hans"' in text_of(filled)
    assert "示例行业协会" in text_of(filled)
    checked = hidden(browser.post(NEW, form()))
    other = browser.post(NEW, {**checked, "language": "zh-hans"})
    assert 'name="send"' in text_of(other)
    assert 'lang="zh-hans"' in text_of(other)
    assert not FeeReport.objects.exists()


def test_a_checked_charge_is_carried_over(house: FeeHouse, browser: Client) -> None:
    query = "item=登记费&payee=示例中心&division=320102&charged_on=2026-03-01&amount=60&quantity=1&unit=件"
    page = text_of(browser.get(f"/fees/check/?{query}"))
    address = re.search(r'href="(/fees/report/file/\?[^"]+)"', page)
    assert address
    begun = browser.get(address[1].replace("&amp;", "&")).context["form"]
    assert {name: begun[name].value() for name in ("item", "respondent_name", "division", "charged_on", "amount")} == {
        "item": "登记费", "respondent_name": "示例中心", "division": "320102",
        "charged_on": "2026-03-01", "amount": "60",
    }  # fmt: skip
    assert begun.is_measured


def test_an_account_that_reports_with_its_name_follows_without_a_secret(house: FeeHouse, browser: Client) -> None:
    user = User.objects.create_user("sme")
    browser.force_login(user)
    report, _secret = send(browser)
    assert report.complainant_user == user
    assert report.events.get(verb=Verb.REPORT_REGISTERED).actor == user
    elsewhere = Client(headers={"accept-language": "en"})
    elsewhere.force_login(user)
    own = text_of(elsewhere.get("/track/"))
    assert f"/fees/report/track/{report.reference}/" in own
    assert "Registered, to be accepted or refused" in own
    assert "Your report is registered" in text_of(elsewhere.get(f"/fees/report/track/{report.reference}/"))


def pdf(name: str = "收据.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    """A small file with the mark of a PDF, or other content under its name."""
    return SimpleUploadedFile(name, content, content_type="application/pdf")
