"""What is owed, paid and promised on a case: always the sum of its rows, never a stored total."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Sum, prefetch_related_objects
from django.utils import timezone

from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.money.models import ClaimPart, Instalment, RecordedPayment, RepaymentPlan

Status = RecordedPayment.Status
# From the acceptance until the case ends; before that there is nothing to collect.
MONEY_STATES = frozenset(
    {State.ACCEPTED, State.TRANSFERRED, State.RECEIVED, State.IN_HANDLING, State.RESOLVED, State.FOLLOW_UP}
)


class Met(StrEnum):
    """How an instalment stands: covered by confirmed payments, by reported ones too, by neither, or not due yet."""

    MET = "met"
    REPORTED = "reported"
    MISSED = "missed"
    OPEN = "open"


@dataclass(frozen=True)
class PlanRow:
    """An instalment as the payments stand.

    Attributes:
        met_on: the day of the payment that covered it; None until it is met.
    """

    instalment: Instalment
    number: int
    status: Met
    met_on: date | None


@dataclass(frozen=True)
class Money:
    """The sums of a case, in yuan.

    Attributes:
        paid: what the complainant confirmed.
        reported: recorded, and not yet answered by the complainant.
        outstanding: claimed less paid; never negative.
        plan: the plan in force; None without one.
    """

    claimed: Decimal
    parts: Sequence[ClaimPart]
    disputed: Decimal
    undisputed: Decimal
    payments: Sequence[RecordedPayment]
    paid: Decimal
    reported: Decimal
    denied: Decimal
    outstanding: Decimal
    plan: RepaymentPlan | None
    plan_rows: Sequence[PlanRow]

    @property
    def is_plan_open(self) -> bool:
        """Whether a plan is in force with an instalment that is not met."""
        return any(row.status != Met.MET for row in self.plan_rows)

    @property
    def unpromised(self) -> Decimal:
        """What a new payment or plan can be about: outstanding, less what is reported already."""
        return self.outstanding - self.reported

    @property
    def says_anything(self) -> bool:
        """Whether there is more to show than the claim."""
        return bool(self.parts or self.payments or self.plan)


def money_of(complaint: ArrearsComplaint, today: date | None = None) -> Money:
    """The sums of a case and how its plan stands; the rows are read once for each complaint in hand."""
    prefetch_related_objects(
        [complaint], "claim_parts", "payments__proof", "payments__recorded_by", "plans__instalments", "plans__document"
    )
    parts, payments = list(complaint.claim_parts.all()), list(complaint.payments.all())
    plan = next((plan for plan in complaint.plans.all() if plan.replaced_at is None), None)
    paid = _sum(payments, Status.CONFIRMED)
    return Money(
        claimed=complaint.amount,
        parts=parts,
        disputed=sum((part.amount for part in parts if part.disputed), Decimal(0)),
        undisputed=sum((part.amount for part in parts if not part.disputed), Decimal(0)),
        payments=payments,
        paid=paid,
        reported=_sum(payments, Status.REPORTED),
        denied=_sum(payments, Status.DENIED),
        outstanding=complaint.amount - paid,
        plan=plan,
        plan_rows=_plan_rows(plan, payments, today or timezone.localdate()) if plan else [],
    )


def can_have_money(complaint: ArrearsComplaint) -> bool:
    """Whether parts, payments and plans may be recorded now."""
    return complaint.state in MONEY_STATES


def unanswered_payments(complaint: ArrearsComplaint) -> list[RecordedPayment]:
    """Those that wait for the complainant's word."""
    return [row for row in money_of(complaint).payments if row.status == Status.REPORTED]


def answerable_payments(complaint: ArrearsComplaint) -> list[RecordedPayment]:
    """Those for which staff may enter what the complainant says: unanswered ones first, then confirmed ones."""
    confirmed = [row for row in money_of(complaint).payments if row.status == Status.CONFIRMED]
    return [*unanswered_payments(complaint), *confirmed]


def _sum(payments: Iterable[RecordedPayment], status: str) -> Decimal:
    return sum((row.amount for row in payments if row.status == status), Decimal(0))


def _plan_rows(plan: RepaymentPlan, payments: Sequence[RecordedPayment], today: date) -> list[PlanRow]:
    """The instalments, each covered by the payments recorded under the plan, in the order of the days.

    A payment recorded before the plan was taken off what the plan promises: it can't count twice.
    """
    since = sorted((row for row in payments if row.plan_id == plan.pk), key=lambda row: (row.paid_on, row.pk))
    confirmed = [row for row in since if row.status == Status.CONFIRMED]
    covering = sum((row.amount for row in since if row.status != Status.DENIED), Decimal(0))
    rows, promised = [], Decimal(0)
    for number, instalment in enumerate(plan.instalments.all(), start=1):
        promised += instalment.amount
        met_on = _covered_on(confirmed, promised)
        rows.append(PlanRow(instalment, number, _status(instalment, promised, met_on, covering, today), met_on))
    return rows


def _covered_on(confirmed: Sequence[RecordedPayment], promised: Decimal) -> date | None:
    total = Decimal(0)
    for payment in confirmed:
        total += payment.amount
        if total >= promised:
            return payment.paid_on
    return None


def _status(instalment: Instalment, promised: Decimal, met_on: date | None, covering: Decimal, today: date) -> Met:
    if met_on is not None:
        return Met.MET
    if covering >= promised:
        return Met.REPORTED
    return Met.MISSED if instalment.due_on < today else Met.OPEN


def paid_of(cases: Iterable[int]) -> dict[int, Decimal]:
    """What complainants confirmed as paid, by case; those without a payment are left out."""
    rows = RecordedPayment.objects.filter(complaint__in=cases, status=Status.CONFIRMED).order_by()
    return dict(rows.values_list("complaint_id").annotate(Sum("amount")))
