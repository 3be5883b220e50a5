"""Following a report: the secret opens it, each state is said in plain words, inner work stays inside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import translation

from casework.cases.actors import Actor
from casework.cases.models import AccessLog, Case
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.documents.models import Letter
from casework.parties.models import User
from casework.portal.grants import TRIES_PER_ADDRESS
from fees.report import joining, services
from fees.report.flow import FLOW, State
from fees.report.models import FeeReport
from fees.report.progress import PROGRESS
from tests.factories import House, division, file_complaint
from tests.fees.house import FeeHouse, charge

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n%%EOF\n"
HELD = "移送纪检监察机关内部线索"


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


@pytest.fixture
def browser() -> Iterator[Client]:
    """It asks for English, so that texts can be compared with msgids."""
    cache.clear()
    yield Client(headers={"accept-language": "en"})
    cache.clear()


def text_of(response: Any) -> str:
    return str(response.content.decode())


def page_of(report: Case) -> str:
    return f"/fees/report/track/{report.reference}/"


def opened(browser: Client, reference: str, secret: str) -> Any:
    return browser.post("/track/", {"reference": reference, "secret": secret})


def followed(browser: Client, report: FeeReport) -> str:
    """The page, as the browser sees it that proved the secret."""
    session = browser.session
    session["tracked_cases"] = [report.pk]
    session.save()
    return text_of(browser.get(page_of(report)))


def refused(house: FeeHouse, **changes: Any) -> FeeReport:
    return services.report_refuse(
        report=house.registered(**changes), actor=Actor.person(house.clerk), ground="G3", explanation="系个人消费。"
    )


def redirected(house: FeeHouse, **changes: Any) -> FeeReport:
    return services.report_redirect(
        report=house.accepted(**changes), actor=Actor.person(house.clerk), way="W3", explanation="请找区信访局。"
    )


def merged(house: FeeHouse) -> FeeReport:
    into = house.accepted()
    return joining.report_merge(
        report=house.registered(), actor=Actor.person(house.clerk), into=into, note="新增收据。"
    )


def withdrawn(house: FeeHouse) -> FeeReport:
    return services.report_withdraw(report=house.registered(), actor=Actor.complainant("x"))


MADE: dict[str, Callable[[FeeHouse], FeeReport]] = {
    State.REGISTERED: FeeHouse.registered,
    State.ACCEPTED: FeeHouse.accepted,
    State.TRANSFERRED: FeeHouse.transferred,
    State.VERIFYING: FeeHouse.verifying_,
    State.VIOLATION_FOUND: FeeHouse.violation_found,
    State.CONCLUDED: FeeHouse.concluded,
    State.FED_BACK: FeeHouse.fed_back,
    State.CLOSED: FeeHouse.closed,
    State.REFUSED: refused,
    State.REDIRECTED: redirected,
    State.MERGED: merged,
    State.WITHDRAWN: withdrawn,
}


def test_every_state_that_a_reporter_can_meet_is_made_here() -> None:
    assert MADE.keys() == set(State.values) - {State.DRAFT} == PROGRESS.words.keys()


@pytest.mark.parametrize("state", MADE)
def test_each_state_says_where_it_stands_and_whose_turn_it_is(house: FeeHouse, browser: Client, state: str) -> None:
    for person in (house.clerk, house.handler):
        User.objects.filter(pk=person.pk).update(display_name="金丝雀经办人")
        person.refresh_from_db()
    report = FeeReport.objects.get(pk=MADE[state](house).pk)
    assert report.state == state
    page = followed(browser, report)
    words = PROGRESS.state_words(report)
    assert f"<h1>{words.headline}</h1>" in page
    assert (state in FLOW.final) == (words.turn == "nobody")
    assert ("Whose turn it is" in page) == (state not in FLOW.final)
    assert "金丝雀经办人" not in page
    assert ("Withdraw the report" in page) == (state == State.REGISTERED)
    marked = [step.status for step in PROGRESS.steps_of(report)]
    assert marked.count("current") == (state not in FLOW.final)
    assert marked.count("ended") == (state in FLOW.final and state != State.CLOSED)
    with translation.override("zh-hans"):
        assert not str(words.headline).isascii()


def test_the_common_door_leads_each_kind_to_its_own_page(house: FeeHouse, browser: Client) -> None:
    report, complaint = house.filed(), _complaint()
    answer = opened(browser, f" {report.case.reference.lower()} ", report.secret.lower().replace("-", " "))
    assert answer.headers["Location"] == page_of(report.case)
    assert opened(browser, complaint.complaint.reference, complaint.secret).headers["Location"] == (
        f"/track/{complaint.complaint.reference}/"
    )
    # The address in letters and codes is the same for every kind.
    assert browser.get(f"/track/{report.case.reference}/").headers["Location"] == page_of(report.case)
    assert browser.get(page_of(complaint.complaint)).headers["Location"] == f"/track/{complaint.complaint.reference}/"


def _complaint() -> Any:
    House()
    return file_complaint()


def test_nobody_else_learns_even_that_there_is_a_report(house: FeeHouse) -> None:
    report = house.registered()
    stranger = Client(headers={"accept-language": "en"})
    for path in (page_of(report), f"{page_of(report)}withdraw/", f"/track/{report.reference}/"):
        known, unknown = stranger.get(path), stranger.get(path.replace(report.reference, "SF2026-999999-9"))
        for answer in (known, unknown):
            assert answer.status_code == 200
            assert 'name="secret"' in text_of(answer)
        assert report.respondent_name not in text_of(known)
    stranger.post(f"{page_of(report)}withdraw/", {"version": report.version, "confirm": "on"})
    report.refresh_from_db()
    assert report.state == State.REGISTERED
    stranger.force_login(User.objects.create_user("another"))
    assert report.respondent_name not in text_of(stranger.get(page_of(report)))
    stranger.force_login(house.clerk)
    assert report.respondent_name not in text_of(stranger.get(page_of(report)))


def test_guessing_is_paused(house: FeeHouse, browser: Client) -> None:
    filed = house.filed()
    for _guess in range(TRIES_PER_ADDRESS):
        assert opened(browser, filed.case.reference, "wrong").status_code == 422
    assert opened(browser, filed.case.reference, filed.secret).status_code == 429


@pytest.mark.parametrize(
    "verb",
    [Verb.REFERRED, Verb.PENALTY_OPENED, Verb.REPORT_TOOK_IN, Verb.REPORT_LINKED, Verb.REPORT_CHECKED, Verb.ASSIGNED],
)
def test_inner_work_never_shows(house: FeeHouse, browser: Client, verb: Verb) -> None:
    """Referrals and penalty cases, what others reported, and what the office notes among itself."""
    report = house.verifying_()
    words = dict.fromkeys(("reference", "department", "words", "to", "assigned_to", "text"), HELD)
    event_record(case=report, verb=verb, actor=Actor.person(house.handler), payload=words)
    page = followed(browser, report)
    assert HELD not in page
    assert str(verb.label) not in page


def test_a_clock_of_the_sanction_is_told_to_nobody(house: FeeHouse, browser: Client) -> None:
    report = house.violation_found()
    event_record(
        case=report,
        verb=Verb.CLOCK_STARTED,
        actor=Actor.system(),
        payload={"code": "fee.penalty_case", "period": HELD, "due": date(2026, 9, 1)},
    )
    assert HELD not in followed(browser, report)
    due = PROGRESS.next_due(report)
    assert due is not None
    assert due.due == report.deadlines.get(code="fee.disposal").due


@pytest.mark.parametrize("is_anonymous", [False, True])
def test_why_it_was_refused_stands_on_the_page(house: FeeHouse, browser: Client, is_anonymous: bool) -> None:
    """An anonymous reporter gets no letter: the page is all there is."""
    page = followed(browser, refused(house, is_anonymous=is_anonymous, **(ANONYMOUS if is_anonymous else {})))
    assert "The matter is not a fee charged to an enterprise" in page
    assert "系个人消费。" in page
    assert "国办函〔2025〕30号" in page
    assert ("no letters are issued to you" in page) == is_anonymous


ANONYMOUS = dict.fromkeys(
    ("complainant_name", "complainant_code", "contact_name", "contact_phone", "contact_email"), ""
)


def test_the_way_to_the_competent_authority_is_said(house: FeeHouse, browser: Client) -> None:
    page = followed(browser, redirected(house, is_anonymous=True, **ANONYMOUS))
    assert "Petition: the petition office or organ in charge" in page
    assert "请找区信访局。" in page


def test_the_result_is_told_with_the_answer_and_not_before(house: FeeHouse, browser: Client) -> None:
    found = house.concluded()
    assert "无法律法规依据" not in followed(browser, found)
    page = followed(browser, services.report_feed_back(
        report=found, actor=Actor.person(house.handler), answer="已责令改正并清退。"
    ))  # fmt: skip
    for words in ("a violation", "向42家会员企业收取", "无法律法规依据", "已责令改正并清退。", "第七十一条"):
        assert words in page
    assert "210,000" not in page


def test_what_the_catalogue_said_that_day_stays(house: FeeHouse, browser: Client) -> None:
    page = followed(browser, house.registered())
    assert "What the catalogue says" in page
    assert "Not found in the catalogue" in page


def test_merged_and_split_say_where_it_goes_on(house: FeeHouse, browser: Client) -> None:
    gone = merged(house)
    assert gone.merged_into
    assert gone.merged_into.reference in followed(browser, gone)
    mixed, clerk = house.filed(), Actor.person(house.clerk)
    described = {
        **{name: value for name, value in charge(item="会费").items() if name in joining.CHARGE_FIELDS},
        "division": division("320102"),
    }
    part = joining.report_split(report=mixed.case, actor=clerk, track="report", text="会费部分", charge=described)
    joining.report_split(report=mixed.case, actor=clerk, track="complaint", text="货款部分", way="请提交拖欠投诉。")
    page = followed(browser, mixed.case)
    assert part.case
    for words in ("会费部分", page_of(part.case), "货款部分", "请提交拖欠投诉。"):
        assert words in page
    # The part is asked for its secret too, which is the submission's own.
    assert opened(browser, part.case.reference, mixed.secret).headers["Location"] == page_of(part.case)
    assert mixed.case.reference in text_of(browser.get(page_of(part.case)))


def test_withdrawing_asks_first_and_only_while_it_is_registered(house: FeeHouse, browser: Client) -> None:
    report = house.registered()
    followed(browser, report)
    address = f"{page_of(report)}withdraw/"
    assert "Yes, I withdraw this report." in text_of(browser.get(address))
    asked = browser.post(address, {"version": report.version, "reason": "已退款"})
    assert asked.status_code == 422
    assert "Tick this box to withdraw" in text_of(asked)
    done = browser.post(address, {"version": report.version, "reason": "已退款", "confirm": "on"}, follow=True)
    assert "The report is withdrawn." in text_of(done)
    report.refresh_from_db()
    assert (report.state, report.next_due) == (State.WITHDRAWN, None)
    assert report.events.get(verb=Verb.REPORT_WITHDRAWN).actor_kind == "complainant"
    assert browser.get(address).status_code == 409
    accepted = house.accepted()
    followed(browser, accepted)
    late = browser.post(f"{page_of(accepted)}withdraw/", {"version": accepted.version, "confirm": "on"})
    assert late.status_code == 409
    assert f'href="{page_of(accepted)}"' in text_of(late)


def test_who_looked_at_an_old_page_is_told_so(house: FeeHouse, browser: Client) -> None:
    report = house.registered()
    followed(browser, report)
    answer = browser.post(f"{page_of(report)}withdraw/", {"version": report.version - 1, "confirm": "on"})
    assert answer.status_code == 409


def test_letters_and_reading(house: FeeHouse, browser: Client) -> None:
    report = house.transferred()
    inner = report.letters.get(to_complainant=False)
    page = followed(browser, report)
    assert inner.number not in page
    notice = report.letters.filter(to_complainant=True).order_by("pk")[0]
    assert notice.number in page
    for letter in (notice, inner):
        letter.file.save("letters/test.pdf", ContentFile(PDF), save=False)
        letter.sha256, letter.size, letter.status = "0" * 64, len(PDF), Letter.Status.READY
        letter.save()
    got = browser.get(f"/track/{report.reference}/letters/{notice.pk}/?download=1")
    assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]
    assert browser.get(f"/track/{report.reference}/letters/{inner.pk}/").status_code == 404
    assert list(AccessLog.objects.filter(case=report).order_by("pk").values_list("what", flat=True)) == [
        "page", f"letter:{notice.pk}",
    ]  # fmt: skip
    browser.post(f"/track/{report.reference}/leave/")
    assert 'name="secret"' in text_of(browser.get(page_of(report)))


def test_the_page_costs_the_same_however_much_happened(
    house: FeeHouse, browser: Client, django_assert_max_num_queries: Any
) -> None:
    report = house.closed()
    followed(browser, report)
    with django_assert_max_num_queries(30):
        browser.get(page_of(report))
