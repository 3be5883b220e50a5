"""Who should handle a complaint: routes are rows, the suggestion says its reason, the person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from casework.parties.models import NATION, Department
from complaints.models import ArrearsComplaint
from complaints.transfer.models import Hop, Ownership, Route


@dataclass(frozen=True)
class Suggestion:
    """A department with the reason for it.

    Attributes:
        route: the row that says so; None for a designation by the common superior, which binds.
    """

    department: Department
    reason: str
    source: str
    route: Route | None

    @property
    def is_binding(self) -> bool:
        """Whether no reason lets the sender choose another."""
        return self.route is None


def suggestion_for(complaint: ArrearsComplaint, on: date) -> Suggestion | None:
    """The department that a complaint should go to, by the routes in force on a day.

    The route with the most criteria that match wins, then the narrower division, then the older row. What the common
    superior designated comes before every route.
    """
    last = complaint.hops.select_related("designated").order_by("-number").first()
    if last is not None and last.status == Hop.Status.RETURNED and last.designated is not None:
        return Suggestion(last.designated, _("Designated by the common superior."), last.decision_note, None)
    best = max(_matching(complaint, on), key=_weight, default=None)
    if best is None:
        return None
    return Suggestion(best.department, best.reason, f"{best.citation} ({best.get_certainty_display()})", best)


def _matching(complaint: ArrearsComplaint, on: date) -> QuerySet[Route]:
    code, ownership = complaint.division_id, complaint.respondent_ownership
    above = {code, code[:4] + "00", code[:2] + "0000", NATION}
    # A central body belongs to no place: only a route that names it as central tells where it goes.
    owners = [ownership] if ownership == Ownership.CENTRAL else ["", ownership]
    return Route.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on),
        Q(division=None) | Q(division__in=above),
        effective_from__lte=on,
        respondent_type__in=["", complaint.respondent_type],
        ownership__in=owners,
        sector__in=["", complaint.respondent_sector],
        department__in=handling_departments_for(complaint),
    ).select_related("department")


def _weight(route: Route) -> tuple[int, int, int]:
    division = route.division_id or ""
    criteria = sum(map(bool, (route.respondent_type, route.ownership, route.sector, division)))
    return criteria, len(division.rstrip("0")), -route.pk


def handling_departments_for(complaint: ArrearsComplaint) -> QuerySet[Department]:
    """Departments to which a complaint can be transferred: below the receiving department's division, and national."""
    prefix = complaint.receiving_department.division.prefix
    return Department.objects.filter(
        Q(division__code__startswith=prefix) | Q(division=NATION), is_handling=True, is_active=True
    )
