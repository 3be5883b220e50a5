"""Messages between filer and department: told to the right side, once, and never in place of what has legal effect."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import Notification, OutboxMessage
from casework.cases.outbox import relay_lane
from casework.cases.timeline import verify_chains
from casework.documents.conversation.models import CaseMessage
from casework.documents.conversation.selectors import awaiting_answer
from casework.documents.conversation.services import (
    MOST_A_DAY,
    message_answer,
    message_send,
    messages_lay_aside,
    messages_opened,
)
from complaints.models import ArrearsComplaint
from complaints.services import complaint_accept, complaint_withdraw
from tests.at_once import at_once
from tests.complaints.portal_pages import english, text_of
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db
FILER = Actor.complainant("示例机械有限公司")


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def complaint(house: House) -> ArrearsComplaint:
    return file_complaint(contact_email="filer@example.com").complaint


def pdf(name: str = "对账单.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"%PDF-1.4\n" + name.encode())


def test_what_the_filer_writes_waits_until_it_is_answered(house: House, complaint: ArrearsComplaint) -> None:
    queue = ArrearsComplaint.objects.visible_to(house.clerk)
    message_send(case=complaint, actor=FILER, text="对方今天说下周付款。")
    assert list(awaiting_answer(queue)) == [complaint]
    message_answer(case=complaint, actor=Actor.person(house.clerk), text="请保留聊天记录。")
    assert not awaiting_answer(queue).exists()
    message_send(case=complaint, actor=FILER, text="谢谢。")
    assert messages_lay_aside(case=complaint, actor=Actor.person(house.clerk)) == 1
    assert not awaiting_answer(queue).exists()


def test_each_side_is_told_once_and_no_mail_repeats_the_text(house: House, complaint: ArrearsComplaint) -> None:
    message_send(case=complaint, actor=FILER, text="机密的问题")
    message_answer(case=complaint, actor=Actor.person(house.clerk), text="机密的回答")
    relay_lane("default")
    relay_lane("default")
    told = Notification.objects.filter(case=complaint, verb="message_from_filer")
    assert house.clerk.pk in set(told.values_list("user_id", flat=True))
    assert told.filter(user=house.clerk).count() == 1
    mails = OutboxMessage.objects.filter(case=complaint, channel="email", key__contains="-message-")
    assert [mail.payload["to"] for mail in mails] == ["filer@example.com"]
    assert "机密" not in str([mail.payload for mail in mails])


def test_files_become_evidence_and_stand_in_the_timeline(complaint: ArrearsComplaint) -> None:
    message = message_send(case=complaint, actor=FILER, text="", uploads=[pdf()])
    assert message.files == ["对账单.pdf"]
    assert [file.name for file in complaint.attachments.all()] == ["对账单.pdf"]
    assert complaint.events.filter(verb="evidence_added").exists()
    assert list(verify_chains(complaint.pk)) == []


def test_a_message_leaves_the_version_to_those_who_decide(house: House, complaint: ArrearsComplaint) -> None:
    seen = complaint.version
    message_send(case=complaint, actor=FILER, text="补充说明。")
    complaint_accept(complaint=complaint, actor=Actor.person(house.clerk), version=seen)


def test_the_same_text_twice_in_a_row_is_one_message(house: House, complaint: ArrearsComplaint) -> None:
    for _time in range(2):
        message_send(case=complaint, actor=FILER, text="请问何时受理？")
    for _time in range(2):
        message_answer(case=complaint, actor=Actor.person(house.clerk), text="今天。")
    assert [row.text for row in complaint.messages.all()] == ["请问何时受理？", "今天。"]


@pytest.mark.parametrize(("text", "named"), [("  ", "Write the message."), ("长" * 5001, "at most 5000 characters")])
def test_bad_texts_are_refused_with_the_remedy(complaint: ArrearsComplaint, text: str, named: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        message_send(case=complaint, actor=FILER, text=text)
    assert set(refused.value.errors) == {"text"}
    assert not complaint.messages.exists()


def test_a_flood_is_stopped_with_the_way_to_go_on(complaint: ArrearsComplaint) -> None:
    for number in range(MOST_A_DAY):
        message_send(case=complaint, actor=FILER, text=f"第{number}条")
    with pytest.raises(InvalidInput):
        message_send(case=complaint, actor=FILER, text="再一条")
    assert complaint.messages.count() == MOST_A_DAY


def test_a_refused_file_sends_nothing(complaint: ArrearsComplaint) -> None:
    with pytest.raises(InvalidInput) as refused:
        message_send(case=complaint, actor=FILER, text="见附件", uploads=[pdf(), SimpleUploadedFile("x.exe", b"MZ")])
    assert set(refused.value.errors) == {"files"}
    assert not complaint.messages.exists()
    assert not complaint.attachments.exists()


def test_only_those_who_work_on_it_answer(house: House, complaint: ArrearsComplaint) -> None:
    for user in (house.handler, house.head, house.supervisor, house.auditor, house.sysadmin):
        with pytest.raises(ActionNotAllowed):
            message_answer(case=complaint, actor=Actor.person(user), text="您好")
        with pytest.raises(ActionNotAllowed):
            messages_lay_aside(case=complaint, actor=Actor.person(user))
    with pytest.raises(ActionNotAllowed):
        message_send(case=complaint, actor=Actor.person(house.clerk), text="冒充投诉人")


def test_the_filer_reads_which_department_wrote(house: House) -> None:
    case = house.received()
    for user in (house.clerk, house.handler):
        message_answer(case=case, actor=Actor.person(user), text=f"{user.pk}")
    assert [row.department for row in case.messages.all()] == [house.receiving, house.handling]


def test_after_the_end_the_filer_writes_no_more(house: House, complaint: ArrearsComplaint) -> None:
    complaint_withdraw(complaint=complaint, actor=FILER, reason="")
    with pytest.raises(CaseChanged):
        message_send(case=complaint, actor=FILER, text="还有一事")


def test_what_was_written_never_changes(house: House, complaint: ArrearsComplaint) -> None:
    message_send(case=complaint, actor=FILER, text="原文")
    for change in (
        lambda: CaseMessage.objects.update(text="改过"),
        lambda: CaseMessage.objects.update(side="department"),
        lambda: CaseMessage.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert complaint.messages.get().text == "原文"


@pytest.mark.django_db(transaction=True)
def test_a_question_and_an_answer_at_once_keep_the_chain_whole() -> None:
    house = House()
    case = file_complaint().complaint
    at_once(
        partial(message_send, case=case, actor=FILER, text="一"),
        partial(message_answer, case=case, actor=Actor.person(house.clerk), text="二"),
    )
    assert case.messages.count() == 2
    assert list(verify_chains(case.pk)) == []


# The pages


def followed(house: House) -> tuple[Client, Any]:
    filing = file_complaint()
    browser = english()
    browser.post("/track/", {"reference": filing.complaint.reference, "secret": filing.secret})
    return browser, filing.complaint


def test_the_filer_writes_and_reads_on_the_page_of_the_case(house: House) -> None:
    browser, complaint = followed(house)
    page = f"/track/{complaint.reference}/"
    sent = browser.post(f"{page}write/", {"version": complaint.version, "text": "请问进度？", "files": [pdf()]})
    assert (sent.status_code, sent.headers["Location"]) == (302, page)
    message_answer(case=complaint, actor=Actor.person(house.clerk), text="正在审查。")
    answer = complaint.messages.last()
    shown = text_of(browser.get(page))
    assert "请问进度？" in shown
    assert "正在审查。" in shown
    assert str(house.clerk) not in shown
    answer.refresh_from_db()
    assert answer.settled_at is not None


def test_an_empty_message_says_what_to_do(house: House) -> None:
    browser, complaint = followed(house)
    refused = browser.post(f"/track/{complaint.reference}/write/", {"version": complaint.version, "text": ""})
    assert refused.status_code == 422
    assert "Write the message." in text_of(refused)


def test_without_the_secret_nobody_writes(house: House) -> None:
    _browser, complaint = followed(house)
    stranger = english()
    stranger.post(f"/track/{complaint.reference}/write/", {"version": 1, "text": "别人"})
    assert not complaint.messages.exists()


def test_those_who_handle_the_case_read_and_answer_in_the_office(house: House) -> None:
    _browser, complaint = followed(house)
    message_send(case=complaint, actor=FILER, text="请问进度？")
    office = english()
    office.force_login(house.clerk)
    page = f"/admin/complaints/arrearscomplaint/{complaint.pk}/change/"
    shown = text_of(office.get(page))
    assert "请问进度？" in shown
    assert "The filer waits for an answer." in shown
    queue = text_of(office.get("/admin/complaints/arrearscomplaint/?queue=messages"))
    assert complaint.reference in queue
    done = office.post(page.replace("change/", "do/write_message/"), {"version": complaint.version, "text": "已受理。"})
    assert done.status_code == 302
    assert complaint.messages.last().text == "已受理。"
    watching = english()
    watching.force_login(house.supervisor)
    assert "请问进度？" not in text_of(watching.get(page))


def test_the_page_of_an_open_conversation_notes_the_opening_once(house: House, complaint: ArrearsComplaint) -> None:
    message_answer(case=complaint, actor=Actor.person(house.clerk), text="请补充。")
    messages_opened(case=complaint, actor=FILER)
    first = complaint.messages.get().settled_at
    messages_opened(case=complaint, actor=FILER)
    assert complaint.messages.get().settled_at == first
