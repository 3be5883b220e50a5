"""Filing in steps: nothing typed is lost, nothing counts before it is sent, and only its owner goes on with it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.models import Case
from casework.documents.evidence import purge_staged
from casework.documents.models import Attachment, StagedFile
from casework.parties.models import Role, Subject, SubjectType, User
from casework.portal.drafts.models import KEPT_DAYS, Draft
from casework.portal.drafts.services import draft_begin, draft_discard, draft_file, draft_save, purge_drafts
from complaints.flow import KIND
from complaints.forms import FilingForm
from complaints.journey.debtors import debtors_like
from complaints.journey.steps import JOURNEY, STEPS
from complaints.models import ArrearsComplaint
from complaints.transfer.services import complaint_classify
from tests.at_once import at_once
from tests.complaints.portal_pages import english, error_texts, form, pdf, program, text_of
from tests.factories import House, credit_code, division, file_complaint, member

pytestmark = pytest.mark.django_db
BEGIN = "/complaints/file/"


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def browser(house: House) -> Client:
    return english()


def at(draft: Draft, page: str) -> str:
    return f"{BEGIN}{draft.number}/{page}/"


def answers(slug: str, **changes: Any) -> dict[str, Any]:
    """The right answers to one step, as a browser sends them."""
    step = JOURNEY.step(slug)
    assert step is not None
    right = form()
    return {name: right[name] for name in step.fields if name in right} | changes


def begun(browser: Client) -> Draft:
    """A draft with its first answer."""
    response = browser.post(BEGIN, answers("buyer"))
    draft = Draft.objects.latest("created_at")
    assert (response.status_code, response.headers["Location"]) == (302, at(draft, "supply"))
    return draft


def all_answered(browser: Client, **changes: Any) -> Draft:
    """A draft with every step answered."""
    draft = begun(browser)
    for step in STEPS[1:]:
        given = {name: value for name, value in changes.items() if name in step.fields}
        response = browser.post(at(draft, step.slug), answers(step.slug, **given))
        assert response.status_code == 302, (step.slug, error_texts(response))
    draft.refresh_from_db()
    return draft


def test_every_field_of_the_filing_is_asked_exactly_once() -> None:
    asked = [name for step in STEPS for name in step.fields] + list(JOURNEY.declared)
    assert sorted(asked) == sorted(FilingForm().fields)
    assert all(set(step.folded) <= set(step.fields) for step in STEPS)
    assert len({step.slug for step in STEPS}) == len(STEPS)


def test_steps_make_the_same_complaint_as_the_one_page(browser: Client) -> None:
    draft = all_answered(browser)
    assert ArrearsComplaint.objects.count() == 0
    browser.post(at(draft, "evidence"), {"files": [pdf("合同.pdf")]})
    response = browser.post(at(draft, "check"), {"undertaking": "on"})
    assert (response.status_code, response.headers["Location"]) == (302, "/complaints/filed/")
    browser.post("/complaints/new/", form())
    by_steps, on_one_page = ArrearsComplaint.objects.order_by("pk")
    own = {
        "id",
        "case_ptr_id",
        "reference",
        "idempotency_key",
        "secret_hash",
        "created_at",
        "updated_at",
        "filing_digest",
    }
    told = [
        {name: value for name, value in row.items() if name not in own}
        for row in ArrearsComplaint.objects.order_by("pk").values()
    ]
    assert told[0] == told[1]
    assert by_steps.filing_digest == on_one_page.filing_digest
    assert [attachment.name for attachment in by_steps.attachments.all()] == ["合同.pdf"]
    assert not Draft.objects.exists()


def test_looking_at_the_first_step_keeps_nothing(browser: Client) -> None:
    assert browser.get(BEGIN).status_code == 200
    assert browser.post(BEGIN, {"respondent_type": ""}).status_code == 422
    assert not Draft.objects.exists()


def test_a_wrong_answer_is_told_at_its_field_and_kept(browser: Client) -> None:
    draft = begun(browser)
    response = browser.post(at(draft, "amounts"), answers("amounts", amount="90000"))
    assert response.status_code == 422
    assert set(error_texts(response)) == {"amount"}
    draft.refresh_from_db()
    assert draft.answers["amount"] == ["90000"]
    assert "amounts" not in draft.reached
    assert 'value="90000"' in text_of(browser.get(at(draft, "amounts")))


def test_an_answer_that_becomes_wrong_is_asked_again(browser: Client) -> None:
    draft = all_answered(browser)
    assert browser.post(at(draft, "amounts"), answers("amounts", amount="")).status_code == 422
    page = browser.get(at(draft, "check"))
    faulty = [row.step.slug for row in page.context["answered"] if row.faults]
    assert faulty == ["amounts"]
    assert browser.post(at(draft, "check"), {"undertaking": "on"}).status_code == 422
    assert not Case.objects.exists()


def test_without_the_declaration_nothing_is_filed(browser: Client) -> None:
    draft = all_answered(browser)
    response = browser.post(at(draft, "check"), {})
    assert response.status_code == 422
    assert "undertaking" in error_texts(response)
    assert not Case.objects.exists()
    assert Draft.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("button", ["back", "later", "stay"])
def test_whatever_button_is_pressed_the_answers_are_kept(browser: Client, button: str) -> None:
    draft = begun(browser)
    browser.post(at(draft, "supply"), answers("supply", contract_title="未完", **{button: "1"}))
    draft.refresh_from_db()
    assert draft.answers["contract_title"] == ["未完"]


def test_the_name_of_the_debtor_is_enough(browser: Client) -> None:
    draft = all_answered(browser, respondent_code="")
    browser.post(at(draft, "check"), {"undertaking": "on"})
    complaint = ArrearsComplaint.objects.get()
    assert complaint.respondent_code == ""


def test_a_department_enters_the_code_that_it_found_out(house: House) -> None:
    complaint = file_complaint(respondent_code="").complaint
    clerk = Actor.person(house.clerk)
    complaint_classify(complaint=complaint, actor=clerk, ownership="private", respondent_code=credit_code(77).lower())
    complaint.refresh_from_db()
    assert complaint.respondent_code == credit_code(77)
    for wrong in ("91320000000000000X", complaint.complainant_code):
        with pytest.raises(InvalidInput) as refused:
            complaint_classify(complaint=complaint, actor=clerk, ownership="private", respondent_code=wrong)
        assert set(refused.value.errors) == {"respondent_code"}


def test_the_register_fills_in_name_and_code(browser: Client) -> None:
    subject = Subject.objects.create(
        code=credit_code(4401), name="某某建设工程集团", kind=SubjectType.LARGE_ENTERPRISE, division=division()
    )
    Subject.objects.create(
        code=credit_code(4402),
        name="某某建设被投诉单位",
        kind=SubjectType.ENTERPRISE,
        division=division(),
        is_listed=False,
    )
    draft = begun(browser)
    page = browser.post(at(draft, "debtor"), {"respondent_name": "某某建设", "respondent_code": "", "search": "1"})
    assert [row.pk for row in page.context["debtors"]] == [subject.pk]
    assert "被投诉单位" not in text_of(page)
    picked = browser.post(at(draft, "debtor"), {"respondent_name": "某某", "respondent_code": "", "pick": subject.pk})
    assert subject.name in text_of(picked)
    draft.refresh_from_db()
    assert draft.answers["respondent_code"] == [subject.pk]


def test_one_character_finds_nobody() -> None:
    Subject.objects.create(code=credit_code(4403), name="甲", kind=SubjectType.ORGAN, division=division())
    assert list(debtors_like("甲")) == []


def test_the_draft_goes_on_elsewhere_by_number_and_code_alone(browser: Client) -> None:
    draft = begun(browser)
    later = text_of(browser.get(at(draft, "later")))
    assert draft.number in later
    assert draft.code in later
    other = english()
    assert other.get(at(draft, "supply")).headers["Location"] == f"/drafts/?number={draft.number}"
    wrong = other.post("/drafts/", {"number": draft.number, "secret": "AAAAA-AAAAA"})
    assert wrong.status_code == 422
    right = other.post("/drafts/", {"number": draft.number.lower(), "secret": draft.code.lower().replace("-", " ")})
    assert right.headers["Location"] == at(draft, "supply")
    assert other.get(at(draft, "supply")).status_code == 200


def test_guessing_is_stopped(browser: Client) -> None:
    draft = begun(browser)
    other = english()
    told = [other.post("/drafts/", {"number": draft.number, "secret": "AAAAA-AAAAA"}).status_code for _try in range(11)]
    assert told == [422] * 10 + [429]


def test_an_account_finds_its_draft_on_every_device(browser: Client) -> None:
    user, stranger = User.objects.create_user("sme-a"), User.objects.create_user("sme-b")
    browser.force_login(user)
    draft = begun(browser)
    elsewhere, other = english(), english()
    elsewhere.force_login(user)
    other.force_login(stranger)
    assert draft.number in text_of(elsewhere.get("/drafts/"))
    assert elsewhere.get(at(draft, "supply")).status_code == 200
    assert draft.number not in text_of(other.get("/drafts/"))
    assert other.get(at(draft, "supply")).status_code == 302


def test_no_office_sees_a_draft(browser: Client, house: House) -> None:
    draft = begun(browser)
    for role in set(Role) - {Role.COMPLAINANT}:
        office = english()
        office.force_login(member(role, house.receiving))
        assert office.get(at(draft, "check")).status_code == 302
        assert list(Draft.objects.visible_to(member(role, house.receiving))) == []


def test_a_refused_file_loses_neither_answers_nor_good_files(browser: Client) -> None:
    draft = begun(browser)
    response = browser.post(at(draft, "evidence"), {"files": [pdf("合同.pdf"), program("坏.pdf")]})
    assert response.status_code == 422
    assert [row.name for row in StagedFile.objects.filter(key=draft.key)] == ["合同.pdf"]
    staged = StagedFile.objects.get(key=draft.key)
    browser.post(at(draft, "evidence"), {"remove_file": str(staged.pk)})
    assert not StagedFile.objects.filter(key=draft.key).exists()


def test_files_wait_as_long_as_their_draft(browser: Client) -> None:
    draft = begun(browser)
    browser.post(at(draft, "evidence"), {"files": [pdf()]})
    StagedFile.objects.update(created_at=timezone.now() - timedelta(days=KEPT_DAYS - 1))
    assert purge_staged() == 0
    Draft.objects.update(changed_at=timezone.now() - timedelta(days=KEPT_DAYS, seconds=1))
    assert browser.get(at(draft, "supply")).status_code == 302
    assert purge_drafts() == 1
    assert not Draft.objects.exists()
    assert not StagedFile.objects.exists()


def test_deleting_asks_first(browser: Client) -> None:
    draft = begun(browser)
    assert browser.get(at(draft, "discard")).status_code == 200
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert browser.post(at(draft, "discard")).status_code == 302
    assert not Draft.objects.exists()
    assert browser.get(at(draft, "supply")).status_code == 302


def test_what_is_typed_is_kept_before_it_is_sent(browser: Client) -> None:
    draft = begun(browser)
    saved = browser.post(f"{at(draft, 'story')}save/", {"facts": "对方一直"})
    assert saved.status_code == 200
    draft.refresh_from_db()
    assert draft.answers["facts"] == ["对方一直"]
    assert english().post(f"{at(draft, 'story')}save/", {"facts": "别人的"}).status_code == 204
    draft.refresh_from_db()
    assert draft.answers["facts"] == ["对方一直"]


def test_due_date_and_interest_appear_as_soon_as_they_can_be_computed(browser: Client) -> None:
    draft = begun(browser)
    browser.post(at(draft, "supply"), answers("supply"))
    before = browser.get(at(draft, "amounts"))
    assert before.context["preview"].result is None
    browser.post(at(draft, "delivery"), answers("delivery"))
    browser.post(f"{at(draft, 'amounts')}save/", answers("amounts"))
    assert browser.get(at(draft, "amounts")).context["preview"].result is not None


def test_two_devices_each_keep_what_they_answered(browser: Client) -> None:
    draft = begun(browser)
    draft_save(draft=draft, answers={"facts": ["一"]}, reached="story")
    draft_save(draft=draft, answers={"request": ["二"]}, reached="request")
    draft.refresh_from_db()
    assert (draft.answers["facts"], draft.answers["request"]) == (["一"], ["二"])
    assert draft.reached == ["buyer", "story", "request"]


def test_sent_a_second_time_the_filed_draft_is_gone(browser: Client) -> None:
    draft = all_answered(browser)
    assert browser.post(at(draft, "check"), {"undertaking": "on"}).headers["Location"] == "/complaints/filed/"
    assert browser.post(at(draft, "check"), {"undertaking": "on"}).status_code == 302
    assert ArrearsComplaint.objects.count() == 1


def test_a_filing_that_fails_keeps_the_draft_and_its_files(browser: Client) -> None:
    draft = all_answered(browser)
    browser.post(at(draft, "evidence"), {"files": [pdf()]})

    def fail(row: Draft) -> str:
        row.delete()
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        draft_file(draft=draft, file=fail)
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert StagedFile.objects.filter(key=draft.key).count() == 1
    browser.post(at(draft, "check"), {"undertaking": "on"})
    assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_devices_send_at_once_and_one_case_comes_of_it() -> None:
    House()
    first = english()
    draft = all_answered(first)
    second = english()
    second.post("/drafts/", {"number": draft.number, "secret": draft.code})
    at_once(*(partial(device.post, at(draft, "check"), {"undertaking": "on"}) for device in (first, second)))
    assert ArrearsComplaint.objects.count() == 1


def test_saving_what_was_deleted_is_refused() -> None:
    draft = draft_begin(kind=KIND, answers={"facts": ["一"]})
    draft_discard(draft=draft)
    with pytest.raises(CaseChanged):
        draft_save(draft=draft, answers={"facts": ["二"]})


def test_endless_text_is_cut_and_nul_left_out(browser: Client) -> None:
    draft = begun(browser)
    browser.post(at(draft, "story"), {"facts": "a\0b" + "长" * 50_000})
    draft.refresh_from_db()
    assert draft.answers["facts"][0].startswith("ab长")
    assert len(draft.answers["facts"][0]) <= 40_000


@pytest.mark.parametrize("step", STEPS)
def test_each_question_says_why_it_is_asked(step: Any) -> None:
    if step.slug not in {"debtors_people"}:
        assert JOURNEY.law_of(step), step.slug


# The way in

WAYS = [
    ({"what": "unpaid", "who": "large", "before": "no"}, "complaint"),
    ({"what": "unpaid", "who": "unsure", "before": "yes"}, "pending"),
    ({"what": "unpaid", "who": "central"}, "national"),
    ({"what": "unpaid", "who": "small"}, "court"),
    ({"what": "fee"}, "fee"),
    ({"what": "size"}, "size"),
    ({"what": "threat"}, "threat"),
    ({"what": "else", "else": "wages"}, "labour"),
    ({"what": "else", "else": "bought"}, "consumer"),
    ({"what": "else", "else": "contract"}, "court"),
    ({"what": "else", "else": "other"}, "hotline"),
]


@pytest.mark.parametrize(("given", "way"), WAYS)
def test_at_most_three_questions_lead_to_a_way_with_its_source(
    browser: Client, given: dict[str, str], way: str
) -> None:
    page = browser.get("/start/", given)
    assert len(given) <= 3
    assert (page.status_code, page.context["way"]) == (200, way)
    assert page.context["term"].citation in text_of(page)


def test_what_the_start_knows_is_not_asked_again(browser: Client) -> None:
    way = browser.get("/start/", {"what": "unpaid", "who": "large", "before": "no"})
    assert f"{BEGIN}?respondent_type=large_enterprise" in text_of(way)
    first = browser.get(BEGIN, {"respondent_type": "large_enterprise"})
    assert first.context["form"]["respondent_type"].value() == "large_enterprise"


def test_nonsense_in_the_address_asks_the_first_question(browser: Client) -> None:
    page = browser.get("/start/", {"what": "'; --", "before": "no"})
    assert page.context["question"].name == "what"
