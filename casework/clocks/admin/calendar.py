"""The working-day calendar in the admin."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from casework.clocks.admin.common import ReadOnly
from casework.clocks.models import CalendarDay, CalendarYear


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
