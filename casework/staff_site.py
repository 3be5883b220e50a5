"""The admin site: unfold's, open to staff with a role and to nobody else; and what its lists have in common."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite
from unfold.views import ChangeList

from casework.parties.admin_perms import may_enter
from casework.parties.demo import DEMO_PASSWORD
from casework.product import PRODUCT_NAME

COUNTED_AT_MOST = 1000


class StaffSite(UnfoldAdminSite):
    """Roles open it, not the flag `is_staff` alone."""

    index_title = _("Start")
    site_title = site_header = PRODUCT_NAME

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the user may enter."""
        return may_enter(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What every page knows."""
        is_demo = settings.ENVIRONMENT == "demo"
        demo = {"is_demo": is_demo, "demo_password": DEMO_PASSWORD if is_demo else ""}
        return {**super().each_context(request), **demo}


class CappedPaginator(Paginator):
    """Counts no further than people turn pages: a count over everything costs more than the page itself."""

    @cached_property
    def count(self) -> int:
        """The number of rows, at most `COUNTED_AT_MOST`."""
        rows: Any = self.object_list
        return int(rows.order_by()[:COUNTED_AT_MOST].count())


class StaffChangeList(ChangeList):
    """A list that says how many rows meet its filters, and "more than" where it stopped counting."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page."""
        super().get_results(request)
        # The same number twice: without it unfold offers "show all" as if a filter were always set.
        self.full_result_count = self.result_count
        self.is_capped = self.result_count >= COUNTED_AT_MOST


class StaffModelAdmin(ModelAdmin):
    """What every list of ours keeps to: capped counts, no second count, no bulk action that nobody asked for."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    list_filter_submit = False
    actions: Any = ()
    empty_value_display = "—"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StaffChangeList]:
        """Our list."""
        return StaffChangeList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under the name of its rows; Django's own title says "select one to change"."""
        extra = {"title": capfirst(str(self.opts.verbose_name_plural)), **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, extra)
        return response

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Only the actions that the class names: deleting several rows at once is not one of them."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


def unregister(*models: type[Any]) -> None:
    """Take models of other packages out of the admin."""
    for model in models:
        if admin.site.is_registered(model):
            admin.site.unregister(model)
