"""The respondent's page and the caseworker's forms, as browsers use them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from casework.cases.models import AccessLog
from casework.documents.models import Attachment, StagedFile
from complaints.measures.models import Measure
from complaints.models import ArrearsComplaint
from complaints.respondent.models import AnsweredPart, FeedbackAnswer, FeedbackRequest
from tests.complaints.admin_pages import QUEUE, case_url, listed, signed_in
from tests.complaints.portal_pages import english, pdf, program, text_of
from tests.complaints.respondent_cases import answer, ask, fresh, judge, run_out, supervised, today
from tests.factories import House

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_tries() -> None:
    cache.clear()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def case(house: House) -> ArrearsComplaint:
    return house.in_handling(contact_name="金丝雀联系人", contact_email="canary@example.org", facts="金丝雀事实")


def do_url(case: ArrearsComplaint, act: str) -> str:
    return f"{case_url(case).removesuffix('change/')}do/{act}/"


def do(user: Any, case: ArrearsComplaint, act: str, **data: Any) -> Any:
    return signed_in(user).post(do_url(case, act), {"version": fresh(case).version, **data})


def enter(client: Client, code: str) -> Any:
    return client.post("/respond/", {"secret": code})


def reply(**changes: Any) -> dict[str, Any]:
    """A right answer as the form sends it."""
    return {
        "idempotency_key": "a-key-of-the-reply-form",
        "parts": "1",
        "statement": "欠款属实。",
        "contact_name": "赵六",
        "contact_phone": "025-83000000",
        "part-0-label": "货款",
        "part-0-amount": "80,000.00",
        "part-0-position": "accepted",
        "part-0-pay_by": (today() + timedelta(days=20)).isoformat(),
        **changes,
    }


def opened(house: House, case: ArrearsComplaint) -> tuple[Client, FeedbackRequest]:
    asked = ask(house, case)
    client = english()
    assert enter(client, asked.code).status_code == 302
    return client, asked.request


def test_the_code_is_shown_once_to_the_caseworker_and_opens_the_page(house: House, case: ArrearsComplaint) -> None:
    client = signed_in(house.handler)
    response = client.post(
        do_url(case, "ask_feedback"), {"version": fresh(case).version, "questions": "欠款是否属实？"}
    )
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    (code,) = set(re.findall(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}\b", response.text))
    assert f"/respond/#{code}" in response.text
    assert code not in client.get(case_url(case)).text
    assert code not in str(dict(client.session))
    browser = english()
    page = browser.post("/respond/", {"secret": code}, follow=True)
    assert "欠款是否属实？" in page.text
    assert FeedbackRequest.objects.get().opened_at is not None
    assert AccessLog.objects.filter(case=case.pk, what="feedback", label=case.respondent_name).count() == 1


def test_the_page_shows_what_the_respondent_must_know_and_nothing_else(house: House, case: ArrearsComplaint) -> None:
    client, request = opened(house, case)
    text = client.get(f"/respond/{request.pk}/").text
    for word in (case.complainant_name, case.contract_title, "80,000.00", "欠款是否属实？", case.reference):
        assert word in text
    for word in ("金丝雀", "canary@example.org", "13800000000", case.complainant_code, "示例路1号", case.request):
        assert word not in text


def test_without_the_code_there_is_only_the_question_for_it(house: House, case: ArrearsComplaint) -> None:
    _client, request = opened(house, case)
    for address in (f"/respond/{request.pk}/", "/respond/999999/"):
        for response in (english().get(address), english().post(address, reply())):
            assert (response.status_code, response.headers["Location"]) == (302, "/respond/")
    assert english().get("/respond/done/").status_code == 404
    assert not FeedbackAnswer.objects.exists()


def test_wrong_codes_are_counted_and_then_there_is_a_pause(house: House, case: ArrearsComplaint) -> None:
    asked, client = ask(house, case), english()
    for _try in range(10):
        assert enter(client, "AAAAA-AAAAA-AAAAA-AAAAA").status_code == 422
    paused = enter(client, asked.code)
    assert (paused.status_code, paused.headers["Retry-After"]) == (429, "900")


def test_an_answer_in_parts_with_a_file(house: House, case: ArrearsComplaint) -> None:
    client, request = opened(house, case)
    address = f"/respond/{request.pk}/"
    more = client.post(address, reply(more_parts="1", files=pdf("验收单.pdf")))
    assert (more.status_code, more.context["form"].errors) == (200, {})
    assert 'name="part-2-label"' in more.text
    assert "验收单.pdf" in more.text
    second = {
        "part-1-label": "扣款",
        "part-1-amount": "5000",
        "part-1-position": "disputed",
        "part-1-reason": "验收不合格",
    }
    done = client.post(address, reply(parts="3", **second), follow=True)
    assert "Your answer has arrived" in done.text
    parts = AnsweredPart.objects.values_list("label", "position", "reason")
    assert list(parts) == [("货款", "accepted", ""), ("扣款", "disputed", "验收不合格")]
    assert Attachment.objects.get(case=case.pk).by_respondent
    assert not StagedFile.objects.exists()
    again = client.post(address, reply())
    assert again.headers["Location"] == "/respond/"
    assert FeedbackAnswer.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"statement": ""}, "id_statement"),
        ({"part-0-label": ""}, "id_part-0-label"),
        ({"part-0-amount": "viel"}, "id_part-0-amount"),
        ({"part-0-amount": "0"}, "id_part-0-amount"),
        ({"part-0-position": ""}, "id_part-0-position"),
        ({"part-0-pay_by": ""}, "id_part-0-pay_by"),
        ({"part-0-position": "disputed"}, "id_part-0-reason"),
        ({"contact_phone": "nobody"}, "id_contact_phone"),
    ],
)
def test_faults_stand_at_their_fields_and_lose_neither_text_nor_files(
    house: House, case: ArrearsComplaint, changes: dict[str, str], said: str
) -> None:
    client, request = opened(house, case)
    response = client.post(f"/respond/{request.pk}/", reply(files=pdf("验收单.pdf"), **changes))
    assert response.status_code in (400, 422)
    assert re.findall(r'href="#(id_[^"]+)"', response.text) == [said]
    assert "验收单.pdf" in response.text
    assert "赵六" in response.text
    assert not FeedbackAnswer.objects.exists()


def test_a_program_is_no_evidence_whatever_its_name(house: House, case: ArrearsComplaint) -> None:
    client, request = opened(house, case)
    response = client.post(f"/respond/{request.pk}/", reply(files=program()))
    assert response.status_code == 422
    assert "whatever its name says" in text_of(response)
    assert not StagedFile.objects.exists()


@pytest.mark.parametrize("parts", ["", "x", "-3", "99999999999", "200", "²"])
def test_a_made_up_number_of_parts_breaks_nothing(house: House, case: ArrearsComplaint, parts: str) -> None:
    client, request = opened(house, case)
    assert client.post(f"/respond/{request.pk}/", reply(parts=parts)).status_code == 302


def test_a_renewed_code_closes_the_page_that_is_open(house: House, case: ArrearsComplaint) -> None:
    client, request = opened(house, case)
    assert do(house.head, case, "renew_code").status_code == 200
    assert client.get(f"/respond/{request.pk}/").headers["Location"] == "/respond/"
    assert client.post(f"/respond/{request.pk}/", reply()).headers["Location"] == "/respond/"
    assert not FeedbackAnswer.objects.exists()


def test_the_case_page_offers_what_comes_next(house: House, case: ArrearsComplaint) -> None:
    client = signed_in(house.handler)

    def offered() -> set[str]:
        return set(re.findall(r"/do/([a-z_]+)/", client.get(case_url(case)).text)) & {
            "ask_feedback", "renew_code", "judge_feedback", "supervisory_letter", "interview", "interview_minutes",
            "circular", "rectification", "measure_outcome",
        }  # fmt: skip

    assert offered() == {"ask_feedback"}
    request = ask(house, case).request
    assert offered() == {"renew_code"}
    run_out(case)
    assert offered() == {"renew_code", "judge_feedback", "supervisory_letter"}
    assert "督办书" in client.get(case_url(case)).text
    answer(request)
    assert offered() == {"judge_feedback"}
    judge(house, case, "insufficient")
    assert offered() == {"ask_feedback", "supervisory_letter"}
    do(house.handler, case, "supervisory_letter", demand="逐项反馈。")
    assert offered() == {"ask_feedback", "measure_outcome"}
    letter = Measure.objects.get()
    do(house.handler, case, "measure_outcome", measure=letter.pk, outcome="partly", note="仅部分反馈")
    assert offered() == {"ask_feedback", "interview", "circular", "rectification"}


@pytest.mark.parametrize("who", ["clerk", "receiving_head", "supervisor", "auditor"])
def test_others_see_what_came_and_are_offered_nothing(house: House, case: ArrearsComplaint, who: str) -> None:
    asked = ask(house, case)
    answer(asked.request)
    client = signed_in(getattr(house, who))
    text = client.get(case_url(case)).text
    assert "欠款属实。" in text
    assert not re.search(r"/do/(ask_feedback|judge_feedback|renew_code)/", text)
    assert ("赵六" in text) == (who in ("clerk", "receiving_head"))
    assert client.get(do_url(case, "judge_feedback")).status_code == 403
    assert do(getattr(house, who), case, "judge_feedback", judgement="sufficient").status_code == 403


def test_every_measure_through_its_form(house: House) -> None:
    case = supervised(house, "ignored")
    soon = (today() + timedelta(days=9)).isoformat()
    sent = [
        do(house.handler, case, "interview", attendee="负责人", held_at=f"{soon}T09:30", place="会议室", topics="付款"),
        do(house.handler, case, "circular", facts="事实", demands="要求", addressees="市国资委", due_on=""),
        do(house.handler, case, "rectification", finding="认定", violations=["V9"], correction="付款", due_on=soon),
    ]
    assert [response.status_code for response in sent] == [302, 302, 302]
    called = Measure.objects.get(kind="interview")
    Measure.objects.filter(pk=called.pk).update(due_on=today())
    minutes = {"measure": called.pk, "present": "李明", "facts": "事实", "statement": "陈述", "commitments": ""}
    assert do(house.handler, case, "interview_minutes", **minutes).status_code == 302
    for measure in Measure.objects.filter(outcome="open"):
        given = {"measure": measure.pk, "outcome": "complied", "note": ""}
        assert do(house.handler, case, "measure_outcome", **given).status_code == 302
    text = signed_in(house.handler).get(case_url(case)).text
    assert text.count("已履行") == 3


def test_the_queue_has_a_tab_for_letters_that_are_due(house: House, case: ArrearsComplaint) -> None:
    ask(house, case)
    run_out(case)
    ask(house, house.in_handling())
    for who in (house.handler, house.clerk, house.supervisor):
        assert listed(signed_in(who).get(f"{QUEUE}?queue=letter_due")) == {case.reference}


def test_the_start_page_shows_who_has_not_issued_it(house: House, case: ArrearsComplaint) -> None:
    title = 'id="letters-due-title"'
    ask(house, case)
    assert title not in signed_in(house.supervisor).get("/admin/").text
    run_out(case)
    for who in (house.handler, house.supervisor, house.sysadmin):
        response = signed_in(who).get("/admin/")
        rows = [(row.department, row.count) for row in response.context.get("letters_due") or []]
        assert rows == ([] if who is house.sysadmin else [(house.handling.name, 1)])
        assert (title in response.text) is bool(rows)
