"""What the catalogue says to a payment, in the form that is kept with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fees.verdict.arithmetic import Step
from fees.verdict.engine import SURE_LIKENESS, Verdict, VerdictCode
from fees.verdict.selectors import check_charge
from fees.verdict.words import step_words, verdict_words

# Charged although no list allowed it on that day. A service at a market price may stand in no list and be lawful all
# the same: "outside" is a reason to look, not a finding.
OUTSIDE = frozenset({VerdictCode.NOT_IN_CATALOGUE, VerdictCode.CANCELLED_OR_SUSPENDED, VerdictCode.UNLAWFUL_DEPOSIT})


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as a point reports it, complete and checked.

    Args:
        amount: yuan, more than 0.
        quantity: in `unit`; None: not told.
    """

    item: str
    payee: str
    payee_type: str
    division: str
    charged_on: date
    amount: Decimal
    payee_code: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    note: str = ""


def judge(payment: Payment) -> Verdict:
    """The one verdict that counts: about the entry that is meant, or that the item stands in no list.

    Of names that are merely alike the engine says what would hold if they were meant; figures must not rest on that.
    """
    verdicts = check_charge(
        item=payment.item,
        payee=payment.payee,
        division=payment.division,
        charged_on=payment.charged_on,
        amount=payment.amount,
        quantity=payment.quantity,
        unit=payment.unit,
    )
    return verdicts[0] if verdicts[0].likeness >= SURE_LIKENESS else verdicts[-1]


def kept(verdict: Verdict) -> dict[str, Any]:
    """The columns of a payment that hold its verdict."""
    entry = verdict.entry
    return {
        "verdict": str(verdict.code),
        "entry_id": entry.id if entry else None,
        "entry_version": entry.version if entry else None,
        "excess": verdict.excess,
        "citation": verdict.citation,
        "steps": [{"code": step.code, "params": _plain(step.params)} for step in verdict.steps],
    }


def kept_words(verdict: str, steps: list[dict[str, Any]]) -> tuple[str, list[str]]:
    """A kept verdict and its reasons in the reader's language."""
    return verdict_words(VerdictCode(verdict)), [step_words(Step(step["code"], step["params"])) for step in steps]


def tone(verdict: str) -> str:
    """How a verdict is coloured: yes, no, or open."""
    if verdict == VerdictCode.CONSISTENT:
        return "yes"
    return "open" if verdict in (VerdictCode.STANDARD_NOT_COMPUTABLE, VerdictCode.NOT_YET_IN_FORCE) else "no"


def _plain(params: Mapping[str, object]) -> dict[str, object]:
    """JSON values; amounts without needless zeros, as the words have them."""
    return {name: _plain_value(value) for name, value in params.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value if isinstance(value, (str, int, bool)) else str(value)
