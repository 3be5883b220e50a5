"""The common superior of two departments: a supervisor of a division above both."""

from __future__ import annotations

from casework.cases.models import Case
from casework.cases.transfer.models import Hop
from casework.parties.models import Membership, Role, User, division_prefix
from casework.parties.perms import division_prefixes_with


def is_common_superior(user: User | None, hop: Hop) -> bool:
    """Whether the user supervises a division above the department that has the case and the one it proposes."""
    if user is None:
        return False
    return any(_common_prefix(hop).startswith(prefix) for prefix in division_prefixes_with(user, Role.SUPERVISOR))


def common_superiors(case: Case, hop: Hop) -> list[User]:
    """The nearest supervisors above both departments who see the case; those further up only where there are none."""
    common = _common_prefix(hop)
    rows = Membership.objects.filter(role=Role.SUPERVISOR, user__is_active=True).select_related("user", "department")
    above: dict[str, list[User]] = {}
    for row in rows:
        prefix = division_prefix(row.department.division_id)
        if common.startswith(prefix) and case.division_id.startswith(prefix):
            above.setdefault(prefix, []).append(row.user)
    return above[max(above, key=len)] if above else []


def _common_prefix(hop: Hop) -> str:
    """The leading digits of the narrowest division above both; "" is the nation."""
    assert hop.return_target is not None, "a return names its target"
    one, other = (division_prefix(place.division_id) for place in (hop.target, hop.return_target))
    return next((one[:digits] for digits in (6, 4, 2) if one[:digits] == other[:digits]), "")
