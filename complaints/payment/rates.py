"""At which rate late interest runs (Decree 802 art. 17): agreed, the LPR as its floor, or the daily rate of the law."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from complaints.payment.inputs import Inputs
from complaints.payment.law import LawVersion, PaymentLaw
from complaints.payment.lpr import LprTable
from complaints.payment.notes import Findings, Note


class RateKind(StrEnum):
    """Where the rate comes from."""

    AGREED = "agreed"
    LPR_FLOOR = "lpr_floor"
    STATUTORY_DAILY = "statutory_daily"


@dataclass(frozen=True, slots=True)
class Rate:
    """A simple rate: `percent` of the principal for each `per_days` days: 1, or those of a year, 365 or 360."""

    kind: RateKind
    percent: Decimal
    per_days: int


def find_rate(inputs: Inputs, version: LawVersion, law: PaymentLaw, lpr: LprTable, findings: Findings) -> Rate | None:
    """The rate, explained in the findings; None where neither law nor contract gives one, or the floor is unknown."""
    floor = _lpr_at_signing(inputs.signed_on, law, lpr, findings)
    agreed, source = inputs.agreed_annual_rate, version.sources["interest"]
    if agreed is None:
        return _without_agreement(version, findings)
    if agreed < 1:
        findings.flags.append(Note("agreed_rate_unit", source, {"rate": _plain(agreed)}))
    if not version.lpr_floor:
        findings.steps.append(Note("rate_agreed_civil_law", source, {"rate": _plain(agreed)}))
        return Rate(RateKind.AGREED, agreed, inputs.day_count)
    if floor is None:
        findings.missing.append(Note("no_lpr", law.general["lpr"], {"field": "lpr"}))
        return None
    published_on, lowest = floor
    params = {"rate": _plain(agreed), "lpr": _plain(lowest), "published_on": published_on.isoformat()}
    if agreed >= lowest:
        findings.steps.append(Note("rate_agreed", source, params))
        return Rate(RateKind.AGREED, agreed, inputs.day_count)
    findings.steps.append(Note("rate_lpr_floor", version.sources["floor"], params))
    findings.flags.append(Note("agreed_rate_below_lpr", source, params))
    return Rate(RateKind.LPR_FLOOR, lowest, inputs.day_count)


def _without_agreement(version: LawVersion, findings: Findings) -> Rate | None:
    source = version.sources["interest"]
    if version.daily_rate is None:
        findings.missing.append(Note("no_rate_civil_law", source, {"field": "agreed_annual_rate"}))
        return None
    findings.steps.append(Note("rate_statutory_daily", source, {"rate": _plain(version.daily_rate)}))
    return Rate(RateKind.STATUTORY_DAILY, version.daily_rate, 1)


def _lpr_at_signing(signed_on: date, law: PaymentLaw, lpr: LprTable, findings: Findings) -> tuple[date, Decimal] | None:
    """The value in force at signing. Beyond the last loaded month it is the last known one, and flagged."""
    found = lpr.published_by(signed_on)
    if found is None:
        findings.flags.append(Note("lpr_missing", law.general["lpr"], {"signed_on": signed_on.isoformat()}))
    elif not lpr.reaches(signed_on):
        params = {"signed_on": signed_on.isoformat(), "loaded_until": f"{lpr.last_loaded_on:%Y-%m}"}
        findings.flags.append(Note("lpr_after_last_month", law.general["lpr"], params))
    return found


def _plain(rate: Decimal) -> str:
    return format(rate, "f")
