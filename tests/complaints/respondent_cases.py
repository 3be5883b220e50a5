"""Cases as the tests of feedback and measures need them: asked, overdue, answered, under a supervisory letter."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from casework.cases.actors import Actor
from casework.clocks.models import Deadline
from complaints.measures import services as measures
from complaints.measures.models import Measure
from complaints.models import ArrearsComplaint
from complaints.respondent import services
from complaints.respondent.models import FeedbackAnswer, FeedbackRequest
from complaints.respondent.services import Asked, Part
from tests.factories import House


def fresh(complaint: ArrearsComplaint) -> ArrearsComplaint:
    """The complaint as it stands in the database."""
    return ArrearsComplaint.objects.get(pk=complaint.pk)


def ask(house: House, case: ArrearsComplaint, **changes: Any) -> Asked:
    """A request by the caseworker."""
    return services.feedback_ask(
        complaint=case, actor=Actor.person(house.handler), **{"questions": "欠款是否属实？", **changes}
    )


def accepted(amount: str = "80000.00", **changes: Any) -> Part:
    """A part that the respondent accepts."""
    values: dict[str, Any] = {
        "label": "货款",
        "amount": Decimal(amount),
        "position": "accepted",
        "pay_by": timezone.localdate() + timedelta(days=30),
    }
    return Part(**{**values, **changes})


def disputed(amount: str = "5000.00", **changes: Any) -> Part:
    """A part that it disputes."""
    values: dict[str, Any] = {
        "label": "质量扣款",
        "amount": Decimal(amount),
        "position": "disputed",
        "reason": "验收不合格",
    }
    return Part(**{**values, **changes})


def answer(request: FeedbackRequest, **changes: Any) -> FeedbackAnswer:
    """The respondent's answer."""
    given: dict[str, Any] = {
        "contact_name": "赵六",
        "contact_phone": "025-83000000",
        "statement": "欠款属实。",
        "parts": [accepted()],
        **changes,
    }
    return services.feedback_answer(
        request=FeedbackRequest.objects.get(pk=request.pk), actor=Actor.respondent("示例建设集团有限公司"), **given
    )


def judge(house: House, case: ArrearsComplaint, judgement: str, reasons: str = "未提供验收记录") -> FeedbackRequest:
    """The caseworker's judgement."""
    return services.feedback_judge(
        complaint=case, actor=Actor.person(house.handler), judgement=judgement, reasons=reasons
    )


def run_out(case: ArrearsComplaint, code: str = "arrears.respondent_reply") -> None:
    """Put a running clock's last day behind us, as if the days had passed."""
    yesterday = timezone.localdate() - timedelta(days=1)
    rows = Deadline.objects.filter(case=case.pk, code=code, status__in=["running", "breached"])
    assert rows.update(raw_due=yesterday, due=yesterday) == 1


def send_letter(house: House, case: ArrearsComplaint, **changes: Any) -> Measure:
    """A supervisory letter by the caseworker."""
    return measures.supervisory_letter_send(
        complaint=case, actor=Actor.person(house.handler), **{"demand": "逐项反馈。", **changes}
    )


def end(house: House, case: ArrearsComplaint, measure: Measure, outcome: str, note: str = "仍未反馈") -> Measure:
    """An outcome recorded by the caseworker."""
    return measures.measure_end(
        complaint=case, actor=Actor.person(house.handler), measure=measure.pk, outcome=outcome, note=note
    )


def supervised(house: House, outcome: str = "ignored") -> ArrearsComplaint:
    """A case whose supervisory letter had this outcome; "" leaves it open."""
    case = house.in_handling()
    ask(house, case)
    run_out(case)
    letter = send_letter(house, case)
    if outcome == "ignored":
        Measure.objects.filter(pk=letter.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    if outcome:
        end(house, case, letter, outcome)
    return fresh(case)


def today() -> date:
    """Today in Asia/Shanghai."""
    return timezone.localdate()
