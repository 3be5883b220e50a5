"""The public figures of one kind of case and one year of filing, each with its definition beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractMonth
from django.utils import timezone

from casework.cases.models import Case
from casework.clocks.models import Deadline, StatutoryPeriod
from casework.parties.models import Division
from casework.reports.definitions import FILED, PARTS, count_annotations
from casework.reports.public.suppression import LEAST, Hidden, hide, may_show_sum

KEPT_SECONDS = 3600
FIRST_YEAR = 2020
_paid: dict[str, Callable[[Iterable[int]], dict[int, Decimal]]] = {}


@dataclass(frozen=True)
class Stage:
    """How long one stage took, and how often it was in time.

    Attributes:
        days: the median of calendar days from the clock's start to its end; None where too few have ended.
        in_time: clocks met in time and those that were not, hidden like every pair of parts.
    """

    code: str
    days: float | None
    in_time: Hidden


@dataclass(frozen=True)
class Figures:
    """What was counted, at what time.

    Attributes:
        places: codes of provinces, as `by_place` has them.
        claimed, paid: yuan; None where they may not be shown.
    """

    kind: str
    year: int
    at: datetime
    parts: Hidden
    by_month: Hidden
    places: tuple[str, ...]
    by_place: Hidden
    stages: tuple[Stage, ...]
    claimed: Decimal | None
    paid: Decimal | None
    has_development: bool

    @property
    def is_empty(self) -> bool:
        """Whether nothing was filed."""
        return self.parts.total == 0


def register_paid(kind: str, paid_of: Callable[[Iterable[int]], dict[int, Decimal]]) -> None:
    """Say what was paid on the cases of a kind.

    Args:
        paid_of: from ids of cases to confirmed payments by case, those without one left out.
    """
    _paid[kind] = paid_of


def figures(kind: str, year: int) -> Figures:
    """The figures, at most an hour old: everybody sees the same ones, and two looks can't be subtracted."""
    found: Figures | None = cache.get_or_set(
        f"public-figures:{kind}:{year}", lambda: count_figures(kind, year), KEPT_SECONDS
    )
    assert found is not None
    return found


def count_figures(kind: str, year: int) -> Figures:
    """Count now, in a fixed number of queries."""
    cases = Case.objects.filter(FILED, kind=kind, submitted_on__year=year).order_by()
    counted = cases.aggregate(**{part.key: Count("pk", filter=part.condition) for part in PARTS})
    places, by_place = _by_place(cases)
    return Figures(
        kind=kind,
        year=year,
        at=timezone.now(),
        parts=hide([counted[part.key] for part in PARTS]),
        by_month=hide(_by_month(cases)),
        places=places,
        by_place=by_place,
        stages=_stages(cases),
        claimed=_sum(cases.filter(amount__gt=0).values_list("amount", flat=True)),
        paid=_sum(_paid[kind](cases.values_list("pk", flat=True)).values()) if kind in _paid else None,
        has_development=cases.filter(is_development=True).exists(),
    )


def _by_month(cases: QuerySet[Case]) -> list[int]:
    rows = cases.annotate(month=ExtractMonth("submitted_on")).values_list("month").annotate(Count("pk"))
    found = dict(rows)
    return [found.get(month, 0) for month in range(1, 13)]


def _by_place(cases: QuerySet[Case]) -> tuple[tuple[str, ...], Hidden]:
    found: Counter[str] = Counter()
    for code, count in cases.values_list("division_id").annotate(Count("pk")):
        found[f"{code[:2]}0000"] += count
    places = tuple(sorted(found))
    return places, hide([found[place] for place in places])


def _stages(cases: QuerySet[Case]) -> tuple[Stage, ...]:
    clocks = Deadline.objects.filter(case__in=cases).order_by()
    by_code = clocks.values("code").annotate(**count_annotations(timezone.localdate()))
    counted: dict[str, dict[str, Any]] = {row["code"]: dict(row) for row in by_code}
    lengths: dict[str, list[int]] = {}
    done = clocks.filter(status__in=(Deadline.Status.MET, Deadline.Status.MET_LATE))
    for code, first, last in done.values_list("code", "started_on", "ended_on"):
        if last:
            lengths.setdefault(code, []).append((last - first).days)
    known = StatutoryPeriod.objects.order_by("pk").values_list("code", flat=True)
    return tuple(
        Stage(code, _median(lengths.get(code, [])), hide([row["met"], row["met_late"] + row["late"]]))
        for code in dict.fromkeys(known)
        if (row := counted.get(code)) and row["met"] + row["met_late"] + row["late"]
    )


def _median(days: Sequence[int]) -> float | None:
    return median(days) if len(days) >= LEAST else None


def _sum(amounts: Iterable[Decimal]) -> Decimal | None:
    """The sum in ten thousands of yuan, back in yuan: the last digits belong to somebody."""
    listed = list(amounts)
    return round(sum(listed, Decimal(0)), -4) if may_show_sum(listed) else None


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of divisions by code."""
    return dict(Division.objects.filter(pk__in=list(codes)).values_list("pk", "name"))


def years(kind: str) -> list[int]:
    """Years in which cases of the kind were filed, the newest first; always this one."""
    today = timezone.localdate()
    filed = Case.objects.filter(Q(kind=kind) & FILED).order_by()
    found: set[date] = set(filed.dates("submitted_on", "year"))
    return sorted({today.year, *(day.year for day in found)}, reverse=True)
