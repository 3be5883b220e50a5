"""The lists that somebody has to publish, and how far they have got."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from casework.parties.admin_perms import RolePermissions, holds, is_system_administrator, may_enter
from casework.parties.models import Role
from casework.staff_site import StaffModelAdmin
from fees.admin.common import SHEETS, show_page, tell_refusal
from fees.catalogue.coverage import Standing, coverage, days_until_old
from fees.catalogue.models import CatalogueList, CatalogueVersion
from fees.catalogue.selectors import lists_with_newest
from fees.catalogue.services import version_draft
from fees.perms import OVERSEERS, READERS, may_edit

_SEARCH = UnfoldAdminTextInputWidget({"type": "search", "maxlength": 60})
VERSION_PAGE = "admin:fees_catalogueversion_change"


class ListForm(forms.ModelForm):
    """A list; its code is part of its public address and stays."""

    class Meta:
        model = CatalogueList
        fields = ("code", "name", "kind", "division", "sector", "publisher", "publisher_name")

    def clean(self) -> dict[str, Any]:
        """An editor makes lists for the own department or place only."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors or is_system_administrator(self.user):  # type: ignore[attr-defined]
            return given
        wanted = CatalogueList(division=given["division"], publisher=given["publisher"])
        if not may_edit(self.user, wanted):  # type: ignore[attr-defined]
            raise ValidationError(_("You edit the lists of your own department and place only."))
        return given


@admin.register(CatalogueList)
class CatalogueListAdmin(RolePermissions, StaffModelAdmin):
    """Lists with their newest version."""

    form = ListForm
    view_roles = READERS
    add_roles = change_roles = (Role.CATALOGUE_EDITOR, Role.SYSTEM_ADMINISTRATOR)
    change_form_template = "admin/fees/list_form.html"
    list_display = ("name", "kind", "division", "publisher_name", "since", "versions_count")
    list_filter = ("kind", "is_development")
    search_fields = ("code", "name", "publisher_name", "sector")
    autocomplete_fields = ("division", "publisher")

    class Media:
        css = SHEETS

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the newest version."""
        return lists_with_newest().select_related("division", "publisher")

    def get_readonly_fields(self, request: HttpRequest, obj: CatalogueList | None = None) -> tuple[str, ...]:
        """Published versions rely on what their list is."""
        if obj and obj.versions.filter(status=CatalogueVersion.Status.PUBLISHED).exists():
            return ("code", "kind", "division")
        return ("code",) if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form knows who asks."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("ListForm", (form,), {"user": request.user})

    def has_change_permission(self, request: HttpRequest, obj: CatalogueList | None = None) -> bool:
        """Editors change their own lists."""
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or is_system_administrator(request.user) or may_edit(request.user, obj))

    @display(description=gettext_lazy("in force from"), ordering="published_from")
    def since(self, row: Any) -> Any:
        """The newest version's first day."""
        return row.published_from

    @display(description=gettext_lazy("versions of fee lists"), ordering="version_count")
    def versions_count(self, row: Any) -> int:
        """How many are published."""
        return int(row.version_count)

    def get_urls(self) -> list[URLPattern]:
        """Beginning a version, and the coverage."""
        wrap = self.admin_site.admin_view
        return [
            path("coverage/", wrap(require_safe(self.coverage_view)), name="fees_cataloguelist_coverage"),
            path("<int:object_id>/draft/", wrap(require_POST(self.draft_view)), name="fees_cataloguelist_draft"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form with the list's versions beside it."""
        row = CatalogueList.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        versions = list(row.versions.order_by("-number")) if row else []
        preparing = next((one for one in versions if one.status != CatalogueVersion.Status.PUBLISHED), None)
        extra: dict[str, Any] = {"fee_list": row, "versions": versions, "preparing": preparing}
        extra["may_edit"] = row is not None and may_edit(request.user, row)
        response: HttpResponse = super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})
        return response

    def draft_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Begin the next version as a copy of the newest."""
        row = get_object_or_404(CatalogueList, pk=object_id)
        if not may_edit(request.user, row):
            raise PermissionDenied
        try:
            version = version_draft(fee_list=row, user=request.user)
        except ValidationError as refusal:
            tell_refusal(request, refusal)
            return redirect("admin:fees_cataloguelist_change", row.pk)
        messages.success(request, _("A draft of the next version is begun."))
        return redirect(VERSION_PAGE, version.pk)

    def coverage_view(self, request: HttpRequest) -> HttpResponse:
        """Which provinces and departments have published, and how old it is; the gaps first."""
        if not (may_enter(request.user) and holds(request.user, OVERSEERS)):
            raise PermissionDenied
        words = request.GET.get("q", "").strip()[:60]
        # An address with a word that nobody offers shows everything rather than nothing.
        standing = request.GET.get("standing", "") if request.GET.get("standing") in Standing.values else ""
        today = timezone.localdate()
        found = coverage(today, words=words, standing=standing)
        context = {
            "title": _("Coverage of fee lists"),
            "parts": [(_("Provinces"), found.provinces), (_("Departments and other places"), found.others)],
            "words": words,
            "standing": standing,
            "chips": _chips(found.counts, words),
            "old_after": days_until_old(today),
            "search_input": UnfoldAdminTextInputWidget({"type": "search", "maxlength": 60}).render(
                "q", words, {"id": "id_q"}
            ),
        }
        return show_page(self, request, "coverage.html", context)


def _chips(counts: Mapping[Standing, int], words: str) -> list[tuple[str, str, int, str]]:
    """The filters: code, name, how many, and the query that keeps what is being searched."""
    kept = {"q": words} if words else {}
    offered = [("", _("All"), sum(counts.values())), *((one.value, str(one.label), counts[one]) for one in Standing)]
    return [(code, name, count, urlencode({**kept, "standing": code})) for code, name, count in offered]
