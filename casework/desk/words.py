"""How deadlines sound in the admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework.clocks.words import days_words, tone_of


@dataclass(frozen=True)
class Due:
    """A deadline as a caseworker reads it.

    Attributes:
        tone: late, soon, or calm.
    """

    day: date
    words: str
    tone: str
    provisional: bool


def due_of(day: date, today: date, *, provisional: bool = False) -> Due:
    """A deadline in words, counted in calendar days from today."""
    left = (day - today).days
    return Due(day, days_words(left), tone_of(left), provisional)
