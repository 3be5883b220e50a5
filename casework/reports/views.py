"""The supervisor's page: what is due, what is late; and the same as a workbook."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.cases.actors import Actor
from casework.cases.reading import log_export
from casework.clocks.models import Deadline
from casework.parties.models import User
from casework.parties.perms import has_role
from casework.reports.definitions import BUCKETS, Counts
from casework.reports.forms import REPORT_ROLES, DeadlineFilterForm
from casework.reports.selectors import case_rows, has_development_data, open_clocks, report_deadlines, summarise
from casework.reports.workbook import XLSX, deadline_workbook

PER_PAGE = 50


def _reader(request: HttpRequest) -> User:
    """The signed-in user, if a role gives the report something to show.

    Raises:
        PermissionDenied: otherwise.
    """
    user = request.user
    if not isinstance(user, User) or not has_role(user, *REPORT_ROLES):
        raise PermissionDenied
    return user


@login_required
@require_safe
def deadlines(request: HttpRequest) -> HttpResponse:
    """The report as a page in the admin's frame."""
    user, today = _reader(request), timezone.localdate()
    form = DeadlineFilterForm(request.GET, user=user)
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("Due and late"),
        "form": form,
        "today": today,
        "buckets": BUCKETS,
    }
    if form.is_valid():
        context |= _report(request, user, form, today)
    return render(request, "reports/deadlines.html", context, status=200 if form.is_valid() else 400)


def _report(request: HttpRequest, user: User, form: DeadlineFilterForm, today: date) -> dict[str, Any]:
    found = report_deadlines(user, form.wanted())
    summary = summarise(found, today)
    paginator = Paginator(open_clocks(found), PER_PAGE)
    paginator.count = summary.total.open  # counted already
    page: Page[Deadline] = paginator.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "summary": summary,
        "cards": _cards(summary.total),
        "page": page,
        "rows": list(case_rows(list(page.object_list), today)),
        "chosen": form.chosen(),
        "development": has_development_data(found),
        "query": query.urlencode(),
    }


def _cards(total: Counts) -> list[tuple[str, int, str]]:
    """(label, number, tone) of the figures on top."""
    return [
        (_("Late"), total.late, "late"),
        (_("Due within 3 days"), total.within3, "soon"),
        (_("Due within 7 days"), total.within7, ""),
        (_("Due within 30 days"), total.within30, ""),
        (_("Open in all"), total.open, ""),
    ]


@login_required
@require_safe
def deadlines_xlsx(request: HttpRequest) -> HttpResponse:
    """The report as a workbook with the same filters; the export is logged for each case in it."""
    user, today = _reader(request), timezone.localdate()
    form = DeadlineFilterForm(request.GET, user=user)
    if not form.is_valid():
        return HttpResponse(_("These filters can't be read. Go back to the report and choose again."), status=400)
    found = report_deadlines(user, form.wanted())
    rows = list(case_rows(open_clocks(found), today))
    content = deadline_workbook(
        summary=summarise(found, today),
        rows=rows,
        chosen=form.chosen(),
        today=today,
        development=has_development_data(found),
    )
    cases = {row.case.pk: row.case for row in rows}
    log_export(cases=cases.values(), actor=Actor.person(user), what="deadlines.xlsx")
    name = _("due-and-late") + f"-{today.isoformat()}.xlsx"
    disposition = content_disposition_header(True, name)
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition or "attachment"})
