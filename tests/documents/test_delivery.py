"""Letters after and before their issue: previewed without a trace, issued again, delivered; and files kept secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.timeline import event_text, verify_chains
from casework.credit.admin.actions import DESK as CREDIT_DESK
from casework.documents import correspondence
from casework.documents.letter_templates import template_codes
from casework.documents.models import Attachment, Letter, LetterCounter, LetterDelivery
from casework.documents.preview import preview_letters, render_draft
from casework.parties.models import User
from complaints import services
from complaints.admin.actions import DESK
from complaints.models import ArrearsComplaint
from fees.admin.reports.actions import DESK as REPORT_DESK
from tests.complaints.admin_pages import act_url, signed_in
from tests.documents.letter_reading import text_of
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def house() -> House:
    return House()


def ready(letter: Letter) -> Letter:
    """The letter as if its worker had rendered it."""
    letter.file.save("letters/test.pdf", ContentFile(PDF), save=False)
    letter.sha256, letter.size, letter.status = "0" * 64, len(PDF), Letter.Status.READY
    letter.save()
    return letter


def count_rows() -> list[int]:
    """How much there is of what an act writes."""
    return [model.objects.count() for model in (Letter, LetterCounter, OutboxMessage)]


def read(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_a_preview_shows_what_would_be_issued_and_writes_nothing(house: House) -> None:
    case = house.submitted()
    before = [*count_rows(), case.events.count()]
    form = {"version": case.version, "ground": "R2", "explanation": "同一事项法院已立案。", "preview": "1"}
    terms = signed_in(house.clerk).get(act_url(case, "refuse"))
    form["ground"] = terms.context["form"].fields["ground"].choices[0][0]
    answer = signed_in(house.clerk).post(act_url(case, "refuse"), form)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    text = text_of(answer.content)
    assert "同一事项法院已立案。" in text
    assert "草稿，未编号" in text
    assert house.receiving.document_code not in text
    case.refresh_from_db()
    assert [*count_rows(), case.events.count()] == before
    assert case.state == "submitted"


def test_every_page_of_a_draft_says_so_and_it_proves_nothing(house: House) -> None:
    case = house.in_handling()

    def resolve() -> None:
        services.complaint_resolve(
            complaint=case, actor=Actor.person(house.handler), findings="查明属实。" * 300, result="已付清。"
        )

    (letter,) = preview_letters(resolve)
    draft = render_draft(letter)
    assert text_of(draft).count("草稿") >= 3
    assert "/verify/" not in text_of(draft)
    assert "verify/" in letter.variables["verify_url"]


def test_a_preview_is_refused_as_the_act_is(house: House) -> None:
    case = house.submitted()
    answer = signed_in(house.clerk).post(
        act_url(case, "refuse"), {"version": case.version, "ground": "", "explanation": "", "preview": "1"}
    )
    assert answer.status_code == 400
    assert b"%PDF" not in answer.content
    assert signed_in(house.supervisor).post(act_url(case, "refuse"), {"preview": "1"}).status_code == 403


def test_every_letter_that_staff_issue_can_be_previewed() -> None:
    previewed = {
        code for desk in (DESK, REPORT_DESK, CREDIT_DESK) for codes in desk.letters_of.values() for code in codes
    }
    # The receipt is the filer's own; letters to departments have their own form; a report is registered by its arrival.
    others = {
        "filing_receipt", "department_inquiry", "department_interview", "department_circular",
        "fee_registration_notice", "disclosure_correction",
    }  # fmt: skip
    assert set(template_codes()) - others <= previewed


def test_a_letter_issued_again_stands_in_place_of_the_first(house: House) -> None:
    case = house.accepted()
    first = ready(Letter.objects.get(case=case))
    fresh = correspondence.letter_issue_again(
        case=case,
        actor=Actor.person(house.clerk),
        letter=first.pk,
        reason="合同名称有误",
        wrong="设备采购合同 2025-01",
        right="设备采购合同 2025-02",
    )
    assert fresh.replaces == first
    assert fresh.number != first.number
    assert fresh.variables["matter"] == "设备采购合同 2025-02"
    assert {name for name in fresh.variables if fresh.variables[name] != first.variables[name]} == {
        "matter", "number", "verify_url",
    }  # fmt: skip
    first.refresh_from_db()
    assert first.variables["matter"] == "设备采购合同 2025-01"
    line = case.events.get(verb="letter_replaced")
    assert first.number in event_text(line)
    assert "合同名称有误" in event_text(line)
    assert list(verify_chains(case.pk)) == []
    page = signed_in(house.clerk).get(f"/admin/complaints/arrearscomplaint/{case.pk}/change/").content.decode()
    assert page.count(fresh.number) >= 2


def test_a_letter_is_replaced_once_for_a_reason_and_by_its_own_department(house: House) -> None:
    case = house.transferred()
    letter = Letter.objects.get(case=case, template="acceptance_notice")
    clerk = Actor.person(house.clerk)
    given: dict[str, Any] = {"case": case, "letter": letter.pk}
    refusals: tuple[dict[str, Any], ...] = (
        {"reason": " "},
        {"reason": "x", "wrong": "信里没有的话", "right": "y"},
        {"reason": "x", "letter": 0},
    )
    for refused in refusals:
        with pytest.raises(InvalidInput):
            correspondence.letter_issue_again(actor=clerk, **{**given, **refused})
    with pytest.raises(InvalidInput):
        correspondence.letter_issue_again(actor=Actor.person(house.handler), reason="x", **given)
    correspondence.letter_issue_again(actor=clerk, reason="x", **given)
    with pytest.raises(InvalidInput):
        correspondence.letter_issue_again(actor=clerk, reason="x", **given)


def test_dates_and_amounts_are_not_text_that_could_be_replaced(house: House) -> None:
    case = house.accepted()
    letter = Letter.objects.get(case=case)
    with pytest.raises(InvalidInput):
        correspondence.letter_issue_again(
            case=case,
            actor=Actor.person(house.clerk),
            letter=letter.pk,
            reason="x",
            wrong="80000.00",
            right="1.00",
        )


def test_opening_a_letter_is_kept_once_for_each_reader(house: House, client: Client) -> None:
    filer = User.objects.create_user("sme")
    case = file_complaint(Actor.complainant("示例", filer)).complaint
    case = services.complaint_accept(complaint=case, actor=Actor.person(house.clerk))
    letter = ready(Letter.objects.get(case=case))
    client.force_login(filer)
    for address in (f"/letters/{letter.pk}/", f"/track/{case.reference}/letters/{letter.pk}/"):
        read(client.get(address))
        read(client.get(address))
    staff = signed_in(house.clerk)
    read(staff.get(f"/letters/{letter.pk}/"))
    ways = list(letter.deliveries.values_list("way", "recorded_by"))
    assert ("staff", house.clerk.pk) in ways
    assert ways.count(("staff", house.clerk.pk)) == 1
    assert {way for way, _user in ways} == {"portal", "staff"}


def test_a_delivery_by_post_is_recorded_by_the_department_that_issued(house: House) -> None:
    case = house.transferred()
    letter = Letter.objects.get(case=case, template="acceptance_notice")
    given: dict[str, Any] = {
        "case": case, "letter": letter.pk, "way": "post", "recipient": "张三", "at": timezone.now(),
    }  # fmt: skip
    with pytest.raises(InvalidInput):
        correspondence.letter_delivered(actor=Actor.person(house.handler), **given)
    clerk = Actor.person(house.clerk)
    mistakes: tuple[dict[str, Any], ...] = (
        {"way": "portal"},
        {"recipient": " "},
        {"at": timezone.now() + timedelta(hours=1)},
        {"at": timezone.now() - timedelta(days=3)},
    )
    for wrong in mistakes:
        with pytest.raises(InvalidInput):
            correspondence.letter_delivered(actor=clerk, **{**given, **wrong})
    correspondence.letter_delivered(actor=clerk, remark="EMS 1234", **given)
    row = LetterDelivery.objects.get(letter=letter)
    assert (row.way, row.recipient, row.remark, row.recorded_by) == ("post", "张三", "EMS 1234", house.clerk)
    page = signed_in(house.clerk).get(f"/admin/complaints/arrearscomplaint/{case.pk}/change/")
    assert "EMS 1234" in page.content.decode()


def attach(case: ArrearsComplaint) -> Attachment:
    return Attachment.objects.create(
        case=case, file=ContentFile(PDF, "a"), name="保密.pdf", content_type="application/pdf", size=15, sha256="a"
    )


def test_a_secret_file_is_opened_by_those_who_handle_the_case_and_shown_as_secret_to_oversight(house: House) -> None:
    case = house.in_handling()
    file = attach(case)
    address = f"/files/{file.pk}/"
    read(signed_in(house.supervisor).get(address))
    correspondence.files_mark_secret(case=case, actor=Actor.person(house.handler), secret=[file.pk], reason="商业秘密")
    for reader in (house.clerk, house.handler, house.head):
        read(signed_in(reader).get(address))
    for reader in (house.supervisor, house.auditor):
        assert signed_in(reader).get(address).status_code == 403
        api = signed_in(reader).get(f"/api/v1/cases/{case.reference}/attachments/{file.pk}/")
        assert api.status_code in (401, 403)
        page = signed_in(reader).get(f"/admin/complaints/arrearscomplaint/{case.pk}/change/").content.decode()
        assert address not in page
        assert "保密.pdf" in page
    with pytest.raises(ActionNotAllowed):
        correspondence.files_mark_secret(case=case, actor=Actor.person(house.supervisor), secret=[], reason="x")
    correspondence.files_mark_secret(case=case, actor=Actor.person(house.handler), secret=[], reason="已公开")
    read(signed_in(house.supervisor).get(address))


def test_a_file_of_another_case_is_not_marked(house: House) -> None:
    case, other = house.in_handling(), attach(house.submitted())
    with pytest.raises(InvalidInput):
        correspondence.files_mark_secret(case=case, actor=Actor.person(house.handler), secret=[other.pk], reason="x")
    other.refresh_from_db()
    assert not other.is_secret
