"""Following a complaint: the secret opens it, nobody else sees anything, and the page says what is going on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from casework.cases.actors import Actor
from casework.cases.models import AccessLog
from casework.cases.verbs import Verb
from casework.documents.models import Attachment, Letter, StagedFile
from casework.parties.models import User
from casework.portal.grants import TRIES_PER_ADDRESS, TRIES_PER_REFERENCE
from complaints import progress, services
from complaints.flow import State
from complaints.models import ArrearsComplaint
from tests.complaints.portal_pages import PDF, bytes_of, english, file_on_site, open_case, pdf, program, text_of
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def browser() -> Iterator[Client]:
    cache.clear()
    yield english()
    cache.clear()


@pytest.fixture
def tracked(house: House, browser: Client) -> ArrearsComplaint:
    """A complaint under review that `browser` follows."""
    complaint, _secret = file_on_site(browser, files=[pdf("合同 一.pdf")])
    return complaint


def page_of(complaint: ArrearsComplaint) -> str:
    return f"/track/{complaint.reference}/"


def without_tokens(response: object) -> str:
    """The page without its CSRF tokens, which differ each time."""
    return re.sub(r'value="\w{64}"', "", text_of(response))


def ready(letter: Letter) -> Letter:
    """The letter as if its worker had rendered it."""
    letter.file.save("letters/test.pdf", ContentFile(PDF), save=False)
    letter.sha256, letter.size, letter.status = "0" * 64, len(PDF), Letter.Status.READY
    letter.save()
    return letter


def test_reference_and_secret_open_the_case_however_they_are_typed(house: House, browser: Client) -> None:
    filed = file_complaint()
    typed = filed.secret.lower().replace("-", " ").replace("1", "l").replace("0", "o")
    response = open_case(browser, f" {filed.complaint.reference.lower()} ", typed)
    assert response.headers["Location"] == page_of(filed.complaint)
    assert "Your complaint is being reviewed" in text_of(browser.get(page_of(filed.complaint)))


def test_a_wrong_secret_and_an_unknown_reference_get_the_same_answer(house: House, browser: Client) -> None:
    filed = file_complaint()
    wrong = open_case(browser, filed.complaint.reference, "00000-00000-00000-00000")
    unknown = open_case(browser, "QK2026-999999-9", filed.secret)
    assert wrong.status_code == unknown.status_code == 422
    for answer in (wrong, unknown):
        assert "No case was found. Check the reference and the secret." in text_of(answer)
    assert browser.session.get("tracked_cases") is None


def test_the_secret_of_one_case_opens_no_other(house: House, browser: Client) -> None:
    one, other = file_complaint(), file_complaint()
    assert open_case(browser, one.complaint.reference, other.secret).status_code == 422
    open_case(browser, one.complaint.reference, one.secret)
    assert "data-focus" not in text_of(browser.get(page_of(other.complaint)))
    assert 'name="secret"' in text_of(browser.get(page_of(other.complaint)))


def test_the_session_gets_a_new_id_and_keeps_no_secret(house: House, browser: Client) -> None:
    filed = file_complaint()
    browser.get("/track/")
    session = browser.session
    session["before"] = 1
    session.save()
    open_case(browser, filed.complaint.reference, filed.secret)
    assert browser.session.session_key != session.session_key
    assert browser.session["tracked_cases"] == [filed.complaint.pk]


def test_another_browser_sees_nothing(tracked: ArrearsComplaint) -> None:
    attachment = tracked.attachments.get()
    stranger = english()
    for path in ("", "withdraw/", "answer_correction/", f"files/{attachment.pk}/", "letters/1/"):
        answer = stranger.get(page_of(tracked) + path)
        assert answer.status_code == 200
        page = text_of(answer)
        assert 'name="secret"' in page
        assert "合同" not in page
        assert tracked.respondent_name not in page
    unknown = without_tokens(stranger.get("/track/QK2026-999999-9/"))
    known = without_tokens(stranger.get(page_of(tracked)))
    assert unknown == known.replace(tracked.reference, "QK2026-999999-9")
    stranger.post(page_of(tracked) + "withdraw/", {"version": tracked.version, "confirm": "on"})
    tracked.refresh_from_db()
    assert tracked.state == State.SUBMITTED


def test_the_account_that_filed_needs_no_secret(house: House, browser: Client) -> None:
    user = User.objects.create_user("sme")
    filed = file_complaint(Actor.complainant("x", user))
    browser.force_login(user)
    assert filed.complaint.reference in text_of(browser.get("/track/"))
    assert "Your complaint is being reviewed" in text_of(browser.get(page_of(filed.complaint)))
    browser.force_login(User.objects.create_user("another"))
    assert filed.complaint.respondent_name not in text_of(browser.get("/track/"))
    assert 'name="secret"' in text_of(browser.get(page_of(filed.complaint)))


def test_guessing_is_paused_but_only_for_the_one_who_guesses(house: House, browser: Client) -> None:
    filed = file_complaint()
    for _guess in range(TRIES_PER_ADDRESS):
        assert open_case(browser, filed.complaint.reference, "wrong").status_code == 422
    paused = open_case(browser, filed.complaint.reference, filed.secret)
    assert paused.status_code == 429
    assert paused.headers["Retry-After"] == "900"
    assert "15 minutes" in text_of(paused)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert open_case(elsewhere, filed.complaint.reference, filed.secret).status_code == 302


def test_a_reference_that_many_guess_at_stays_open_to_its_owner(house: House, browser: Client) -> None:
    filed = file_complaint()
    for number in range(TRIES_PER_REFERENCE):
        open_case(Client(REMOTE_ADDR=f"192.0.2.{number}"), filed.complaint.reference, "wrong")
    guesser = Client(REMOTE_ADDR="192.0.2.1")
    assert open_case(guesser, filed.complaint.reference, "wrong").status_code == 429
    assert open_case(browser, filed.complaint.reference, filed.secret).status_code == 302


def test_reading_is_logged(tracked: ArrearsComplaint, browser: Client) -> None:
    attachment = tracked.attachments.get()
    browser.get(page_of(tracked))
    bytes_of(browser.get(f"{page_of(tracked)}files/{attachment.pk}/"))
    rows = AccessLog.objects.filter(case=tracked).order_by("id")
    assert list(rows.values_list("label", "what")) == [
        (tracked.complainant_name, "page"),
        (tracked.complainant_name, f"file:{attachment.pk}"),
    ]


def test_leaving_forgets_the_case_in_this_browser(tracked: ArrearsComplaint, browser: Client) -> None:
    browser.post(page_of(tracked) + "leave/")
    assert 'name="secret"' in text_of(browser.get(page_of(tracked)))


def test_the_page_says_whose_turn_it_is_by_when_and_why(
    tracked: ArrearsComplaint, house: House, browser: Client
) -> None:
    page = text_of(browser.get(page_of(tracked)))
    due = progress.next_due(tracked)
    assert due is not None
    assert house.receiving.name in page
    assert f"{due.due:%Y}" in page
    assert len(due.reasons) >= 3
    for reason in due.reasons:
        assert reason.replace("'", "&#x27;") in page


def test_no_name_of_staff_reaches_the_complainant(house: House, browser: Client) -> None:
    for person, name in ((house.clerk, "秘书甲"), (house.handler, "承办人乙")):
        User.objects.filter(pk=person.pk).update(display_name=name)
        person.refresh_from_db()
    filed = house.resolved()
    browser_session = browser.session
    browser_session["tracked_cases"] = [filed.pk]
    browser_session.save()
    page = text_of(browser.get(page_of(filed)))
    assert "There is a result" in page
    assert "秘书甲" not in page
    assert "承办人乙" not in page
    by_department = {line.title: line.who for line in progress.timeline(filed)}
    assert by_department[str(Verb.ACCEPTED.label)] == house.receiving.name
    assert by_department[str(Verb.RESOLVED.label)] == house.handling.name


def test_letters_between_departments_are_neither_listed_nor_sent(house: House, browser: Client) -> None:
    filed = file_complaint()
    clerk = Actor.person(house.clerk)
    case = services.complaint_accept(complaint=filed.complaint, actor=clerk)
    services.complaint_transfer(complaint=case, actor=clerk, department=house.handling)
    open_case(browser, filed.complaint.reference, filed.secret)
    inner = ready(Letter.objects.get(case=case, to_complainant=False))
    own = Letter.objects.get(case=case, to_complainant=True)
    page = text_of(browser.get(page_of(filed.complaint)))
    assert own.number in page
    assert inner.number not in page
    assert "being prepared" in page
    assert browser.get(f"{page_of(filed.complaint)}letters/{inner.pk}/").status_code == 404
    assert browser.get(f"{page_of(filed.complaint)}letters/{own.pk}/").status_code == 404
    ready(own)
    answer = browser.get(f"{page_of(filed.complaint)}letters/{own.pk}/?download=1")
    assert bytes_of(answer) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''")


def test_files_are_named_guarded_and_never_cached(tracked: ArrearsComplaint, browser: Client) -> None:
    attachment = tracked.attachments.get()
    answer = browser.get(f"{page_of(tracked)}files/{attachment.pk}/")
    assert bytes_of(answer) == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "inline; filename*=utf-8''%E5%90%88%E5%90%8C%20%E4%B8%80.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")


def test_what_a_browser_cannot_show_safely_is_a_download(tracked: ArrearsComplaint, browser: Client) -> None:
    office = Attachment.objects.create(
        case=tracked,
        file=ContentFile(b"x", "a"),
        name="对账单.docx",
        content_type="application/msword",
        size=1,
        sha256="1",
    )
    answer = browser.get(f"{page_of(tracked)}files/{office.pk}/")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    bytes_of(answer)


def test_a_file_of_another_case_or_of_the_office_is_not_found(
    tracked: ArrearsComplaint, house: House, browser: Client
) -> None:
    other = Attachment.objects.create(
        case=house.submitted(),
        file=ContentFile(PDF, "a"),
        name="a.pdf",
        content_type="application/pdf",
        size=1,
        sha256="1",
    )
    office = Attachment.objects.create(
        case=tracked,
        file=ContentFile(PDF, "b"),
        name="b.pdf",
        content_type="application/pdf",
        size=1,
        sha256="2",
        by_complainant=False,
    )
    for attachment in (other, office):
        assert browser.get(f"{page_of(tracked)}files/{attachment.pk}/").status_code == 404


def test_a_lost_file_is_a_clear_not_found(tracked: ArrearsComplaint, browser: Client) -> None:
    attachment = tracked.attachments.get()
    attachment.file.delete(save=False)
    assert browser.get(f"{page_of(tracked)}files/{attachment.pk}/").status_code == 404


def test_withdrawing_asks_first_and_then_ends_the_case(tracked: ArrearsComplaint, browser: Client) -> None:
    where = page_of(tracked) + "withdraw/"
    assert "Yes, I withdraw this complaint." in text_of(browser.get(where))
    assert browser.post(where, {"version": tracked.version}).status_code == 422
    tracked.refresh_from_db()
    assert tracked.state == State.SUBMITTED
    assert browser.post(where, {"version": tracked.version, "confirm": "on"}).status_code == 302
    tracked.refresh_from_db()
    assert tracked.state == State.WITHDRAWN
    page = text_of(browser.get(page_of(tracked)))
    assert "You withdrew the complaint" in page
    assert reverse("portal:withdraw", args=[tracked.reference]) not in page


def test_a_case_that_moved_in_the_meantime_is_shown_instead_of_withdrawn(
    tracked: ArrearsComplaint, house: House, browser: Client
) -> None:
    services.complaint_accept(complaint=tracked, actor=Actor.person(house.clerk))
    answer = browser.post(page_of(tracked) + "withdraw/", {"version": tracked.version, "confirm": "on"})
    assert answer.status_code == 409
    assert "This case has changed since you opened it." in text_of(answer)
    tracked.refresh_from_db()
    assert tracked.state == State.ACCEPTED


@pytest.fixture
def to_correct(tracked: ArrearsComplaint, house: House) -> ArrearsComplaint:
    """The tracked complaint, with the contract and the licence asked for."""
    return services.complaint_request_correction(
        complaint=tracked, actor=Actor.person(house.clerk), items=["contract", "licence"], note="请盖章"
    )


def answer_of(case: ArrearsComplaint, **changes: object) -> dict[str, object]:
    return {"version": case.version, "idempotency_key": "k" * 32, "answer": "补上了", **changes}


def test_a_correction_is_asked_for_by_item_and_answered_with_files(
    to_correct: ArrearsComplaint, browser: Client
) -> None:
    page = text_of(browser.get(page_of(to_correct)))
    for item in [*to_correct.correction_items, "请盖章", "Something is missing: please answer"]:
        assert item in page
    where = page_of(to_correct) + "answer_correction/"
    assert browser.get(where).status_code == 200
    answer = browser.post(where, answer_of(to_correct, files=[pdf("补正.pdf", PDF + b"3")]))
    assert answer.status_code == 302
    to_correct.refresh_from_db()
    assert to_correct.state == State.SUBMITTED
    assert to_correct.attachments.filter(name="补正.pdf").exists()
    assert StagedFile.objects.count() == 0


def test_a_wrong_file_in_an_answer_loses_neither_text_nor_good_files(
    to_correct: ArrearsComplaint, browser: Client
) -> None:
    where = page_of(to_correct) + "answer_correction/"
    files = [pdf("好.pdf", PDF + b"4"), program("坏.pdf")]
    answer = browser.post(where, answer_of(to_correct, answer="我的说明", files=files))
    page = text_of(answer)
    assert answer.status_code == 422
    for kept in ("我的说明", "好.pdf", "坏.pdf is not a PDF"):
        assert kept in page
    assert browser.post(where, answer_of(to_correct, idempotency_key=answer.context["key"])).status_code == 302
    assert to_correct.attachments.filter(name="好.pdf").count() == 1


def test_an_empty_answer_is_refused_at_its_field(to_correct: ArrearsComplaint, browser: Client) -> None:
    answer = browser.post(page_of(to_correct) + "answer_correction/", answer_of(to_correct, answer=" "))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["answer"]


def test_an_answer_sent_twice_counts_once(to_correct: ArrearsComplaint, browser: Client) -> None:
    where = page_of(to_correct) + "answer_correction/"
    assert [browser.post(where, answer_of(to_correct)).status_code for _time in range(2)] == [302, 409]
    assert to_correct.events.filter(verb=Verb.CORRECTED).count() == 1


def test_an_action_that_is_not_open_shows_the_case_as_it_is(tracked: ArrearsComplaint, browser: Client) -> None:
    assert browser.get(page_of(tracked) + "answer_correction/").status_code == 409


@pytest.mark.parametrize("stage", ["submitted", "accepted", "transferred", "received", "in_handling", "resolved"])
def test_every_stage_has_its_page_in_both_languages(house: House, browser: Client, stage: str) -> None:
    case = getattr(house, stage)()
    session = browser.session
    session["tracked_cases"] = [case.pk]
    session.save()
    headlines = set()
    for language in ("en", "zh-hans"):
        page = text_of(browser.get(page_of(case), headers={"accept-language": language}))
        with translation.override(language):
            headlines.add(str(progress.state_words(case).headline))
            assert f"<h1>{progress.state_words(case).headline}</h1>" in page
        assert page.count('aria-current="step"') == 1
    assert len(headlines) == 2


def test_an_overdue_deadline_is_said_to_be_overdue(tracked: ArrearsComplaint, browser: Client) -> None:
    deadline = tracked.deadlines.get()
    shift = deadline.days_left(tracked.submitted_on) + 30 if tracked.submitted_on else 0
    tracked.deadlines.update(
        started_on=deadline.started_on - timedelta(days=shift),
        raw_due=deadline.raw_due - timedelta(days=shift),
        due=deadline.due - timedelta(days=shift),
    )
    assert "overdue" in text_of(browser.get(page_of(tracked)))


def test_the_page_costs_the_same_however_long_the_case(
    house: House, browser: Client, django_assert_max_num_queries: object
) -> None:
    filed = file_complaint()
    open_case(browser, filed.complaint.reference, filed.secret)
    with django_assert_max_num_queries(22) as short:  # type: ignore[operator]
        browser.get(page_of(filed.complaint))
    clerk, handler = Actor.person(house.clerk), Actor.person(house.handler)
    case = services.complaint_accept(complaint=filed.complaint, actor=clerk)
    case = services.complaint_transfer(complaint=case, actor=clerk, department=house.handling)
    case = services.complaint_receive(complaint=case, actor=handler)
    services.complaint_start_handling(complaint=case, actor=handler)
    with django_assert_max_num_queries(len(short.captured_queries) + 2):  # type: ignore[operator]
        browser.get(page_of(filed.complaint))
