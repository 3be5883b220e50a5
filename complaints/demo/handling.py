"""What the demo's handling departments did on cases that run: feedback, measures, extensions, money, side matters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from casework.cases.actors import Actor
from casework.cases.worklog import services as worklog
from complaints.extension import services as extension
from complaints.measures import services as measures
from complaints.measures.models import Measure
from complaints.measures.selectors import open_measures, unanswered_request
from complaints.models import ArrearsComplaint
from complaints.money.services import Part, Promise, claim_split, payment_answer, payment_record, plan_sign
from complaints.protection.services import alert_raise
from complaints.respondent import services as respondent
from complaints.respondent.selectors import latest_request
from complaints.subcases import services as subcases
from complaints.transfer.routes import handling_departments_for
from complaints.transfer.services import complaint_ask_return

Outcome = Measure.Outcome


@dataclass(frozen=True)
class Around:
    """Those who act on a case, at the act's time.

    Attributes:
        head: of the handling department.
    """

    staff: Actor
    head: Actor
    filer: Actor
    receiver: Actor


Step = Callable[[ArrearsComplaint, Around], object]


def take(name: str, complaint: ArrearsComplaint, around: Around) -> ArrearsComplaint:
    """Take a step through its service and give back the case as it stands then."""
    STEPS[name](complaint, around)
    return ArrearsComplaint.objects.get(pk=complaint.pk)


def _ask_feedback(complaint: ArrearsComplaint, around: Around) -> object:
    questions = "1.欠款是否属实，金额多少；2.未付款的原因；3.拟于何时支付。"
    return respondent.feedback_ask(complaint=complaint, actor=around.staff, questions=questions)


def _answer_feedback(complaint: ArrearsComplaint, around: Around) -> object:
    request = latest_request(complaint)
    assert request is not None, "a plan asks before it answers"
    disputed = (complaint.amount / 10).quantize(Decimal("0.01"))
    pay_by = around.staff.today + timedelta(days=30)
    return respondent.feedback_answer(
        request=request,
        actor=Actor.respondent(complaint.respondent_name, around.staff.at),
        contact_name="演示联系人",
        contact_phone="000-00000000",
        statement="经核对，货款属实，因资金安排暂未支付；部分款项对验收结论有异议。",
        parts=[
            respondent.Part("货款", complaint.amount - disputed, "accepted", pay_by=pay_by),
            respondent.Part("质量扣款", disputed, "disputed", reason="验收结论存在争议。"),
        ],
    )


def _judge(judgement: str, reasons: str) -> Step:
    def step(complaint: ArrearsComplaint, around: Around) -> object:
        return respondent.feedback_judge(complaint=complaint, actor=around.staff, judgement=judgement, reasons=reasons)

    return step


def _supervisory_letter(complaint: ArrearsComplaint, around: Around) -> object:
    # A day too early for it in this case's calendar: then it is simply not sent yet.
    if unanswered_request(complaint, around.staff.today) is None:
        return None
    demand = "请在收到本督办书后逐项书面反馈欠款情况、未付原因和支付计划，并附证明材料。"
    return measures.supervisory_letter_send(complaint=complaint, actor=around.staff, demand=demand)


def _ignored(complaint: ArrearsComplaint, around: Around) -> object:
    running = open_measures(complaint)
    if not running or running[-1].due_on is None or running[-1].due_on >= around.staff.today:
        return None
    return measures.measure_end(
        complaint=complaint,
        actor=around.staff,
        measure=running[-1].pk,
        outcome=Outcome.IGNORED,
        note="期限届满仍未反馈。",
    )


def _may_go_further(complaint: ArrearsComplaint) -> bool:
    return complaint.measures.filter(outcome=Outcome.IGNORED).exists()


def _interview(complaint: ArrearsComplaint, around: Around) -> object:
    if not _may_go_further(complaint):
        return None
    return measures.interview_call(
        complaint=complaint,
        actor=around.staff,
        attendee="主要负责人",
        held_at=around.staff.moment + timedelta(days=3),
        place="第一会议室",
        topics="拖欠款项的支付安排；未按要求反馈的原因。",
    )


def _rectification(complaint: ArrearsComplaint, around: Around) -> object:
    if not _may_go_further(complaint):
        return None
    return measures.rectification_order(
        complaint=complaint,
        actor=around.staff,
        finding="未在规定的期限内支付中小企业款项，经督办后仍未按要求反馈情况。",
        violations=["V9", "V25"],
        correction="在期限内书面反馈情况，并支付无争议的欠款。",
        due_on=around.staff.today + timedelta(days=15),
    )


def _ask_extension(complaint: ArrearsComplaint, around: Around) -> object:
    return extension.extension_ask(
        complaint=complaint,
        actor=around.staff,
        ground="complex",
        reason="双方对工程量存在争议，已委托第三方核算，预计一个月内出具结果。",
        total_days=60,
    )


def _approve_extension(complaint: ArrearsComplaint, around: Around) -> object:
    return extension.extension_decide(complaint=complaint, actor=around.head, decision="approved", note="同意。")


def _pay_in_part(complaint: ArrearsComplaint, around: Around) -> object:
    disputed = (complaint.amount / 5).quantize(Decimal("0.01"))
    parts = [
        Part("货款", complaint.amount - disputed),
        Part("质保金", disputed, disputed=True, reason="质保期是否届满有争议。"),
    ]
    claim_split(complaint=complaint, actor=around.staff, parts=parts)
    third = (complaint.amount / 3).quantize(Decimal("0.01"))
    today = around.staff.today
    paid = payment_record(complaint=complaint, actor=around.staff, paid_on=today, amount=third, remark="银行转账")
    payment_answer(complaint=complaint, actor=around.filer, payment=paid.pk, arrived=True)
    tenth = (complaint.amount / 10).quantize(Decimal("0.01"))
    payment_record(complaint=complaint, actor=around.staff, paid_on=today, amount=tenth, remark="承兑汇票")
    rest = complaint.amount - third - tenth
    half = (rest / 2).quantize(Decimal("0.01"))
    promises = [Promise(today + timedelta(days=20), half), Promise(today + timedelta(days=50), rest - half)]
    return plan_sign(complaint=complaint, actor=around.staff, signed_on=today, instalments=promises)


def _dispute_size(complaint: ArrearsComplaint, around: Around) -> object:
    return subcases.size_dispute_begin(
        complaint=complaint,
        actor=around.receiver,
        asked_of="投诉人所在地中小企业促进工作综合管理部门",
        request="被投诉人主张投诉人合同订立时已不属于中小企业，投诉人提供了上一年度报表，请予认定。",
    )


def _request_receivable(complaint: ArrearsComplaint, around: Around) -> object:
    return subcases.receivable_request(
        complaint=complaint, actor=around.filer, request="拟以该应收账款担保融资，请被投诉人确认债权债务关系。"
    )


def _raise_alert(complaint: ArrearsComplaint, around: Around) -> object:
    return alert_raise(
        complaint=complaint,
        actor=around.filer,
        text="对方业务人员来电，称不撤回投诉就不再合作，也不结算其他项目的款项。",
        reach_me="请在工作日上午拨打登记的电话",
    )


def _ask_return(complaint: ArrearsComplaint, around: Around) -> object:
    others = [row for row in handling_departments_for(complaint) if row.pk != complaint.handling_department_id]
    if not others:
        return None
    reason = "被投诉人的主管部门不是本部门，建议转送其主管部门处理。"
    return complaint_ask_return(complaint=complaint, actor=around.staff, reason=reason, target=others[0])


def _write_note(complaint: ArrearsComplaint, around: Around) -> object:
    worklog.note_add(case=complaint, actor=around.staff, text="已电话联系被投诉人财务负责人，约定下周对账。")
    return worklog.task_add(case=complaint, actor=around.staff, title="与双方对账，核对送货单和发票")


STEPS: dict[str, Step] = {
    "ask_feedback": _ask_feedback,
    "answer_feedback": _answer_feedback,
    "find_sufficient": _judge("sufficient", ""),
    "find_insufficient": _judge("insufficient", "只答复了金额，未说明未付原因，也未提供验收材料。"),
    "supervisory_letter": _supervisory_letter,
    "ignored": _ignored,
    "interview": _interview,
    "rectification": _rectification,
    "ask_extension": _ask_extension,
    "approve_extension": _approve_extension,
    "pay_in_part": _pay_in_part,
    "dispute_size": _dispute_size,
    "request_receivable": _request_receivable,
    "raise_alert": _raise_alert,
    "ask_return": _ask_return,
    "write_note": _write_note,
}
