"""Accounts, departments and divisions: the system administrator's part. Nothing is deleted that a case may name."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from casework.parties.admin_perms import SYSTEM, ForSystemAdministrators, RolePermissions
from casework.parties.models import Department, Division, Membership, User
from casework.staff_site import StaffModelAdmin

PERSON = ("username", "display_name", "email", "phone")


class MembershipInline(ForSystemAdministrators, TabularInline):
    """The roles that a user holds, and where."""

    model = Membership
    extra = 0
    autocomplete_fields = ("department",)


@admin.register(User)
class UserAdmin(RolePermissions, BaseUserAdmin, StaffModelAdmin):  # type: ignore[misc]
    """Accounts. A person who leaves is made inactive; what he did keeps his name."""

    view_roles = add_roles = change_roles = SYSTEM
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "display_name", "roles", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "memberships__role")
    search_fields = ("username", "display_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    inlines = (MembershipInline,)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("display_name", "email", "phone")}),
        (_("Sign-in"), {"fields": ("is_active", "is_staff", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": (*PERSON, "is_staff", "usable_password", "password1", "password2")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Users with their roles."""
        return super().get_queryset(request).prefetch_related("memberships__department")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser's account is changed by a superuser only: its password would open everything else."""
        if isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    @admin.display(description=_("roles"))
    def roles(self, user: User) -> str:
        """What the user is, and where."""
        held = [
            f"{row.get_role_display()} · {row.department.short_name or row.department}"
            for row in user.memberships.all()
        ]
        return "；".join(held) or "—"


@admin.register(Department)
class DepartmentAdmin(RolePermissions, StaffModelAdmin):
    """Departments. One that ends is made inactive; its letters keep its name."""

    view_roles = add_roles = change_roles = SYSTEM
    list_display = (
        "name", "document_code", "division", "is_receiving", "is_handling", "registers_reports", "verifies_reports",
        "keeps_credit_records", "is_active",
    )  # fmt: skip
    list_filter = (
        "is_receiving", "is_handling", "registers_reports", "verifies_reports",
        "keeps_credit_records", "is_active", "division__level",
    )  # fmt: skip
    list_select_related = ("division",)
    search_fields = ("name", "short_name", "document_code")
    autocomplete_fields = ("division", "parent")


@admin.register(Division)
class DivisionAdmin(RolePermissions, StaffModelAdmin):
    """Divisions by GB/T 2260; a code keeps its meaning, so it is set once."""

    view_roles = add_roles = change_roles = SYSTEM
    list_display = ("code", "name", "level", "parent")
    list_filter = ("level",)
    list_select_related = ("parent",)
    search_fields = ("code", "name")
    autocomplete_fields = ("parent",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The code of an existing division stands."""
        return ("code",) if obj else ()
