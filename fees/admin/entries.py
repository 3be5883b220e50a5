"""Entries in the admin: those of drafts are written here, those of published versions read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Role
from casework.staff_site import StaffModelAdmin
from fees.admin.common import SHEETS, tell_refusal
from fees.admin.forms import EntryForm
from fees.catalogue.models import CatalogueEntry, CatalogueVersion
from fees.catalogue.services import entry_delete, entry_save
from fees.perms import READERS, may_edit

Status = CatalogueEntry.Status
DRAFT = CatalogueVersion.Status.DRAFT


@admin.register(CatalogueEntry)
class CatalogueEntryAdmin(RolePermissions, StaffModelAdmin):
    """Entries of all versions; a new one begins from its version's page."""

    form = EntryForm
    view_roles = READERS
    add_roles = change_roles = delete_roles = (Role.CATALOGUE_EDITOR,)
    list_display = ("name", "of_version", "kind", "division", "payee", "shown_status", "computable")
    list_filter = ("kind", "status")
    search_fields = ("name", "parent_item", "payee", "key")
    list_select_related = ("version__fee_list", "division")
    autocomplete_fields = ("division",)
    ordering = ("-version_id", "position", "id")
    fieldsets = (
        (None, {"fields": (("kind", "division"), "parent_item", "name", "sub_items", ("key", "position"))}),
        (gettext_lazy("Who"), {"fields": ("payee", "payer")}),
        (
            gettext_lazy("Standard"),
            {"fields": ("standard_text", "computable", "charge_level", "service_content", "service_standard")},
        ),
        (
            gettext_lazy("Rules"),
            {
                "fields": (
                    "legal_basis", "own_columns", "fund_management", "collection_rule", "refund_rule",
                    ("approval_prerequisite", "enterprise_related"), ("industries", "matters"),
                )
            },
        ),
        (gettext_lazy("Change"), {"fields": ("status", "change_reason", ("valid_from", "valid_to"))}),
    )  # fmt: skip

    class Media:
        css = SHEETS

    @display(description=gettext_lazy("version"))
    def of_version(self, entry: CatalogueEntry) -> str:
        """List and number."""
        return str(entry.version)

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={Status.CANCELLED: "danger", Status.SUSPENDED: "warning"},
    )
    def shown_status(self, entry: CatalogueEntry) -> tuple[str, str]:
        """Coloured."""
        return entry.status, entry.get_status_display()

    @display(description=gettext_lazy("standard as data"), boolean=True)
    def computable(self, entry: CatalogueEntry) -> bool:
        """Whether it can be computed."""
        return not entry.is_text_only

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """In the drafts of one's own lists; the list of all entries offers none."""
        return super().has_add_permission(request) and self._draft(request) is not None

    def has_change_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        """In drafts of one's own lists."""
        allowed = super().has_change_permission(request, obj)
        return (
            allowed and obj is not None and obj.version.status == DRAFT and may_edit(request.user, obj.version.fee_list)
        )

    def has_delete_permission(self, request: HttpRequest, obj: CatalogueEntry | None = None) -> bool:
        """Whoever may change it."""
        return self.has_change_permission(request, obj)

    def _draft(self, request: HttpRequest) -> CatalogueVersion | None:
        """The draft that a new entry is for, by `?version=`."""
        text = request.GET.get("version", "")
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            return None
        row = CatalogueVersion.objects.select_related("fee_list").filter(pk=int(text), status=DRAFT).first()
        return row if row and may_edit(request.user, row.fee_list) else None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A new entry's form belongs to its draft."""
        form = super().get_form(request, obj, change=change, **kwargs)
        draft = None if change else self._draft(request)
        return form if draft is None else _form_for(form, draft)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form; refused where its version was reviewed meanwhile."""
        if object_id is None and self._draft(request) is None:
            raise PermissionDenied
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as refusal:
            tell_refusal(request, refusal)
            return redirect(request.get_full_path())
        return response

    def save_model(self, request: HttpRequest, obj: CatalogueEntry, form: Any, change: bool) -> None:
        """Through the service."""
        entry_save(entry=obj, user=request.user)

    def delete_model(self, request: HttpRequest, obj: CatalogueEntry) -> None:
        """Through the service."""
        entry_delete(entry=obj, user=request.user)


def _form_for(form: Any, draft: CatalogueVersion) -> Any:
    """The form of a new entry of a draft."""

    class NewEntryForm(form):
        def __init__(self, *args: Any, **options: Any) -> None:
            options["instance"] = options.get("instance") or CatalogueEntry()
            options["instance"].version, options["instance"].fee_list = draft, draft.fee_list
            options["initial"] = {"division": draft.fee_list.division_id, **(options.get("initial") or {})}
            super().__init__(*args, **options)

    return NewEntryForm
