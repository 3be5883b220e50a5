"""Platforms, and the packages that went to them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from casework.cases.errors import CaseError, InvalidInput
from casework.exchange.models import READERS, Package, Platform
from casework.exchange.packing import package_files
from casework.exchange.services import package_is_whole, package_resend, package_set_aside
from casework.exchange.web import zipped
from casework.parties.admin_perms import SYSTEM, RolePermissions, holds
from casework.staff_pages import show_staff_page
from casework.staff_site import StaffModelAdmin

PAGE = "admin:exchange_package_change"
Status = Package.Status


@admin.register(Platform)
class PlatformAdmin(RolePermissions, StaffModelAdmin):
    """Set up by system administrators; a token stands in the environment."""

    view_roles = add_roles = change_roles = SYSTEM
    list_display = ("name", "code", "adapter", "is_active", "last_sequence")
    fields = ("code", "name", "adapter", "address", "token_variable", "answer_days", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Packages name the code."""
        return ("code",) if obj else ()


class ReasonForm(forms.Form):
    """Why a package is set aside."""

    reason = forms.CharField(label=gettext_lazy("reason"), max_length=300, widget=UnfoldAdminTextInputWidget)


@admin.register(Package)
class PackageAdmin(RolePermissions, StaffModelAdmin):
    """What went to the platforms, newest first."""

    view_roles = READERS
    list_display = ("name_of", "platform", "what", "stands", "created_at", "delivered_at", "answered_at")
    list_display_links = ("name_of",)
    list_filter = ("platform", "kind", "status")
    list_select_related = ("platform",)
    search_fields = ("key",)
    search_help_text = gettext_lazy("Reference of a record")

    def get_queryset(self, request: HttpRequest) -> Any:
        """What the user may see."""
        return Package.objects.visible_to(request.user).select_related("platform").defer("records")

    @display(description=gettext_lazy("package"), ordering="sequence")
    def name_of(self, package: Package) -> str:
        """Number and kind."""
        return package.name

    @display(description=gettext_lazy("kind"), ordering="kind")
    def what(self, package: Package) -> str:
        """In words."""
        return str(package.get_kind_display())

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={
            Status.WAITING: "warning",
            Status.DELIVERED: "info",
            Status.ACKNOWLEDGED: "success",
            Status.PARTLY_REFUSED: "danger",
            Status.REFUSED: "danger",
        },
    )
    def stands(self, package: Package) -> tuple[str, str]:
        """Coloured."""
        return package.status, str(package.get_status_display())

    def get_urls(self) -> list[URLPattern]:
        """The list, a package's page and files, and the two steps."""
        wrap, name = self.admin_site.admin_view, "exchange_package"
        return [
            path("", wrap(self.changelist_view), name=f"{name}_changelist"),
            path("<int:pk>/change/", wrap(require_safe(self.package_view)), name=f"{name}_change"),
            path("<int:pk>/package.zip", wrap(require_safe(self.files_view)), name=f"{name}_files"),
            path("<int:pk>/resend/", wrap(require_POST(self.resend_view)), name=f"{name}_resend"),
            path("<int:pk>/set-aside/", wrap(require_POST(self.set_aside_view)), name=f"{name}_set_aside"),
        ]

    def _seen(self, request: HttpRequest, pk: int) -> Package:
        package = Package.objects.visible_to(request.user).select_related("platform").filter(pk=pk).first()
        if package is None or not self.has_view_permission(request):
            raise Http404
        return package

    def package_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What it says, its attempts and answer."""
        return self._show(request, self._seen(request, pk))

    def _show(self, request: HttpRequest, package: Package, form: ReasonForm | None = None) -> HttpResponse:
        is_delivered = bool(package.manifest_sha256)
        may_act = holds(request.user, SYSTEM)
        context = {
            "title": str(package),
            "package": package,
            "attempts": package.attempts.order_by("-id")[:50],
            "is_whole": package_is_whole(package) if is_delivered else None,
            "may_act": may_act,
            "form": form or (ReasonForm() if may_act and package.status == Status.WAITING else None),
        }
        return show_staff_page(self, request, "admin/exchange/package.html", context, 400 if form else 200)

    def files_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The files as the platform got them."""
        package = self._seen(request, pk)
        response = HttpResponse(zipped(package_files(package)), content_type="application/zip")
        response["Content-Disposition"] = f'attachment; filename="{package.platform_id}-{package.name}.zip"'
        return response

    def resend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send it again as it was."""
        package = self._acting(request, pk)
        self._step(request, lambda: package_resend(package=package), _("The package is on its way again."))
        return redirect(PAGE, pk)

    def set_aside_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let those behind it go on."""
        package, form = self._acting(request, pk), ReasonForm(request.POST)
        if not form.is_valid():
            return self._show(request, package, form)
        self._step(
            request,
            lambda: package_set_aside(package=package, reason=form.cleaned_data["reason"]),
            _("The package is set aside."),
        )
        return redirect(PAGE, pk)

    def _acting(self, request: HttpRequest, pk: int) -> Package:
        if not holds(request.user, SYSTEM):
            raise Http404
        return self._seen(request, pk)

    def _step(self, request: HttpRequest, step: Callable[[], Any], done: str) -> None:
        try:
            step()
        except InvalidInput as error:
            messages.error(request, " ".join(text for texts in error.errors.values() for text in texts))
        except CaseError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, done)
