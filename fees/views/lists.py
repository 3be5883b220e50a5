"""Lists and their versions: contents, comparison, export, feed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from fees.catalogue.compare import Difference, compare_entries
from fees.catalogue.difference_words import change_words, field_rows
from fees.catalogue.exporting import XLSX, version_json, version_workbook
from fees.catalogue.models import CatalogueList, CatalogueVersion
from fees.catalogue.selectors import newest_versions, published_lists, published_versions

ITEMS_IN_FEED = 30


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every list that is published, by place."""
    return render(request, "fees/lists.html", {"lists": published_lists()})


@require_safe
def fee_list(request: HttpRequest, code: str) -> HttpResponse:
    """A list with its versions."""
    row = get_object_or_404(CatalogueList.objects.select_related("division__parent__parent"), code=code)
    versions = list(published_versions().filter(fee_list=row).order_by("-number"))
    if not versions:
        raise Http404
    return render(request, "fees/list.html", {"list": row, "versions": versions, "today": timezone.localdate()})


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """All that a version has."""
    row = _version(code, number)
    return render(request, "fees/version.html", {"version": row, "list": row.fee_list, "entries": row.entries.all()})


@require_safe
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two versions of a list: what came, went, rose or fell."""
    before, after = (_version(code, _number(request, name)) for name in ("before", "after"))
    if before.number > after.number:
        before, after = after, before
    found = compare_entries(before.entries.all(), after.entries.all())
    context = {"list": after.fee_list, "before": before, "after": after, "groups": _grouped(found)}
    return render(request, "fees/compare.html", context)


def _grouped(found: list[Difference]) -> list[dict[str, Any]]:
    return [
        {"change": change, "words": change_words(change), "rows": [(one, field_rows(one)) for one in group]}
        for change, group in groupby(found, key=lambda difference: difference.change)
    ]


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Http404
    return int(text)


def _version(code: str, number: int) -> CatalogueVersion:
    return get_object_or_404(published_versions(), fee_list__code=code, number=number)


@require_safe
def workbook(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A version as xlsx, which can be imported again."""
    row = _version(code, number)
    response = HttpResponse(version_workbook(row), content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{row.fee_list.name}-v{number}.xlsx")
    return response


@require_safe
def data(request: HttpRequest, code: str, number: int) -> JsonResponse:
    """A version as open JSON; other sites' scripts may read it too."""
    row = _version(code, number)
    response = JsonResponse(version_json(row, row.entries.all()), json_dumps_params={"ensure_ascii": False})
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


class NewVersionsFeed(Feed):
    """The newest versions, for feed readers."""

    title = gettext_lazy("Fee catalogues: new versions")
    description = gettext_lazy("Each newly published version of a fee list.")

    def link(self) -> str:
        """The lists."""
        return reverse("fees:lists")

    def items(self) -> QuerySet[CatalogueVersion]:
        """The newest first."""
        return newest_versions()[:ITEMS_IN_FEED]

    def item_title(self, item: CatalogueVersion) -> str:
        """List and version."""
        return str(item)

    def item_description(self, item: CatalogueVersion) -> str:
        """From when on it holds."""
        note = _("Development data without legal effect.") if item.fee_list.is_development else ""
        day = item.effective_from.isoformat()
        return f"{capfirst(_('in force from'))} {day}. {item.source_title} {note}".strip()

    def item_link(self, item: CatalogueVersion) -> str:
        """Its page."""
        return reverse("fees:version", args=[item.fee_list.code, item.number])

    def item_pubdate(self, item: CatalogueVersion) -> Any:
        """When it was published."""
        return item.published_at
