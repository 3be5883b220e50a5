"""A claim to change, and what the engine needs beside it: the announced calendar and the published LPR."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from casework.clocks.calendar import WorkingCalendar
from complaints.payment import Inputs, Result, calculate
from complaints.payment.inputs import Buyer, Payment
from complaints.payment.law import DATA
from complaints.payment.lpr import LprTable
from complaints.payment.notes import Note
from tests.bench.bench_clocks import calendar_and_list

AS_OF = date(2025, 12, 31)
D = Decimal


@lru_cache(maxsize=1)
def calendar() -> WorkingCalendar:
    """2004 to 2026 as announced."""
    return calendar_and_list()[0]


@lru_cache(maxsize=1)
def lpr() -> LprTable:
    """The values of the data file."""
    raw = tomllib.loads((DATA / "lpr.toml").read_text(encoding="utf-8"))
    return LprTable((date.fromisoformat(day), Decimal(rate)) for day, rate in raw["rates"].items())


def claim(**changes: Any) -> Inputs:
    """100,000 yuan of a large enterprise, signed and delivered in June 2025, nothing agreed."""
    values = {
        "respondent_type": Buyer.LARGE_ENTERPRISE,
        "signed_on": date(2025, 6, 2),
        "delivered_on": date(2025, 6, 3),
        "amount": D("100000.00"),
        "sme_status_told": True,
        **changes,
    }
    return Inputs(**values)


def result(as_of: date = AS_OF, rates: LprTable | None = None, **changes: Any) -> Result:
    """The calculation of the changed claim."""
    return calculate(claim(**changes), as_of, calendar(), rates or lpr())


def paid(*rows: tuple[str, str]) -> tuple[Payment, ...]:
    """Payments from days and amounts as text."""
    return tuple(Payment(date.fromisoformat(on), D(amount)) for on, amount in rows)


def codes(notes: list[Note]) -> list[str]:
    """The codes of notes."""
    return [note.code for note in notes]


def flags(**changes: Any) -> list[str]:
    """The flags of the changed claim."""
    return codes(result(**changes).findings.flags)
