"""Reading the clocks: the calendar in force, the rule version of a day, the reasons of a deadline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import takewhile
from typing import Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from casework.clocks.calendar import WorkingCalendar
from casework.clocks.models import (
    OPEN_STATUSES,
    CalendarDay,
    CalendarStamp,
    CalendarYear,
    Deadline,
    StatutoryPeriod,
)
from casework.clocks.periods import Computed, Pause, PeriodRule, Unit, compute, render_step

# How far beyond the announced years a deadline may be computed, provisionally.
PROVISIONAL_YEARS = 2


class PeriodNotFound(LookupError):
    """No published version of the rule is in force on the day."""


class CalendarMissing(LookupError):
    """No calendar is loaded."""


class HasDeadlines(Protocol):
    """A case, as far as this room, below the cases, needs to know it."""

    @property
    def pk(self) -> int: ...


def current_calendar(division: str = "") -> WorkingCalendar:
    """The calendar of a division: the national one with the extra days of the division and those above it.

    Built once for each state of the tables in each process. A change by another process is seen with its commit: a
    trigger leaves a new stamp with every change, and the stamp is read on each call.

    Args:
        division: six digits of GB/T 2260; "" or 000000 is the nation.
    Raises:
        CalendarMissing: nothing is loaded; `manage.py load_clocks` does.
    """
    stamp = CalendarStamp.objects.values_list("stamp", flat=True).first()
    if stamp is None:
        raise CalendarMissing("No calendar is loaded: run manage.py load_clocks.")
    local = _local_divisions(stamp)
    return _build_calendar(tuple(code for code in division_chain(division) if code in local), stamp)


@lru_cache(maxsize=4)
def _local_divisions(stamp: UUID) -> frozenset[str]:
    return frozenset(CalendarDay.objects.exclude(division="").values_list("division", flat=True).distinct())


@lru_cache(maxsize=64)
def _build_calendar(local: tuple[str, ...], stamp: UUID) -> WorkingCalendar:
    announced_of = dict(CalendarYear.objects.order_by("year").values_list("year", "announced"))
    if not announced_of:
        raise CalendarMissing("No calendar is loaded: run manage.py load_clocks.")
    first = min(announced_of)
    announced = len(list(takewhile(lambda year: announced_of.get(year), range(first, max(announced_of) + 1))))
    known = len(list(takewhile(announced_of.__contains__, range(first, first + announced + PROVISIONAL_YEARS))))
    holidays, make_up_days = _exceptions(local)
    return WorkingCalendar(first, first + known - 1, holidays, make_up_days, announced_until=first + announced - 1)


def _exceptions(local: tuple[str, ...]) -> tuple[dict[date, str], dict[date, str]]:
    """Days off and make-up days by date; the smaller division's word comes last and holds."""
    rows = CalendarDay.objects.filter(division__in=["", *local]).order_by("division", "date")
    days = {day: (kind, name) for day, kind, name in rows.values_list("date", "kind", "name")}
    holiday, workday = CalendarDay.Kind.HOLIDAY, CalendarDay.Kind.WORKDAY
    return (
        {day: name for day, (kind, name) in days.items() if kind == holiday},
        {day: name for day, (kind, name) in days.items() if kind == workday},
    )


def division_chain(division: str) -> list[str]:
    """A division and those above it, without the nation: province, city, county.

    Args:
        division: six digits of GB/T 2260, or "".
    """
    if not division.strip("0"):
        return []
    return list(dict.fromkeys([division[:2] + "0000", division[:4] + "00", division]))


def period_for(code: str, on: date, division: str = "") -> StatutoryPeriod:
    """The published version in force on the start day; the smallest division's own rule comes before the national one.

    Raises:
        PeriodNotFound: none is in force.
    """
    in_force = StatutoryPeriod.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on),
        code=code,
        division__in=["", *division_chain(division)],
        status=StatutoryPeriod.Status.PUBLISHED,
        effective_from__lte=on,
    )
    period = in_force.order_by("-division", "-effective_from", "-version").first()
    if period is None:
        raise PeriodNotFound(f"No published version of {code} is in force on {on.isoformat()}.")
    return period


def rule_of(period: StatutoryPeriod) -> PeriodRule:
    """The pure rule of a stored version."""
    return PeriodRule(
        code=period.code,
        name=period.name,
        version=period.version,
        amount=period.amount,
        unit=Unit(period.unit),
        citation=period.citation,
        start_day_excluded=period.start_day_excluded,
        roll_forward=period.roll_forward,
        hard_cap=period.hard_cap,
        pausable=period.pausable,
        due_month=period.due_month or 0,
        due_day=period.due_day or 0,
    )


def expected_deadline(code: str, start: date, division: str = "") -> Computed:
    """The deadline that a clock started on a day would have, without starting one.

    Raises:
        PeriodNotFound: no version is in force on the day.
    """
    return compute(rule_of(period_for(code, start, division)), start, current_calendar(division))


def computed(deadline: Deadline, calendar: WorkingCalendar | None = None) -> Computed:
    """A stored deadline computed again from its inputs, by today's calendar.

    Args:
        calendar: that of the deadline's division, if the caller has it.
    """
    calendar = calendar or current_calendar(deadline.division)
    rule, pauses = rule_of(deadline.period), pauses_of(deadline)
    return compute(rule, deadline.started_on, calendar, deadline.total_days, pauses)


def pauses_of(deadline: Deadline) -> tuple[Pause, ...]:
    """The days that a stored deadline doesn't count; asks the database only where the rule may be paused."""
    if deadline.pk is None or not deadline.period.pausable:
        return ()
    return tuple(Pause(pause.first_on, pause.last_on, pause.reason) for pause in deadline.pauses.all())


def explain(deadline: Deadline) -> list[str]:
    """The ordered reasons of a deadline as sentences in the reader's language."""
    return [render_step(step) for step in computed(deadline).steps]


def explain_open(deadlines: Iterable[Deadline]) -> dict[int, list[str]]:
    """The reasons of those that are open, by id; the calendar of each division is asked for once.

    An ended one isn't counted again: the calendar may have changed since.
    """
    calendars: dict[str, WorkingCalendar] = {}
    reasons = {}
    for deadline in deadlines:
        if deadline.status in OPEN_STATUSES:
            if deadline.division not in calendars:
                calendars[deadline.division] = current_calendar(deadline.division)
            steps = computed(deadline, calendars[deadline.division]).steps
            reasons[deadline.pk] = [render_step(step) for step in steps]
    return reasons


def deadlines_of(case: HasDeadlines) -> QuerySet[Deadline]:
    """A case's clocks with all that explains them, the oldest first."""
    rows = Deadline.objects.filter(case_id=case.pk).select_related("period").order_by("started_on", "pk")
    return rows.prefetch_related("pauses", "extensions__approved_by")


def open_deadlines() -> QuerySet[Deadline]:
    """Running and missed clocks, the most urgent first."""
    return Deadline.objects.filter(status__in=OPEN_STATUSES).select_related("period").order_by("due", "pk")
