"""Statutory periods in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from casework.clocks.admin.common import ReadOnly, runs_system
from casework.clocks.models import StatutoryPeriod


@admin.register(StatutoryPeriod)
class StatutoryPeriodAdmin(ReadOnly, ModelAdmin):
    """Versions of the legal periods: drafts are written here; a published version never changes."""

    list_display = ("name", "code", "division", "version", "length", "effective_from", "certainty", "shown_status")
    list_filter = ("status", "certainty", "division")
    search_fields = ("code", "name", "citation")
    readonly_fields = ("status",)
    fieldsets = (
        (None, {"fields": ("code", "division", "version", "name", "status")}),
        (
            _("Length"),
            {"fields": ("amount", "unit", "hard_cap", "start_day_excluded", "roll_forward", "pausable")},
        ),
        (_("Run"), {"fields": ("starts_on", "stops_on", "responsible", "warning_leads")}),
        (_("Source"), {"fields": ("effective_from", "effective_to", "citation", "certainty")}),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A new version begins as a draft."""
        return runs_system(request)

    def has_change_permission(self, request: HttpRequest, obj: StatutoryPeriod | None = None) -> bool:
        """A draft may be changed."""
        return runs_system(request) and obj is not None and obj.status == StatutoryPeriod.Status.DRAFT

    def has_delete_permission(self, request: HttpRequest, obj: StatutoryPeriod | None = None) -> bool:
        """A draft may be deleted."""
        return self.has_change_permission(request, obj)

    @display(description=_("length"))
    def length(self, period: StatutoryPeriod) -> str:
        """Amount, unit and the longest total."""
        text = f"{period.amount} {period.get_unit_display()}"
        return f"{text} ≤ {period.hard_cap}" if period.hard_cap else text

    @display(
        description=_("status"),
        label={
            StatutoryPeriod.Status.DRAFT: "warning",
            StatutoryPeriod.Status.REVIEWED: "info",
            StatutoryPeriod.Status.PUBLISHED: "success",
        },
    )
    def shown_status(self, period: StatutoryPeriod) -> tuple[str, str]:
        """Coloured."""
        return period.status, period.get_status_display()
