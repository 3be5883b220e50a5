"""Who registers a report, and who may verify it."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.parties.models import NATION, Department, Division, division_prefix
from fees.catalogue.selectors import places_above
from fees.report.models import FeeReport


def registering_department_for(division: Division) -> Department:
    """The department nearest to the place of the charge that registers reports (SAMR Order 121 arts 28-29).

    Raises:
        InvalidInput: for `division`, when none registers reports for the place here.
    """
    rows = Department.objects.filter(
        registers_reports=True, is_active=True, division__in=places_above(division.code)
    ).order_by("pk")
    nearest = max(rows, key=lambda department: len(division_prefix(department.division_id)), default=None)
    if nearest is None:
        raise InvalidInput(
            {"division": [_("No department registers reports for this place here. Use the platform or line 12315.")]}
        )
    return nearest


def verifying_departments_for(report: FeeReport) -> QuerySet[Department]:
    """Departments to which a report can be assigned: of the registering department's province, and national."""
    province = division_prefix(report.receiving_department.division_id)[:2]
    return Department.objects.filter(
        Q(division__code__startswith=province) | Q(division=NATION), verifies_reports=True, is_active=True
    )
