"""Which closing reasons the sums of a case allow. No rule of law says when a case is closed: these are ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from complaints.models import ArrearsComplaint
from complaints.money.selectors import Money, money_of


def refuse_unfit_reason(case: ArrearsComplaint, reason: str, today: date) -> None:
    """Refuse a closing reason that the recorded parts, payments and instalments contradict.

    Args:
        reason: a code of the list `arrears.closing`.
    Raises:
        InvalidInput: with what is missing.
    """
    fault = _FAULTS[reason](money_of(case, today)) if reason in _FAULTS else ""
    if fault:
        raise InvalidInput({"reason": [fault]})


def _not_paid(money: Money) -> str:
    if not money.outstanding:
        return ""
    text = _("%(open)s yuan are still open: record the payments, and have the complainant confirm them.")
    return text % {"open": f"{money.outstanding:,.2f}"}


def _plan_not_fulfilled(money: Money) -> str:
    if money.plan is None:
        return _("No repayment plan is recorded.")
    if money.is_plan_open:
        return _("The plan runs: follow it up until its last instalment is confirmed.")
    return ""


def _not_partly_paid(money: Money) -> str:
    if not money.disputed:
        return _("No part of the claim is recorded as disputed: split the claim first.")
    if money.paid < money.undisputed:
        text = _("%(open)s yuan of the undisputed part are not confirmed as paid.")
        return text % {"open": f"{money.undisputed - money.paid:,.2f}"}
    if not money.outstanding:
        return _("Everything is paid: close the case as paid in full.")
    return ""


_FAULTS: dict[str, Callable[[Money], str]] = {
    "PAID_FULL": _not_paid,
    "REPAYMENT_PLAN_SIGNED": _plan_not_fulfilled,
    "PARTLY_PAID_REST_DISPUTED": _not_partly_paid,
}
