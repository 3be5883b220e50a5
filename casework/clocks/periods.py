"""A legal deadline as a pure function of (start day, rule version, calendar, extension), with its reasons in order.

Start day excluded, last day rolled forward: Civil Code arts 200-203 by analogy; SAMR Order 121 art. 45 counts the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.clocks.calendar import WorkingCalendar


class Unit(StrEnum):
    """In what a period is counted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


class PeriodCapError(ValueError):
    """An extension beyond the longest total that the rule allows."""


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """One version of a statutory period.

    Args:
        amount: how many units.
        start_day_excluded: the day of the event isn't counted; the next one is day 1.
        roll_forward: a last day that isn't worked moves to the next working day.
        hard_cap: the longest total in calendar days from the start, extensions included.
    """

    code: str
    name: str
    version: int
    amount: int
    unit: Unit
    citation: str
    start_day_excluded: bool = True
    roll_forward: bool = True
    hard_cap: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One reason in the computation, told by `render_step`."""

    code: str
    date: date
    params: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Computed:
    """A deadline and how it came about.

    Attributes:
        raw_due: the last day by count; supervisors take it as the warning date.
        due: the last day after rolling.
        provisional: it depends on a year that is not announced.
    """

    raw_due: date
    due: date
    provisional: bool
    steps: tuple[Step, ...]


def compute(rule: PeriodRule, start: date, calendar: WorkingCalendar, total_days: int | None = None) -> Computed:
    """The deadline of a rule that started on a day.

    Args:
        start: the day of the event, in Asia/Shanghai.
        total_days: after an extension, the calendar days in all from the start.
    Raises:
        PeriodCapError: more days than the rule's cap, or an extension of a rule without one.
        CalendarRangeError: a day outside the calendar.
    """
    raw_due, counted = _count(rule, start, calendar, total_days)
    due = calendar.next_working_day(raw_due) if rule.roll_forward else raw_due
    steps = [Step("event", start), Step("rule", start, _rule_params(rule)), counted]
    # Calendar days count holidays too: there only those matter on which the last day fell.
    first_skipped = start if counted.code == "working_days" else raw_due - timedelta(days=1)
    if skipped := calendar.skipped_days(first_skipped, due):
        steps.append(Step("skipped", due, {"days": [(day.isoformat(), name) for day, name in skipped]}))
    if due != raw_due:
        steps.append(Step("rolled", due, {"raw": raw_due.isoformat()}))
    provisional = calendar.is_provisional(due)
    if provisional:
        steps.append(Step("provisional", due, {"year": due.year}))
    return Computed(raw_due, due, provisional, tuple(steps))


def _count(rule: PeriodRule, start: date, calendar: WorkingCalendar, total_days: int | None) -> tuple[date, Step]:
    first = start if rule.start_day_excluded else start - timedelta(days=1)
    if total_days is not None:
        _check_cap(rule, total_days)
        raw_due = first + timedelta(days=total_days)
        return raw_due, Step("extended", raw_due, {"amount": total_days, "cap": rule.hard_cap})
    if rule.unit == Unit.WORKING_DAYS:
        raw_due = calendar.add_working_days(first, rule.amount)
        return raw_due, Step("working_days", raw_due, {"amount": rule.amount})
    raw_due = first + timedelta(days=rule.amount)
    return raw_due, Step("calendar_days", raw_due, {"amount": rule.amount})


def _check_cap(rule: PeriodRule, total_days: int) -> None:
    if rule.hard_cap is None:
        raise PeriodCapError(_("%(name)s can't be extended.") % {"name": rule.name})
    if not rule.amount <= total_days <= rule.hard_cap:
        raise PeriodCapError(
            _("%(name)s may last from %(amount)s to %(cap)s days in all.")
            % {"name": rule.name, "amount": rule.amount, "cap": rule.hard_cap}
        )


def _rule_params(rule: PeriodRule) -> dict[str, object]:
    return {"name": rule.name, "version": rule.version, "citation": rule.citation}


def render_step(step: Step) -> str:
    """One step in the reader's language."""
    params = step.params
    day = formats.date_format(step.date, "DATE_FORMAT")
    match step.code:
        case "event":
            return _("The event took place on %(day)s; that day itself is not counted.") % {"day": day}
        case "rule":
            return _("Rule: %(name)s, version %(version)s (%(citation)s).") % params
        case "working_days":
            return ngettext(
                "%(amount)s working day later is %(day)s.", "%(amount)s working days later is %(day)s.", _amount(step)
            ) % {"amount": params["amount"], "day": day}
        case "calendar_days":
            return ngettext(
                "%(amount)s calendar day later is %(day)s.", "%(amount)s calendar days later is %(day)s.", _amount(step)
            ) % {"amount": params["amount"], "day": day}
        case "extended":
            return _("Extended to %(amount)s days in all, at most %(cap)s: %(day)s.") % {**params, "day": day}
        case "skipped":
            return _("Days off in between: %(days)s.") % {"days": _named_days(params["days"])}
        case "rolled":
            return _("That is not a working day, so the deadline moves to %(day)s.") % {"day": day}
        case _:
            return _("The holidays of %(year)s are not announced yet: this day is provisional.") % params


def _amount(step: Step) -> int:
    return int(str(step.params["amount"]))


def _named_days(days: object) -> str:
    assert isinstance(days, list)
    return _(", ").join(
        _("%(day)s (%(occasion)s)")
        % {"day": formats.date_format(date.fromisoformat(day), "MONTH_DAY_FORMAT"), "occasion": name}
        for day, name in days
    )
