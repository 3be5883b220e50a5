"""The letters of orders: to the payee, who learns neither who reported nor that somebody did."""

from __future__ import annotations

from collections.abc import Sequence

from casework.cases.actors import Actor
from casework.documents.letters import letter_issue
from casework.documents.models import Letter
from fees.orders.discretion import discreet_item
from fees.orders.models import Order, Payer
from fees.report.models import Finding


def issue_rectification_order(order: Order, *, finding: Finding, actor: Actor) -> Letter:
    """责令改正通知书."""
    return _to_payee(order, "fee_rectification_order", finding, {}, actor)


def issue_refund_order(order: Order, *, finding: Finding, payers: Sequence[Payer], actor: Actor) -> Letter:
    """责令退还多收价款通知书, with the payers that are known and the notice for those that aren't."""
    variables: dict[str, object] = {
        "payers": [{"name": row.name, "code": row.code, "amount": row.amount} for row in payers],
        "payer_count": len(payers) or None,
        "total": sum(row.amount for row in payers) or None,
        "announced_until": order.announced_until,
        "claim_at": order.claim_at,
        "announcement": order.announcement,
    }
    return _to_payee(order, "fee_refund_order", finding, variables, actor)


def _to_payee(order: Order, template: str, finding: Finding, variables: dict[str, object], actor: Actor) -> Letter:
    report = order.report
    assert report.handling_department is not None
    return letter_issue(
        case=report,
        template=template,
        variables={
            "addressee": report.respondent_name,
            "item": discreet_item(report),
            "period_from": finding.period_from,
            "period_to": finding.period_to,
            "violations": [{"label": row.label, "citation": row.citation} for row in finding.violations.all()],
            "text": order.text,
            "due_on": order.due_on,
            **variables,
        },
        department=report.handling_department,
        actor=actor,
        to_complainant=False,
    )
