"""Who may do what with a typical case: its department writes, a head there approves, joint heads answer."""

from __future__ import annotations

from casework.cases.access import HANDLING_ROLES
from casework.parties.models import Role
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with
from fees.exposure.models import JointDepartment, TypicalCase

WRITERS = HANDLING_ROLES
READERS = (*HANDLING_ROLES, Role.SUPERVISOR, Role.AUDITOR)


def may_write_for(user: AnyUser, department_id: int | None) -> bool:
    """Whether the user writes cases of a department."""
    return department_id in departments_with(user, *WRITERS)


def may_write(user: AnyUser, case: TypicalCase) -> bool:
    """Whether the user writes, submits and publishes the case and asks joint departments."""
    return may_write_for(user, case.department_id)


def may_approve(user: AnyUser, case: TypicalCase) -> bool:
    """Whether the user heads the department; that somebody else wrote it is asked when it is approved."""
    return case.department_id in departments_with(user, Role.DEPARTMENT_HEAD)


def may_withdraw(user: AnyUser, case: TypicalCase) -> bool:
    """The head of the department, or a supervisor of its place."""
    place = case.department.division_id
    return may_approve(user, case) or any(
        place.startswith(prefix) for prefix in division_prefixes_with(user, Role.SUPERVISOR)
    )


def may_answer(user: AnyUser, joint: JointDepartment) -> bool:
    """Whether the user heads the department that was asked."""
    return joint.department_id in departments_with(user, Role.DEPARTMENT_HEAD)
