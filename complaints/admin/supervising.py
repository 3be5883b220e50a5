"""What the case page shows to supervisors, and to the heads whom they call to account: alerts and measures."""

from __future__ import annotations

from typing import Any

from casework.parties.models import Role, User
from casework.parties.perms import has_role
from complaints.measures.models import DepartmentMeasure
from complaints.models import ArrearsComplaint
from complaints.protection.models import ThreatAlert


def supervision_context(complaint: ArrearsComplaint, user: User) -> dict[str, Any]:
    """Alerts of this case for supervisors of the division; measures towards departments that name it."""
    if not has_role(user, Role.SUPERVISOR, Role.DEPARTMENT_HEAD):
        return {}
    measures = DepartmentMeasure.objects.visible_to(user).filter(complaints=complaint)
    return {
        "alerts": list(ThreatAlert.objects.visible_to(user).filter(complaint=complaint)),
        "department_measures": list(measures.select_related("department", "letter")),
    }
