"""What the catalogue says to a report's charge, kept with the report as it was on the day of the check."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation

from casework.cases.actors import Actor
from casework.cases.timeline import event_record, json_ready
from casework.cases.verbs import Verb
from fees.report.models import CheckedCharge, FeeReport
from fees.verdict.engine import Verdict
from fees.verdict.selectors import check_charge
from fees.verdict.storage import verdicts_to_json
from fees.verdict.words import VERDICTS


def charge_check(*, case: FeeReport, actor: Actor, reason: str = "") -> CheckedCharge:
    """Check the charge against the versions in force on its day and keep the answer; in the caller's transaction.

    Args:
        reason: why it is checked again; "" for the first check.
    """
    verdicts = verdicts_on(case)
    checked = CheckedCharge.objects.create(
        report=case,
        number=case.checked_charges.count() + 1,
        charge=json_ready(_charge(case)),
        verdicts=verdicts_to_json(verdicts),
        code=verdicts[0].code,
        reason=reason.strip(),
        checked_by=actor.user,
        checked_on=actor.today,
    )
    event_record(case=case, verb=Verb.REPORT_CHECKED, actor=actor, payload={"words": _words(verdicts, reason)})
    return checked


def verdicts_on(case: FeeReport) -> tuple[Verdict, ...]:
    """The verdicts about the report's charge by the catalogue as it stands now."""
    return check_charge(
        item=case.item,
        payee=case.respondent_name,
        division=case.division_id,
        charged_on=case.charged_on,
        amount=case.amount,
        quantity=case.quantity,
        unit=case.unit,
        base=case.base,
    )


def latest_check(case: FeeReport) -> CheckedCharge | None:
    """The last check of the report."""
    return max(case.checked_charges.all(), key=lambda row: row.number, default=None)


def _charge(case: FeeReport) -> dict[str, Any]:
    return {
        "item": case.item,
        "payee": case.respondent_name,
        "division": case.division_id,
        "charged_on": case.charged_on,
        "amount": case.amount,
        "quantity": case.quantity,
        "unit": case.unit,
        "base": case.base,
    }


def _words(verdicts: Sequence[Verdict], reason: str) -> str:
    # In Chinese whatever language the caseworker reads: others read the timeline too.
    with translation.override("zh-hans"):
        first = verdicts[0]
        sums = f"（{first.excess:,.2f}）" if first.excess and first.excess > Decimal(0) else ""
        said = f"{VERDICTS[first.code]}{sums}"
    return f"{said}。{reason.strip()}" if reason.strip() else said
