"""What a court might use instead: information beside a result, never the result itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from complaints.payment.inputs import Buyer, ContractObject, Inputs, Practice
from complaints.payment.law import PaymentLaw
from complaints.payment.lpr import LprTable
from complaints.payment.notes import Note


def court_notes(inputs: Inputs, law: PaymentLaw, lpr: LprTable, breach_on: date | None) -> Iterator[Note]:
    """The competing rules that may matter.

    Args:
        breach_on: the first day of delay; None: not known.
    """
    if Practice.PAY_WHEN_PAID in inputs.practices and inputs.respondent_type is Buyer.LARGE_ENTERPRISE:
        yield Note("court_back_to_back", law.court["back_to_back"])
    if inputs.agreed_annual_rate is None and inputs.contract_object in (ContractObject.GOODS, None):
        yield from _sales(law, lpr, breach_on)
    yield Note("court_damages", law.court["damages"])


def _sales(law: PaymentLaw, lpr: LprTable, breach_on: date | None) -> Iterator[Note]:
    if breach_on is None or breach_on < law.sales.breach_from:
        return
    source, markup = law.court["sales_markup"], {"low": law.sales.low, "high": law.sales.high}
    found = lpr.published_by(breach_on)
    if found is None or not lpr.reaches(breach_on):
        yield Note("court_sales_unknown_lpr", source, {**markup, "breach_on": breach_on.isoformat()})
        return
    low, high = (found[1] * (100 + percent) / 100 for percent in (law.sales.low, law.sales.high))
    rates = {"lpr": format(found[1], "f"), "low_rate": _plain(low), "high_rate": _plain(high)}
    yield Note("court_sales", source, {**markup, **rates, "breach_on": breach_on.isoformat()})


def _plain(rate: Decimal) -> str:
    return format(rate.normalize(), "f")
