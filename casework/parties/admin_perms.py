"""Who may do what in the admin: asked of the roles that a user holds, not of Django's model permissions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from casework.parties.models import Role, User
from casework.parties.perms import AnyUser, has_role, is_staff_member

SYSTEM = (Role.SYSTEM_ADMINISTRATOR,)


def is_system_administrator(user: AnyUser) -> bool:
    """Whether the user looks after accounts and reference data; a superuser does, to begin an empty installation."""
    return has_role(user, *SYSTEM) or (isinstance(user, User) and user.is_active and user.is_superuser)


def may_enter(user: AnyUser) -> bool:
    """Whether the admin opens at all: staff with a role in a department, and the first superuser."""
    if not (isinstance(user, User) and user.is_active and user.is_staff):
        return False
    return user.is_superuser or is_staff_member(user)


def holds(user: AnyUser, roles: tuple[Role, ...]) -> bool:
    """Whether the user holds one of the roles; the superuser counts as system administrator and as nothing else."""
    return has_role(user, *roles) or (Role.SYSTEM_ADMINISTRATOR in roles and is_system_administrator(user))


class RolePermissions:
    """Mixin for a ModelAdmin: each right belongs to roles. A right without roles belongs to nobody.

    Attributes:
        view_roles: who may read; whoever may change may read too.
    """

    view_roles: tuple[Role, ...] = ()
    add_roles: tuple[Role, ...] = ()
    change_roles: tuple[Role, ...] = ()
    delete_roles: tuple[Role, ...] = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the model stands in the menu."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the user may read."""
        return may_enter(request.user) and holds(request.user, (*self.view_roles, *self.change_roles))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the user may add."""
        return may_enter(request.user) and holds(request.user, self.add_roles)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the user may change."""
        return may_enter(request.user) and holds(request.user, self.change_roles)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the user may delete."""
        return may_enter(request.user) and holds(request.user, self.delete_roles)


class ForSystemAdministrators(RolePermissions):
    """Everything belongs to system administrators."""

    view_roles = add_roles = change_roles = delete_roles = SYSTEM
