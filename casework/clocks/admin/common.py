"""Who may look after calendar and periods."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def runs_system(request: HttpRequest) -> bool:
    """Whether a system administrator asks. Roles belong to a room above this one: only their stored value is known."""
    user = request.user
    if not (user.is_active and user.is_staff):
        return False
    held = getattr(user, "held_roles", ())
    return user.is_superuser or any(membership.role == "system_administrator" for membership in held)


class ReadOnly:
    """What a system administrator may read and nobody may change here."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether it stands in the menu."""
        return runs_system(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Read."""
        return runs_system(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Delete."""
        return False
