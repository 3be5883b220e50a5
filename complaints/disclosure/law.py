"""What the decree asks of whom, and until when: rules and lists with their sources, here only read.

Art. 18(1) and its 31 March are for organs and institutions; art. 18(2) sends large enterprises to their annual report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.cases.models import CitedTerm
from casework.cases.terms import term_in_force, terms_in_force
from casework.clocks.calendar import CalendarRangeError
from casework.clocks.models import StatutoryPeriod
from casework.clocks.periods import compute
from casework.clocks.selectors import PeriodNotFound, current_calendar, period_for, rule_of
from casework.parties.models import SubjectType
from complaints.disclosure.models import Disclosure

CORRECTION_RULE = "disclosure.correction"
DUTY, FORWARD = "disclosure.duty", "disclosure.forward"
REMIND_BEFORE, REMIND_AFTER = "disclosure.remind_before", "disclosure.remind_after"
_RULES: Mapping[str, str] = {
    SubjectType.ORGAN: "disclosure.annual",
    SubjectType.INSTITUTION: "disclosure.annual",
    SubjectType.LARGE_ENTERPRISE: "disclosure.annual_report",
}
_FORWARD_TO: Mapping[str, str] = {
    SubjectType.ORGAN: "superior",
    SubjectType.INSTITUTION: "superior",
    SubjectType.LARGE_ENTERPRISE: "market_regulation",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A due day with the rule that it comes from."""

    day: date
    is_provisional: bool
    period: StatutoryPeriod


def disclosure_due(kind: str, year: int, division: str) -> Due:
    """Until when a body of a kind and place discloses for a year.

    Raises:
        InvalidInput: no rule was in force when the year ended, or the calendar doesn't reach that far.
    """
    try:
        return _due(_RULES[kind], date(year, 12, 31), division)
    except (PeriodNotFound, CalendarRangeError) as error:
        raise InvalidInput(
            {"year": [_("No rule asks for disclosures about %(year)d. Choose a later year.") % {"year": year}]}
        ) from error


def correction_due(on: date, division: str) -> Due:
    """Until when a body answers a question that is asked on a day."""
    return _due(CORRECTION_RULE, on, division)


def _due(code: str, start: date, division: str) -> Due:
    period = period_for(code, start, division)
    found = compute(rule_of(period), start, current_calendar(division))
    return Due(found.due, found.provisional, period)


def duty_of(kind: str, on: date) -> CitedTerm | None:
    """What a body of a kind has to do, with the article."""
    return term_in_force(DUTY, kind, on)


def forward_of(kind: str, on: date) -> CitedTerm:
    """To whom a missing or false disclosure of a kind is handed on, with the article.

    Raises:
        LookupError: the legal lists are not loaded.
    """
    term = term_in_force(FORWARD, _FORWARD_TO[kind], on)
    if term is None:
        raise LookupError(f"No entry of {FORWARD} is in force on {on}: run manage.py load_reference.")
    return term


def reminder_days(on: date) -> list[int]:
    """When reminders go out, in days from the due day, the earliest first: -7 is a week before it."""
    before = [-int(term.code) for term in terms_in_force(REMIND_BEFORE, on)]
    after = [int(term.code) for term in terms_in_force(REMIND_AFTER, on)]
    return sorted({*before, *after})


def media_of(kind: str) -> list[tuple[str, Any]]:
    """Where a body of a kind may say that it published; for a large enterprise the publicity system comes first."""
    media = list(Disclosure.Medium)
    if kind != SubjectType.LARGE_ENTERPRISE:
        media.remove(Disclosure.Medium.CREDIT_SYSTEM)
    return [(medium.value, medium.label) for medium in media]
