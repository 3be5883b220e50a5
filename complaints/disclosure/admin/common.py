"""What the admin's pages of the disclosures have in common."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from casework.staff_rooms import RoomAdmin, own_departments, staff


class DisclosureAdminBase(RoomAdmin):
    """Read by whoever the rows belong to; written by services only."""

    folder = "admin/complaints/disclosure"

    class Media:
        css = {"all": ("admin_casework/rules.css", "admin_casework/fees.css")}

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """What is added has pages of its own."""
        return False

    def require_department(self, request: HttpRequest) -> None:
        """Let only those go on who work in some department.

        Raises:
            PermissionDenied: nobody of a department.
        """
        if not (self.has_view_permission(request) and own_departments(staff(request)).exists()):
            raise PermissionDenied
