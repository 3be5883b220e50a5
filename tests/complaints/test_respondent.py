"""Feedback of the respondent: who asks and when, the clock, the one-time code, the answer, the judgement."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import OutboxMessage, TimelineEvent
from casework.cases.sweep import sweep_deadlines
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline
from casework.documents.models import Attachment, Letter
from complaints import progress, services
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.respondent import services as respondent
from complaints.respondent.models import AnsweredPart, FeedbackAnswer, FeedbackRequest
from complaints.respondent.selectors import (
    CodeNotValid,
    answered_parts,
    can_ask,
    possible_judgements,
    request_by_code,
)
from tests.complaints.respondent_cases import accepted, answer, ask, disputed, fresh, judge, run_out, today
from tests.factories import House

pytestmark = pytest.mark.django_db
REPLY = "arrears.respondent_reply"
STATES = [state for state in State if state is not State.DRAFT]


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def case(house: House) -> ArrearsComplaint:
    return house.in_handling()


def clock(case: ArrearsComplaint) -> Deadline:
    return Deadline.objects.filter(case=case.pk, code=REPLY).order_by("-pk")[0]


def test_asking_starts_the_clock_and_issues_a_letter_to_the_respondent(house: House, case: ArrearsComplaint) -> None:
    asked = ask(house, case)
    assert (asked.request.number, asked.request.status, asked.request.asked_on) == (1, "open", today())
    assert (clock(case).started_on, clock(case).status, clock(case).due) == (today(), "running", asked.request.due_on)
    letter = Letter.objects.get(case=case.pk, template="feedback_request")
    assert (letter.department, letter.to_complainant) == (house.handling, False)
    assert letter.variables["addressee"] == case.respondent_name
    assert letter.variables["questions"] == "欠款是否属实？"


def test_only_the_hash_of_the_code_is_stored_anywhere(house: House, case: ArrearsComplaint) -> None:
    asked = ask(house, case)
    bare = asked.code.replace("-", "")
    assert len(bare) == 20
    assert asked.request.token_hash == hashlib.sha256(bare.encode()).hexdigest()
    kept = [
        *Letter.objects.values_list("variables", flat=True),
        *TimelineEvent.objects.values_list("payload", flat=True),
        *OutboxMessage.objects.values_list("payload", flat=True),
        *FeedbackRequest.objects.values_list("questions", flat=True),
    ]
    assert not any(asked.code in str(row) or bare in str(row) for row in kept)
    assert ask(house, house.in_handling()).code != asked.code


@pytest.mark.parametrize("state", STATES)
def test_asking_is_for_cases_in_handling_only(house: House, case: ArrearsComplaint, state: State) -> None:
    ArrearsComplaint.objects.filter(pk=case.pk).update(state=state)
    if state in (State.RECEIVED, State.IN_HANDLING):
        assert ask(house, case).request.number == 1
        return
    assert not can_ask(fresh(case))
    with pytest.raises(CaseChanged):
        ask(house, case)
    assert not FeedbackRequest.objects.exists()


@pytest.mark.parametrize("who", ["clerk", "receiving_head", "supervisor", "auditor", "editor", "sysadmin"])
def test_only_the_handling_department_asks_and_judges(house: House, case: ArrearsComplaint, who: str) -> None:
    """The receiving department's head is a head too, but not of the department that handles."""
    stranger = Actor.person(getattr(house, who))
    with pytest.raises(ActionNotAllowed):
        respondent.feedback_ask(complaint=case, actor=stranger, questions="问题")
    request = ask(house, case).request
    answer(request)
    with pytest.raises(ActionNotAllowed):
        respondent.feedback_judge(complaint=case, actor=stranger, judgement="sufficient")
    with pytest.raises(ActionNotAllowed):
        respondent.feedback_renew_code(complaint=case, actor=stranger)
    respondent.feedback_judge(complaint=case, actor=Actor.person(house.head), judgement="sufficient")


def test_one_request_at_a_time_and_the_next_after_the_judgement(house: House, case: ArrearsComplaint) -> None:
    first = ask(house, case).request
    with pytest.raises(CaseChanged):
        ask(house, case)
    answer(first)
    with pytest.raises(CaseChanged):
        ask(house, case)
    judge(house, case, "insufficient")
    assert ask(house, case).request.number == 2
    assert Deadline.objects.filter(case=case.pk, code=REPLY, status="running").count() == 1


def test_nothing_asked_is_refused(house: House, case: ArrearsComplaint) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(house, case, questions="  ")
    assert set(caught.value.errors) == {"questions"}


def test_an_answer_meets_the_clock_keeps_the_parts_and_tells_the_handling_department(
    house: House, case: ArrearsComplaint
) -> None:
    asked = ask(house, case)
    file = SimpleUploadedFile("验收单.pdf", b"%PDF-1.4 x")
    answer(asked.request, parts=[accepted("75000.00"), disputed("5000.00")], uploads=[file])
    assert clock(case).status == "met"
    kept = FeedbackRequest.objects.get(pk=asked.request.pk)
    assert kept.status == "answered"
    parts = [(part.label, part.amount, part.position, part.reason) for part in answered_parts(fresh(case))]
    assert parts == [
        ("货款", Decimal("75000.00"), "accepted", ""),
        ("质量扣款", Decimal("5000.00"), "disputed", "验收不合格"),
    ]
    (attachment,) = Attachment.objects.filter(case=case.pk)
    assert (attachment.name, attachment.by_respondent, attachment.by_complainant) == ("验收单.pdf", True, False)
    told = OutboxMessage.objects.filter(channel="inbox", key__contains=Verb.FEEDBACK_ANSWERED)
    assert {user for message in told for user in message.payload["users"]} == {house.handler.pk, house.head.pk}
    event = TimelineEvent.objects.get(case=case.pk, verb=Verb.FEEDBACK_ANSWERED)
    assert (event.actor_kind, event.payload["accepted"], event.payload["disputed"]) == (
        "respondent", "75000.00", "5000.00",
    )  # fmt: skip
    assert list(verify_chains(case.pk)) == []


def test_a_code_answers_once(house: House, case: ArrearsComplaint) -> None:
    asked = ask(house, case)
    assert request_by_code(asked.code.lower().replace("-", " ")).pk == asked.request.pk
    answer(asked.request)
    with pytest.raises(CodeNotValid):
        request_by_code(asked.code)
    with pytest.raises(CodeNotValid):
        answer(asked.request)
    assert FeedbackAnswer.objects.count() == 1


@pytest.mark.parametrize("state", STATES)
def test_a_code_opens_nothing_once_the_case_has_left_handling(
    house: House, case: ArrearsComplaint, state: State
) -> None:
    asked = ask(house, case)
    ArrearsComplaint.objects.filter(pk=case.pk).update(state=state)
    if state in (State.RECEIVED, State.IN_HANDLING):
        assert request_by_code(asked.code).pk == asked.request.pk
        return
    for attempt in (lambda: request_by_code(asked.code), lambda: answer(asked.request)):
        with pytest.raises(CodeNotValid):
            attempt()


def test_a_renewed_code_closes_the_old_one_even_for_a_page_that_is_open(house: House, case: ArrearsComplaint) -> None:
    asked = ask(house, case)
    opened = request_by_code(asked.code)
    renewed = respondent.feedback_renew_code(complaint=case, actor=Actor.person(house.handler))
    with pytest.raises(CodeNotValid):
        request_by_code(asked.code)
    with pytest.raises(CodeNotValid):
        respondent.feedback_answer(
            request=opened, actor=Actor.respondent("x"), contact_name="a", contact_phone="025-83000000",
            statement="b", parts=[accepted()],
        )  # fmt: skip
    assert request_by_code(renewed.code).pk == asked.request.pk
    assert clock(case).due == asked.request.due_on
    answer(asked.request)
    with pytest.raises(CaseChanged):
        respondent.feedback_renew_code(complaint=case, actor=Actor.person(house.handler))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"statement": " "}, "statement"),
        ({"contact_name": ""}, "contact_name"),
        ({"contact_phone": ""}, "contact_phone"),
        ({"contact_phone": "call me"}, "contact_phone"),
        ({"parts": []}, "parts"),
        ({"parts": [accepted()] * 21}, "parts"),
        ({"parts": [accepted(label="")]}, "part-0-label"),
        ({"parts": [accepted(), disputed("0")]}, "part-1-amount"),
        ({"parts": [accepted("-1")]}, "part-0-amount"),
        ({"parts": [accepted(position="perhaps")]}, "part-0-position"),
        ({"parts": [disputed(reason=" ")]}, "part-0-reason"),
        ({"parts": [accepted(pay_by=None)]}, "part-0-pay_by"),
        ({"parts": [accepted(pay_by=today() - timedelta(days=1))]}, "part-0-pay_by"),
        ({"uploads": [SimpleUploadedFile("合同.pdf", b"MZ program")]}, "files"),
    ],
)
def test_a_faulty_answer_names_its_fields_and_leaves_the_code_usable(
    house: House, case: ArrearsComplaint, changes: dict[str, Any], field: str
) -> None:
    asked = ask(house, case)
    with pytest.raises(InvalidInput) as caught:
        answer(asked.request, **changes)
    assert set(caught.value.errors) == {field}
    assert not FeedbackAnswer.objects.exists()
    assert not AnsweredPart.objects.exists()
    assert not Attachment.objects.filter(case=case.pk).exists()
    assert request_by_code(asked.code).status == "open"
    answer(asked.request)


def test_the_respondent_s_files_don_t_use_up_the_complainant_s(house: House, settings: Any) -> None:
    settings.EVIDENCE_MAX_FILES = 2
    case = house.in_handling()
    Attachment.objects.bulk_create(
        Attachment(case_id=case.pk, name=f"{n}.pdf", content_type="application/pdf", size=1, sha256=str(n) * 64)
        for n in range(2)
    )
    uploads = [SimpleUploadedFile(f"{n}.pdf", b"%PDF-1.4 " + str(n).encode()) for n in range(3)]
    asked = ask(house, case)
    with pytest.raises(InvalidInput):
        answer(asked.request, uploads=uploads)
    answer(asked.request, uploads=uploads[:2])
    assert Attachment.objects.filter(case=case.pk, by_respondent=True).count() == 2


def test_judging(house: House, case: ArrearsComplaint) -> None:
    asked = ask(house, case)
    assert possible_judgements(fresh(case)) == []
    for judgement in ("sufficient", "insufficient", "silent", "open", "nonsense"):
        with pytest.raises(CaseChanged):
            judge(house, case, judgement)
    answer(asked.request)
    with pytest.raises(InvalidInput) as caught:
        judge(house, case, "insufficient", reasons=" ")
    assert set(caught.value.errors) == {"reasons"}
    with pytest.raises(CaseChanged):
        judge(house, case, "silent")
    judged = judge(house, case, "insufficient")
    assert (judged.status, judged.judgement, judged.judged_by) == ("insufficient", "未提供验收记录", house.handler)
    with pytest.raises(CaseChanged):
        judge(house, case, "sufficient")


def test_silence_is_judged_once_the_last_day_has_passed_and_an_answer_may_still_come(
    house: House, case: ArrearsComplaint
) -> None:
    asked = ask(house, case)
    Deadline.objects.filter(case=case.pk, code=REPLY).update(raw_due=today(), due=today())
    with pytest.raises(CaseChanged):
        judge(house, case, "silent")
    run_out(case)
    judge(house, case, "silent", reasons="")
    assert clock(case).status == "cancelled"
    late = request_by_code(asked.code)
    assert late.status == "silent"
    answer(late)
    assert possible_judgements(fresh(case)) == ["sufficient", "insufficient"]


def test_the_sweep_marks_a_missed_reply_and_tells_the_handling_department(house: House, case: ArrearsComplaint) -> None:
    asked = ask(house, case)
    sweep_deadlines(asked.request.due_on)
    assert clock(case).status == "running"
    sweep_deadlines(asked.request.due_on + timedelta(days=1))
    assert clock(case).status == "breached"
    rows = TimelineEvent.objects.filter(case=case.pk, verb=Verb.DEADLINE_BREACHED, payload__code=REPLY)
    assert rows.count() == 1
    told = OutboxMessage.objects.filter(
        channel="inbox", payload__verb=Verb.DEADLINE_BREACHED, payload__payload__code=REPLY
    )
    assert {user for message in told for user in message.payload["users"]} == {house.handler.pk, house.head.pk}
    answer(asked.request)
    assert clock(case).status in ("met", "met_late")


def test_leaving_handling_ends_what_waits_for_the_respondent(house: House, case: ArrearsComplaint) -> None:
    withdrawn = house.in_handling()
    for running in (case, withdrawn):
        ask(house, running)
    services.complaint_resolve(complaint=case, actor=Actor.person(house.handler), findings="事实", result="结果")
    services.complaint_withdraw(complaint=withdrawn, actor=Actor.complainant("x"))
    for ended in (case, withdrawn):
        assert clock(ended).status == "cancelled"
        assert FeedbackRequest.objects.get(complaint=ended.pk).status == "ended"
    # A case that comes back into handling can be asked about anew.
    ArrearsComplaint.objects.filter(pk=case.pk).update(state=State.IN_HANDLING)
    assert ask(house, case).request.number == 2


def test_the_complainant_reads_that_it_was_asked_and_answered_and_no_more(house: House, case: ArrearsComplaint) -> None:
    asked = ask(house, case, questions="内部问题甲")
    answer(asked.request, statement="答复内容乙", parts=[disputed(reason="理由丙")])
    judge(house, case, "insufficient", reasons="评判丁")
    lines = progress.timeline(fresh(case))
    titles = {line.title for line in lines}
    assert {str(Verb.FEEDBACK_REQUESTED.label), str(Verb.FEEDBACK_ANSWERED.label)} <= titles
    assert str(Verb.FEEDBACK_JUDGED.label) not in titles
    said = " ".join(f"{line.title} {line.text} {line.who}" for line in lines)
    assert not any(word in said for word in ("内部问题甲", "答复内容乙", "理由丙", "评判丁", "质量扣款"))
