"""The years of the bodies: list with the comparison, opening a year, a year's page, registering at the desk, export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.decorators import display

from casework.cases.errors import ActionNotAllowed, CaseError, InvalidInput
from casework.parties.models import Department
from casework.staff_rooms import add_errors, own_departments, staff, tell_refusal
from casework.staff_site import StaffChangeList
from complaints.disclosure.access import may_run
from complaints.disclosure.admin.common import DisclosureAdminBase
from complaints.disclosure.admin.filters import PlaceFilter, StatusFilter
from complaints.disclosure.admin.forms import DeskForm, QuestionForm, YearForm
from complaints.disclosure.answers import disclosure_submit
from complaints.disclosure.comparing import Flag, comparisons
from complaints.disclosure.corrections import correction_ask
from complaints.disclosure.downloads import MOST_ROWS, XLSX, staff_workbook
from complaints.disclosure.forms import begun
from complaints.disclosure.law import duty_of
from complaints.disclosure.models import DisclosureObligation
from complaints.disclosure.publishing import STATUS_WORDS, status_of
from complaints.disclosure.reminders import disclosures_remind, missing_obligations
from complaints.disclosure.years import bodies_not_listed, year_open
from complaints.models import ArrearsComplaint

PAGE, LIST = "admin:complaints_disclosureobligation_change", "admin:complaints_disclosureobligation_changelist"
QUESTION_PAGE = "admin:complaints_disclosurecorrection_change"
RELATED = ("body__subject__division__parent__parent", "body__department", "current", "period")
SHOWN_NOT_LISTED = 100


class ComparedChangeList(StaffChangeList):
    """Each row with its comparison; one set of queries for the page."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page."""
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        found = comparisons(rows, staff(request))
        for row in rows:
            row.compared = found[row.pk]
        self.result_list = rows


@admin.register(DisclosureObligation)
class DisclosureObligationAdmin(DisclosureAdminBase):
    """Years of bodies, the newest first."""

    list_display = ("shown_name", "year", "shown_place", "kind", "due_on", "shown_status", "shown_amount", "shown_flag")
    list_filter = ("year", PlaceFilter, "kind", StatusFilter)
    search_fields = ("body__subject__name", "body__subject__code", "body__reference")
    list_select_related = RELATED
    list_before_template = "admin/complaints/disclosure/years_before.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StaffChangeList]:
        """With the comparison."""
        return ComparedChangeList

    @display(description=gettext_lazy("obliged body"), ordering="body__subject__name")
    def shown_name(self, row: DisclosureObligation) -> str:
        """The register's name."""
        return row.body.subject.name

    @display(description=gettext_lazy("place"), ordering="body__subject__division_id")
    def shown_place(self, row: DisclosureObligation) -> str:
        """Its name."""
        return row.body.subject.division.name

    @display(
        description=gettext_lazy("status"),
        ordering="published_on",
        label={"in_time": "success", "late": "warning", "missing": "danger", "waiting": "info"},
    )
    def shown_status(self, row: DisclosureObligation) -> tuple[str, Any]:
        """Coloured."""
        status = status_of(row, timezone.localdate())
        return str(status), STATUS_WORDS[status]

    @display(description=gettext_lazy("overdue amount (yuan)"), ordering="current__amount")
    def shown_amount(self, row: DisclosureObligation) -> str:
        """Of the version that stands."""
        return f"{row.current.amount:,.2f}" if row.current else self.empty_value_display

    @display(
        description=gettext_lazy("question"),
        label={Flag.NOTHING_DISCLOSED: "danger", Flag.LESS_THAN_UNDISPUTED: "warning"},
    )
    def shown_flag(self, row: Any) -> Any:
        """What the comparison asks; nothing where it asks nothing."""
        return None if row.compared.flag == Flag.NONE else (row.compared.flag, row.compared.words)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with ways to open a year for those who may, and the export of what the filters leave."""
        own = own_departments(staff(request)) if request.user.is_active else Department.objects.none()
        year = max(_number(request.GET.get("year", "")), 0) or timezone.localdate().year - 1
        missing = missing_obligations().filter(body__department__in=own, year=year)
        extra = {
            "may_open": own.exists(),
            "remind_year": year if missing.exists() else None,
            "query": request.GET.urlencode(),
        }
        return super().changelist_view(request, {**(extra_context or {}), **extra})

    def get_urls(self) -> list[URLPattern]:
        """The steps."""
        wrap, name = self.admin_site.admin_view, "complaints_disclosureobligation"
        both = require_http_methods(["GET", "HEAD", "POST"])
        pages: tuple[tuple[str, str, Callable[..., HttpResponseBase]], ...] = (
            ("open/", "open", both(self.open_view)),
            ("remind/", "remind", require_POST(self.remind_view)),
            ("export/", "export", require_safe(self.export_view)),
            ("<int:object_id>/change/", "change", require_safe(self.year_view)),
            ("<int:object_id>/desk/", "desk", both(self.desk_view)),
            ("<int:object_id>/ask/", "ask", both(self.ask_view)),
        )
        own = [path(route, wrap(never_cache(view)), name=f"{name}_{step}") for route, step, view in pages]
        return own + super().get_urls()

    def _seen(self, request: HttpRequest, pk: int) -> DisclosureObligation:
        row: DisclosureObligation = self.seen(request, pk, *RELATED, "opened_by")
        return row

    def year_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A year: what was disclosed in every version, the comparison, questions, reminders."""
        row = self._seen(request, object_id)
        today, found = timezone.localdate(), comparisons([row], staff(request))[row.pk]
        may = may_run(request.user, row.body.department) and row.body.retired_on is None
        questions = list(row.corrections.select_related("asked_by", "closed_by").order_by("-pk"))
        context = {
            "title": str(row),
            "row": row,
            "status": STATUS_WORDS[status_of(row, today)],
            "duty": duty_of(row.kind, today),
            "versions": row.disclosures.select_related("registered_by").order_by("-number"),
            "compared": found,
            "complaints": ArrearsComplaint.objects.filter(pk__in=[claim.complaint for claim in found.claims]).order_by(
                "pk"
            ),
            "questions": questions,
            "reminders": row.reminders.select_related("sent_by"),
            "may_run": may,
            "may_ask": may and _may_ask(row, today) and not any(one.is_open for one in questions),
        }
        return self.page(request, "year.html", context)

    def desk_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Register what a body sent on paper or told; for a correction a new version."""
        row = self._of_own_department(request, object_id)
        form = DeskForm(request.POST or None, row=row, initial=begun(row) if not row.draft else {})
        if request.method == "POST" and form.is_valid():
            version = _number(request.POST.get("version", ""))
            try:
                disclosure_submit(row=row, figures=form.figures(), version=version, user=staff(request))
            except InvalidInput as refusal:
                add_errors(form, refusal)
            except CaseError as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, row, _("The disclosure is registered."))
                messages.success(request, _("The disclosure is registered."))
                return redirect(PAGE, row.pk)
        context = {"title": _("Register a disclosure: %(row)s") % {"row": row}, "row": row, "form": form}
        return self.page(request, "desk.html", context, 400 if form.is_bound else 200)

    def ask_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask the body to explain or correct."""
        row = self._of_own_department(request, object_id)
        form = QuestionForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                asked = correction_ask(row=row, user=staff(request), **form.cleaned_data)
            except InvalidInput as refusal:
                add_errors(form, refusal)
            except CaseError as refusal:
                form.add_error(None, str(refusal))
            else:
                self.log_change(request, row, _("The question is asked."))
                messages.success(request, _("The question is asked."))
                return redirect(QUESTION_PAGE, asked.pk)
        context = {
            "title": _("Ask about a disclosure: %(row)s") % {"row": row},
            "row": row,
            "form": form,
            "compared": comparisons([row], staff(request))[row.pk],
        }
        return self.page(request, "ask.html", context, 400 if form.is_bound else 200)

    def _of_own_department(self, request: HttpRequest, pk: int) -> DisclosureObligation:
        row = self._seen(request, pk)
        if not may_run(request.user, row.body.department):
            raise PermissionDenied
        return row

    def open_view(self, request: HttpRequest) -> HttpResponse:
        """Open a year for the whole list or a place; bodies that were asked already are asked no second time."""
        self.require_department(request)
        form = YearForm(request.POST or None, user=staff(request))
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                count = year_open(
                    department=given["department"], user=staff(request), year=given["year"], division=form.place()
                )
            except InvalidInput as refusal:
                add_errors(form, refusal)
            else:
                said = ngettext("%(count)d body is asked now.", "%(count)d bodies are asked now.", count)
                messages.success(request, said % {"count": count} if count else _("All of them were asked already."))
                return redirect(f"{_list_url()}?year={given['year']}")
        context = {
            "title": _("Open a year"),
            "form": form,
            "not_listed": [
                (department, bodies_not_listed(department)[:SHOWN_NOT_LISTED])
                for department in own_departments(staff(request)).select_related("division")
            ],
        }
        return self.page(request, "open.html", context, 400 if form.is_bound else 200)

    def remind_view(self, request: HttpRequest) -> HttpResponse:
        """Remind whoever is missing in a year of the user's departments, once a day at most."""
        self.require_department(request)
        year = _number(request.POST.get("year", ""))
        try:
            count = sum(
                disclosures_remind(department=department, user=staff(request), year=year)
                for department in own_departments(staff(request))
            )
        except ActionNotAllowed as refusal:
            raise PermissionDenied from refusal
        except CaseError as refusal:
            tell_refusal(request, refusal)
            return redirect(LIST)
        said = ngettext("%(count)d body is reminded.", "%(count)d bodies are reminded.", count)
        messages.success(
            request, said % {"count": count} if count else _("Nobody is missing who was not reminded today.")
        )
        return redirect(LIST)

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """What the list's filters and search leave, as a workbook."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        changelist = self.get_changelist_instance(request)
        rows = list(changelist.get_queryset(request).select_related(*RELATED)[:MOST_ROWS])
        today = timezone.localdate()
        about = [
            (_("As of"), today.isoformat()),
            (_("Filters"), "; ".join(f"{name}={value}" for name, value in request.GET.items()) or _("No filters")),
            (_("What is compared"), _compared_words()),
        ]
        response = HttpResponse(
            staff_workbook(rows, comparisons(rows, staff(request)), today, about), content_type=XLSX
        )
        name = f"disclosures-{today.isoformat()}.xlsx"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response


def _compared_words() -> str:
    return _(
        "Complaints that you may see, accepted by 31 December and neither ended nor wholly paid then. A difference is "
        "a question, no finding: contracts may be disputed, or paid after the year's end."
    )


def _list_url() -> str:
    return str(redirect(LIST).headers["Location"])


def _may_ask(row: DisclosureObligation, today: Any) -> bool:
    return row.current is not None or row.due_on < today


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
