"""Parts, payments and the repayment plan on the case page: what may be done, and what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.cases.worklog.services import WORKING_ROLES
from casework.desk.acts import Act
from complaints.admin import money_forms as forms
from complaints.admin.actions import register_side_act
from complaints.admin.forms import ActionForm
from complaints.models import ArrearsComplaint
from complaints.money import services
from complaints.money.selectors import Met, answerable_payments, can_have_money, money_of

GROUP = "money"
# How an instalment stands, in words and in the colours of deadlines.
MET_WORDS: dict[Met, tuple[Promise, str]] = {
    Met.MET: (_("paid and confirmed"), "calm"),
    Met.REPORTED: (_("reported as paid, to be confirmed"), "soon"),
    Met.MISSED: (_("missed"), "late"),
    Met.OPEN: (_("not due yet"), "calm"),
}


def money_context(complaint: ArrearsComplaint) -> dict[str, Any]:
    """What the section shows."""
    money = money_of(complaint)
    lines = [(row, *MET_WORDS[row.status]) for row in money.plan_rows]
    return {"money": money, "has_money": money.says_anything or can_have_money(complaint), "plan_lines": lines}


def _act(
    name: str,
    label: Promise,
    form: type[ActionForm],
    command: Callable[..., Any],
    intro: Promise,
    done: Promise,
    possible: Callable[[ArrearsComplaint], bool] = can_have_money,
) -> None:
    register_side_act(
        Act(
            name=name,
            label=label,
            tone="neutral",
            confirm="",
            form=form,
            command=command,
            intro=intro,
            done=done,
            allowed=lambda roles: bool(roles & WORKING_ROLES),
            possible=possible,
            group=GROUP,
        )
    )


_act(
    "split_claim",
    _("Split the claim"),
    forms.SplitClaimForm,
    services.claim_split,
    _("The parts make up the claim. What is undisputed must be paid in time (Decree 802 art. 15)."),
    _("The parts are kept."),
)
_act(
    "record_payment",
    _("Record a payment"),
    forms.RecordPaymentForm,
    services.payment_record,
    _("The complainant is asked to confirm it; until then it does not count as paid."),
    _("The payment is recorded. The complainant is asked to confirm it."),
    lambda complaint: can_have_money(complaint) and money_of(complaint).unpromised > 0,
)
_act(
    "answer_payment",
    _("Enter the complainant's answer"),
    forms.AnswerPaymentForm,
    services.payment_answer,
    _(
        "For a complainant who answers by phone or on paper instead of on the tracking page. A confirmed payment that "
        "came to nothing, such as by a bounced bill, is denied here."
    ),
    _("The answer is kept."),
    lambda complaint: can_have_money(complaint) and bool(answerable_payments(complaint)),
)
_act(
    "sign_plan",
    _("Record a repayment plan"),
    forms.SignPlanForm,
    services.plan_sign,
    _("What both sides signed. Each instalment becomes a task; a plan recorded before is replaced."),
    _("The plan is recorded."),
    lambda complaint: can_have_money(complaint) and money_of(complaint).unpromised > 0,
)
