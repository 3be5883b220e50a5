"""The LPR in the admin: system administrators enter each month's value. Every change stands in the row's history."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from unfold.admin import ModelAdmin

from casework.parties.admin_perms import SYSTEM, RolePermissions
from complaints.payment.models import LprRate
from complaints.payment.selectors import lpr_table


@admin.register(LprRate)
class LprRateAdmin(RolePermissions, ModelAdmin):
    """Add and correct; a row is never deleted, so that the table has no holes."""

    view_roles = add_roles = change_roles = SYSTEM
    list_display = ("effective_on", "rate", "source", "certainty")
    list_filter = ("certainty",)
    date_hierarchy = "effective_on"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under a title that says how far it reaches."""
        last = lpr_table().last_loaded_on
        title = _("LPR values, loaded through %(month)s") % {"month": f"{last:%Y-%m}" if last else _("never")}
        return super().changelist_view(request, {"title": title, **(extra_context or {})})
