"""What the payment engine is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Buyer(StrEnum):
    """Who owes. Organisations that use fiscal funds count as public bodies (Decree 802 art. 36)."""

    PUBLIC_BODY = "public_body"
    LARGE_ENTERPRISE = "large_enterprise"


class ContractObject(StrEnum):
    """What was bought."""

    GOODS = "goods"
    WORKS = "works"
    SERVICES = "services"


class Allocation(StrEnum):
    """What a payment covers first; interest, unless the parties agreed otherwise (Civil Code art. 561)."""

    INTEREST_FIRST = "interest_first"
    PRINCIPAL_FIRST = "principal_first"


class Practice(StrEnum):
    """What the buyer asked for or did (Decree 802 arts 9, 11, 12, 13)."""

    PAY_WHEN_PAID = "pay_when_paid"
    FORCED_NON_CASH = "forced_non_cash"
    AUDIT_BASIS = "audit_basis"
    CASH_DEPOSIT_ONLY = "cash_deposit_only"


class Excuse(StrEnum):
    """Reasons that don't allow a buyer to refuse or delay payment (Decree 802 art. 14)."""

    CHANGE_OF_HEAD = "change_of_head"
    INTERNAL_PROCESS = "internal_process"
    COMPLETION_FILING = "completion_filing"
    FINAL_AUDIT = "final_audit"


class DepositKind(StrEnum):
    """Deposits; in works only the first four are lawful (Decree 802 art. 13)."""

    BID = "bid"
    PERFORMANCE = "performance"
    QUALITY = "quality"
    MIGRANT_WAGES = "migrant_wages"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Inspection:
    """Acceptance is a condition of payment: the last day agreed for it, and the day on which it was passed."""

    agreed_deadline: date | None = None
    passed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A part that was paid, in yuan; it counts at the end of its day."""

    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Deposit:
    """A deposit that the buyer still holds, in yuan."""

    kind: DepositKind
    amount: Decimal
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Inputs:
    """One claim.

    Args:
        state_owned: whether a large enterprise is state-owned; None: not known.
        periodic_settlement: settlement by progress or by period was agreed; a date of confirmation says so too.
        agreed_term_days: calendar days from the start event.
        agreed_annual_rate: late interest as agreed, percent a year.
        amount: what fell due, before the payments listed, without interest, yuan.
        undisputed_amount: the part of it that the buyer does not dispute.
        sme_status_told: the buyer was told at signing that the seller is an SME, and that can be proved.
        day_count: days of a year for annual rates, 365 or 360.
    """

    respondent_type: Buyer
    signed_on: date
    amount: Decimal
    state_owned: bool | None = None
    contract_object: ContractObject | None = None
    delivered_on: date | None = None
    periodic_settlement: bool = False
    settlement_confirmed_on: date | None = None
    inspection: Inspection | None = None
    agreed_term_days: int | None = None
    agreed_annual_rate: Decimal | None = None
    undisputed_amount: Decimal | None = None
    payments: tuple[Payment, ...] = ()
    practices: tuple[Practice, ...] = ()
    invalid_reasons: tuple[Excuse, ...] = ()
    deposits: tuple[Deposit, ...] = ()
    sme_status_told: bool | None = None
    day_count: int = 365
    allocation: Allocation = Allocation.INTEREST_FIRST


def inputs_from(given: Mapping[str, Any]) -> Inputs:
    """The engine's inputs from validated fields of the same names; codes become enums, rows become records."""
    what, inspection = given["contract_object"], given["inspection"]
    values = {
        **given,
        "respondent_type": Buyer(given["respondent_type"]),
        "contract_object": ContractObject(what) if what else None,
        "inspection": Inspection(**inspection) if inspection is not None else None,
        "payments": tuple(Payment(**row) for row in given["payments"]),
        "practices": tuple(Practice(code) for code in dict.fromkeys(given["practices"])),
        "invalid_reasons": tuple(Excuse(code) for code in dict.fromkeys(given["invalid_reasons"])),
        "deposits": tuple(Deposit(**{**row, "kind": DepositKind(row["kind"])}) for row in given["deposits"]),
        "allocation": Allocation(given["allocation"]),
    }
    return Inputs(**values)
