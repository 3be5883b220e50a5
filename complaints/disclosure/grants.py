"""Which bodies this browser may write for, and how often one may guess."""

from __future__ import annotations

from django.http import HttpRequest

from casework.cases.errors import CaseNotFound
from casework.portal.code_grants import CodeGrants
from complaints.disclosure.models import ObligedBody

GRANTS = CodeGrants("disclosing_bodies", "complaints.disclosure")


def granted_body(request: HttpRequest, reference: str) -> ObligedBody:
    """The body of this reference, if this browser proved its present access code.

    Raises:
        CaseNotFound: not for this browser; whether it exists is told to nobody.
    """
    rows = ObligedBody.objects.select_related("department", "subject").filter(retired_on=None)
    body: ObligedBody | None = rows.filter(reference=reference).first()
    if body is None or not GRANTS.holds(request, body.pk, body.code_hash):
        raise CaseNotFound
    return body
