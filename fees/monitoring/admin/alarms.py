"""Alarms: what several points paid outside the catalogue, looked into and closed with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import display

from fees.admin.reports.registering import may_register
from fees.monitoring.admin.common import MonitoringAdmin, staff
from fees.monitoring.admin.forms import AlarmResultForm
from fees.monitoring.alarms import alarm_close, alarm_take, may_close, paid_outside, reports_of
from fees.monitoring.models import Alarm
from fees.monitoring.verdicts import kept_words, tone
from fees.report.models import FeeReport, Source

PAGE = "admin:fees_alarm_change"
Status = Alarm.Status
SHOWN_ITEMS = 200


@admin.register(Alarm)
class AlarmAdmin(MonitoringAdmin):
    """Alarms, newest first."""

    list_display = ("item", "division", "shown_quarter", "point_count", "shown_status", "raised_at")
    list_filter = ("status", "year", "quarter_number")
    search_fields = ("item",)
    list_select_related = ("division",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the number of points."""
        return super().get_queryset(request).annotate(paying=Count("points"))

    @display(description=gettext_lazy("quarter"), ordering="-year")
    def shown_quarter(self, alarm: Alarm) -> str:
        """In words."""
        return str(alarm.quarter)

    @display(description=gettext_lazy("monitoring points"), ordering="paying")
    def point_count(self, alarm: Any) -> int:
        """How many points paid."""
        return int(alarm.paying)

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={
            Status.NEW: "danger",
            Status.LOOKED_INTO: "warning",
            Status.REPORTED: "success",
            Status.UNFOUNDED: "info",
        },
    )
    def shown_status(self, alarm: Alarm) -> tuple[str, str]:
        """Coloured."""
        return alarm.status, alarm.get_status_display()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Returns raise them."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The page and its two steps."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/change/", wrap(require_safe(self.alarm_view)), name="fees_alarm_change"),
            path("<int:object_id>/take/", wrap(require_POST(self.take_view)), name="fees_alarm_take"),
            path("<int:object_id>/close/", wrap(require_POST(self.close_view)), name="fees_alarm_close"),
            *super().get_urls(),
        ]

    def alarm_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What was paid by whom to whom, as far as the reader may see it."""
        return self._page(request, self._seen(request, object_id))

    def _seen(self, request: HttpRequest, pk: int) -> Alarm:
        alarm: Alarm = self.seen(request, pk, "division__parent__parent", "taken_by", "closed_by")
        return alarm

    def _page(self, request: HttpRequest, alarm: Alarm, form: AlarmResultForm | None = None) -> HttpResponse:
        rows = paid_outside(alarm.quarter).visible_to(request.user)
        rows = rows.filter(item_key=alarm.item_key, quarterly_return__point__in=alarm.points.all())
        items = rows.select_related("quarterly_return__point", "division").order_by("charged_on", "pk")[:SHOWN_ITEMS]
        may, is_open = may_close(staff(request), alarm), alarm.status == Status.LOOKED_INTO
        reports = reports_of(alarm, staff(request))
        context = {
            "title": alarm.item,
            "alarm": alarm,
            "lines": [(item, kept_words(item.verdict, item.steps), tone(item.verdict)) for item in items],
            "may_take": may and alarm.status == Status.NEW,
            "register": _registration(request, alarm) if may and is_open else "",
            "reports": reports,
            "form": form or (AlarmResultForm(initial=_outcome(reports)) if may and is_open else None),
        }
        return self.page(request, "alarm.html", context, 400 if form else 200)

    def take_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Look into it."""
        alarm = self._seen(request, object_id)
        self.step(
            request, alarm, lambda: alarm_take(alarm=alarm, user=staff(request)), _("You are looking into this alarm.")
        )
        return redirect(PAGE, alarm.pk)

    def close_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write what came of it."""
        alarm, form = self._seen(request, object_id), AlarmResultForm(request.POST)
        if not form.is_valid():
            return self._page(request, alarm, form)
        self.step(
            request,
            alarm,
            lambda: alarm_close(alarm=alarm, user=staff(request), **form.cleaned_data),
            _("The alarm is closed."),
        )
        return redirect(PAGE, alarm.pk)


def _outcome(reports: Sequence[FeeReport]) -> dict[str, str]:
    """What the form that closes an alarm begins with, where reports were registered from it."""
    if not reports:
        return {}
    references = ", ".join(report.reference for report in reports)
    return {
        "outcome": Status.REPORTED.value,
        "result": _("Registered as fee report %(references)s") % {"references": references},
    }


def _registration(request: HttpRequest, alarm: Alarm) -> str:
    """Where a report of this fee is registered, begun with what the alarm tells; "" for who registers none."""
    if not may_register(request.user):
        return ""
    begun = {"alarm": alarm.pk, "source": Source.MONITORING.value, "item": alarm.item, "division": alarm.division_id}
    return f"{reverse('admin:fees_feereport_add')}?{urlencode(begun)}"
