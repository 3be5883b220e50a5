"""A room of our own in the admin: lists that `visible_to` narrows, pages, and steps that services carry out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from casework.cases.errors import ActionNotAllowed, CaseError, InvalidInput
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Department, User
from casework.parties.perms import departments_with
from casework.parties.scope import READING_ROLES, WORKING_ROLES
from casework.staff_pages import show_staff_page
from casework.staff_site import StaffModelAdmin


class RoomAdmin(RolePermissions, StaffModelAdmin):
    """Read by whoever the rows belong to; written by services only.

    Attributes:
        folder: of the room's templates.
    """

    view_roles = READING_ROLES
    folder = ""

    def get_queryset(self, request: HttpRequest) -> Any:
        """Only what `visible_to` shows."""
        return super().get_queryset(request).visible_to(request.user)

    def page(self, request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """A page of this room within the admin."""
        return show_staff_page(self, request, f"{self.folder}/{template}", context, status)

    def seen(self, request: HttpRequest, pk: int, *related: str) -> Any:
        """The row, if the user may see it.

        Raises:
            PermissionDenied: no role for this room.
            Http404: no such row, or not the user's; the two are told apart to nobody.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_queryset(request).select_related(*related).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def step(self, request: HttpRequest, row: Any, command: Callable[[], Any], said: str) -> bool:
        """Give a command, say what came of it, and log it; whether it was done."""
        try:
            command()
        except ActionNotAllowed as refusal:
            raise PermissionDenied from refusal
        except CaseError as refusal:
            tell_refusal(request, refusal)
            return False
        self.log_change(request, row, said)
        messages.success(request, said)
        return True


def tell_refusal(request: HttpRequest, refusal: CaseError) -> None:
    """Say why a step was refused, without the names of fields."""
    texts = [text for found in refusal.errors.values() for text in found] if isinstance(refusal, InvalidInput) else []
    for text in texts or [str(refusal)]:
        messages.error(request, text)


def add_errors(form: Any, refusal: InvalidInput) -> None:
    """Put what a service refused to the form's fields."""
    for name, texts in refusal.errors.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


def staff(request: HttpRequest) -> User:
    """The signed-in user; admin pages have no other."""
    assert isinstance(request.user, User)
    return request.user


def own_departments(user: User) -> Any:
    """The departments in which the user works."""
    return Department.objects.filter(pk__in=departments_with(user, *WORKING_ROLES), is_active=True)
