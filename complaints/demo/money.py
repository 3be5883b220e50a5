"""What the demo's cases were paid, so that the reason for which each is closed holds."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from casework.cases.actors import Actor
from complaints.models import ArrearsComplaint
from complaints.money.selectors import money_of
from complaints.money.services import Part, Promise, claim_split, payment_answer, payment_record, plan_sign

INSTALMENTS, DAYS_BETWEEN = 3, 30


def settle(complaint: ArrearsComplaint, reason: str, *, staff: Actor, filer: Actor) -> None:
    """Record what has to have happened before a case can be closed with this reason."""
    if reason == "REPAYMENT_PLAN_SIGNED":
        promise = Promise(staff.today, complaint.amount)
        plan_sign(complaint=complaint, actor=staff, signed_on=staff.today, instalments=[promise])
    if reason == "PARTLY_PAID_REST_DISPUTED":
        _split(complaint, staff)
    if reason in ("PAID_FULL", "REPAYMENT_PLAN_SIGNED", "PARTLY_PAID_REST_DISPUTED"):
        money = money_of(ArrearsComplaint.objects.get(pk=complaint.pk))
        _pay(complaint, money.undisputed or money.outstanding, staff, filer)


def promise_in_parts(complaint: ArrearsComplaint, *, staff: Actor) -> None:
    """Record a plan of equal instalments, the last of which takes the rest."""
    each = (complaint.amount / INSTALMENTS).quantize(Decimal("0.01"))
    amounts = [each] * (INSTALMENTS - 1)
    amounts.append(complaint.amount - sum(amounts))
    promises = [Promise(_day(staff, number), amount) for number, amount in enumerate(amounts, start=1)]
    plan_sign(complaint=complaint, actor=staff, signed_on=staff.today, instalments=promises)


def _day(staff: Actor, number: int) -> date:
    return staff.today + timedelta(days=DAYS_BETWEEN * number)


def _split(complaint: ArrearsComplaint, staff: Actor) -> None:
    disputed = (complaint.amount / 10).quantize(Decimal("0.01"))
    parts = [
        Part("货款", complaint.amount - disputed),
        Part("质量扣款", disputed, disputed=True, reason="双方对验收结论有争议。"),
    ]
    claim_split(complaint=complaint, actor=staff, parts=parts)


def _pay(complaint: ArrearsComplaint, amount: Decimal, staff: Actor, filer: Actor) -> None:
    row = payment_record(complaint=complaint, actor=staff, paid_on=staff.today, amount=amount, remark="银行转账")
    payment_answer(complaint=complaint, actor=filer, payment=row.pk, arrived=True)
