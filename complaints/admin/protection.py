"""Alerts of threats: for the supervisors of the division, with what was done about each."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from unfold.decorators import display

from casework.cases.actors import Actor
from casework.cases.errors import CaseError
from casework.cases.reading import log_access
from casework.desk.forms import long_text
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Role, User
from casework.staff_site import StaffModelAdmin
from complaints.protection.models import ThreatAlert
from complaints.protection.services import alert_handle

OPEN, HANDLED = "open", "handled"


class HandleForm(forms.Form):
    """What was done."""

    note = long_text(gettext_lazy("what was done"), help_text=gettext_lazy("Supervisors of the division read it."))


@admin.register(ThreatAlert)
class ThreatAlertAdmin(RolePermissions, StaffModelAdmin):
    """Open ones first. Nobody else learns that there is one."""

    view_roles = (Role.SUPERVISOR,)
    list_display = ("reference", "raised_at", "status")
    list_display_links = ("reference",)
    ordering = (F("handled_at").asc(nulls_first=True), "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ThreatAlert]:
        """Those of the supervisor's divisions."""
        return ThreatAlert.objects.visible_to(request.user).select_related("complaint", "handled_by")

    @display(description=gettext_lazy("reference"))
    def reference(self, alert: ThreatAlert) -> str:
        """The case's."""
        return alert.complaint.reference

    @display(description=gettext_lazy("status"), label={OPEN: "warning", HANDLED: "success"})
    def status(self, alert: ThreatAlert) -> tuple[str, str]:
        """Whether a supervisor wrote what was done."""
        return (HANDLED, _("handled")) if alert.handled_at else (OPEN, _("not handled yet"))

    def get_urls(self) -> list[URLPattern]:
        """The list, and one page for each alert."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(require_safe(self.changelist_view)), name="complaints_threatalert_changelist"),
            path(
                "<int:pk>/",
                wrap(require_http_methods(["GET", "HEAD", "POST"])(self.alert_view)),
                name="complaints_threatalert_change",
            ),
        ]

    def alert_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the complainant told, and the note. It is logged as a reading of the case: heads read that log."""
        alert = self.get_queryset(request).filter(pk=pk).first() if self.has_view_permission(request) else None
        if alert is None:
            raise Http404
        assert isinstance(request.user, User)
        actor, form = Actor.person(request.user), HandleForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                alert_handle(alert=alert, actor=actor, note=form.cleaned_data["note"])
            except CaseError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The note is kept."))
                return redirect("admin:complaints_threatalert_changelist")
        log_access(case=alert.complaint, actor=actor, what="page")
        return self._page(request, alert, form)

    def _page(self, request: HttpRequest, alert: ThreatAlert, form: HandleForm) -> HttpResponse:
        request.current_app = self.admin_site.name
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": alert.complaint.reference,
            "subtitle": _("Alert of a threat"),
            "opts": self.opts,
            "alert": alert,
            "form": form,
        }
        status = 400 if form.errors else 200
        return TemplateResponse(request, "admin/complaints/threat.html", context, status=status)
