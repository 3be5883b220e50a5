"""Every act beside the moves, over the API, as everybody: who may follows from the side on which one stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from casework.cases.models import OutboxMessage
from casework.cases.worklog.models import Task
from casework.documents.models import Letter
from complaints.api.side_acts import SIDE_ACTS
from complaints.measures.models import Measure
from complaints.models import ArrearsComplaint
from complaints.subcases.models import SubCase
from tests.api.conftest import Caller, faults
from tests.api.test_access import Cast, filed_by, send
from tests.complaints.deeds import ACTS, Scene
from tests.complaints.respondent_cases import answer, ask, fresh, run_out, supervised
from tests.factories import House, department

RECEIVING, HANDLING = {"receiving_clerk"}, {"handling_caseworker"}
EITHER = RECEIVING | HANDLING
WHO: dict[str, set[str]] = {
    "check_conditions": RECEIVING,
    "decline_return": RECEIVING,
    **dict.fromkeys(
        (
            "ask_return", "ask_feedback", "renew_code", "judge_feedback", "supervisory_letter", "interview",
            "interview_minutes", "circular", "rectification", "measure_outcome", "ask_extension",
        ),
        HANDLING,
    ),
    **dict.fromkeys(
        (
            "assign", "write_note", "write_task", "finish_tasks", "classify", "begin_size_dispute", "begin_receivable",
            "end_subcase", "assess_payment", "assess_size", "reissue_letter", "record_delivery", "mark_secret",
            "split_claim", "record_payment", "answer_payment", "sign_plan", "decline_facts",
        ),
        EITHER,
    ),
}  # fmt: skip


def _asked(house: House) -> ArrearsComplaint:
    case = house.in_handling()
    ask(house, case)
    return fresh(case)


def _answered(house: House) -> ArrearsComplaint:
    case = house.in_handling()
    answer(ask(house, case).request)
    return fresh(case)


def _overdue(house: House) -> ArrearsComplaint:
    case = _asked(house)
    run_out(case)
    return fresh(case)


def _interviewed(house: House) -> ArrearsComplaint:
    case = supervised(house)
    ACTS["interview"].do(Scene(house, case), ACTS["interview"].actor(house))
    held = Measure.objects.get(complaint=case, kind=Measure.Kind.INTERVIEW)
    held.content["held_at"] = (timezone.now() - timedelta(days=1)).isoformat()
    held.due_on = timezone.localdate() - timedelta(days=1)
    held.save()
    return fresh(case)


def _after(name: str, stage: str) -> Callable[[House], ArrearsComplaint]:
    def made(house: House) -> ArrearsComplaint:
        case = getattr(house, stage)()
        ACTS[name].do(Scene(house, case), ACTS[name].actor(house))
        return fresh(case)

    return made


# A case in a state in which the act can be done; without an entry one in handling.
STAGES: dict[str, Callable[[House], ArrearsComplaint]] = {
    "check_conditions": lambda house: house.submitted(),
    "ask_return": lambda house: house.transferred(),
    "decline_return": lambda house: house.return_asked(),
    "renew_code": _asked,
    "judge_feedback": _answered,
    "supervisory_letter": _overdue,
    "interview": supervised,
    "interview_minutes": _interviewed,
    "circular": supervised,
    "rectification": supervised,
    "measure_outcome": lambda house: supervised(house, ""),
    "end_subcase": _after("begin_size_dispute", "in_handling"),
    "finish_tasks": _after("write_task", "in_handling"),
    "answer_payment": _after("record_payment", "in_handling"),
    "decline_facts": lambda house: house.with_new_facts(),
    "decide_extension": _after("ask_extension", "in_handling"),
}


def body_of(name: str, house: House, case: ArrearsComplaint) -> dict[str, Any]:
    """A right body without its version."""
    coming = (timezone.localdate() + timedelta(days=10)).isoformat()
    moment = timezone.now()
    measure = Measure.objects.filter(complaint=case).order_by("-pk").first()
    letter = Letter.objects.filter(case=case, department=house.receiving).order_by("-pk").first()
    bodies: dict[str, Any] = {
        "check_conditions": lambda: {"findings": [{"condition": "sme", "verdict": "met"}]},
        "assign": lambda: {"assignee": house.handler.username},
        "remind": lambda: {"text": "请尽快办理。"},
        "write_note": lambda: {"text": "已电话联系。"},
        "write_task": lambda: {"title": "核对合同", "due_on": coming, "assigned_to": house.handler.username},
        "finish_tasks": lambda: {"tasks": list(Task.objects.filter(case=case).values_list("pk", flat=True))},
        "classify": lambda: {"ownership": "private"},
        "ask_return": lambda: {"reason": "不属于职责。", "target": department("320500", handling=True).pk},
        "decline_return": lambda: {"reason": "属于职责。"},
        "ask_feedback": lambda: {"questions": "欠款是否属实？"},
        "renew_code": dict,
        "judge_feedback": lambda: {"judgement": "insufficient", "reasons": "未附材料。"},
        "supervisory_letter": lambda: {"demand": "逐项反馈。"},
        "interview": lambda: {
            "attendee": "总经理",
            "held_at": (moment + timedelta(days=2)).isoformat(),
            "place": "三楼",
            "topics": "付款安排",
        },
        "interview_minutes": lambda: {
            "measure": measure.pk if measure else 0,
            "present": "双方代表",
            "facts": "欠款属实。",
            "statement": "尽快支付。",
        },
        "circular": lambda: {"facts": "逾期未付。", "demands": "限期支付。", "addressees": "主管部门"},
        "rectification": lambda: {
            "finding": "逾期未付。",
            "violations": ["V9"],
            "correction": "支付欠款。",
            "due_on": coming,
        },
        "measure_outcome": lambda: {"measure": measure.pk if measure else 0, "outcome": "complied"},
        "ask_extension": lambda: {"ground": "complex", "reason": "需鉴定。", "total_days": 60},
        "begin_size_dispute": lambda: {"asked_of": "南京市工业和信息化局", "request": "双方有争议。"},
        "begin_receivable": lambda: {"request": "请确认债权债务。"},
        "end_subcase": lambda: {
            "subcase": SubCase.objects.get(complaint=case).pk,
            "outcome": "small",
            "note": "见认定意见。",
        },
        "assess_payment": lambda: {
            "reason": "补充了付款事实。",
            "inputs": {
                "respondent_type": "large_enterprise",
                "signed_on": "2025-06-02",
                "contract_object": "goods",
                "delivered_on": "2025-07-01",
                "amount": "80000.00",
            },
        },
        "assess_size": lambda: {
            "reason": "已核对。",
            "industry": "software",
            "employees": 50,
            "revenue": "5000000",
        },
        "reissue_letter": lambda: {"letter": letter.pk if letter else 0, "reason": "文字有误。"},
        "record_delivery": lambda: {
            "letter": letter.pk if letter else 0,
            "way": "post",
            "recipient": "李四",
            "at": moment.isoformat(),
        },
        "mark_secret": lambda: {"secret": [], "reason": "无涉密内容。"},
        "split_claim": lambda: {
            "parts": [
                {"label": "货款", "amount": "70000.00"},
                {"label": "质保金", "amount": "10000.00", "disputed": True, "reason": "有争议。"},
            ]
        },
        "record_payment": lambda: {"paid_on": timezone.localdate().isoformat(), "amount": "100.00"},
        "answer_payment": lambda: {
            "payment": case.payments.get().pk,
            "arrived": True,
            "note": "来电确认。",
        },
        "sign_plan": lambda: {
            "signed_on": timezone.localdate().isoformat(),
            "instalments": [{"due_on": coming, "amount": "80000.00"}],
        },
        "decline_facts": lambda: {"reason": "并非新的事实。"},
        "decide_extension": lambda: {"decision": "approved"},
        "designate": lambda: {"department": house.handling.pk, "reason": "按职责分工。"},
    }
    given: dict[str, Any] = bodies[name]()
    return given


# Letters are the department's own: the one that didn't issue them is told that there is none to choose.
LETTERS = {"reissue_letter", "record_delivery"}
# Decided by one person only, tested below.
SPECIAL = {"remind", "designate", "decide_extension"}


def test_every_act_is_here() -> None:
    assert set(WHO) | SPECIAL == set(SIDE_ACTS)


@pytest.mark.parametrize("name", sorted(WHO))
def test_acts_are_for_the_side_whose_work_they_are(name: str, house: House, caller: Caller) -> None:
    cast = Cast(house)
    case = filed_by(STAGES.get(name, lambda house: house.in_handling())(house), cast.filer)
    body = {"version": case.version, **body_of(name, house, case)}
    before_transfer = case.handling_department_id is None
    for who, (user, roles, sees) in cast.standing.items():
        if before_transfer and who in {"handler", "handling head"}:
            sees = False
        expected = 404 if not sees else 200 if roles & WHO[name] else 403
        if name in LETTERS and expected == 200 and "receiving_clerk" not in roles:
            expected = 400
        with transaction.atomic():
            written = OutboxMessage.objects.count(), case.events.count()
            response = send(caller(user), f"case_act_{name}", body, reference=case.reference)
            assert response.status_code == expected, (who, response.json())
            if expected != 200:
                assert (OutboxMessage.objects.count(), case.events.count()) == written
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(set(WHO) - {"write_note", "write_task", "finish_tasks", "mark_secret"}))
def test_an_act_on_a_case_that_moved_meanwhile_is_refused(name: str, house: House, caller: Caller) -> None:
    case = STAGES.get(name, lambda house: house.in_handling())(house)
    user = house.clerk if "receiving_clerk" in WHO[name] else house.handler
    body = {**body_of(name, house, case), "version": case.version - 1}
    response = send(caller(user), f"case_act_{name}", body, reference=case.reference)
    assert response.status_code == 409
    assert fresh(case).version == case.version


@pytest.mark.parametrize("name", sorted(SIDE_ACTS))
def test_a_body_without_its_version_names_the_field(name: str, house: House, caller: Caller) -> None:
    case = STAGES.get(name, lambda house: house.in_handling())(house)
    users = {"designate": house.supervisor, "decide_extension": house.head, "remind": house.clerk}
    user = users.get(name) or (house.clerk if "receiving_clerk" in WHO[name] else house.handler)
    response = send(caller(user), f"case_act_{name}", {"nonsense": 1}, reference=case.reference)
    assert response.status_code == 400
    assert {"version", "nonsense"} <= set(faults(response))


def test_the_respondents_code_is_shown_once_to_the_one_who_asked(house: House, caller: Caller) -> None:
    case = house.in_handling()
    body = {"version": case.version, "questions": "欠款是否属实？"}
    response = send(caller(house.handler), "case_act_ask_feedback", body, reference=case.reference)
    assert response.status_code == 200
    assert len(response.json()["code"]) > 20
    assert response.headers["Cache-Control"] == "no-store"
    request = case.feedback_requests.get()
    assert response.json()["code"] not in str(list(case.events.values_list("payload", flat=True)))
    assert request.token_hash != response.json()["code"]


def test_only_a_head_who_did_not_ask_decides_on_an_extension(house: House, caller: Caller) -> None:
    case = STAGES["decide_extension"](house)
    body = {"version": case.version, "decision": "approved"}
    for user, expected in ((house.handler, 403), (house.receiving_head, 403), (house.supervisor, 403)):
        assert send(caller(user), "case_act_decide_extension", body, reference=case.reference).status_code == expected
    response = send(caller(house.head), "case_act_decide_extension", body, reference=case.reference)
    assert response.status_code == 200
    assert (fresh(case).deadlines.get(code="arrears.handling").raw_due - timezone.localdate()).days == 60


def test_a_supervisor_reminds_and_the_other_side_does_not(house: House, caller: Caller) -> None:
    case = house.in_handling()
    body = {"version": case.version, "text": "请尽快办理。"}
    assert send(caller(house.handler), "case_act_remind", body, reference=case.reference).status_code == 403
    assert send(caller(house.supervisor), "case_act_remind", body, reference=case.reference).status_code == 200
