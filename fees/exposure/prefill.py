"""What a report, its finding, orders and penalty cases already say for a typical case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Sum

from fees.exposure.masking import SOMEBODY, mask_organisation, mask_person, mask_text
from fees.exposure.models import CaseCategory
from fees.orders.models import Order, Payer
from fees.penalty.models import PenaltyCase
from fees.report.models import FeeReport, Finding


def facts_of(report: FeeReport) -> dict[str, Any]:
    """The fields of a case as the report gives them; the reporter's names are hidden already.

    Returns:
        sums in yuan; None where nothing is known.
    """
    finding = report.findings.order_by("-number").first()
    document = _document_of(report)
    return {
        "division": report.division,
        "payee_name": report.respondent_name,
        "unlawful_amount": finding and finding.unlawful_amount,
        "period_from": finding and finding.period_from,
        "period_to": finding and finding.period_to,
        "payers": (finding and finding.payers) or _count_of_payers(report),
        "refunded_amount": _sum(Payer.objects.filter(order__report=report), "refunded"),
        "fine": _sum(PenaltyCase.objects.filter(report=report, outcome=PenaltyCase.Outcome.PENALTY), "fine"),
        "legal_basis": "\n".join(dict.fromkeys(row.citation for row in categories_of(report))),
        "document_number": document[0],
        "document_date": document[1],
        "narrative": _narrative(report, finding),
    }


def categories_of(report: FeeReport) -> list[CaseCategory]:
    """The categories that the latest finding names, unsaved, as they stood then."""
    finding = report.findings.order_by("-number").first()
    rows = finding.violations.all() if finding else ()
    return [CaseCategory(code=row.code, version=row.version, label=row.label, citation=row.citation) for row in rows]


def _narrative(report: FeeReport, finding: Finding | None) -> str:
    names = {report.complainant_name: SOMEBODY, report.complainant_code: "", report.reference: ""}
    names |= {report.contact_name: mask_person(report.contact_name), report.contact_phone: "", report.contact_email: ""}
    payers = Payer.objects.filter(order__report=report).values_list("name", flat=True)
    names = {name: mask_organisation(name) for name in payers} | names
    return mask_text(finding.facts, names) if finding else ""


def _document_of(report: FeeReport) -> tuple[str, Any]:
    """The penalty decision; without one the latest order's letter."""
    penalty = report.penalty_cases.filter(outcome=PenaltyCase.Outcome.PENALTY).order_by("-number").first()
    if penalty:
        return penalty.decision_number, penalty.decided_on
    orders = report.orders.exclude(outcome=Order.Outcome.REVOKED).select_related("letter")
    order = orders.order_by("-issued_on", "-id").first()
    return (order.letter.number if order.letter else "", order.issued_on) if order else ("", None)


def _count_of_payers(report: FeeReport) -> int | None:
    return Payer.objects.filter(order__report=report).values("name", "code").distinct().count() or None


def _sum(rows: Any, name: str) -> Decimal | None:
    total: Decimal | None = rows.aggregate(total=Sum(name))["total"]
    return total
