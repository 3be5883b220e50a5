"""The size standards as versioned data: which industries there are, and the lower limits of their classes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from casework.clocks.certainty import Certainty
from complaints.sizing.sizes import LADDER, Indicator, Size

DATA = Path(__file__).parent / "data" / "standards.toml"
TEN_THOUSAND = 10_000


class StandardNotFound(LookupError):
    """No size standard of that day is loaded."""


@dataclass(frozen=True)
class Limit:
    """The least that an indicator must reach for a class: persons, or yuan."""

    size: Size
    indicator: Indicator
    threshold: int | Decimal


@dataclass(frozen=True)
class Industry:
    """An industry as the standard groups them.

    Attributes:
        codes: sections, divisions and groups of GB/T 4754-2017.
        certainty: of the codes.
        limits: from large to small; none where the standard doesn't cover the industry.
        note: what else is to say, in Chinese and in English.
    """

    slug: str
    label: str
    label_en: str
    aliases: tuple[str, ...]
    codes: tuple[str, ...]
    certainty: Certainty
    limits: tuple[Limit, ...]
    note: str = ""
    note_en: str = ""

    @property
    def is_covered(self) -> bool:
        """Whether the standard has limits for it."""
        return bool(self.limits)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators that decide."""
        used = {limit.indicator for limit in self.limits}
        return tuple(indicator for indicator in Indicator if indicator in used)


@dataclass(frozen=True)
class Standard:
    """One version of the standard, in force from a day on until the next begins."""

    version: int
    effective_from: date
    citation: str
    certainty: Certainty
    industries: tuple[Industry, ...]

    @property
    def covered(self) -> tuple[Industry, ...]:
        """The industries that have limits."""
        return tuple(industry for industry in self.industries if industry.is_covered)


@dataclass(frozen=True)
class Section:
    """A section (门类) of GB/T 4754-2017 with its first and last division (大类)."""

    code: str
    label: str
    first: int
    last: int


def standard_on(day: date) -> Standard:
    """The standard in force on a day; for a contract, the day of its signing (Decree 802 art. 3(2)).

    Raises:
        StandardNotFound: the day lies before the first standard that is loaded.
    """
    in_force = [standard for standard in standards() if standard.effective_from <= day]
    if not in_force:
        raise StandardNotFound(day)
    return max(in_force, key=lambda standard: standard.effective_from)


@cache
def standards() -> tuple[Standard, ...]:
    """Every version."""
    return tuple(_standard(entry) for entry in _data()["standard"])


@cache
def sections() -> tuple[Section, ...]:
    """The sections of GB/T 4754-2017."""
    return tuple(
        Section(entry["code"], entry["label"], first=entry["divisions"][0], last=entry["divisions"][1])
        for entry in _data()["section"]
    )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def _standard(entry: dict[str, Any]) -> Standard:
    industries = tuple(_industry(industry) for industry in entry["industry"])
    certainty = Certainty(entry["certainty"])
    return Standard(entry["version"], entry["effective_from"], entry["citation"], certainty, industries)


def _industry(entry: dict[str, Any]) -> Industry:
    limits = {Indicator(name): values for name, values in entry.get("limits", {}).items()}
    for values in limits.values():
        # The engine steps down from class to class, which is only right while every step is lower than the last.
        if not values[0] > values[1] > values[2] > 0:
            raise ValueError(f"limits of {entry['slug']} don't fall from large to small: {values}")
    return Industry(
        slug=entry["slug"],
        label=entry["label"],
        label_en=entry["label_en"],
        aliases=tuple(entry["aliases"]),
        codes=tuple(entry["codes"]),
        certainty=Certainty(entry["certainty"]),
        limits=tuple(
            Limit(size, indicator, _threshold(indicator, limits[indicator][step]))
            for step, size in enumerate(LADDER[:-1])
            for indicator in Indicator
            if indicator in limits
        ),
        note=entry.get("note", ""),
        note_en=entry.get("note_en", ""),
    )


def _threshold(indicator: Indicator, value: int) -> int | Decimal:
    return value if indicator == Indicator.EMPLOYEES else Decimal(value * TEN_THOUSAND)
