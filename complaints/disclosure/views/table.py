"""The public table, on a page and as files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from casework.staff_site import CappedPaginator
from complaints.disclosure.downloads import MOST_ROWS, table_csv, table_json
from complaints.disclosure.forms import TableForm
from complaints.disclosure.models import Disclosure, DisclosureObligation
from complaints.disclosure.publishing import STATUS_WORDS, public_rows, status_of

PAGE = 30
TEMPLATE = "disclosures/table.html"


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Who disclosed what and where, and who has not; by year, place, kind, name or code."""
    form = TableForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=400)
    wanted = form.wanted()
    page = CappedPaginator(_with_versions(public_rows(**wanted)), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    today = timezone.localdate()
    lines = [(row, status_of(row, today)) for row in page]
    context = {
        "form": form,
        "page": page,
        "lines": [(row, status, STATUS_WORDS[status]) for row, status in lines],
        "query": query.urlencode(),
        "is_filtered": any(wanted.values()),
    }
    return render(request, TEMPLATE, context)


def _with_versions(rows: QuerySet[DisclosureObligation]) -> QuerySet[DisclosureObligation]:
    return rows.prefetch_related(Prefetch("disclosures", Disclosure.objects.order_by("-number"), to_attr="versions"))


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """The same rows for a spreadsheet."""
    return _file(request, table_csv, "text/csv; charset=utf-8", "csv")


@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """The same rows for programs."""
    return _file(request, table_json, "application/json; charset=utf-8", "json")


def _file(request: HttpRequest, write: Callable[[Any, Any], str], content_type: str, ending: str) -> HttpResponse:
    form = TableForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=400)
    today = timezone.localdate()
    response = HttpResponse(write(public_rows(**form.wanted())[:MOST_ROWS], today), content_type=content_type)
    name = f"overdue-disclosures-{today.isoformat()}.{ending}"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
