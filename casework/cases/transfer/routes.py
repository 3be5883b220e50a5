"""Who should handle a case: routes are rows, the suggestion says its reason, the person decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from casework.cases.models import Case
from casework.cases.transfer.models import Hop, Ownership, Route
from casework.cases.transfer.rules import departments_for, transfer_rules
from casework.parties.models import NATION, Department


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


def suggestion_for(case: Case, on: date) -> Suggestion | None:
    """The department that a case should go to, by its kind's routes in force on a day.

    The route with the most criteria that match wins, then the narrower division, then the older row. What the common
    superior designated comes before every route.
    """
    last = case.hops.select_related("designated").order_by("-number").first()
    if last is not None and last.status == Hop.Status.RETURNED and last.designated is not None:
        return Suggestion(last.designated, _("Designated by the common superior."), last.decision_note, None)
    best = max(_matching(case, on), key=_weight, default=None)
    if best is None:
        return None
    return Suggestion(best.department, best.reason, f"{best.citation} ({best.get_certainty_display()})", best)


def _matching(case: Case, on: date) -> QuerySet[Route]:
    wanted, code = transfer_rules(case.kind).wanted(case), case.division_id
    above = {code, code[:4] + "00", code[:2] + "0000", NATION}
    # A central body belongs to no place: only a route that names it as central tells where it goes.
    owners = [wanted.ownership] if wanted.ownership == Ownership.CENTRAL else ["", wanted.ownership]
    return Route.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on),
        Q(division=None) | Q(division__in=above),
        kind=case.kind,
        effective_from__lte=on,
        respondent_type__in=["", wanted.party_type],
        ownership__in=owners,
        sector__in=["", wanted.sector],
        department__in=departments_for(case),
    ).select_related("department")


def _weight(route: Route) -> tuple[int, int, int]:
    division = route.division_id or ""
    criteria = sum(map(bool, (route.respondent_type, route.ownership, route.sector, division)))
    return criteria, len(division.rstrip("0")), -route.pk
