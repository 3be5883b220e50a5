"""What is owed, since when, at which rate and with what interest: a pure function with its reasons and sources.

Sources: Decree 802 arts 9-17 and Decree 728 before it, by the day of signing; Civil Code arts 200-203 and 561. What
can't be computed is None, and `missing` says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from casework.clocks.calendar import WorkingCalendar
from complaints.payment.court import court_notes
from complaints.payment.flags import find_flags
from complaints.payment.inputs import Inputs
from complaints.payment.interest import Account, accrue
from complaints.payment.law import LawVersion, PaymentLaw, payment_law
from complaints.payment.lpr import LprTable
from complaints.payment.notes import NOWHERE, Findings, Note, Params
from complaints.payment.rates import Rate, RateKind, find_rate
from complaints.payment.terms import Due, find_due

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Result:
    """One calculation.

    Attributes:
        law_version, law_edition: which rules applied, and which edition of their data.
        due: start event, term, raw and rolled due date.
        days: days of delay through `as_of`, both ends included; 0 when not yet overdue.
        account: interest, segments and what is left.
        undisputed_interest: interest on the undisputed part alone; payments count towards that part.
        lpr_loaded_on: the day of the last LPR value that was known.
    """

    as_of: date
    law_version: str
    law_edition: int
    due: Due
    interest_from: date | None
    days: int | None
    rate: Rate | None
    account: Account | None
    undisputed_interest: Decimal | None
    lpr_loaded_on: date | None
    findings: Findings


def calculate(
    inputs: Inputs, as_of: date, calendar: WorkingCalendar, rates: LprTable, law: PaymentLaw | None = None
) -> Result:
    """Due date and interest through the end of a day.

    Args:
        as_of: in Asia/Shanghai; it bears interest itself, and payments of that day count at its end.
        calendar: rolls the due date.
        rates: the 1-year LPR.
        law: the versions of the law; those of this release unless given.
    """
    law = law or payment_law()
    version, findings = law.version_for(inputs.signed_on), Findings()
    signing: Params = {"version": version.code, "signed_on": inputs.signed_on.isoformat()}
    findings.steps.append(Note("law", version.source, signing))
    due = find_due(inputs, version, law, as_of, calendar, findings)
    rate = find_rate(inputs, version, law, rates, findings)
    interest_from = due.due_on + _ONE_DAY if due.due_on else None
    days = max(0, (as_of - interest_from).days + 1) if interest_from else None
    account = _account(inputs, inputs.amount, rate, interest_from, as_of)
    undisputed = inputs.undisputed_amount
    part = _account(inputs, undisputed, rate, interest_from, as_of) if undisputed is not None else None
    findings.flags.extend(find_flags(inputs, version, as_of))
    _tell_account(findings, account, interest_from, as_of, days)
    _tell_choices(findings, law, version, rate)
    findings.court.extend(court_notes(inputs, law, rates, interest_from))
    return Result(
        as_of=as_of,
        law_version=version.code,
        law_edition=law.edition,
        due=due,
        interest_from=interest_from,
        days=days,
        rate=rate,
        account=account,
        undisputed_interest=part.interest if part else None,
        lpr_loaded_on=rates.last_loaded_on,
        findings=findings,
    )


def _account(
    inputs: Inputs, principal: Decimal, rate: Rate | None, interest_from: date | None, as_of: date
) -> Account | None:
    """None while the due date is unknown, or interest runs at an unknown rate."""
    if interest_from is None or (rate is None and interest_from <= as_of):
        return None
    return accrue(principal, rate, interest_from, as_of, inputs.payments, inputs.allocation)


def _tell_account(
    findings: Findings, account: Account | None, interest_from: date | None, as_of: date, days: int | None
) -> None:
    if interest_from is not None:
        params: Params = {"interest_from": interest_from.isoformat(), "as_of": as_of.isoformat(), "days": days or 0}
        findings.steps.append(Note("overdue" if days else "not_overdue", NOWHERE, params))
    if account is None:
        return
    findings.steps.append(Note("interest", NOWHERE, {"amount": str(account.interest), "count": len(account.segments)}))
    if account.surplus:
        findings.flags.append(Note("surplus", NOWHERE, {"amount": str(account.surplus)}))


def _tell_choices(findings: Findings, law: PaymentLaw, version: LawVersion, rate: Rate | None) -> None:
    """Where the law is silent, what was chosen."""
    general = law.general
    findings.notices.append(Note("choice_payment_day", general["payment_day"]))
    findings.notices.append(Note("choice_simple", general["simple"]))
    findings.notices.append(Note("choice_allocation", general["allocation"]))
    if rate is not None and rate.kind is not RateKind.STATUTORY_DAILY:
        findings.notices.append(Note("choice_year_basis", general["year_basis"], {"days": rate.per_days}))
    if source := version.sources.get("transition"):
        findings.notices.append(Note("transition", source))
