"""Monitoring points: list, registration, import, access codes, retirement."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.decorators import display

from casework.cases.errors import ActionNotAllowed, CaseError, InvalidInput
from casework.parties.models import Department
from fees.monitoring.access import may_run
from fees.monitoring.admin.common import MonitoringAdmin, add_errors, own_departments, staff, tell_refusal
from fees.monitoring.admin.forms import ContactForm, PointFileForm, PointForm, RetireForm
from fees.monitoring.importing import COLUMNS, read_points
from fees.monitoring.importing import points_import as import_rows
from fees.monitoring.models import MonitoringPoint
from fees.monitoring.services import (
    CONTACT_FIELDS,
    point_change_contact,
    point_code_renew,
    point_register,
    point_retire,
)

PAGE, LIST = "admin:fees_monitoringpoint_change", "admin:fees_monitoringpoint_changelist"
KEPT_SECONDS = 3600
SHOWN_FAULTS = 500
SHOWN_ROWS = 50


@admin.register(MonitoringPoint)
class MonitoringPointAdmin(MonitoringAdmin):
    """Points with their steps."""

    list_display = ("name", "reference", "division", "industry", "department", "contact_name", "shown_status")
    list_filter = ("industry", "is_development")
    search_fields = ("name", "reference", "credit_code", "contact_name")
    list_select_related = ("division", "department")
    list_before_template = "admin/fees/monitoring/points_before.html"

    @display(
        description=gettext_lazy("status"), ordering="active_to", label={"active": "success", "retired": "warning"}
    )
    def shown_status(self, point: MonitoringPoint) -> tuple[str, str]:
        """Coloured."""
        return ("retired", _("retired")) if point.active_to else ("active", _("active"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Registration has a page of its own."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with ways to register for those who may."""
        extra = {"may_register": own_departments(staff(request)).exists() if request.user.is_active else False}
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        wrap, name = self.admin_site.admin_view, "fees_monitoringpoint"
        both = ["GET", "HEAD", "POST"]
        pages: tuple[tuple[str, str, Callable[..., HttpResponseBase]], ...] = (
            ("register/", "register", require_http_methods(both)(self.register_view)),
            ("import/", "import", require_http_methods(both)(self.import_view)),
            ("<int:object_id>/change/", "change", require_safe(self.point_view)),
            ("<int:object_id>/contact/", "contact", require_POST(self.contact_view)),
            ("<int:object_id>/code/", "code", require_POST(self.code_view)),
            ("<int:object_id>/retire/", "retire", require_POST(self.retire_view)),
        )
        own = [path(route, wrap(never_cache(view)), name=f"{name}_{step}") for route, step, view in pages]
        return own + super().get_urls()

    def point_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A point, its returns, and what may be done."""
        return self._page(request, self.seen(request, object_id, "division", "department", "registered_by"))

    def _page(self, request: HttpRequest, point: MonitoringPoint, code: str = "", **forms: Any) -> HttpResponse:
        may = may_run(request.user, point.department) and point.active_to is None
        context = {
            "title": point.name,
            "point": point,
            "code": code,
            "returns": point.returns.select_related("round").order_by("-round__year", "-round__quarter_number")[:20],
            "may_run": may,
            "contact": ContactForm(initial={name: getattr(point, name) for name in CONTACT_FIELDS}) if may else None,
            "retire": RetireForm() if may else None,
            **forms,
        }
        refused = any(form.is_bound and form.errors for form in forms.values())
        return self.page(request, "point.html", context, 400 if refused else 200)

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """A new point; its access code is shown once."""
        self._require_department(request)
        form = PointForm(request.POST or None, user=staff(request))
        if request.method == "POST" and form.is_valid():
            given = dict(form.cleaned_data)
            try:
                point, code = point_register(department=given.pop("department"), user=staff(request), data=given)
            except InvalidInput as refusal:
                add_errors(form, refusal)
            else:
                self.log_addition(request, point, "")
                messages.success(request, _("The point is registered; the code is on its way by e-mail too."))
                return self._page(request, point, code=code)
        context = {"title": _("Register a monitoring point"), "form": form}
        return self.page(request, "register.html", context, 400 if form.is_bound else 200)

    def contact_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Save whom to ask."""
        point, form = self.seen(request, object_id, "department"), ContactForm(request.POST)
        if not form.is_valid():
            return self._page(request, point, contact=form)
        self.step(
            request,
            point,
            lambda: point_change_contact(point=point, user=staff(request), data=form.cleaned_data),
            _("The contact is saved."),
        )
        return redirect(PAGE, point.pk)

    def code_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A new code, shown once."""
        point = self.seen(request, object_id, "department", "division", "registered_by")
        codes: list[str] = []

        def renew() -> None:
            codes.append(point_code_renew(point=point, user=staff(request))[1])

        said = _("There is a new access code; the old one opens nothing any more.")
        if not self.step(request, point, renew, said):
            return redirect(PAGE, point.pk)
        return self._page(request, point, code=codes[0])

    def retire_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """End a point's part."""
        point, form = self.seen(request, object_id, "department"), RetireForm(request.POST)
        if not form.is_valid():
            return self._page(request, point, retire=form)
        self.step(
            request,
            point,
            lambda: point_retire(point=point, user=staff(request), **form.cleaned_data),
            _("The point is retired. What it reported stays."),
        )
        return redirect(PAGE, point.pk)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Try a spreadsheet: its problems, or what it would add; then, on a second press, write it."""
        self._require_department(request)
        if token := request.POST.get("token"):
            return self._write(request, token)
        form = PointFileForm(request.POST or None, request.FILES or None, user=staff(request))
        context: dict[str, Any] = {
            "title": _("Import monitoring points"),
            "form": form,
            "columns": [heads[0] for heads in COLUMNS.values()],
        }
        if form.is_bound and form.is_valid():
            context |= _tried(request, form.cleaned_data["department"], form.cleaned_data["file"])
        refused = bool(form.is_bound and (form.errors or context.get("faults")))
        return self.page(request, "import.html", context, 400 if refused else 200)

    def _write(self, request: HttpRequest, token: str) -> HttpResponse:
        kept = cache.get(_kept_key(request, token))
        again = redirect("admin:fees_monitoringpoint_import")
        if kept is None:
            messages.warning(request, _("The file was tried too long ago. Try it again."))
            return again
        filename, content, pk = kept
        department = Department.objects.select_related("division").get(pk=pk)
        reading = read_points(department=department, filename=filename, content=content)
        if reading.faults:
            messages.error(request, _("Something else changed meanwhile. Try the file again."))
            return again
        try:
            count = import_rows(department=department, user=staff(request), rows=reading.rows)
        except ActionNotAllowed as refusal:
            raise PermissionDenied from refusal
        except CaseError as refusal:
            tell_refusal(request, refusal)
            return again
        cache.delete(_kept_key(request, token))
        said = ngettext("%(count)d point is registered.", "%(count)d points are registered.", count)
        messages.success(request, said % {"count": count} + " " + _("Each gets its access code by e-mail."))
        return redirect(LIST)

    def _require_department(self, request: HttpRequest) -> None:
        if not (self.has_view_permission(request) and own_departments(staff(request)).exists()):
            raise PermissionDenied


def _kept_key(request: HttpRequest, token: str) -> str:
    return f"monitoring-import-{request.user.pk}-{token[:40]}"


def _tried(request: HttpRequest, department: Department, file: Any) -> dict[str, Any]:
    """What trying a file gives; one without faults is kept for an hour, so that it needn't be chosen again."""
    content = file.read()
    reading = read_points(department=department, filename=file.name, content=content)
    context: dict[str, Any] = {
        "filename": file.name,
        "faults": reading.faults[:SHOWN_FAULTS],
        "fault_count": len(reading.faults),
        "row_count": len(reading.rows),
        "rows": reading.rows[:SHOWN_ROWS],
        "unseen": max(len(reading.rows) - SHOWN_ROWS, 0),
    }
    if not reading.faults:
        context["token"] = secrets.token_urlsafe(16)
        cache.set(_kept_key(request, context["token"]), (file.name, content, department.pk), KEPT_SECONDS)
    return context
