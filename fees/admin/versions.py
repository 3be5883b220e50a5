"""A version's way in the admin: draft, import with dry run, checks, review by a second person, publication."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.decorators import display

from casework.parties.admin_perms import RolePermissions
from casework.staff_site import StaffModelAdmin
from fees.admin.common import SHEETS, show_page, tell_refusal
from fees.admin.forms import CheckRecordForm, FileForm, HeadForm, SeenForm
from fees.catalogue.compare import compare_entries
from fees.catalogue.difference_words import change_words, field_rows
from fees.catalogue.exporting import XLSX, version_workbook
from fees.catalogue.importing import Reading, read_entries
from fees.catalogue.models import CatalogueVersion
from fees.catalogue.selectors import version_before
from fees.catalogue.services import (
    check_record,
    entries_replace,
    version_change,
    version_discard,
    version_faults,
    version_publish,
    version_return,
    version_review,
)
from fees.perms import READERS, may_edit, may_review

Status = CatalogueVersion.Status
PAGE = "admin:fees_catalogueversion_change"
KEPT_SECONDS = 3600
SHOWN_FAULTS = 500
SHOWN_DIFFERENCES = 200


@admin.register(CatalogueVersion)
class CatalogueVersionAdmin(RolePermissions, StaffModelAdmin):
    """Versions with their steps; a published one is only read."""

    view_roles = READERS
    list_display = ("name", "shown_status", "effective_from", "effective_to", "drafted_by", "reviewed_by")
    list_filter = ("status", "fee_list__kind")
    search_fields = ("fee_list__name", "fee_list__code", "source_title")
    list_select_related = ("fee_list", "drafted_by", "reviewed_by")
    ordering = ("-id",)

    class Media:
        css = SHEETS

    @display(description=gettext_lazy("version"))
    def name(self, version: CatalogueVersion) -> str:
        """List and number."""
        return str(version)

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={Status.DRAFT: "warning", Status.REVIEWED: "info", Status.PUBLISHED: "success"},
    )
    def shown_status(self, version: CatalogueVersion) -> tuple[str, str]:
        """Coloured."""
        return version.status, version.get_status_display()

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        steps: tuple[tuple[str, Callable[..., HttpResponseBase]], ...] = (
            ("change", require_safe(self.version_view)),
            ("head", require_POST(self.head_view)),
            ("check", require_POST(self.check_view)),
            ("import", require_http_methods(["GET", "HEAD", "POST"])(self.import_view)),
            ("review", require_POST(self.review_view)),
            ("return", require_POST(self.return_view)),
            ("publish", require_POST(self.publish_view)),
            ("discard", require_POST(self.discard_view)),
            ("entries.xlsx", require_safe(self.workbook_view)),
        )
        wrap, name = self.admin_site.admin_view, "fees_catalogueversion"
        own = [
            path(f"<int:object_id>/{step}{'' if '.' in step else '/'}", wrap(view), name=f"{name}_{step.split('.')[0]}")
            for step, view in steps
        ]
        return own + super().get_urls()

    def version_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Where a version stands, what is missing, what it changes."""
        return self._page(request, self._version(request, object_id))

    def _page(self, request: HttpRequest, version: CatalogueVersion, **forms: Any) -> HttpResponse:
        before = version_before(version)
        found = compare_entries(before.entries.all() if before else (), version.entries.all())
        is_draft, is_editor = version.status == Status.DRAFT, may_edit(request.user, version.fee_list)
        seen = {"revision": version.revision}
        context = {
            "title": str(version),
            "version": version,
            "before": before,
            "counts": _counts(found),
            "rows": [(change_words(one.change), one, field_rows(one)) for one in found[:SHOWN_DIFFERENCES]],
            "unseen": max(len(found) - SHOWN_DIFFERENCES, 0),
            "entry_count": version.entries.count(),
            "checks": version.checks.select_related("recorded_by").order_by("-id"),
            "faults": version_faults(version) if is_draft else [],
            "is_drafter": version.drafted_by_id == request.user.pk,
            "may_edit": is_editor,
            "may_review": may_review(request.user, version.fee_list),
            "head": HeadForm(instance=version) if is_draft and is_editor else None,
            "check": CheckRecordForm(initial=seen) if is_draft and is_editor else None,
            "seen": SeenForm(initial=seen),
            **forms,
        }
        refused = any(form.is_bound and form.errors for form in forms.values())
        return show_page(self, request, "version.html", context, 400 if refused else 200)

    def head_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Save day and source."""
        version = self._version(request, object_id, may_edit)
        form = HeadForm(request.POST, instance=version)
        if version.status == Status.DRAFT and not form.is_valid():
            return self._page(request, version, head=form)
        return self._step(
            request, version, lambda: version_change(version=form.instance, user=request.user), _("The draft is saved.")
        )

    def check_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Record a check."""
        version = self._version(request, object_id, may_edit)
        form = CheckRecordForm(request.POST)
        if not form.is_valid():
            return self._page(request, version, check=form)
        try:
            check = check_record(version=version, user=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            if not hasattr(refusal, "error_dict"):
                tell_refusal(request, refusal)
                return redirect(PAGE, version.pk)
            form.add_error(None, refusal)
            return self._page(request, version, check=form)
        self.log_change(request, version, f"{check.get_kind_display()}: {check.get_outcome_display()}")
        messages.success(request, _("The check is recorded."))
        return redirect(PAGE, version.pk)

    def review_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A second person has reviewed the draft."""
        return self._confirmed(
            request, object_id, may_review, version_review, _("The draft is reviewed. It can be published now.")
        )

    def publish_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Publish."""
        return self._confirmed(request, object_id, may_edit, version_publish, _("The version is published."))

    def return_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Put a reviewed version back to draft."""
        version = self._version(request, object_id, may_review)
        return self._step(
            request,
            version,
            lambda: version_return(version=version),
            _("The version is a draft again. It needs another review."),
        )

    def discard_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Delete a draft."""
        version = self._version(request, object_id, may_edit)
        try:
            version_discard(version=version)
        except ValidationError as refusal:
            tell_refusal(request, refusal)
            return redirect(PAGE, version.pk)
        messages.success(request, _("The draft is deleted."))
        return redirect("admin:fees_cataloguelist_change", version.fee_list_id)

    def import_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Try a spreadsheet: its problems, or what it would change; then, on a second press, write it."""
        version = self._version(request, object_id, may_edit)
        if version.status != Status.DRAFT:
            messages.warning(request, _("This version is no draft any more."))
            return redirect(PAGE, version.pk)
        if token := request.POST.get("token"):
            return self._write(request, version, token)
        form = FileForm(request.POST or None, request.FILES or None)
        context: dict[str, Any] = {"title": _("Import: %(name)s") % {"name": version}, "version": version, "form": form}
        if form.is_bound and form.is_valid():
            context |= _tried(request, version, form.cleaned_data["file"])
        refused = bool(form.is_bound and (form.errors or context.get("faults")))
        return show_page(self, request, "import.html", context, 400 if refused else 200)

    def _write(self, request: HttpRequest, version: CatalogueVersion, token: str) -> HttpResponse:
        kept = cache.get(_kept_key(request, version, token))
        again = redirect("admin:fees_catalogueversion_import", version.pk)
        if kept is None:
            messages.warning(request, _("The file was tried too long ago. Try it again."))
            return again
        filename, content, revision = kept
        reading = read_entries(version=version, filename=filename, content=content)
        if reading.faults:
            messages.error(request, _("Something else changed meanwhile. Try the file again."))
            return again
        count = len(reading.entries)
        said = ngettext("%(count)d entry is imported.", "%(count)d entries are imported.", count) % {"count": count}
        return self._step(
            request,
            version,
            lambda: entries_replace(version=version, entries=reading.entries, user=request.user, revision=revision),
            said,
        )

    def workbook_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The entries as they stand, to change in a spreadsheet and import again."""
        version = self._version(request, object_id)
        response = HttpResponse(version_workbook(version), content_type=XLSX)
        name = f"{version.fee_list.code}-v{version.number}.xlsx"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def _confirmed(
        self, request: HttpRequest, object_id: int, allowed: Callable[..., bool], command: Callable[..., Any], said: str
    ) -> HttpResponse:
        version = self._version(request, object_id, allowed)
        form = SeenForm(request.POST)
        if not form.is_valid():
            return self._page(request, version, seen=form)
        revision = form.cleaned_data["revision"]
        return self._step(
            request, version, lambda: command(version=version, user=request.user, revision=revision), said
        )

    def _step(
        self, request: HttpRequest, version: CatalogueVersion, step: Callable[[], Any], said: str
    ) -> HttpResponse:
        try:
            step()
        except ValidationError as refusal:
            tell_refusal(request, refusal)
        else:
            self.log_change(request, version, said)
            messages.success(request, said)
        return redirect(PAGE, version.pk)

    def _version(self, request: HttpRequest, pk: int, allowed: Callable[..., bool] | None = None) -> CatalogueVersion:
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = CatalogueVersion.objects.select_related("fee_list", "drafted_by", "reviewed_by", "published_by")
        version = get_object_or_404(rows, pk=pk)
        if allowed is not None and not allowed(request.user, version.fee_list):
            raise PermissionDenied
        return version


def _counts(found: list[Any]) -> list[tuple[str, int]]:
    changes = [one.change for one in found]
    return [(change_words(change), changes.count(change)) for change in dict.fromkeys(changes)]


def _kept_key(request: HttpRequest, version: CatalogueVersion, token: str) -> str:
    return f"fee-import-{request.user.pk}-{version.pk}-{token[:40]}"


def _tried(request: HttpRequest, version: CatalogueVersion, file: Any) -> dict[str, Any]:
    """What trying a file gives; one without faults is kept for an hour, so that it needn't be chosen again."""
    content = file.read()
    reading: Reading = read_entries(version=version, filename=file.name, content=content)
    context: dict[str, Any] = {
        "filename": file.name,
        "faults": reading.faults[:SHOWN_FAULTS],
        "fault_count": len(reading.faults),
        "entry_count": len(reading.entries),
        "counts": _counts(reading.differences),
        "rows": [(change_words(one.change), one, field_rows(one)) for one in reading.differences[:SHOWN_DIFFERENCES]],
        "unseen": max(len(reading.differences) - SHOWN_DIFFERENCES, 0),
    }
    if not reading.faults:
        context["token"] = secrets.token_urlsafe(16)
        cache.set(_kept_key(request, version, context["token"]), (file.name, content, version.revision), KEPT_SECONDS)
    return context
