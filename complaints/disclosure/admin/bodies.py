"""Obliged bodies: list, registration, import, access codes, the end."""

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
from casework.parties.models import Department, Subject
from casework.staff_rooms import add_errors, own_departments, staff, tell_refusal
from complaints.disclosure.access import may_run
from complaints.disclosure.admin.common import DisclosureAdminBase
from complaints.disclosure.admin.forms import BodyFileForm, BodyForm, ContactForm, RetireForm
from complaints.disclosure.bodies import (
    CONTACT_FIELDS,
    body_change_contact,
    body_code_renew,
    body_register,
    body_retire,
)
from complaints.disclosure.importing import COLUMNS, bodies_import, read_bodies
from complaints.disclosure.models import ObligedBody

PAGE, LIST = "admin:complaints_obligedbody_change", "admin:complaints_obligedbody_changelist"
KEPT_SECONDS = 3600
SHOWN_FAULTS = 500
SHOWN_ROWS = 50


@admin.register(ObligedBody)
class ObligedBodyAdmin(DisclosureAdminBase):
    """Bodies with their steps."""

    list_display = ("shown_name", "reference", "shown_kind", "shown_place", "department", "shown_status")
    list_filter = ("subject__kind", "is_state_owned", ("retired_on", admin.EmptyFieldListFilter))
    search_fields = ("subject__name", "subject__code", "reference", "authority")
    list_select_related = ("subject__division", "department")
    list_before_template = "admin/complaints/disclosure/bodies_before.html"

    @display(description=gettext_lazy("obliged body"), ordering="subject__name")
    def shown_name(self, body: ObligedBody) -> str:
        """The register's name."""
        return body.subject.name

    @display(description=gettext_lazy("kind"), ordering="subject__kind")
    def shown_kind(self, body: ObligedBody) -> str:
        """In words."""
        return str(body.subject.get_kind_display())

    @display(description=gettext_lazy("place"), ordering="subject__division_id")
    def shown_place(self, body: ObligedBody) -> str:
        """Its name."""
        return body.subject.division.name

    @display(description=gettext_lazy("status"), ordering="retired_on", label={"on": "success", "off": "warning"})
    def shown_status(self, body: ObligedBody) -> tuple[str, str]:
        """Coloured."""
        return ("off", _("off the list")) if body.retired_on else ("on", _("on the list"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with ways to register for those who may."""
        extra = {"may_register": own_departments(staff(request)).exists() if request.user.is_active else False}
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        wrap, name = self.admin_site.admin_view, "complaints_obligedbody"
        both = require_http_methods(["GET", "HEAD", "POST"])
        pages: tuple[tuple[str, str, Callable[..., HttpResponseBase]], ...] = (
            ("register/", "register", both(self.register_view)),
            ("import/", "import", both(self.import_view)),
            ("<int:object_id>/change/", "change", require_safe(self.body_view)),
            ("<int:object_id>/contact/", "contact", require_POST(self.contact_view)),
            ("<int:object_id>/code/", "code", require_POST(self.code_view)),
            ("<int:object_id>/retire/", "retire", require_POST(self.retire_view)),
        )
        own = [path(route, wrap(never_cache(view)), name=f"{name}_{step}") for route, step, view in pages]
        return own + super().get_urls()

    def body_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A body, its years, and what may be done."""
        return self._page(request, self._seen(request, object_id))

    def _seen(self, request: HttpRequest, pk: int) -> ObligedBody:
        body: ObligedBody = self.seen(
            request, pk, "subject__division__parent__parent", "department", "registered_by", "retired_by"
        )
        return body

    def _page(self, request: HttpRequest, body: ObligedBody, code: str = "", **forms: Any) -> HttpResponse:
        may = may_run(request.user, body.department) and body.retired_on is None
        context = {
            "title": body.subject.name,
            "body": body,
            "code": code,
            "years": body.obligations.select_related("current").order_by("-year"),
            "contact": ContactForm(initial={name: getattr(body, name) for name in CONTACT_FIELDS}) if may else None,
            "retire": RetireForm() if may else None,
            "may_run": may,
            **forms,
        }
        refused = any(form.is_bound and form.errors for form in forms.values())
        return self.page(request, "body.html", context, 400 if refused else 200)

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """A new body; its access code is shown once."""
        self.require_department(request)
        form = BodyForm(request.POST or None, user=staff(request), initial=_known(request.GET.get("code", "")))
        if request.method == "POST" and form.is_valid():
            given = dict(form.cleaned_data)
            try:
                body, code = body_register(department=given.pop("department"), user=staff(request), data=given)
            except InvalidInput as refusal:
                add_errors(form, refusal)
            else:
                self.log_addition(request, body, "")
                messages.success(request, _("The body is on the list; the code is on its way by e-mail too."))
                return self._page(request, body, code=code)
        context = {"title": _("Put a body on the list"), "form": form}
        return self.page(request, "register.html", context, 400 if form.is_bound else 200)

    def contact_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Save whom to ask."""
        body, form = self._seen(request, object_id), ContactForm(request.POST)
        if not form.is_valid():
            return self._page(request, body, contact=form)
        self.step(
            request,
            body,
            lambda: body_change_contact(body=body, user=staff(request), data=form.cleaned_data),
            _("The contact is saved."),
        )
        return redirect(PAGE, body.pk)

    def code_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A new code, shown once."""
        body = self._seen(request, object_id)
        codes: list[str] = []

        def renew() -> None:
            codes.append(body_code_renew(body=body, user=staff(request))[1])

        said = _("There is a new access code; the old one opens nothing any more.")
        if not self.step(request, body, renew, said):
            return redirect(PAGE, body.pk)
        return self._page(request, body, code=codes[0])

    def retire_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take a body off the list."""
        body, form = self._seen(request, object_id), RetireForm(request.POST)
        if not form.is_valid():
            return self._page(request, body, retire=form)
        self.step(
            request,
            body,
            lambda: body_retire(body=body, user=staff(request), **form.cleaned_data),
            _("The body is off the list. What it disclosed stays."),
        )
        return redirect(PAGE, body.pk)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Try a spreadsheet: its problems, or what it would add; then, on a second press, write it."""
        self.require_department(request)
        if token := request.POST.get("token"):
            return self._write(request, token)
        form = BodyFileForm(request.POST or None, request.FILES or None, user=staff(request))
        columns = [heads[0] for heads in COLUMNS.values()]
        context: dict[str, Any] = {"title": _("Import obliged bodies"), "form": form, "columns": columns}
        if form.is_bound and form.is_valid():
            context |= _tried(request, form.cleaned_data["department"], form.cleaned_data["file"])
        refused = bool(form.is_bound and (form.errors or context.get("faults")))
        return self.page(request, "import.html", context, 400 if refused else 200)

    def _write(self, request: HttpRequest, token: str) -> HttpResponse:
        kept = cache.get(_kept_key(request, token))
        again = redirect("admin:complaints_obligedbody_import")
        if kept is None:
            messages.warning(request, _("The file was tried too long ago. Try it again."))
            return again
        filename, content, pk = kept
        department = Department.objects.select_related("division").get(pk=pk)
        reading = read_bodies(department=department, filename=filename, content=content)
        if reading.faults:
            messages.error(request, _("Something else changed meanwhile. Try the file again."))
            return again
        try:
            count = bodies_import(department=department, user=staff(request), rows=reading.rows)
        except ActionNotAllowed as refusal:
            raise PermissionDenied from refusal
        except CaseError as refusal:
            tell_refusal(request, refusal)
            return again
        cache.delete(_kept_key(request, token))
        said = ngettext("%(count)d body is on the list now.", "%(count)d bodies are on the list now.", count)
        messages.success(request, said % {"count": count} + " " + _("Each gets its access code by e-mail."))
        return redirect(LIST)


def _known(code: str) -> dict[str, Any]:
    """What the register knows of a body that is to be put on the list."""
    subject = Subject.objects.filter(pk=code, is_listed=True).first()
    if subject is None:
        return {}
    return {"code": subject.code, "name": subject.name, "kind": subject.kind, "division": subject.division_id}


def _kept_key(request: HttpRequest, token: str) -> str:
    return f"disclosure-import-{request.user.pk}-{token[:40]}"


def _tried(request: HttpRequest, department: Department, file: Any) -> dict[str, Any]:
    """What trying a file gives; one without faults is kept for an hour, so that it needn't be chosen again."""
    content = file.read()
    reading = read_bodies(department=department, filename=file.name, content=content)
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
