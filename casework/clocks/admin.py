"""Periods and calendar as the system administrator reads them. Deadlines stand on their case's page, nowhere else."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from casework.clocks.models import CalendarDay, CalendarYear, StatutoryPeriod


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


class CalendarDayInline(ReadOnly, TabularInline):
    """The days of a year that differ from the week."""

    model = CalendarDay
    fields = ("date", "kind", "name", "division")
    extra = 0


@admin.register(CalendarYear)
class CalendarYearAdmin(ReadOnly, ModelAdmin):
    """The years and their notices. They are loaded, not typed: a change would move the deadlines of running cases."""

    list_display = ("year", "announced", "source_notice", "exceptions")
    list_filter = ("announced",)
    ordering = ("-year",)
    inlines = (CalendarDayInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarYear]:
        """With the number of days that differ from the week."""
        return super().get_queryset(request).annotate(exceptions=Count("days"))

    @display(description=_("days that differ from the week"), ordering="exceptions")
    def exceptions(self, year: CalendarYear) -> int:
        """How many."""
        return int(year.exceptions)  # type: ignore[attr-defined]
