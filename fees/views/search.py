"""Searching the catalogue of a day, and one entry with its history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.staff_site import CappedPaginator
from fees.catalogue.forms import SearchForm
from fees.catalogue.kinds import own_columns
from fees.catalogue.models import CatalogueEntry
from fees.catalogue.notation import write_standard
from fees.catalogue.selectors import history_of, newest_versions, published_entries, search_entries

PAGE = 30


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Words, payee, place, kind and day in the address; the entries that match, the best first."""
    asked = any(name in request.GET for name in SearchForm.base_fields)
    form = SearchForm(request.GET if asked else None)
    context: dict[str, Any] = {"form": form, "newest": newest_versions()[:5]}
    if asked and not form.is_valid():
        return render(request, "fees/search.html", context, status=400)
    if asked:
        context |= _found(request, form)
    return render(request, "fees/search.html", context)


def _found(request: HttpRequest, form: SearchForm) -> dict[str, Any]:
    wanted = form.wanted()
    found = CappedPaginator(search_entries(**wanted), PAGE)
    close = not found.count
    if close:
        found = CappedPaginator(search_entries(**wanted, close=True), PAGE)
    page = found.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    return {"page": page, "is_close": close, "day": wanted["day"], "query": query.urlencode()}


@require_safe
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry of a published version, what it said before and since."""
    row = get_object_or_404(published_entries().select_related("division__parent__parent"), pk=pk)
    history = history_of(row)
    context = {
        "entry": row,
        "standard": write_standard(row.lines).splitlines(),
        "details": _details(row),
        "history": history,
        "newer": history[0] if history[0].pk != row.pk else None,
        "dropped_on": _dropped_on(history[0]),
        "today": timezone.localdate(),
    }
    return render(request, "fees/entry.html", context)


def _details(row: CatalogueEntry) -> list[tuple[object, str]]:
    """The columns of its kind that are filled in, (label, value)."""
    return [
        (column.label, row.details[column.code]) for column in own_columns(row.kind) if row.details.get(column.code)
    ]


def _dropped_on(newest: CatalogueEntry) -> Any:
    """The last day of the newest version that has the item, if a later version of the list doesn't."""
    return newest.version.effective_to
