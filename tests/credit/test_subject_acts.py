"""What a subject sends from its page: with files, in the version it saw, once however often it clicks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import formats, timezone, translation

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.verbs import Verb
from casework.credit.objections.services import objection_make
from casework.credit.record import hearing
from casework.credit.record.models import CreditRecord, Statement
from casework.documents.models import Attachment, StagedFile
from tests.at_once import at_once
from tests.credit.house import SUBJECT, CreditHouse, proof
from tests.credit.subject_pages import PDF, application, page_of, sent, text_of, upload, with_code

pytestmark = pytest.mark.django_db
KEY = "the-key-of-this-form"


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


@pytest.fixture
def browser() -> Iterator[Client]:
    """It asks for English, so that texts can be compared with msgids."""
    cache.clear()
    yield Client(headers={"accept-language": "en"})
    cache.clear()


def day(value: Any) -> str:
    with translation.override("en"):
        return formats.date_format(value, "DATE_FORMAT")


def test_a_statement_with_a_file_arrives_and_says_what_happens_next(house: CreditHouse, browser: Client) -> None:
    record = house.served()
    with_code(browser, house, record)
    assert "A late statement is read too" in text_of(browser.get(page_of(record, "statement")))
    answer = sent(browser, record, "statement", text=" 已付清。 ", files=[upload()])
    assert answer.headers["Location"] == page_of(record)
    said = record.statements.get()
    assert (said.text, said.is_online, said.received_on) == ("已付清。", True, timezone.localdate())
    assert [file.name for file in said.files.all()] == ["付款凭证.pdf"]
    assert said.files.get().by_complainant
    assert not StagedFile.objects.exists()
    event = record.events.get(verb=Verb.STATEMENT_MADE)
    assert (event.actor_kind, event.actor_label) == ("complainant", record.respondent_name)
    page = text_of(browser.get(page_of(record)))
    assert f"which is due on {day(record.deadlines.get(code='credit.decision').due)}" in page
    assert "已付清。" in page
    assert "付款凭证.pdf" in page


def test_before_service_a_statement_is_taken_in_without_a_day(house: CreditHouse, browser: Client) -> None:
    record = house.noticed()
    with_code(browser, house, record)
    sent(browser, record, "statement", text="不同意。")
    assert "It is answered before anything is decided." in text_of(browser.get(page_of(record)))


@pytest.mark.parametrize(
    ("act", "made", "remedy"),
    [("statement", "served", "Write what you want to say."), ("objection", "published", "Write what is wrong.")],
)
def test_a_refused_file_or_an_empty_text_loses_nothing(
    house: CreditHouse, browser: Client, act: str, made: str, remedy: str
) -> None:
    record = getattr(house, made)()
    with_code(browser, house, record)
    empty = sent(browser, record, act, text="  ", files=[upload()])
    assert empty.status_code == 422
    assert remedy in text_of(empty)
    assert "付款凭证.pdf" in text_of(empty)
    wrong = sent(browser, record, act, text="有误。", files=[upload("程序.exe", b"MZ\x90")])
    assert wrong.status_code == 422
    for words in ("有误。", "付款凭证.pdf", "程序.exe is not a PDF", KEY):
        assert words in text_of(wrong)
    staged = StagedFile.objects.get()
    assert staged.key.endswith(KEY)
    # The same key on another form meets nothing of this one.
    other = "objection" if act == "statement" else "statement"
    sent(browser, record, other, text="", files=[upload("别的.pdf", PDF + b"%")])
    assert StagedFile.objects.exclude(pk=staged.pk).get().key != staged.key
    StagedFile.objects.exclude(pk=staged.pk).delete()
    removed = sent(browser, record, act, text="有误。", remove_file=staged.pk)
    assert removed.status_code == 200
    assert "有误。" in text_of(removed)
    assert not StagedFile.objects.exists()
    assert not Attachment.objects.exists()
    assert not record.statements.exists()
    assert not record.objections.exists()


def test_a_file_that_waited_comes_with_the_act(house: CreditHouse, browser: Client) -> None:
    record = house.served()
    with_code(browser, house, record)
    assert sent(browser, record, "statement", text="", files=[upload()]).status_code == 422
    assert sent(browser, record, "statement", text="见附件。").status_code == 302
    assert [file.name for file in record.statements.get().files.all()] == ["付款凭证.pdf"]
    assert not StagedFile.objects.exists()


def test_an_objection_marks_the_record_and_names_the_day(house: CreditHouse, browser: Client) -> None:
    record = house.published()
    with_code(browser, house, record)
    sent(browser, record, "objection", text="金额有误，已付一半。", files=[upload()])
    made = record.objections.get()
    assert [file.name for file in made.files.all()] == ["付款凭证.pdf"]
    page = text_of(browser.get(page_of(record)))
    assert f"made the finding, by {day(record.deadlines.get(code='credit.objection_forward').due)}" in page
    assert "Contested." in page
    # One is looked at already: neither the form nor a hand-made request begins another.
    assert "Object to the record</a>" not in page
    assert browser.get(page_of(record, "objection")).status_code == 409
    second = sent(browser, record, "objection", text="另有一处错误。")
    assert second.status_code == 422
    assert "An objection is being looked at already." in text_of(second)
    assert record.objections.count() == 1


def test_repair_needs_proof_undertaking_and_a_tick(house: CreditHouse, browser: Client) -> None:
    record = house.decided(severity="minor", publish=False)
    with_code(browser, house, record)
    form = text_of(browser.get(page_of(record, "repair")))
    assert "本单位就认定文书所列失信行为申请信用修复" in form
    assert "Repair is free of charge" in form
    bare = sent(browser, record, "repair")
    assert bare.status_code == 422
    for words in ("Choose one of these.", "Say what was fulfilled", "Tick this box"):
        assert words in text_of(bare)
    without = sent(browser, record, "repair", **application(files=[]))
    assert without.status_code == 422
    assert "Add the proof" in text_of(without)
    assert "已于2026年11月1日付清全部款项。" in text_of(without)
    # What was written for another ground is not kept.
    done = sent(browser, record, "repair", **application(court_document="（2026）苏01破3号"))
    assert done.headers["Location"] == page_of(record)
    asked = record.repairs.get()
    assert (asked.ground, asked.court_document, asked.is_online) == ("fulfilled", "", True)
    assert [file.name for file in asked.proofs.all()] == ["付款凭证.pdf"]
    page = text_of(browser.get(page_of(record)))
    assert f"decided by {day(record.deadlines.get(code='credit.repair').due)}" in page
    assert browser.get(page_of(record, "repair")).status_code == 409


def test_the_earliest_day_is_said_before_the_form_is_filled_in(house: CreditHouse, browser: Client) -> None:
    record = house.published()
    assert record.repair_from > timezone.localdate()
    with_code(browser, house, record)
    form = text_of(browser.get(page_of(record, "repair")))
    assert f"is possible from <strong>{day(record.repair_from)}</strong> on" in form
    assert 'value="reorganisation"' in form
    assert 'value="fulfilled"' not in form
    early = sent(browser, record, "repair", **application())
    assert early.status_code == 422
    assert f"Repair is possible from {day(record.repair_from)} on." in text_of(early)
    nameless = sent(browser, record, "repair", **application(ground="reorganisation"))
    assert nameless.status_code == 422
    assert text_of(nameless).count("Give the number of the court&#x27;s decision.") == 2  # summary and field
    court = application(ground="reorganisation", court_document="（2026）苏01破3号", files=[])
    assert sent(browser, record, "repair", **court).status_code == 302
    assert record.repairs.get().court_document == "（2026）苏01破3号"


def test_who_looked_at_an_old_page_is_told_so(house: CreditHouse, browser: Client) -> None:
    record = house.served()
    with_code(browser, house, record)
    seen = CreditRecord.objects.get(pk=record.pk).version
    hearing.record_put_forward(record=record, actor=Actor.person(house.officer))
    answer = sent(browser, record, "statement", text="请再核实。", version=seen)
    assert answer.status_code == 409
    assert f'href="{page_of(record)}"' in text_of(answer)
    assert not record.statements.exists()


@pytest.mark.parametrize(
    ("act", "made", "rows"), [("statement", "served", "statements"), ("objection", "published", "objections")]
)
def test_a_second_click_finds_the_work_done(
    house: CreditHouse, browser: Client, act: str, made: str, rows: str
) -> None:
    record = getattr(house, made)()
    with_code(browser, house, record)
    seen = CreditRecord.objects.get(pk=record.pk).version
    for _click in range(2):
        answer = sent(browser, record, act, text="内容有误。", version=seen, files=[upload()])
        assert answer.headers["Location"] == page_of(record)
    assert getattr(record, rows).count() == 1
    assert not StagedFile.objects.exists()


def test_after_the_decision_no_statement_and_before_it_no_objection(house: CreditHouse, browser: Client) -> None:
    record = house.submitted()
    with_code(browser, house, record)
    assert browser.get(page_of(record, "statement")).status_code == 200
    for act in ("objection", "repair"):
        assert browser.get(page_of(record, act)).status_code == 409
        assert sent(browser, record, act, text="有误", **application()).status_code in (409, 422)
    record = house.decided()
    with_code(browser, house, record)
    assert browser.get(page_of(record, "statement")).status_code == 409
    assert sent(browser, record, "statement", text="有误").status_code == 409
    assert not Statement.objects.exists()


def test_files_that_are_refused_undo_the_act(house: CreditHouse) -> None:
    """One transaction: no statement without its files, no file without its statement."""
    record = house.served()
    before = record.events.count()
    with pytest.raises(InvalidInput) as refusal:
        hearing.statement_make(record=record, actor=SUBJECT, text="见附件。", uploads=[proof(), proof(b"MZ")])
    assert list(refusal.value.errors) == ["files"]
    assert not record.statements.exists()
    assert not record.attachments.exists()
    assert record.events.count() == before


def test_files_on_paper_are_the_offices_and_a_repeated_file_is_kept_once(house: CreditHouse) -> None:
    record, officer = house.served(), Actor.person(house.officer)
    first = hearing.statement_make(record=record, actor=officer, text="书面意见。", uploads=[proof()])
    second = hearing.statement_make(record=record, actor=SUBJECT, text="补充。", uploads=[proof()])
    assert first.files.get() == second.files.get()
    assert not first.files.get().by_complainant
    decided = house.published()
    objection = objection_make(
        record=decided, actor=officer, text="有误。", uploads=[proof()], made_on=timezone.localdate()
    )
    assert objection.files.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_browsers_at_once_make_one_objection() -> None:
    house = CreditHouse()
    record = house.published()
    version = record.version

    def make(text: str) -> Any:
        return objection_make(record=record, actor=SUBJECT, text=text, uploads=[proof()], version=version)

    results = at_once(lambda: make("甲"), lambda: make("乙"))
    assert record.objections.count() == 1
    assert record.attachments.count() == 1
    assert len([result for result in results if isinstance(result, Exception)]) == 1
