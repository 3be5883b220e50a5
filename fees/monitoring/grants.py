"""Which points this browser may write for, and how often one may guess."""

from __future__ import annotations

from django.http import HttpRequest

from casework.cases.errors import CaseNotFound
from casework.portal.code_grants import CodeGrants
from fees.monitoring.answers import is_retired
from fees.monitoring.models import MonitoringPoint

GRANTS = CodeGrants("monitoring_points", "fees.monitoring")


def granted_point(request: HttpRequest, reference: str) -> MonitoringPoint:
    """The point of this reference, if this browser proved its present access code.

    Raises:
        CaseNotFound: not for this browser; whether it exists is told to nobody.
    """
    point = MonitoringPoint.objects.select_related("department").filter(reference=reference).first()
    if point is None or is_retired(point) or not GRANTS.holds(request, point.pk, point.code_hash):
        raise CaseNotFound
    return point
