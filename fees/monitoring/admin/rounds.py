"""Rounds with their progress, and the figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.decorators import display

from casework.cases.errors import ActionNotAllowed, CaseError, InvalidInput
from casework.parties.models import NATION, Division
from fees.catalogue.exporting import XLSX
from fees.monitoring.access import may_run
from fees.monitoring.admin.common import MonitoringAdmin, add_errors, own_departments, staff, tell_refusal
from fees.monitoring.admin.forms import FiguresForm, RoundForm
from fees.monitoring.figures import By
from fees.monitoring.models import MonitoringPoint, QuarterlyReturn, Round
from fees.monitoring.reminders import missing_returns, round_remind
from fees.monitoring.services import points_to_invite, round_close, round_invite, round_open
from fees.monitoring.sources import figures_for
from fees.monitoring.words import by_words, definitions
from fees.monitoring.workbook import figures_workbook

PAGE = "admin:fees_round_change"
SHOWN_LINES = 20
_SUBMITTED = Q(returns__status=QuarterlyReturn.Status.SUBMITTED)


@admin.register(Round)
class RoundAdmin(MonitoringAdmin):
    """Rounds, newest first."""

    list_display = ("shown_quarter", "department", "opens_on", "due_on", "progress", "shown_status")
    list_filter = ("year", "quarter_number")
    search_fields = ("department__name",)
    list_select_related = ("department",)
    list_before_template = "admin/fees/monitoring/rounds_before.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the counts of returns."""
        rows = super().get_queryset(request)
        return rows.annotate(asked=Count("returns"), answered=Count("returns", filter=_SUBMITTED))

    @display(description=gettext_lazy("quarter"), ordering="-year")
    def shown_quarter(self, row: Round) -> str:
        """In words."""
        return str(row.quarter)

    @display(description=gettext_lazy("answered"))
    def progress(self, row: Any) -> str:
        """How many have answered, of how many."""
        return f"{row.answered} / {row.asked}"

    @display(description=gettext_lazy("status"), ordering="closed_at", label={"open": "success", "closed": "info"})
    def shown_status(self, row: Round) -> tuple[str, str]:
        """Coloured."""
        return ("open", _("open for returns")) if row.is_open else ("closed", _("closed"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Opening has a page of its own."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to open a round for those who may."""
        extra = {"may_open": request.user.is_active and own_departments(staff(request)).exists()}
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        wrap = self.admin_site.admin_view
        pages: tuple[tuple[str, str, Callable[..., HttpResponseBase]], ...] = (
            ("open/", "open", require_http_methods(["GET", "HEAD", "POST"])(self.open_view)),
            ("figures/", "figures", require_safe(self.figures_view)),
            ("figures.xlsx", "figures_xlsx", require_safe(self.workbook_view)),
            ("<int:object_id>/change/", "change", require_safe(self.round_view)),
            ("<int:object_id>/remind/", "remind", require_POST(self.remind_view)),
            ("<int:object_id>/invite/", "invite", require_POST(self.invite_view)),
            ("<int:object_id>/close/", "close", require_POST(self.close_view)),
        )
        return [path(route, wrap(view), name=f"fees_round_{step}") for route, step, view in pages] + super().get_urls()

    def open_view(self, request: HttpRequest) -> HttpResponse:
        """Ask all points about a quarter."""
        user = staff(request)
        if not (self.has_view_permission(request) and own_departments(user).exists()):
            raise PermissionDenied
        form = RoundForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            try:
                row = round_open(user=user, **form.cleaned_data)
            except InvalidInput as refusal:
                add_errors(form, refusal)
            else:
                self.log_addition(request, row, "")
                return redirect(PAGE, row.pk)
        active = MonitoringPoint.objects.visible_to(user).filter(active_to=None).count()
        context = {"title": _("Open a round"), "form": form, "active": active}
        return self.page(request, "open.html", context, 400 if form.is_bound else 200)

    def round_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Who has answered and who hasn't."""
        row = self.seen(request, object_id, "department", "opened_by", "closed_by")
        returns = row.returns.visible_to(request.user).select_related("point__division").prefetch_related("reminders")
        may = may_run(request.user, row.department) and row.is_open
        context = {
            "title": str(row),
            "row": row,
            "missing": returns.filter(status=QuarterlyReturn.Status.DRAFT).order_by("point__division_id", "pk"),
            "answered_returns": returns.filter(status=QuarterlyReturn.Status.SUBMITTED)
            .annotate(payments=Count("paid_items"))
            .order_by("-submitted_at"),
            "may_run": may,
            "waiting": len(list(missing_returns(row))) if may else 0,
            "to_invite": points_to_invite(row).count() if may else 0,
            "today": timezone.localdate(),
        }
        return self.page(request, "round.html", context)

    def remind_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Remind all that have not answered."""
        return self._counted(
            request,
            object_id,
            round_remind,
            lambda count: ngettext("%(count)d point is reminded.", "%(count)d points are reminded.", count),
            _("All of them were reminded today already."),
        )

    def invite_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask the points that came later."""
        return self._counted(
            request,
            object_id,
            round_invite,
            lambda count: ngettext("%(count)d point is invited.", "%(count)d points are invited.", count),
            _("There is nobody to invite."),
        )

    def _counted(
        self, request: HttpRequest, pk: int, command: Callable[..., int], words: Callable[[int], str], nobody: str
    ) -> HttpResponse:
        row = self.seen(request, pk, "department")
        try:
            count = command(row=row, user=staff(request))
        except ActionNotAllowed as refusal:
            raise PermissionDenied from refusal
        except CaseError as refusal:
            tell_refusal(request, refusal)
            return redirect(PAGE, row.pk)
        said = words(count) % {"count": count} if count else nobody
        self.log_change(request, row, said)
        messages.success(request, said)
        return redirect(PAGE, row.pk)

    def close_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take no more returns."""
        row = self.seen(request, object_id, "department")
        said = _("The round is closed. Returns are taken no more, unless you reopen one.")
        self.step(request, row, lambda: round_close(row=row, user=staff(request)), said)
        return redirect(PAGE, row.pk)

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        """What stands out in a quarter, by payee, item and place."""
        form = self._figures_form(request)
        context: dict[str, Any] = {"title": _("Figures of the monitoring"), "form": form, "definitions": definitions()}
        if not form.is_valid():
            return self.page(request, "figures.html", context, 400)
        quarter, division = form.wanted()
        if quarter is not None:
            figures = figures_for(staff(request), quarter, division)
            context |= {
                "quarter": quarter,
                "place": _place_words(division),
                "total": figures.total,
                "parts": [
                    (by_words(by), figures.lines[by][:SHOWN_LINES], max(len(figures.lines[by]) - SHOWN_LINES, 0))
                    for by in By
                ],
                "query": f"quarter={quarter.year}-{quarter.number}&division={division}",
            }
        return self.page(request, "figures.html", context)

    def workbook_view(self, request: HttpRequest) -> HttpResponse:
        """The same as a workbook, with all lines."""
        form = self._figures_form(request)
        quarter, division = form.wanted() if form.is_valid() else (None, NATION)
        if quarter is None:
            return HttpResponse(_("These filters can't be read. Go back to the figures and choose again."), status=400)
        figures = figures_for(staff(request), quarter, division)
        about = [
            (_("quarter"), str(quarter)),
            (_("place"), _place_words(division)),
            (_("as of"), timezone.localdate().isoformat()),
        ]
        name = _("monitoring-figures") + f"-{quarter.year}-Q{quarter.number}.xlsx"
        disposition = content_disposition_header(True, name) or "attachment"
        content = figures_workbook(figures, about)
        return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})

    def _figures_form(self, request: HttpRequest) -> FiguresForm:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return FiguresForm(request.GET, user=staff(request))


def _place_words(division: str) -> str:
    return Division.objects.select_related("parent__parent").get(pk=division).full_name
