"""The versions of payment law as data with citations, chosen by the day on which a contract was signed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from complaints.payment.inputs import Buyer
from complaints.payment.notes import Source

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class TermRule:
    """The term of payment for one kind of buyer, in calendar days.

    Attributes:
        default_days: without an agreement; None: the law names no number.
        cap_days: the longest that may be agreed; None: no number.
        review_above_days: an agreed term above it is to be looked at; it is not unlawful by itself.
    """

    default_days: int | None
    cap_days: int | None
    review_above_days: int | None
    source: Source


@dataclass(frozen=True, slots=True)
class LawVersion:
    """The rules for contracts signed from one day to another.

    Attributes:
        daily_rate: late interest without an agreement, percent a day; None: the law names none.
        lpr_floor: whether an agreed rate may not be below the 1-year LPR at signing.
        sources: of single rules by name; a rule without an entry does not exist in this version.
    """

    code: str
    effective_from: date
    effective_to: date
    daily_rate: Decimal | None
    lpr_floor: bool
    source: Source
    terms: Mapping[Buyer, TermRule]
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class SalesMarkup:
    """SPC interpretation on sales contracts, art. 18(4): LPR at breach with a mark-up.

    Attributes:
        breach_from: the first day of breach to which it applies.
        low, high: mark-up, percent of the LPR.
    """

    breach_from: date
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class PaymentLaw:
    """All of it. `edition` goes into every stored calculation."""

    edition: int
    versions: tuple[LawVersion, ...]
    general: Mapping[str, Source]
    court: Mapping[str, Source]
    sales: SalesMarkup

    def version_for(self, signed_on: date) -> LawVersion:
        """The version that applies to a contract signed on a day."""
        return next(law for law in self.versions if law.effective_from <= signed_on <= law.effective_to)


@lru_cache(maxsize=1)
def payment_law() -> PaymentLaw:
    """The law as this release knows it."""
    raw = tomllib.loads((DATA / "law.toml").read_text(encoding="utf-8"))
    court = dict(raw["court"])
    sales = court.pop("sales")
    return PaymentLaw(
        edition=raw["edition"],
        versions=tuple(_version(entry) for entry in raw["version"]),
        general=_sources(raw["general"]),
        court=_sources(court),
        sales=SalesMarkup(sales["breach_from"], sales["markup_low"], sales["markup_high"]),
    )


def _version(entry: Mapping[str, Any]) -> LawVersion:
    return LawVersion(
        code=entry["code"],
        effective_from=entry.get("effective_from", date.min),
        effective_to=entry.get("effective_to", date.max),
        daily_rate=Decimal(entry["daily_rate"]) if "daily_rate" in entry else None,
        lpr_floor=entry["lpr_floor"],
        source=_source(entry),
        terms={buyer: _term(entry[buyer]) for buyer in Buyer},
        sources=_sources(entry["sources"]),
    )


def _term(entry: Mapping[str, Any]) -> TermRule:
    return TermRule(
        default_days=entry.get("default_days"),
        cap_days=entry.get("cap_days"),
        review_above_days=entry.get("review_above_days"),
        source=_source(entry),
    )


def _sources(entries: Mapping[str, Any]) -> dict[str, Source]:
    return {name: _source(entry) for name, entry in entries.items()}


def _source(entry: Mapping[str, Any]) -> Source:
    return Source(entry["citation"], entry["certainty"])
