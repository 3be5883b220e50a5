"""From a complaint's facts to the engines' questions. Works on a complaint that isn't stored yet, too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from casework.clocks.selectors import current_calendar
from complaints import payment
from complaints.payment.inputs import Buyer, ContractObject, Inputs, Inspection
from complaints.payment.selectors import lpr_table
from complaints.sizing import Classification, IndustryUnknown, StandardNotFound, classify

if TYPE_CHECKING:
    from complaints.models import ArrearsComplaint

# Organs, institutions and groups that use fiscal funds are treated alike (Decree 802 art. 36). Others have no entry.
BUYERS = {
    "organ": Buyer.PUBLIC_BODY,
    "institution": Buyer.PUBLIC_BODY,
    "fiscal_group": Buyer.PUBLIC_BODY,
    "large_enterprise": Buyer.LARGE_ENTERPRISE,
}
# The proof that courts asked for; word of mouth is none.
_PROVED = {"contract": True, "letter": True, "spoken": False, "no": False}


@dataclass(frozen=True)
class SizeFacts:
    """The figures of the year of signing: persons and yuan; None is not given."""

    industry: str
    employees: int | None = None
    revenue: Decimal | None = None
    assets: Decimal | None = None


def payment_inputs(complaint: ArrearsComplaint) -> Inputs | None:
    """What the payment engine is asked; None while facts are missing without which it can't be asked.

    The amount is the principal still owed: what was paid before the filing is not in it.
    """
    buyer = BUYERS.get(complaint.respondent_type)
    if buyer is None or not complaint.signed_on or not complaint.amount or complaint.amount <= 0:
        return None
    inspection = None
    if complaint.acceptance_required:
        inspection = Inspection(complaint.acceptance_due_on, complaint.acceptance_passed_on)
    return Inputs(
        respondent_type=buyer,
        signed_on=complaint.signed_on,
        amount=complaint.amount,
        state_owned=complaint.state_owned,
        contract_object=ContractObject(complaint.contract_object) if complaint.contract_object else None,
        delivered_on=complaint.delivered_on,
        periodic_settlement=complaint.settlement_confirmed_on is not None,
        settlement_confirmed_on=complaint.settlement_confirmed_on,
        inspection=inspection,
        agreed_term_days=complaint.agreed_term_days,
        agreed_annual_rate=complaint.agreed_annual_rate,
        sme_status_told=_PROVED.get(complaint.sme_notice),
    )


def size_facts(complaint: ArrearsComplaint) -> SizeFacts | None:
    """What the size engine is asked; None while no industry is given."""
    if not complaint.size_industry:
        return None
    return SizeFacts(complaint.size_industry, complaint.size_employees, complaint.size_revenue, complaint.size_assets)


def assess_payment(inputs: Inputs, as_of: date) -> payment.Result:
    """Due date and interest through a day, by the national calendar and the LPR as it is known."""
    return payment.calculate(inputs, as_of, calendar=current_calendar(), rates=lpr_table())


def assess_size(facts: SizeFacts, signed_on: date) -> Classification | None:
    """The size class on the day of signing (Decree 802 art. 3(2)); None where no standard or industry fits."""
    try:
        return classify(
            facts.industry, on=signed_on, employees=facts.employees, revenue=facts.revenue, assets=facts.assets
        )
    except (IndustryUnknown, StandardNotFound):
        return None
