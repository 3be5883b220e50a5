"""Everything that somebody can do on an arrears complaint, as one table: who usually does it, and how.

The tests of concurrency, of random sequences and of the API walk over it, so that nothing new escapes them:
`test_deeds.py` compares it with the flow and with the registered acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from casework.cases.actors import Actor
from casework.cases.worklog import services as worklog
from casework.cases.worklog.models import Task
from casework.documents import correspondence
from casework.parties.models import Department
from complaints import services
from complaints.assessments import services as assessments
from complaints.assessments.facts import SizeFacts, payment_inputs
from complaints.closing import services as closing
from complaints.extension import services as extension
from complaints.measures import services as measures
from complaints.measures.models import Measure
from complaints.models import ArrearsComplaint
from complaints.money import services as money
from complaints.money.models import RecordedPayment
from complaints.money.selectors import money_of
from complaints.respondent import services as respondent
from complaints.respondent.models import FeedbackRequest
from complaints.review import services as review
from complaints.review.services import Finding
from complaints.subcases import services as subcases
from complaints.subcases.models import SubCase
from complaints.transfer import services as transfer
from tests.factories import House, department

COMPLAINANT, RESPONDENT = "complainant", "respondent"


@dataclass(frozen=True)
class Scene:
    """A case in hand, and the house around it.

    Attributes:
        version: what the actor was looking at; None skips the comparison.
    """

    house: House
    case: ArrearsComplaint
    version: int | None = None

    def given(self, actor: Actor) -> dict[str, Any]:
        """What every command takes."""
        return {"complaint": self.case, "actor": actor, "version": self.version}

    def of(self, actor: Actor) -> dict[str, Any]:
        """What every command of the engine takes."""
        return {"case": self.case, "actor": actor, "version": self.version}

    def other_department(self) -> Department:
        """A handling department besides the house's own."""
        found = Department.objects.filter(is_handling=True, division="320500").first()
        return found or department("320500", handling=True)


@dataclass(frozen=True)
class Deed:
    """One thing that can be done.

    Attributes:
        by: who usually does it: a person of the house by name, the complainant or the respondent.
        do: does it, as the actor.
    """

    by: str
    do: Callable[[Scene, Actor], Any]

    def actor(self, house: House, at: Any = None) -> Actor:
        """The one who usually does it."""
        return actor_named(self.by, house, at)


def actor_named(who: str, house: House, at: Any = None) -> Actor:
    """A person of the house, the complainant or the respondent."""
    if who == COMPLAINANT:
        return Actor.complainant("示例机械有限公司", at=at)
    if who == RESPONDENT:
        return Actor.respondent("示例建设集团有限公司", at=at)
    return Actor.person(getattr(house, who), at)


def _last_id(rows: Any) -> int:
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


MOVES: dict[str, Deed] = {
    "request_correction": Deed(
        "clerk", lambda s, a: services.complaint_request_correction(**s.given(a), items=["contract"])
    ),
    "answer_correction": Deed(
        COMPLAINANT, lambda s, a: services.complaint_answer_correction(**s.given(a), answer="已补充合同。")
    ),
    "lapse": Deed("clerk", lambda s, a: review.complaint_lapse(**s.given(a), reason="已送达，逾期未答复。")),
    "accept": Deed("clerk", lambda s, a: services.complaint_accept(**s.given(a))),
    "refuse": Deed(
        "clerk", lambda s, a: services.complaint_refuse(**s.given(a), ground="R1", explanation="不属于受理范围。")
    ),
    "transfer": Deed("clerk", lambda s, a: services.complaint_transfer(**s.given(a), department=s.house.handling)),
    "take_back": Deed("clerk", lambda s, a: transfer.complaint_take_back(**s.given(a))),
    "receive": Deed("handler", lambda s, a: services.complaint_receive(**s.given(a))),
    "start_handling": Deed("handler", lambda s, a: services.complaint_start_handling(**s.given(a))),
    "resolve": Deed(
        "handler", lambda s, a: services.complaint_resolve(**s.given(a), findings="已对账。", result="已答复。")
    ),
    "terminate": Deed(
        "handler", lambda s, a: closing.complaint_terminate(**s.given(a), ground="NO_CONTRACT", explanation="无合同。")
    ),
    "follow_up": Deed("handler", lambda s, a: closing.complaint_follow_up(**s.given(a))),
    "close": Deed("handler", lambda s, a: services.complaint_close(**s.given(a), reason="NO_CONTRACT")),
    "reopen": Deed("handler", lambda s, a: closing.complaint_reopen(**s.given(a))),
    "reopen_for_transfer": Deed("clerk", lambda s, a: closing.complaint_reopen_for_transfer(**s.given(a))),
    "withdraw": Deed(COMPLAINANT, lambda s, a: services.complaint_withdraw(**s.given(a))),
}


def _split(scene: Scene, actor: Actor) -> Any:
    amount = scene.case.amount
    parts = [
        money.Part("货款", amount - amount // 4),
        money.Part("质保金", amount // 4, disputed=True, reason="对质量有异议。"),
    ]
    return money.claim_split(**scene.given(actor), parts=parts)


def _pay(scene: Scene, actor: Actor) -> Any:
    room = money_of(ArrearsComplaint.objects.get(pk=scene.case.pk), actor.today).unpromised
    amount = max((room / 2).quantize(Decimal("0.01")), Decimal("0.01"))
    return money.payment_record(**scene.given(actor), paid_on=actor.today, amount=amount)


def _answer_payment(scene: Scene, actor: Actor, *, arrived: bool) -> Any:
    waiting = RecordedPayment.objects.filter(complaint=scene.case, status=RecordedPayment.Status.REPORTED)
    return money.payment_answer(**scene.given(actor), payment=_last_id(waiting), arrived=arrived, note="已查询流水。")


def _sign(scene: Scene, actor: Actor) -> Any:
    room = money_of(ArrearsComplaint.objects.get(pk=scene.case.pk), actor.today).unpromised
    half = (room / 2).quantize(Decimal("0.01"))
    days = (actor.today + timedelta(days=20), actor.today + timedelta(days=50))
    promises = [money.Promise(day, amount) for day, amount in zip(days, (half, room - half), strict=True)]
    return money.plan_sign(**scene.given(actor), signed_on=actor.today, instalments=promises)


def _answer_feedback(scene: Scene, actor: Actor) -> Any:
    request = FeedbackRequest.objects.filter(complaint=scene.case).order_by("-number").first()
    if request is None:
        return respondent.feedback_judge(**scene.given(actor), judgement="silent")
    part = respondent.Part("货款", scene.case.amount, "disputed", reason="正在核对。")
    return respondent.feedback_answer(
        request=request, actor=actor, contact_name="赵六", contact_phone="025-1", statement="核对中。", parts=[part]
    )


def _call_interview(scene: Scene, actor: Actor) -> Any:
    given: dict[str, Any] = {"attendee": "总经理", "place": "三楼会议室", "topics": "付款安排"}
    return measures.interview_call(**scene.given(actor), held_at=actor.moment + timedelta(days=2), **given)


def _write_minutes(scene: Scene, actor: Actor) -> Any:
    held = Measure.objects.filter(complaint=scene.case, kind=Measure.Kind.INTERVIEW, minutes=None)
    given: dict[str, Any] = {"present": "双方代表", "facts": "欠款属实。", "statement": "尽快支付。"}
    return measures.interview_minute(**scene.given(actor), measure=_last_id(held), **given)


def _end_measure(scene: Scene, actor: Actor) -> Any:
    running = Measure.objects.filter(complaint=scene.case, outcome=Measure.Outcome.OPEN)
    return measures.measure_end(
        **scene.given(actor), measure=_last_id(running), outcome="ignored", note="仍未按要求反馈。"
    )


def _order(scene: Scene, actor: Actor) -> Any:
    given: dict[str, Any] = {"finding": "逾期未付。", "violations": ["V9"], "correction": "支付欠款。"}
    return measures.rectification_order(**scene.given(actor), due_on=actor.today + timedelta(days=10), **given)


def _end_matter(scene: Scene, actor: Actor) -> Any:
    matter = SubCase.objects.filter(complaint=scene.case, status=SubCase.Status.OPEN).order_by("-pk").first()
    outcome = "small" if matter is not None and matter.kind == SubCase.Kind.SIZE_DISPUTE else "refused"
    return subcases.subcase_end(
        **scene.given(actor), subcase=matter.pk if matter else 0, outcome=outcome, note="见认定意见。"
    )


def _assess_payment(scene: Scene, actor: Actor) -> Any:
    inputs = payment_inputs(scene.case)
    assert inputs is not None
    return assessments.complaint_assess_payment(
        **scene.given(actor), inputs=inputs, as_of=actor.today, reason="补充了付款事实。"
    )


def _assess_size(scene: Scene, actor: Actor) -> Any:
    facts = SizeFacts(industry="software", employees=50, revenue=Decimal("5000000"))
    return assessments.complaint_assess_size(**scene.given(actor), facts=facts, reason="核对了年度报告。")


def _reissue(scene: Scene, actor: Actor) -> Any:
    standing = correspondence.standing_letters(scene.case, actor)
    return correspondence.letter_issue_again(
        **scene.of(actor), letter=standing[0].pk if standing else 0, reason="文字有误。"
    )


def _deliver(scene: Scene, actor: Actor) -> Any:
    own = correspondence.own_letters(scene.case, actor)
    return correspondence.letter_delivered(
        **scene.of(actor), letter=own[0].pk if own else 0, way="post", recipient="李四", at=actor.moment
    )


# What changes the case beside the moves.
ACTS: dict[str, Deed] = {
    "check_conditions": Deed(
        "clerk", lambda s, a: review.complaint_check_conditions(**s.given(a), findings={"sme": Finding("met")})
    ),
    "assign": Deed("clerk", lambda s, a: worklog.case_assign(**s.of(a), assignee=s.house.clerk)),
    "remind": Deed("clerk", lambda s, a: worklog.case_remind(**s.of(a), text="请尽快办理。")),
    "write_note": Deed("clerk", lambda s, a: worklog.note_add(**s.of(a), text="已电话联系。")),
    "write_task": Deed("clerk", lambda s, a: worklog.task_add(**s.of(a), title="核对合同")),
    "finish_tasks": Deed(
        "clerk", lambda s, a: worklog.tasks_finish(**s.of(a), tasks=list(Task.objects.filter(case=s.case)))
    ),
    "classify": Deed("clerk", lambda s, a: transfer.complaint_classify(**s.given(a), ownership="private")),
    "ask_return": Deed(
        "handler",
        lambda s, a: transfer.complaint_ask_return(
            **s.given(a), reason="不属于本部门职责。", target=s.other_department()
        ),
    ),
    "decline_return": Deed(
        "clerk", lambda s, a: transfer.complaint_decline_return(**s.given(a), reason="属于该部门职责。")
    ),
    "designate": Deed(
        "supervisor",
        lambda s, a: transfer.complaint_designate(**s.given(a), department=s.house.handling, reason="按职责分工。"),
    ),
    "ask_feedback": Deed("handler", lambda s, a: respondent.feedback_ask(**s.given(a), questions="欠款是否属实？")),
    "renew_code": Deed("handler", lambda s, a: respondent.feedback_renew_code(**s.given(a))),
    "judge_feedback": Deed(
        "handler", lambda s, a: respondent.feedback_judge(**s.given(a), judgement="insufficient", reasons="未附材料。")
    ),
    "supervisory_letter": Deed(
        "handler", lambda s, a: measures.supervisory_letter_send(**s.given(a), demand="逐项反馈。")
    ),
    "interview": Deed("handler", _call_interview),
    "interview_minutes": Deed("handler", _write_minutes),
    "circular": Deed(
        "handler",
        lambda s, a: measures.circular_send(**s.given(a), facts="逾期。", demands="限期支付。", addressees="主管部门"),
    ),
    "rectification": Deed("handler", _order),
    "measure_outcome": Deed("handler", _end_measure),
    "ask_extension": Deed(
        "handler",
        lambda s, a: extension.extension_ask(**s.given(a), ground="complex", reason="需鉴定。", total_days=60),
    ),
    "decide_extension": Deed("head", lambda s, a: extension.extension_decide(**s.given(a), decision="approved")),
    "begin_size_dispute": Deed(
        "clerk",
        lambda s, a: subcases.size_dispute_begin(**s.given(a), asked_of="市工业和信息化局", request="规模有争议。"),
    ),
    "begin_receivable": Deed("handler", lambda s, a: subcases.receivable_send(**s.given(a), request="请确认债权。")),
    "end_subcase": Deed("handler", _end_matter),
    "assess_payment": Deed("clerk", _assess_payment),
    "assess_size": Deed("clerk", _assess_size),
    "reissue_letter": Deed("clerk", _reissue),
    "record_delivery": Deed("clerk", _deliver),
    "mark_secret": Deed("clerk", lambda s, a: correspondence.files_mark_secret(**s.of(a), secret=[], reason="无。")),
    "split_claim": Deed("handler", _split),
    "record_payment": Deed("handler", _pay),
    "sign_plan": Deed("handler", _sign),
    "decline_facts": Deed("handler", lambda s, a: closing.new_facts_decline(**s.given(a), reason="并非新的事实。")),
}
# What the parties do on their own pages.
PARTIES: dict[str, Deed] = {
    "confirm_payment": Deed(COMPLAINANT, lambda s, a: _answer_payment(s, a, arrived=True)),
    "deny_payment": Deed(COMPLAINANT, lambda s, a: _answer_payment(s, a, arrived=False)),
    "give_satisfaction": Deed(COMPLAINANT, lambda s, a: closing.satisfaction_give(**s.given(a), score=4)),
    "tell_facts": Deed(COMPLAINANT, lambda s, a: closing.new_facts_tell(**s.given(a), text="找到了验收单。")),
    "request_receivable": Deed(
        COMPLAINANT, lambda s, a: subcases.receivable_request(**s.given(a), request="用于融资，请确认。")
    ),
    "answer_feedback": Deed(RESPONDENT, _answer_feedback),
}
DEEDS = {**MOVES, **ACTS, **PARTIES}
