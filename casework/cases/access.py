"""Who may see a case: the one definition that lists, pages, files, search, export, admin, API and reports all use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from casework.parties.models import Role, User
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with

if TYPE_CHECKING:
    from casework.cases.actors import Actor
    from casework.cases.models import Case

# Roles that work on the cases of their own department, and roles that look over a division's subtree.
RECEIVING_ROLES = (Role.RECEIVING_CLERK, Role.DEPARTMENT_HEAD)
HANDLING_ROLES = (Role.HANDLING_CASEWORKER, Role.DEPARTMENT_HEAD)
OVERSIGHT_ROLES = (Role.SUPERVISOR, Role.AUDITOR)
# Kinds that people of a role of their own work on, beside clerks and heads: credit officers on credit records.
_officers: dict[str, Role] = {}


# Where several people stand on a complainant's side (a firm's members, an agent with a power of attorney), a room above
# says who; without it the account that filed is the only one.
_sides: list[Callable[[User], Q]] = []


def register_sides(scope: Callable[[User], Q]) -> None:
    """Say on which cases an account stands on the complainant's side; called from an app's ready()."""
    _sides[:] = [scope]


def complainant_scope(user: User) -> Q:
    """The cases on whose complainant's side the user stands. Staff stand there only in what they filed themselves."""
    if user.is_staff or not _sides:
        return Q(complainant_user=user)
    return _sides[0](user)


def is_complainant(user: User | None, case: Case) -> bool:
    """Whether the signed-in user stands on the complainant's side of this case at this moment."""
    if user is None or not user.is_active:
        return False
    if user.is_staff or not _sides:
        return case.complainant_user_id == user.pk
    return type(case)._default_manager.filter(complainant_scope(user), pk=case.pk).exists()


def register_officers(kind: str, role: Role) -> None:
    """Say who else works on a kind of case in the department that received it; called from an app's ready()."""
    _officers[kind] = role


def officer_role(kind: str) -> Role | None:
    """The role of those who work on a kind besides; None for most."""
    return _officers.get(kind)


def officer_roles() -> frozenset[Role]:
    """All roles that work on a kind of their own."""
    return frozenset(_officers.values())


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, narrowed by who looks."""

    def visible_to(self, user: AnyUser) -> Self:
        """Only the cases that the user may see.

        A complainant sees what stands in the account or in one of its firms, drafts included. A clerk, caseworker or
        head sees what the department received or handles; a supervisor or auditor sees the division's subtree; all of
        them without drafts. A system administrator or catalogue editor sees no case through that role, a credit officer
        only records (art. 25(5)).
        """
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(complainant_scope(user) | (staff_scope(user) & ~Q(state="draft")))

    def open(self) -> Self:
        """Cases that have not ended."""
        return self.filter(ended_on=None)


def staff_scope(user: User) -> Q:
    """The cases that the user's memberships reach; matches nothing without one."""
    scope = Q(pk__in=[])
    if receiving := departments_with(user, *RECEIVING_ROLES):
        scope |= Q(receiving_department__in=receiving)
    if handling := departments_with(user, *HANDLING_ROLES):
        scope |= Q(handling_department__in=handling)
    for kind, role in _officers.items():
        if keeping := departments_with(user, role):
            scope |= Q(kind=kind, receiving_department__in=keeping)
    for prefix in division_prefixes_with(user, *OVERSIGHT_ROLES):
        scope |= Q(division__code__startswith=prefix)
    return scope


def roles_on(actor: Actor, case: Case) -> frozenset[Role]:
    """The roles in which the actor stands to this case: what the flow's table of moves is asked with.

    A head stands in for the people of the own department, on the side of the case that it has and on no other.
    """
    roles: set[Role] = set()
    user = actor.user
    if actor.kind == "complainant" or is_complainant(user, case):
        roles.add(Role.COMPLAINANT)
    if user is not None:
        roles.update(_department_roles(user, case))
    return frozenset(roles)


def _department_roles(user: User, case: Case) -> Iterable[Role]:
    for role, department in (
        (Role.RECEIVING_CLERK, case.receiving_department_id),
        (Role.HANDLING_CASEWORKER, case.handling_department_id),
    ):
        if department in departments_with(user, role, Role.DEPARTMENT_HEAD):
            yield role
    officer = _officers.get(case.kind)
    if officer and case.receiving_department_id in departments_with(user, officer, Role.DEPARTMENT_HEAD):
        # Whoever keeps the record stands on the receiving side of it: notes, letters and contacts are theirs.
        yield from (officer, Role.RECEIVING_CLERK)
    if {case.receiving_department_id, case.handling_department_id} & departments_with(user, Role.DEPARTMENT_HEAD):
        yield Role.DEPARTMENT_HEAD
    for role in OVERSIGHT_ROLES:
        if any(case.division_id.startswith(prefix) for prefix in division_prefixes_with(user, role)):
            yield role
