"""Which roles a user holds, and where; every permission in the other rooms is built from these answers."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from casework.parties.models import Role, User, division_prefix

AnyUser = User | AnonymousUser


def departments_with(user: AnyUser, *roles: Role) -> frozenset[int]:
    """Ids of the departments in which the user holds one of the roles; empty for the anonymous and the inactive."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return frozenset(held.department_id for held in user.held_roles if held.role in roles)


def division_prefixes_with(user: AnyUser, *roles: Role) -> frozenset[str]:
    """Prefixes of the division subtrees that the user oversees in one of the roles; "" is the whole nation."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    return frozenset(division_prefix(held.department.division_id) for held in user.held_roles if held.role in roles)


def has_role(user: AnyUser, *roles: Role) -> bool:
    """Whether the user holds one of the roles anywhere."""
    return bool(departments_with(user, *roles))


def is_staff_member(user: AnyUser) -> bool:
    """Whether the user holds any role in any department."""
    return isinstance(user, User) and user.is_active and bool(user.held_roles)
