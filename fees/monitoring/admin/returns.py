"""Returns as they were submitted: read, and reopened where something has to be put right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.decorators import display

from fees.monitoring.access import may_run
from fees.monitoring.admin.common import MonitoringAdmin, staff
from fees.monitoring.admin.forms import ReasonForm
from fees.monitoring.models import QuarterlyReturn
from fees.monitoring.services import return_reopen
from fees.monitoring.verdicts import kept_words, tone

PAGE = "admin:fees_quarterlyreturn_change"
Status = QuarterlyReturn.Status


@admin.register(QuarterlyReturn)
class QuarterlyReturnAdmin(MonitoringAdmin):
    """Returns, newest quarter first."""

    list_display = ("shown_point", "shown_quarter", "place", "shown_status", "submitted_at")
    list_filter = ("status", "nothing_paid", "round__year", "round__quarter_number")
    search_fields = ("point__name", "point__reference")
    list_select_related = ("point__division", "round")

    @display(description=gettext_lazy("monitoring point"), ordering="point__name")
    def shown_point(self, row: QuarterlyReturn) -> str:
        """The enterprise."""
        return row.point.name

    @display(description=gettext_lazy("quarter"), ordering="round__year")
    def shown_quarter(self, row: QuarterlyReturn) -> str:
        """In words."""
        return str(row.round.quarter)

    @display(description=gettext_lazy("place"), ordering="point__division_id")
    def place(self, row: QuarterlyReturn) -> str:
        """The point's."""
        return row.point.division.name

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={Status.DRAFT: "warning", Status.SUBMITTED: "success"},
    )
    def shown_status(self, row: QuarterlyReturn) -> tuple[str, str]:
        """Coloured."""
        return row.status, row.get_status_display()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rounds make them."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """The page and the reopening."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:object_id>/change/", wrap(require_safe(self.return_view)), name="fees_quarterlyreturn_change"),
            path("<int:object_id>/reopen/", wrap(require_POST(self.reopen_view)), name="fees_quarterlyreturn_reopen"),
            *super().get_urls(),
        ]

    def return_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What was submitted, with the verdicts that are kept."""
        return self._page(request, self._seen(request, object_id))

    def _seen(self, request: HttpRequest, pk: int) -> QuarterlyReturn:
        related = ("point__department", "point__division", "round__department", "reopened_by")
        row: QuarterlyReturn = self.seen(request, pk, *related)
        return row

    def _page(self, request: HttpRequest, row: QuarterlyReturn, form: ReasonForm | None = None) -> HttpResponse:
        # A draft is the point's own until it submits: what it types is not read meanwhile.
        is_submitted = row.status == Status.SUBMITTED
        items = list(row.paid_items.select_related("division", "entry")) if is_submitted else []
        writable = row.is_editable and not is_submitted
        context = {
            "title": str(row),
            "row": row,
            "is_submitted": is_submitted,
            "lines": [(item, kept_words(item.verdict, item.steps), tone(item.verdict)) for item in items],
            "total": sum((item.amount for item in items), Decimal("0.00")),
            "submissions": list(row.submissions.all()),
            "reminders": list(row.reminders.select_related("sent_by")),
            "form": form or (ReasonForm() if may_run(request.user, row.point.department) and not writable else None),
        }
        return self.page(request, "return.html", context, 400 if form else 200)

    def reopen_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Let the point write again."""
        row, form = self._seen(request, object_id), ReasonForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form)
        self.step(
            request,
            row,
            lambda: return_reopen(row=row, user=staff(request), **form.cleaned_data),
            _("The point may write this return again; it is told by e-mail."),
        )
        return redirect(PAGE, row.pk)
