"""Findings from a spreadsheet: tried first, then confirmed; nothing is written while there is a problem."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.credit.admin.proposing import keeps_at, may_enter_finding
from casework.credit.record.importing import COLUMNS, FindingReading, findings_import, read_findings
from casework.desk.forms import INPUT
from casework.parties.models import Department, User
from casework.staff_pages import show_staff_page

TEMPLATE = "admin/credit/import.html"
KEPT_SECONDS = 3600
SHOWN = 50


class ImportForm(forms.Form):
    """The file, and the department that keeps what comes of it.

    Args:
        user: who imports.
    """

    department = forms.ModelChoiceField(
        label=gettext_lazy("department that keeps the record"),
        queryset=Department.objects.none(),
        widget=forms.Select(attrs=INPUT),
    )
    file = forms.FileField(
        label=gettext_lazy("xlsx or CSV file"), widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", **INPUT})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["department"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = keeps_at(user)
        field.initial = field.queryset.first()


def import_page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """The file tried, or what was tried written.

    Raises:
        PermissionDenied: the user keeps no records.
    """
    if not may_enter_finding(request.user):
        raise PermissionDenied
    assert isinstance(request.user, User)
    if request.method == "POST" and (token := request.POST.get("token")):
        return _write(model_admin, request, token)
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method != "POST" or not form.is_valid():
        return _show(model_admin, request, form, status=400 if form.is_bound else 200)
    department, file = form.cleaned_data["department"], form.cleaned_data["file"]
    actor = Actor.person(request.user)
    reading = read_findings(department=department, actor=actor, filename=file.name, content=file.read())
    token = ""
    if not reading.faults:
        token = secrets.token_urlsafe(16)
        cache.set(_kept(request, token), (department.pk, reading.rows), KEPT_SECONDS)
    return _show(model_admin, request, form, reading, token, status=400 if reading.faults else 200)


def _show(
    model_admin: Any,
    request: HttpRequest,
    form: ImportForm,
    reading: FindingReading | None = None,
    token: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = reading.rows if reading else []
    context = {
        "title": _("Import findings"),
        "form": form,
        "faults": reading.faults[:SHOWN] if reading else [],
        "fault_count": len(reading.faults) if reading else 0,
        "rows": rows[:SHOWN],
        "row_count": len(rows),
        "token": token,
        "columns": [heads[0] for heads in COLUMNS.values()],
        "pages": model_admin.pages,
    }
    return show_staff_page(model_admin, request, TEMPLATE, context, status)


def _write(model_admin: Any, request: HttpRequest, token: str) -> HttpResponse:
    assert isinstance(request.user, User)
    kept = cache.get(_kept(request, token))
    cache.delete(_kept(request, token))
    if kept is None:
        messages.error(request, _("What was tried is no longer kept. Try the file again."))
        return redirect("admin:credit_creditrecord_import")
    department, rows = kept
    try:
        count = findings_import(
            department=Department.objects.get(pk=department), actor=Actor.person(request.user), rows=rows
        )
    except InvalidInput as error:
        messages.error(request, " ".join(text for texts in error.errors.values() for text in texts))
        return redirect("admin:credit_creditrecord_import")
    messages.success(request, _("%(count)d records are proposed.") % {"count": count})
    return redirect(model_admin.pages["list"])


def _kept(request: HttpRequest, token: str) -> str:
    return f"credit-import-{request.user.pk}-{token[:40]}"
