"""The public deadline calculator: which version of a rule holds on a day, and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from casework.clocks import picture
from casework.clocks.calendar import CalendarRangeError, WorkingCalendar
from casework.clocks.models import StatutoryPeriod
from casework.clocks.periods import Computed, PeriodCapError, PeriodRule, compute
from casework.clocks.rule_words import order_of
from casework.clocks.selectors import PeriodNotFound, current_calendar, division_chain, period_for, rule_of


class Refused(ValueError):
    """A question that has no answer.

    Attributes:
        field: the input at fault: rule, start or total_days.
    """

    def __init__(self, field: str, message: str) -> None:
        self.field, self.message = field, message
        super().__init__(field, message)


@dataclass(frozen=True, slots=True)
class Answer:
    """A deadline with everything that it rests on.

    Attributes:
        total_days: after an extension, the days in all.
    """

    period: StatutoryPeriod
    rule: PeriodRule
    start: date
    total_days: int | None
    computed: Computed
    calendar: WorkingCalendar

    def months(self) -> list[picture.Month]:
        """The months from the start to the due day."""
        return picture.months(self.rule, self.start, self.computed, self.calendar)


def calculate(code: str, start: date, division: str = "", total_days: int | None = None) -> Answer:
    """What the rule's version in force on the start day gives, by the calendar of the division.

    Args:
        start: the day of the event, in Asia/Shanghai.
        division: six digits of GB/T 2260; "" or 000000 is the nation.
        total_days: after an extension, the days in all from the start, in the rule's unit.
    Raises:
        Refused: names the input at fault, with the remedy in the reader's language.
    """
    calendar = current_calendar(division)
    if not calendar.first <= start <= calendar.last:
        raise Refused("start", _out_of_range(calendar))
    period = _version_in_force(code, start, division)
    if total_days is not None and period.hard_cap is None:
        raise Refused("total_days", _("This rule names no longest total, so it has no extension: leave this empty."))
    rule = rule_of(period)
    try:
        computed = compute(rule, start, calendar, total_days)
    except PeriodCapError as error:
        raise Refused("total_days", str(error)) from error
    except CalendarRangeError as error:
        raise Refused("start", _leads_out_of_range(calendar)) from error
    return Answer(period, rule, start, total_days, computed, calendar)


def rules_in_force(on: date) -> list[StatutoryPeriod]:
    """The version in force on a day of each rule and division, the nation's first."""
    newest = _in_force(on).order_by("code", "division", "-effective_from", "-version").distinct("code", "division")
    return sorted(newest, key=lambda period: (order_of(period.code), period.division))


def rules_to_choose(on: date) -> list[StatutoryPeriod]:
    """One version of each published rule: in force on the day if there is one, national if there is one."""
    rank = {period.pk: place for place, period in enumerate(rules_in_force(on), start=1)}
    published = sorted(
        _published().order_by("-effective_from"),
        key=lambda period: (rank.get(period.pk, len(rank) + 1), period.division),
    )
    first_of = {period.code: period for period in reversed(published)}
    return sorted(first_of.values(), key=lambda period: order_of(period.code))


def _published() -> QuerySet[StatutoryPeriod]:
    return StatutoryPeriod.objects.filter(status=StatutoryPeriod.Status.PUBLISHED)


def _in_force(on: date) -> QuerySet[StatutoryPeriod]:
    return _published().filter(Q(effective_to=None) | Q(effective_to__gte=on), effective_from__lte=on)


def _version_in_force(code: str, on: date, division: str) -> StatutoryPeriod:
    try:
        return period_for(code, on, division)
    except PeriodNotFound as error:
        raise _not_in_force(code, on, division) from error


def _not_in_force(code: str, on: date, division: str) -> Refused:
    """Why no version holds on the day, and from or until when one does."""
    places = ["", *division_chain(division)]
    versions = list(_published().filter(code=code).order_by("effective_from"))
    here = [version for version in versions if version.division in places]
    if not versions:
        return Refused("rule", _("No published rule has this code. Choose one from the list."))
    if not here:
        return Refused("rule", _("This rule holds in some divisions only. Choose one of them or another rule."))
    later = next((version.effective_from for version in here if version.effective_from > on), None)
    if later:
        text = _("This rule is in force from %(day)s. Choose a start on that day or after it.")
        return Refused("start", text % {"day": later.isoformat()})
    last = max(version.effective_to for version in here if version.effective_to)
    text = _("This rule was in force until %(day)s. Choose a start on that day or before it.")
    return Refused("start", text % {"day": last.isoformat()})


def _out_of_range(calendar: WorkingCalendar) -> str:
    text = _("The calendar covers %(first)s to %(last)s. Choose a start within it.")
    return text % {"first": calendar.first.isoformat(), "last": calendar.last.isoformat()}


def _leads_out_of_range(calendar: WorkingCalendar) -> str:
    text = _(
        "Counted from this day, the deadline leaves the calendar, which ends on %(last)s. Choose an earlier start."
    )
    return text % {"last": calendar.last.isoformat()}
