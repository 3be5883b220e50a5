"""Worked examples of counting, found in the calendar itself: a new year brings new examples without anybody's hand."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.clocks.calculator import Answer, Refused, calculate
from casework.clocks.periods import render_step
from casework.clocks.rule_words import amount_words, event_words, rule_name
from complaints.services import TRANSFER

HANDLING = "arrears.handling"
_MOST_DAYS = 366


@dataclass(frozen=True)
class Example:
    """A day, a rule, and what the calculator says to them.

    Attributes:
        title: what the example shows.
    """

    title: Promise
    answer: Answer

    @property
    def name(self) -> str:
        """The rule's name in the reader's language."""
        return rule_name(self.answer.period)

    @property
    def amount(self) -> str:
        """How long the period is."""
        return amount_words(self.answer.period)

    @property
    def event(self) -> str:
        """What starts it."""
        return event_words(self.answer.period)

    @property
    def steps(self) -> list[str]:
        """How it was counted, a sentence each."""
        return [render_step(step) for step in self.answer.computed.steps]


def examples(year: int) -> list[Example]:
    """One example of each thing that people count wrongly, with the first days of the year that show it."""
    wanted = (
        (_("Working days, across a holiday and a weekend day that is worked"), TRANSFER, _crosses_make_up_day),
        (_("Calendar days that end on a working day"), HANDLING, _stays),
        (_("Calendar days that end on a day off: the last day moves"), HANDLING, _moves),
    )
    found = [(title, _first(code, year, shows)) for title, code, shows in wanted]
    return [Example(title, answer) for title, answer in found if answer]


def _first(code: str, year: int, shows: Callable[[Answer], bool]) -> Answer | None:
    """The first start in the year whose answer shows what is wanted; None where the calendar has none."""
    day = date(year, 1, 1)
    for _number in range(_MOST_DAYS):
        with suppress(Refused):
            answer = calculate(code, day)
            if answer.calendar.is_working_day(day) and shows(answer):
                return answer
        day += timedelta(days=1)
    return None


def _crosses_make_up_day(answer: Answer) -> bool:
    between = _days(answer)
    worked = [answer.calendar.is_working_day(day) for day in between]
    weekend = any(works and day.weekday() >= 5 for works, day in zip(worked, between, strict=True))
    return weekend and any(not works and day.weekday() < 5 for works, day in zip(worked, between, strict=True))


def _days(answer: Answer) -> list[date]:
    length = (answer.computed.due - answer.start).days
    return [answer.start + timedelta(days=number) for number in range(1, length + 1)]


def _stays(answer: Answer) -> bool:
    return answer.computed.due == answer.computed.raw_due and not answer.computed.provisional


def _moves(answer: Answer) -> bool:
    return answer.computed.due != answer.computed.raw_due and not answer.computed.provisional
