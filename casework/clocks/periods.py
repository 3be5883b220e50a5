"""A legal deadline as a pure function of (start day, rule version, calendar, extension), with its reasons in order.

Start day excluded, last day rolled forward: Civil Code arts 200-203 by analogy; SAMR Order 121 art. 45 counts alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from casework.clocks.calendar import DaysOff, WorkingCalendar

_ONE_DAY = timedelta(days=1)


class Unit(StrEnum):
    """In what a period is counted."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    YEARLY_DATE = "yearly_date"


class PeriodCapError(ValueError):
    """An extension that is none, or one beyond the longest total that the rule allows."""


class PauseError(ValueError):
    """A pause of a clock that the law doesn't let pause, or one that can't be."""


@dataclass(frozen=True, slots=True)
class PeriodRule:
    """One version of a statutory period.

    Args:
        amount: how many units.
        start_day_excluded: the day of the event isn't counted; the next one is day 1.
        roll_forward: a last day that isn't worked moves to the next working day.
        hard_cap: the longest total in the same unit from the start, extensions included; None: the rule names none.
        pausable: whether days may be taken out of the count; the handling clock of Decree 802 art. 25 knows no pause.
        due_month, due_day: for a rule that names a day of the year; `amount` then says which such day after the event.
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
    pausable: bool = False
    due_month: int = 0
    due_day: int = 0


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that aren't counted, both included, such as those of an expert's appraisal."""

    first: date
    last: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One reason in the computation, told by `render_step`."""

    code: str
    date: date
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Computed:
    """A deadline and how it came about.

    Attributes:
        raw_due: the last day by count; supervisors take it as the warning date.
        due: the last day after rolling.
        provisional: it depends on days that a coming State Council notice may change.
    """

    raw_due: date
    due: date
    provisional: bool
    steps: tuple[Step, ...]


def compute(
    rule: PeriodRule,
    start: date,
    calendar: WorkingCalendar,
    total_days: int | None = None,
    pauses: Sequence[Pause] = (),
) -> Computed:
    """The deadline of a rule that started on a day.

    Args:
        start: the day of the event, in Asia/Shanghai.
        total_days: after an extension, the days in all from the start, in the rule's unit; paused days aren't counted.
        pauses: in any order; days in several count as paused once.
    Raises:
        PeriodCapError: `total_days` is not longer than the rule's amount, or beyond its cap.
        PauseError: the rule can't be paused.
        CalendarRangeError: a day outside the calendar.
    """
    raw_due, due = due_days(rule, start, calendar, total_days, pauses)
    steps = tuple(_steps(rule, start, raw_due, due, calendar, total_days, pauses))
    return Computed(raw_due, due, calendar.is_provisional(due), steps)


def due_days(
    rule: PeriodRule,
    start: date,
    calendar: WorkingCalendar,
    total_days: int | None = None,
    pauses: Sequence[Pause] = (),
) -> tuple[date, date]:
    """The last day by count and the last day after rolling, without their reasons; see `compute`."""
    if total_days is not None:
        _check_extension(rule, total_days)
    if pauses and not rule.pausable:
        raise PauseError(_("The law doesn't let %(name)s pause.") % {"name": rule.name})
    before_first = start if rule.start_day_excluded else start - _ONE_DAY
    if rule.unit is Unit.YEARLY_DATE:
        raw_due = _day_of_year(rule, before_first)
    else:
        raw_due = _count(rule.unit, before_first, total_days or rule.amount, calendar, pauses)
    # Also where nothing rolls: a day outside the calendar is refused, not guessed.
    rolled = _roll(raw_due, calendar, pauses)
    return raw_due, rolled if rule.roll_forward else raw_due


def _count(
    unit: Unit, before_first: date, amount: int, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()
) -> date:
    """The last day by count. Each pause that begins before it puts off its end by the units that lie in the pause."""
    due = _plain_count(unit, before_first, amount, calendar)
    for pause in _disjoint(pauses, before_first + _ONE_DAY):
        if pause.first > due:
            break
        if unit is Unit.WORKING_DAYS:
            amount += calendar.working_days_between(pause.first, pause.last)
        else:
            amount += (pause.last - pause.first).days + 1
        due = _plain_count(unit, before_first, amount, calendar)
    return due


def _plain_count(unit: Unit, before_first: date, amount: int, calendar: WorkingCalendar) -> date:
    if unit is Unit.WORKING_DAYS:
        return calendar.add_working_days(before_first, amount)
    return before_first + timedelta(days=amount)


def _disjoint(pauses: Sequence[Pause], earliest: date) -> Iterator[Pause]:
    """The paused days from `earliest` on, in order and without overlap."""
    for pause in sorted(pauses, key=lambda pause: pause.first):
        first = max(pause.first, earliest)
        if first <= pause.last:
            yield Pause(first, pause.last)
            earliest = pause.last + _ONE_DAY


def _roll(day: date, calendar: WorkingCalendar, pauses: Sequence[Pause] = ()) -> date:
    """The day itself, or the first worked day after it that isn't paused."""
    rolled = calendar.next_working_day_on_or_after(day)
    for pause in _disjoint(pauses, day):
        if pause.first <= rolled <= pause.last:
            rolled = calendar.next_working_day_on_or_after(pause.last + _ONE_DAY)
    return rolled


def _day_of_year(rule: PeriodRule, before_first: date) -> date:
    """The first such day after the event, or a later one; the event's own year counts while the day is still ahead."""
    this_year = before_first.replace(month=rule.due_month, day=rule.due_day)
    years = rule.amount - 1 if this_year > before_first else rule.amount
    return this_year.replace(year=this_year.year + years)


def _check_extension(rule: PeriodRule, total_days: int) -> None:
    if rule.unit is Unit.YEARLY_DATE:
        raise PeriodCapError(_("%(name)s ends on a fixed day and can't be extended.") % {"name": rule.name})
    if total_days <= rule.amount:
        raise PeriodCapError(
            _("%(name)s lasts %(amount)s days already: an extension must be longer.")
            % {"name": rule.name, "amount": rule.amount}
        )
    if rule.hard_cap is not None and total_days > rule.hard_cap:
        raise PeriodCapError(
            _("%(name)s may last at most %(cap)s days in all.") % {"name": rule.name, "cap": rule.hard_cap}
        )


def _steps(
    rule: PeriodRule,
    start: date,
    raw_due: date,
    due: date,
    calendar: WorkingCalendar,
    total_days: int | None,
    pauses: Sequence[Pause],
) -> Iterator[Step]:
    yield Step("event" if rule.start_day_excluded else "event_counted", start)
    yield Step("rule", start, {"name": rule.name, "version": rule.version, "citation": rule.citation})
    if total_days is not None:
        yield Step("extended", raw_due, {"amount": total_days, "cap": rule.hard_cap, "unit": str(rule.unit)})
    yield Step(str(rule.unit), raw_due, {"amount": total_days or rule.amount})
    first = start + _ONE_DAY if rule.start_day_excluded else start
    if rule.unit is Unit.WORKING_DAYS:
        yield from _uncounted(first, raw_due, calendar)
    if paused := [pause for pause in pauses if pause.last >= first and pause.first <= due]:
        yield Step("paused", raw_due, {"days": [_paused(pause) for pause in sorted(paused, key=lambda p: p.first)]})
    if due != raw_due:
        off = list(calendar.days_off(raw_due, due - _ONE_DAY))
        yield Step("rolled", due, {"days": [_plain(days) for days in off]})
    if calendar.is_provisional(due):
        yield Step("provisional", due, {"from": calendar.provisional_from.isoformat()})


def _uncounted(first: date, last: date, calendar: WorkingCalendar) -> Iterator[Step]:
    if off := list(calendar.days_off(first, last)):
        yield Step("skipped", last, {"days": [_plain(days) for days in off]})
    if worked := calendar.make_up_days_between(first, last):
        yield Step("make_up", last, {"days": [(day.isoformat(), day.isoformat(), [name]) for day, name in worked]})


def _plain(days: DaysOff) -> tuple[str, str, list[str]]:
    """As JSON can keep it."""
    return days.first.isoformat(), days.last.isoformat(), list(days.names)


def _paused(pause: Pause) -> tuple[str, str, list[str]]:
    return pause.first.isoformat(), pause.last.isoformat(), [pause.reason] if pause.reason else []


def render_step(step: Step) -> str:
    """One step as a sentence in the reader's language."""
    return _TEXTS[step.code](step, formats.date_format(step.date, "DATE_FORMAT"))


def _event(step: Step, day: str) -> str:
    return _("The event took place on %(day)s; that day itself is not counted.") % {"day": day}


def _event_counted(step: Step, day: str) -> str:
    return _("The event took place on %(day)s; that day is the first day.") % {"day": day}


def _rule(step: Step, day: str) -> str:
    return _("Rule: %(name)s, version %(version)s (%(citation)s).") % step.params


def _extended(step: Step, day: str) -> str:
    if step.params["cap"] is None:
        return _("Extended to %(amount)s days in all.") % step.params
    return _("Extended to %(amount)s days in all; the rule allows at most %(cap)s.") % step.params


def _working_days(step: Step, day: str) -> str:
    amount = step.params["amount"]
    text = ngettext(
        "The last of %(amount)s working day is %(day)s.", "The last of %(amount)s working days is %(day)s.", amount
    )
    return text % {"amount": amount, "day": day}


def _calendar_days(step: Step, day: str) -> str:
    amount = step.params["amount"]
    text = ngettext(
        "The last of %(amount)s calendar day is %(day)s.", "The last of %(amount)s calendar days is %(day)s.", amount
    )
    return text % {"amount": amount, "day": day}


def _yearly_date(step: Step, day: str) -> str:
    return _("The rule names a day of the year: the next one after the event is %(day)s.") % {"day": day}


def _pauses(step: Step, day: str) -> str:
    return _("Paused, and so not counted: %(days)s.") % {"days": _listed(step, _("pause"))}


def _skipped(step: Step, day: str) -> str:
    return _("Not counted: %(days)s.") % {"days": _listed(step)}


def _make_up(step: Step, day: str) -> str:
    return _("Weekend days that are worked, and so counted: %(days)s.") % {"days": _listed(step)}


def _rolled(step: Step, day: str) -> str:
    return _("Days off: %(days)s. The deadline moves to %(day)s.") % {"days": _listed(step), "day": day}


def _provisional(step: Step, day: str) -> str:
    return _("The holidays are not announced that far ahead, so %(day)s is provisional.") % {"day": day}


_TEXTS: dict[str, Callable[[Step, str], str]] = {
    "event": _event,
    "event_counted": _event_counted,
    "rule": _rule,
    "extended": _extended,
    "working_days": _working_days,
    "calendar_days": _calendar_days,
    "yearly_date": _yearly_date,
    "paused": _pauses,
    "skipped": _skipped,
    "make_up": _make_up,
    "rolled": _rolled,
    "provisional": _provisional,
}


def _listed(step: Step, nameless: str = "") -> str:
    runs = ((date.fromisoformat(first), date.fromisoformat(last), names) for first, last, names in step.params["days"])
    return _(", ").join(_run(first, last, names, nameless or _("weekend")) for first, last, names in runs)


def _run(first: date, last: date, names: list[str], nameless: str) -> str:
    day, until = (formats.date_format(value, _("N j")) for value in (first, last))
    occasion = _(" and ").join(name for name in names if name) or nameless
    if first == last:
        return _("%(day)s (%(occasion)s)") % {"day": day, "occasion": occasion}
    return _("%(day)s to %(until)s (%(occasion)s)") % {"day": day, "until": until, "occasion": occasion}
