"""What somebody should look at, each with its source. A rule that the applicable version lacks raises no flag."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from complaints.payment.inputs import Buyer, ContractObject, Deposit, DepositKind, Inputs, Practice
from complaints.payment.law import LawVersion
from complaints.payment.notes import NOWHERE, Note


def find_flags(inputs: Inputs, version: LawVersion, as_of: date) -> Iterator[Note]:
    """The flags that follow from the inputs alone."""
    if version.daily_rate is None:
        yield Note("signed_before_rules", version.source, {"signed_on": inputs.signed_on.isoformat()})
    yield from _dates(inputs)
    yield from _status(inputs, version)
    for practice in inputs.practices:
        yield from _practice(practice, inputs, version)
    if source := version.sources.get("invalid_reason"):
        for excuse in inputs.invalid_reasons:
            yield Note(f"invalid_reason_{excuse}", source)
    for deposit in inputs.deposits:
        yield from _deposit(deposit, inputs, version, as_of)
    if late := [payment for payment in inputs.payments if payment.on > as_of]:
        yield Note("payments_after_as_of", NOWHERE, {"count": len(late), "as_of": as_of.isoformat()})


def _dates(inputs: Inputs) -> Iterator[Note]:
    """Days that come before the signing are rare and often a slip of the pen."""
    inspection = inputs.inspection
    days = (inputs.delivered_on, inputs.settlement_confirmed_on, inspection.passed_on if inspection else None)
    if any(day is not None and day < inputs.signed_on for day in days):
        yield Note("dates_before_signing", NOWHERE, {"signed_on": inputs.signed_on.isoformat()})


def _status(inputs: Inputs, version: LawVersion) -> Iterator[Note]:
    source = version.sources.get("sme_status")
    if source and not inputs.sme_status_told:
        yield Note("sme_status_unproven", source)
    source, undisputed = version.sources.get("undisputed"), inputs.undisputed_amount
    if source and undisputed and undisputed < inputs.amount:
        yield Note("undisputed_part", source, {"amount": str(undisputed)})


def _practice(practice: Practice, inputs: Inputs, version: LawVersion) -> Iterator[Note]:
    public = inputs.respondent_type is Buyer.PUBLIC_BODY
    if practice is Practice.AUDIT_BASIS:
        codes = ["audit_private"] if not public and inputs.state_owned is False else ["audit", "audit_unless_agreed"]
    elif practice is Practice.PAY_WHEN_PAID:
        codes = ["pay_when_paid_public" if public else "pay_when_paid"]
    elif practice is Practice.CASH_DEPOSIT_ONLY:
        codes = ["deposit"]
    else:
        codes = [str(practice)]
    for code in codes:
        if source := version.sources.get(code):
            yield Note("deposit_cash_only" if code == "deposit" else code, source)


def _deposit(deposit: Deposit, inputs: Inputs, version: LawVersion, as_of: date) -> Iterator[Note]:
    source = version.sources.get("deposit")
    if source is None:
        return
    params = {"amount": str(deposit.amount)}
    if deposit.kind is DepositKind.OTHER and inputs.contract_object in (ContractObject.WORKS, None):
        yield Note("deposit_unlawful", source, params)
    if deposit.expires_on is not None and deposit.expires_on < as_of:
        yield Note("deposit_not_returned", source, {**params, "expires_on": deposit.expires_on.isoformat()})
