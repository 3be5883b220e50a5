"""Following a record: only its subject, only from the prior notice on; where it stands, in words; nothing of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import formats, timezone, translation

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.models import AccessLog, OutboxMessage
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.credit.flow import EFFECTIVE, FINAL_STATES, State
from casework.credit.objections.services import objection_decide, objection_forward, objection_make
from casework.credit.progress import PROGRESS, statement_due, words_of
from casework.credit.record import decision, ending, hearing
from casework.credit.record.models import CreditRecord
from casework.credit.repair.services import repair_ask, repair_grant, repair_refuse
from casework.documents.models import Letter, LetterDelivery
from casework.parties.models import User
from casework.portal.grants import TRIES_PER_ADDRESS
from complaints import services
from tests.credit.house import PDF, SUBJECT, CreditHouse, proof
from tests.credit.subject_pages import opened, page_of, text_of, with_code
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db
INNER = "金丝雀内部备注"


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


@pytest.fixture
def browser() -> Iterator[Client]:
    """It asks for English, so that texts can be compared with msgids."""
    cache.clear()
    yield Client(headers={"accept-language": "en"})
    cache.clear()


def followed(browser: Client, record: CreditRecord) -> str:
    """The page, as a browser sees it that entered the code before."""
    session = browser.session
    session["tracked_cases"] = [record.pk]
    session.save()
    return text_of(browser.get(page_of(record)))


def day(value: Any) -> str:
    with translation.override("en"):
        return formats.date_format(value, "DATE_FORMAT")


def dropped(house: CreditHouse) -> CreditRecord:
    return decision.record_drop(record=house.served(), actor=Actor.person(house.head), reason="认定文书送达有误。")


def repaired(house: CreditHouse) -> CreditRecord:
    return repair_grant(record=house.asked(), actor=Actor.person(house.head), reasons="已履行义务，材料齐全。")


def annulled(house: CreditHouse) -> CreditRecord:
    record = house.published()
    today = timezone.localdate()
    ending.finding_set_aside(record=record, actor=Actor.person(house.officer), on=today, by="南京市中级人民法院")
    return ending.record_annul(record=record, actor=Actor.person(house.head), reason="认定文书已被撤销。")


def expired(house: CreditHouse) -> CreditRecord:
    later = timezone.now() + timedelta(days=400)
    return ending.record_expire(record=house.decided(severity="general"), actor=Actor.system(later))


MADE: dict[str, Callable[[CreditHouse], CreditRecord]] = {
    State.NOTICED: CreditHouse.noticed,
    State.SUBMITTED: CreditHouse.submitted,
    State.IN_FORCE: CreditHouse.decided,
    State.PUBLISHED: CreditHouse.published,
    State.DROPPED: dropped,
    State.REPAIRED: repaired,
    State.EXPIRED: expired,
    State.ANNULLED: annulled,
}


def test_every_state_that_a_subject_can_meet_is_made_here() -> None:
    assert MADE.keys() == set(State.values) - {State.DRAFT, State.PROPOSED} == PROGRESS.words.keys()


@pytest.mark.parametrize("state", MADE)
def test_each_state_says_where_it_stands_and_what_can_be_done(house: CreditHouse, browser: Client, state: str) -> None:
    for person in (house.officer, house.head):
        User.objects.filter(pk=person.pk).update(display_name="金丝雀经办人")
        person.refresh_from_db()
    record = house.fresh(MADE[state](house))
    assert record.state == state
    page = followed(browser, record)
    assert f"<h1>{words_of(record, timezone.localdate()).headline}</h1>" in page
    for said in (record.finding_number, record.conduct, record.respondent_name, "Repair is free of charge"):
        assert said in page
    assert ("Make a statement" in page) == (state in (State.NOTICED, State.SUBMITTED))
    assert ("Object to the record" in page) == (state in EFFECTIVE)
    assert ("Apply for repair</a>" in page) == (state in EFFECTIVE)
    assert ("Whose turn it is" in page) == (state in (State.NOTICED, State.SUBMITTED, State.IN_FORCE))
    assert ('class="ended"' in page) == (state in FINAL_STATES)
    assert "金丝雀经办人" not in page
    with translation.override("zh-hans"):
        words = PROGRESS.state_words(record)
        assert not f"{words.headline}{words.explanation}".isascii()


def test_before_the_prior_notice_the_code_opens_nothing(house: CreditHouse, browser: Client) -> None:
    """The answer is that of a wrong code, and counts as one: nobody learns that something is being prepared."""
    record = house.proposed()
    code = hearing.new_secret()
    CreditRecord.objects.filter(pk=record.pk).update(secret_hash=hearing.hash_secret(code))
    right, wrong = opened(browser, record.reference, code), opened(browser, record.reference, "0" * 20)
    assert right.status_code == wrong.status_code == 422
    assert "No case was found" in text_of(right)
    token = r'name="csrfmiddlewaretoken" value="\w+"'
    assert re.sub(token, "", text_of(right)).replace(code, "") == re.sub(token, "", text_of(wrong)).replace(
        "0" * 20, ""
    )
    decision.record_drop(record=record, actor=Actor.person(house.head), reason="不予记入。")
    assert opened(browser, record.reference, code).status_code == 422
    for _guess in range(TRIES_PER_ADDRESS - 3):
        opened(browser, record.reference, "wrong")
    assert opened(browser, record.reference, code).status_code == 429


def test_the_code_opens_the_record_and_a_new_one_closes_it_for_the_old(house: CreditHouse, browser: Client) -> None:
    record = house.noticed()
    old = hearing.access_code_issue(record=record, actor=Actor.person(house.officer))
    assert opened(browser, f" {record.reference.lower()} ", old.lower()).headers["Location"] == page_of(record)
    assert browser.get(f"/track/{record.reference}/").headers["Location"] == page_of(record)
    new = hearing.access_code_issue(record=record, actor=Actor.person(house.officer))
    closed = text_of(browser.get(page_of(record)))
    assert 'name="secret"' in closed
    assert record.respondent_name not in closed
    assert opened(browser, record.reference, old).status_code == 422
    assert opened(browser, record.reference, new).headers["Location"] == page_of(record)
    assert "Access code issued to the subject" in text_of(browser.get(page_of(record)))


def test_nobody_else_learns_even_that_there_is_a_record(house: CreditHouse) -> None:
    record = house.published()
    stranger = Client(headers={"accept-language": "en"})
    for act in ("", "statement", "objection", "repair"):
        known = stranger.get(page_of(record, act))
        unknown = stranger.get(page_of(record, act).replace(record.reference, "XY2026-999999-9"))
        for answer in (known, unknown):
            assert answer.status_code == 200
            assert 'name="secret"' in text_of(answer)
        assert record.respondent_name not in text_of(known)
        stranger.post(page_of(record, act), {"version": record.version, "text": "冒名"})
    assert not record.objections.exists()
    stranger.force_login(house.officer)
    assert record.respondent_name not in text_of(stranger.get(page_of(record)))


def test_whose_turn_it_is_while_the_subject_is_heard(house: CreditHouse, browser: Client) -> None:
    today = timezone.localdate()
    record = hearing.record_give_notice(record=house.proposed(), actor=Actor.person(house.officer))
    assert "runs from the day on which the prior notice is served" in followed(browser, record)
    hearing.record_serve(record=record, actor=Actor.person(house.officer), served_on=today, how="当面送达")
    record = house.fresh(record)
    due = statement_due(record)
    assert due is not None
    assert due.due == hearing.statement_until(record)
    page = followed(browser, record)
    assert "<dd>You</dd>" in "".join(line.strip() for line in page.splitlines())
    assert day(due.due) in page
    assert "How this date was computed" in page
    hearing.statement_make(record=record, actor=SUBJECT, text="已付清。")
    page = followed(browser, record)
    assert "<dd>You</dd>" not in "".join(line.strip() for line in page.splitlines())
    assert day(record.deadlines.get(code="credit.decision").due) in page


def test_statements_objections_and_applications_stand_with_their_answers(house: CreditHouse, browser: Client) -> None:
    record, officer, head = house.served(severity="minor"), Actor.person(house.officer), Actor.person(house.head)
    said = hearing.statement_make(record=record, actor=SUBJECT, text="金额不对。")
    assert "not answered yet" in followed(browser, record)
    hearing.statement_answer(record=record, actor=officer, statement=said.pk, answer="经核对无误。", is_followed=False)
    record = hearing.record_put_forward(record=record, actor=officer)
    record = decision.record_decide(record=record, actor=head, reasons="事实清楚。", publish=False)
    objection_make(record=record, actor=SUBJECT, text="名称有误。")
    page = followed(browser, record)
    assert "marked as contested wherever it is shown" in page
    objection_forward(record=record, actor=officer, to="南京市财政局")
    objection_decide(record=record, actor=head, outcome="rejected", reasons="名称与登记一致。")
    repair_ask(record=record, actor=SUBJECT, ground="fulfilled", fulfilment="已付清。", undertaking="承诺守信。",
               uploads=[proof()])  # fmt: skip
    repair_refuse(record=record, actor=head, reasons="凭证不完整。")
    page = followed(browser, record)
    told = ("金额不对。", "经核对无误。", "事实清楚。", "名称有误。", "名称与登记一致。", "Forwarded to 南京市财政局")
    for words in (*told, "已付清。", "承诺守信。", "凭证不完整。", "付款凭证.pdf"):
        assert words in page, words
    assert "marked as contested wherever it is shown" not in page
    assert "Within 60 days of receiving the decision" in page
    assert "《行政复议法》（2023年修订）第二十条" in page


def test_measures_suspension_and_the_days_are_shown(house: CreditHouse, browser: Client) -> None:
    record, measure = house.with_measure()
    noticed = house.noticed(record=record)
    page = followed(browser, noticed)
    assert measure.item.label_en in page
    assert "intended" in page
    record = house.decided(record=None)
    assert day(record.repair_from) in followed(browser, record)
    record = house.published()
    decision.record_withhold(record=record, actor=Actor.person(house.officer), ground="execution_suspended")
    page = followed(browser, record)
    assert "Publication is suspended." in page
    assert "Execution suspended by the reconsideration organ or a court" in page
    assert day(record.last_day) in page


def test_a_record_that_is_over_has_ended_before_the_sweep_says_so(
    house: CreditHouse, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = house.decided(severity="general")
    session = browser.session
    session["tracked_cases"] = [record.pk]
    session.save()
    monkeypatch.setattr(timezone, "localdate", lambda *_: record.last_day + timedelta(days=1))
    page = text_of(browser.get(page_of(record)))
    assert "its longest period is over" in page
    assert "Object to the record" not in page


@pytest.mark.parametrize(
    "verb",
    [
        Verb.RECORD_PROPOSED,
        Verb.RECORD_AMENDED,
        Verb.RECORD_SENT_BACK,
        Verb.RECORD_UNCORRECTED,
        Verb.SANCTION_INTENDED,
        Verb.SANCTION_ACKNOWLEDGED,
        Verb.ASSIGNED,
        Verb.REFERRED,
        Verb.THREAT_RAISED,
    ],
)
def test_inner_work_never_shows(house: CreditHouse, browser: Client, verb: Verb) -> None:
    record = house.published()
    words = dict.fromkeys(("reference", "reason", "note", "measure", "department", "to", "text", "words"), INNER)
    event_record(case=record, verb=verb, actor=Actor.person(house.officer), payload=words)
    page = followed(browser, record)
    assert INNER not in page
    timeline = page.partition('class="timeline"')[2]
    assert f">{verb.label}<" not in timeline


@pytest.mark.parametrize(
    "verb", [Verb.RECORD_PUT_FORWARD, Verb.RECORD_SHOWN_AGAIN, Verb.RECORD_CORRECTED, Verb.CONDUCT_CORRECTED]
)
def test_of_some_acts_only_the_name_is_told(house: CreditHouse, browser: Client, verb: Verb) -> None:
    """From whom the office knows it is no matter of the subject's."""
    record = house.published()
    event_record(case=record, verb=verb, actor=Actor.person(house.officer), payload={"reason": INNER, "how": INNER})
    page = followed(browser, record)
    assert INNER not in page
    assert str(verb.label) in page


def test_the_case_behind_a_record_appears_nowhere(house: CreditHouse, browser: Client) -> None:
    """On no page, no letter, in no mail: neither its number nor who complained."""
    other = House()
    filed = file_complaint(complainant_name="金丝雀机械有限公司", contact_email="canary@example.org")
    complaint = services.complaint_accept(complaint=filed.complaint, actor=Actor.person(other.clerk))
    record = house.proposed(source=complaint, actor=Actor.person(other.clerk, house.at(40).at))
    record = house.published(record=record)
    told = [complaint.reference, "金丝雀机械", "canary@example.org", complaint.complainant_code]
    pages = [
        followed(browser, record),
        *(text_of(browser.get(page_of(record, act))) for act in ("objection", "repair")),
    ]
    letters = [str(letter.variables) for letter in record.letters.all()]
    assert len(letters) == 3
    for text in pages + letters:
        assert not [word for word in told if word in text]
    with pytest.raises(InvalidInput) as refusal:
        decision.record_correct(
            record=record,
            actor=Actor.person(house.officer),
            changes={"conduct": "拖欠金丝雀机械有限公司货款。"},
            reason="更正",
        )
    assert list(refusal.value.errors) == ["conduct"]


def test_letters_files_and_reading(house: CreditHouse, browser: Client) -> None:
    record = house.asked()
    with_code(browser, house, record)
    page = text_of(browser.get(page_of(record)))
    letter = record.letters.get(template="credit_prior_notice")
    assert letter.number in page
    letter.file.save("letters/test.pdf", ContentFile(PDF), save=False)
    letter.sha256, letter.size, letter.status = "0" * 64, len(PDF), Letter.Status.READY
    letter.save()
    got = browser.get(f"/track/{record.reference}/letters/{letter.pk}/?download=1")
    assert b"".join(got.streaming_content) == PDF  # type: ignore[attr-defined]
    assert LetterDelivery.objects.get(letter=letter).recipient == record.respondent_name
    own = record.attachments.get()
    assert b"".join(browser.get(f"/track/{record.reference}/files/{own.pk}/").streaming_content) == PDF  # type: ignore[attr-defined]
    logged = AccessLog.objects.filter(case=record).order_by("pk").values_list("what", "label")
    assert list(logged) == [
        ("page", record.respondent_name),
        (f"letter:{letter.pk}", record.respondent_name),
        (f"file:{own.pk}", record.respondent_name),
    ]
    browser.post(f"/track/{record.reference}/leave/")
    assert 'name="secret"' in text_of(browser.get(page_of(record)))


def test_the_page_costs_the_same_however_much_happened(
    house: CreditHouse, browser: Client, django_assert_max_num_queries: Any
) -> None:
    record = house.contested(record=house.with_measure()[0])
    followed(browser, record)
    with django_assert_max_num_queries(32):
        browser.get(page_of(record))


def test_a_subject_hears_of_a_record_with_the_notice_and_not_before(house: CreditHouse) -> None:
    record = house.proposed(contact_email="canary@example.org")
    assert "canary" not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    house.noticed(record=record)
    assert "canary" in str(list(OutboxMessage.objects.values_list("payload", flat=True)))
