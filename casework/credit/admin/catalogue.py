"""The lists that law fixes, to be read: new versions come as data with their source."""

from __future__ import annotations

from django.contrib import admin

from casework.admin_menu import CASE_ROLES
from casework.credit.catalogue.models import MeasureItem, SeverityClass
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Role
from casework.staff_site import StaffModelAdmin

READERS = (*CASE_ROLES, Role.CREDIT_OFFICER, Role.SYSTEM_ADMINISTRATOR)


@admin.register(SeverityClass)
class SeverityClassAdmin(RolePermissions, StaffModelAdmin):
    """How grave a finding can be, and what follows."""

    view_roles = READERS
    list_display = ("label", "least_months", "most_months", "publishes", "version", "effective_from", "certainty")


@admin.register(MeasureItem)
class MeasureItemAdmin(RolePermissions, StaffModelAdmin):
    """The closed list of measures."""

    view_roles = READERS
    list_display = ("label", "edition", "number", "version", "effective_from", "certainty")
    list_filter = ("edition",)
    search_fields = ("label", "citation")
