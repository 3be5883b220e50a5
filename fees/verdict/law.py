"""What verdicts rest on, as versioned data: hooks.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "hooks.toml"


@dataclass(frozen=True, slots=True)
class Hook:
    """A source of some verdicts.

    Args:
        effective_from: charges of this day and later.
        certainty: a value of `Certainty`.
    """

    verdicts: tuple[str, ...]
    effective_from: date
    citation: str
    certainty: str


@cache
def hooks() -> tuple[Hook, ...]:
    """All sources, in the order of the file."""
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return tuple(Hook(**{**item, "verdicts": tuple(item["verdicts"])}) for item in data["hook"])


@cache
def deposit_words() -> tuple[str, ...]:
    """Words that make a charge a deposit."""
    return tuple(tomllib.loads(DATA.read_text(encoding="utf-8"))["deposit_words"])


def citations_of(verdict: str, day: date) -> list[str]:
    """What a verdict about a charge of a day rests on, besides the entry's own basis."""
    return [hook.citation for hook in hooks() if verdict in hook.verdicts and hook.effective_from <= day]
