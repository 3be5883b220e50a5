"""Reading the clocks: the calendar in force, the rule version of a day, the reasons of a deadline."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.db.models import Max, Q

from casework.clocks.calendar import WorkingCalendar
from casework.clocks.models import CalendarDay, CalendarYear, Deadline, StatutoryPeriod
from casework.clocks.periods import Computed, PeriodRule, Unit, compute, render_step


class PeriodNotFound(LookupError):
    """No published version of the rule is in force on the day."""


class CalendarMissing(LookupError):
    """No calendar is loaded."""


def current_calendar(division: str = "") -> WorkingCalendar:
    """The calendar of a division: the national one with the division's own extra days.

    Built once for each state of the tables in each process; a change by another process is seen at once.

    Args:
        division: six digits; "" is the nation.
    Raises:
        CalendarMissing: nothing is loaded; `manage.py load_reference` does.
    """
    stamp = CalendarYear.objects.aggregate(changed=Max("updated_at"))["changed"]
    if stamp is None:
        raise CalendarMissing("No calendar is loaded: run manage.py load_reference.")
    local = division if division and _has_local_days(division, str(stamp)) else ""
    return _build_calendar(local, str(stamp))


@lru_cache(maxsize=4096)
def _has_local_days(division: str, stamp: str) -> bool:
    return CalendarDay.objects.filter(_of_division(division) & ~Q(division="")).exists()


def _of_division(division: str) -> Q:
    return Q(division__in=["", division, division[:2] + "0000", division[:4] + "00"])


@lru_cache(maxsize=64)
def _build_calendar(division: str, stamp: str) -> WorkingCalendar:
    years = list(CalendarYear.objects.order_by("year").values_list("year", "announced"))
    days = CalendarDay.objects.filter(_of_division(division) if division else Q(division=""))
    rows = list(days.values_list("date", "kind", "name"))
    return WorkingCalendar(
        years[0][0],
        years[-1][0],
        {day: name for day, kind, name in rows if kind == CalendarDay.Kind.HOLIDAY},
        [day for day, kind, _name in rows if kind == CalendarDay.Kind.WORKDAY],
        max((year for year, announced in years if announced), default=years[0][0] - 1),
    )


def period_for(code: str, on: date, division: str = "") -> StatutoryPeriod:
    """The published version in force on the start day; a division's own rule comes before the national one.

    Raises:
        PeriodNotFound: none is in force.
    """
    places = ["", division[:2] + "0000", division[:4] + "00", division] if division else [""]
    period = (
        StatutoryPeriod.objects.filter(
            Q(effective_to=None) | Q(effective_to__gte=on),
            code=code,
            division__in=places,
            status=StatutoryPeriod.Status.PUBLISHED,
            effective_from__lte=on,
        )
        .order_by("-division", "-version")
        .first()
    )
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
    )


def computed(deadline: Deadline) -> Computed:
    """A stored deadline computed again from its inputs."""
    calendar = current_calendar(deadline.division)
    return compute(rule_of(deadline.period), deadline.started_on, calendar, deadline.total_days)


def explain(deadline: Deadline) -> list[str]:
    """The ordered reasons of a deadline in the reader's language."""
    return [render_step(step) for step in computed(deadline).steps]
