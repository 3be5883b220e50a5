"""Filing on the public site: what goes in, what is refused and where it says so; nothing is lost or doubled."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

import pypdf
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from casework.cases.models import OutboxMessage
from casework.cases.references import new_idempotency_key, secret_matches
from casework.cases.verbs import Verb
from casework.documents.letter_templates import get_template
from casework.documents.models import Attachment, StagedFile
from casework.parties.models import User
from complaints.flow import State
from complaints.letters import receipt_variables
from complaints.models import ArrearsComplaint
from tests.complaints.portal_pages import (
    PDF,
    english,
    error_texts,
    file_on_site,
    form,
    pdf,
    program,
    text_of,
)
from tests.factories import House, credit_code, division

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def browser() -> Client:
    return english()


def test_a_right_form_becomes_a_complaint_with_its_evidence(house: House, browser: Client) -> None:
    complaint, secret = file_on_site(browser, files=[pdf("合同.pdf"), pdf("发票.pdf", PDF + b"2")])
    assert (complaint.state, complaint.receiving_department) == (State.SUBMITTED, house.receiving)
    assert (complaint.division_id, complaint.signed_on) == ("320102", date(2025, 6, 2))
    assert (complaint.contract_amount, complaint.amount) == (Decimal("100000.00"), Decimal("80000.00"))
    assert secret_matches(secret, complaint.secret_hash)
    assert sorted(complaint.attachments.values_list("name", flat=True)) == ["发票.pdf", "合同.pdf"]
    assert complaint.complainant_user is None


def test_the_secret_goes_into_no_mail_and_no_row(house: House, browser: Client) -> None:
    complaint, secret = file_on_site(browser)
    mail = OutboxMessage.objects.get(channel="email", case=complaint)
    assert mail.payload["to"] == "filer@example.com"
    for form_of_it in (secret, secret.replace("-", "")):
        assert form_of_it not in str(mail.payload)
        assert form_of_it not in str(list(ArrearsComplaint.objects.values().filter(pk=complaint.pk)))
        assert form_of_it not in str(browser.session.items())


def test_an_account_that_files_owns_the_case(house: House, browser: Client) -> None:
    user = User.objects.create_user("sme")
    browser.force_login(user)
    complaint, _secret = file_on_site(browser)
    assert complaint.complainant_user == user


def test_the_deepest_place_that_was_chosen_counts(house: House, browser: Client) -> None:
    division("320000")
    complaint, _secret = file_on_site(browser, city="", county="")
    assert complaint.division_id == "320000"


def test_a_county_of_another_city_is_refused(house: House, browser: Client) -> None:
    division("320205")
    response = browser.post("/complaints/new/", form(county="320205"))
    assert list(error_texts(response)) == ["county"]


TOMORROW = "2999-01-01"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("complainant_name", ""),
        ("complainant_code", "91320000MA1AAAAAAA"),
        ("complainant_size", "giant"),
        ("contact_name", ""),
        ("contact_phone", "call me"),
        ("contact_email", "not an address"),
        ("respondent_name", ""),
        ("respondent_code", credit_code(8001)),
        ("respondent_type", ""),
        ("province", ""),
        ("province", "999999"),
        ("city", "110100"),
        ("contract_title", ""),
        ("contract_object", "favours"),
        ("signed_on", TOMORROW),
        ("signed_on", "2025-02-30"),
        ("delivered_on", TOMORROW),
        ("delivered_on", ""),
        ("contract_amount", "0"),
        ("contract_amount", "1,5"),
        ("contract_amount", "100.005"),
        ("contract_amount", "NaN"),
        ("paid_amount", "-1"),
        ("amount", "0"),
        ("amount", "80000.01"),
        ("facts", "   "),
        ("request", ""),
        ("undertaking", ""),
    ],
)
def test_a_bad_value_is_refused_at_its_own_field_and_only_there(
    house: House, browser: Client, field: str, value: str
) -> None:
    data = form(**{field: value})
    if field == "city":
        data["county"] = ""
    response = browser.post("/complaints/new/", data)
    assert response.status_code == 422
    assert list(error_texts(response)) == [field]
    page = text_of(response)
    assert f'id="id_{field}_error"' in page
    assert f'href="#id_{field}' in page
    assert ArrearsComplaint.objects.count() == 0


@pytest.mark.parametrize("typed", ["100000", "100,000.00", "１００，０００", "￥100 000 元"])
def test_an_amount_is_understood_as_people_write_it(house: House, browser: Client, typed: str) -> None:
    complaint, _secret = file_on_site(browser, contract_amount=typed)
    assert complaint.contract_amount == Decimal("100000.00")


def test_a_code_with_spaces_and_small_letters_is_put_right(house: House, browser: Client) -> None:
    code = credit_code(8001)
    complaint, _secret = file_on_site(browser, complainant_code=f" {code[:8].lower()} {code[8:]} ")
    assert complaint.complainant_code == code


def test_every_fault_is_shown_at_once_and_nothing_typed_is_lost(house: House, browser: Client) -> None:
    response = browser.post("/complaints/new/", form(complainant_name="", signed_on=TOMORROW, amount="900000"))
    assert set(error_texts(response)) == {"complainant_name", "signed_on", "amount"}
    page = text_of(response)
    for kept in ("设备采购合同 2025-017", "支付余款及逾期利息。", 'value="900000"', 'value="320102" selected'):
        assert kept in page


def test_a_wrong_file_says_why_and_loses_nothing_else(house: House, browser: Client) -> None:
    data = form(files=[pdf("好.pdf"), program("坏.pdf")])
    response = browser.post("/complaints/new/", data)
    page = text_of(response)
    assert response.status_code == 422
    assert "坏.pdf is not a PDF, image, Office or OFD file" in page
    assert list(StagedFile.objects.values_list("name", flat=True)) == ["好.pdf"]
    assert "设备采购合同 2025-017" in page
    again = form(idempotency_key=data["idempotency_key"])
    assert browser.post("/complaints/new/", again).status_code == 302
    assert list(Attachment.objects.values_list("name", flat=True)) == ["好.pdf"]
    assert StagedFile.objects.count() == 0


def test_a_file_too_large_is_refused_with_its_size(house: House, browser: Client, settings: Settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 1024
    response = browser.post("/complaints/new/", form(files=[pdf("大.pdf", PDF + b"0" * 2048)]))
    assert "大.pdf has 2.0" in text_of(response).replace("\xa0", " ")
    assert StagedFile.objects.count() == 0


def test_a_good_file_stays_when_another_field_is_wrong(house: House, browser: Client) -> None:
    data = form(contact_name="", files=[pdf()])
    assert "合同.pdf" in text_of(browser.post("/complaints/new/", data))
    data = {**form(), "idempotency_key": data["idempotency_key"]}
    browser.post("/complaints/new/", data)
    assert list(Attachment.objects.values_list("name", flat=True)) == ["合同.pdf"]


def test_a_kept_file_can_be_removed_without_complaints_about_the_rest(house: House, browser: Client) -> None:
    key = new_idempotency_key()
    browser.post("/complaints/new/", form(idempotency_key=key, contact_name="", files=[pdf()]))
    kept = StagedFile.objects.get()
    response = browser.post("/complaints/new/", form(idempotency_key=key, contact_name="", remove_file=kept.pk))
    assert response.status_code == 200
    assert error_texts(response) == {}
    assert StagedFile.objects.count() == 0
    assert not kept.file.storage.exists(str(kept.file.name))


def test_a_stranger_cannot_remove_a_kept_file(house: House, browser: Client) -> None:
    browser.post("/complaints/new/", form(contact_name="", files=[pdf()]))
    kept = StagedFile.objects.get()
    browser.post("/complaints/new/", form(remove_file=kept.pk))
    assert StagedFile.objects.count() == 1


def test_sending_the_same_form_twice_makes_one_case_with_one_secret(house: House, browser: Client) -> None:
    data = form()
    pages = []
    for _time in range(2):
        assert browser.post("/complaints/new/", data).status_code == 302
        pages.append(re.findall(r'<dd id="\w+">\s*([^<]+?)\s*</dd>', text_of(browser.get("/complaints/filed/"))))
    assert pages[0] == pages[1]
    assert len(pages[0]) == 2
    case = ArrearsComplaint.objects.get()
    assert case.events.filter(verb=Verb.SUBMITTED).count() == 1


def test_the_page_of_an_earlier_filing_changed_and_sent_again_asks_first(house: House, browser: Client) -> None:
    key = new_idempotency_key()
    browser.post("/complaints/new/", form(idempotency_key=key))
    response = browser.post("/complaints/new/", form(idempotency_key=key, request="另一项请求"))
    assert "A complaint was already filed with this page" in text_of(response)
    assert response.context["key"] != key
    assert browser.post("/complaints/new/", form(idempotency_key=response.context["key"])).status_code == 302
    assert ArrearsComplaint.objects.count() == 2


def test_a_malformed_key_is_replaced(house: House, browser: Client) -> None:
    response = browser.post("/complaints/new/", form(idempotency_key="short", contact_name=""))
    assert re.fullmatch(r"[\w-]{16,64}", response.context["key"])


def test_a_place_without_a_receiving_department_says_so(browser: Client) -> None:
    response = browser.post("/complaints/new/", form())
    assert list(error_texts(response)) == ["province"]


def test_without_a_script_a_button_brings_the_places_below(house: House, browser: Client) -> None:
    division("320205", "锡山区")
    response = browser.post(
        "/complaints/new/", form(city="320200", county="", contact_name="", reload_places="1", facts="写到一半")
    )
    assert response.status_code == 200
    assert error_texts(response) == {}
    page = text_of(response)
    assert "锡山区" in page
    assert "写到一半" in page


def test_the_places_for_the_script(house: House, browser: Client) -> None:
    division("320102", "玄武区")
    assert browser.get("/complaints/places/320100/").json() == {"places": [{"code": "320102", "name": "玄武区"}]}
    assert browser.get("/complaints/places/999999/").status_code == 404


def test_switching_the_language_in_the_middle_loses_nothing(house: House, browser: Client) -> None:
    response = browser.post("/complaints/new/", form(language="zh-hans", contact_name="", files=[pdf()]))
    page = text_of(response)
    assert 'lang="zh-hans"' in page
    assert "设备采购合同 2025-017" in page
    assert StagedFile.objects.count() == 1
    assert ArrearsComplaint.objects.count() == 0
    assert response.cookies["django_language"].value == "zh-hans"


def test_the_filed_page_is_for_the_browser_that_filed(house: House, browser: Client) -> None:
    file_on_site(browser)
    assert browser.get("/complaints/filed/").headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    stranger = english()
    assert stranger.get("/complaints/filed/").headers["Location"] == "/track/"
    assert stranger.post("/complaints/receipt/").headers["Location"] == "/track/"


def test_after_an_hour_the_secret_is_no_longer_shown(house: House, browser: Client) -> None:
    file_on_site(browser)
    session = browser.session
    session["filed"] = {**session["filed"], "at": timezone.now().timestamp() - 3601}
    session.save()
    assert browser.get("/complaints/filed/").status_code == 302
    assert browser.post("/complaints/receipt/").status_code == 302


def test_the_filed_page_says_what_comes_next_and_by_when(house: House, browser: Client) -> None:
    complaint, _secret = file_on_site(browser)
    page = text_of(browser.get("/complaints/filed/"))
    assert complaint.next_due is not None
    assert house.receiving.name in page
    assert f"{complaint.next_due:%Y}" in page
    assert "How this date was computed" in page


def test_a_filing_needs_its_csrf_token(house: House) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    response = strict.post("/complaints/new/", form())
    assert response.status_code == 403
    assert "This page was open too long" in text_of(response)
    assert ArrearsComplaint.objects.count() == 0


@pytest.mark.parametrize("path", ["/", "/complaints/new/", "/track/", "/nowhere/"])
def test_pages_allow_only_their_own_scripts_and_styles(house: House, path: str) -> None:
    response = english().get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    page = text_of(response)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\bon\w+=|\bstyle=|<style|javascript:", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)


def test_the_receipt_holds_reference_secret_and_tracking_code(house: House, browser: Client) -> None:
    complaint, secret = file_on_site(browser)
    response = browser.post("/complaints/receipt/")
    assert response.headers["Content-Type"] == "application/pdf"
    assert "no-store" in response.headers["Cache-Control"]
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(response.content)).pages)
    assert complaint.reference in text
    assert secret in re.sub(r"\s", "", text)


def test_the_receipts_code_opens_the_case_with_the_secret_in_the_fragment(house: House, browser: Client) -> None:
    complaint, secret = file_on_site(browser)
    variables = receipt_variables(complaint, secret=secret)
    assert variables["tracking_link"] == f"{settings.SITE_URL}/track/{complaint.reference}/#{secret}"
    assert secret not in str(variables["tracking_url"])
    assert get_template("filing_receipt", 1).qr == "tracking_link"
