"""Reading typical cases: what everybody may read."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Prefetch, Q, QuerySet

from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.parties.models import division_prefix
from fees.exposure.models import JointDepartment, TypicalCase


def with_parts(rows: QuerySet[TypicalCase]) -> QuerySet[TypicalCase]:
    """With department, place, categories and the departments that agreed (`agreed`)."""
    agreed = JointDepartment.objects.filter(state=JointDepartment.State.AGREED).select_related("department")
    return rows.select_related("department", "division__parent__parent").prefetch_related(
        "categories", Prefetch("joint", queryset=agreed, to_attr="agreed")
    )


def published_cases(
    *, words: str = "", batch: str = "", category: str = "", division: str = ""
) -> QuerySet[TypicalCase]:
    """Public cases, the newest first.

    Args:
        words: each of them has to occur in title, payee or text.
        category: a code of the list `fee.violation`.
        division: of this place and the places in it; "" of every place.
    """
    rows = TypicalCase.objects.published()
    for word in words.split():
        rows = rows.filter(Q(title__icontains=word) | Q(published_name__icontains=word) | Q(narrative__icontains=word))
    if batch:
        rows = rows.filter(batch=batch)
    if category:
        rows = rows.filter(categories__code=category)
    if division:
        rows = rows.filter(division__code__startswith=division_prefix(division))
    return with_parts(rows).order_by("-published_on", "-id")


def shown_case(pk: int) -> TypicalCase | None:
    """A case that everybody may read or could read once; the caller says of a withdrawn one only that it is."""
    shown = (TypicalCase.Status.PUBLISHED, TypicalCase.Status.WITHDRAWN)
    return with_parts(TypicalCase.objects.filter(status__in=shown)).filter(pk=pk).first()


def batches() -> list[str]:
    """The names of the batches that have a public case, the newest first."""
    rows = TypicalCase.objects.published().exclude(batch="").order_by().values("batch")
    return [row["batch"] for row in rows.annotate(newest=Max("published_on")).order_by("-newest", "batch")]


def violation_kinds(day: date) -> list[CitedTerm]:
    """The list `fee.violation` on a day."""
    return list(terms_in_force("fee.violation", day))
