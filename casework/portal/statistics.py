"""Public figures: a page that needs no script, and the same figures as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.cases.pages import kind_choices
from casework.reports.definitions import PARTS
from casework.reports.public.charts import HEIGHT, Chart, chart
from casework.reports.public.figures import Figures, figures, place_names, years
from casework.reports.public.suppression import LEAST
from casework.reports.selectors import stage_names

# Credit records have pages of their own that show each one.
KINDS = ("arrears", "fee_report")


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """The figures of a kind and a year; what the address doesn't name is the first kind and this year."""
    found, offered = _asked(request)
    context = {
        "figures": found,
        "charts": _charts(found),
        "stages": _stage_rows(found),
        "kinds": [choice for choice in kind_choices() if choice[0] in KINDS],
        "years": offered,
        "least": LEAST,
        "bar_height": HEIGHT,
    }
    return render(request, "portal/statistics.html", context)


@require_safe
def statistics_csv(request: HttpRequest) -> HttpResponse:
    """All tables in one file, a row for each figure, with the mark by which spreadsheets know UTF-8."""
    found, _years = _asked(request)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("Table"), _("Row"), _("Value"), _("Definition")])
    writer.writerows(_rows(found))
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="statistics-{found.kind}-{found.year}.csv"'
    return answer


@require_safe
def statistics_json(request: HttpRequest) -> HttpResponse:
    """The same rows for programs; null is a hidden figure."""
    found, _years = _asked(request)
    names = ("table", "row", "value", "definition")
    content = {
        "kind": found.kind,
        "year": found.year,
        "as_of": found.at.isoformat(),
        "development_data": found.has_development,
        "figures": [dict(zip(names, row, strict=True)) for row in _rows(found)],
    }
    return HttpResponse(json.dumps(content, ensure_ascii=False, indent=1), content_type="application/json")


def _asked(request: HttpRequest) -> tuple[Figures, list[int]]:
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    offered = years(kind)
    year = request.GET.get("year", "")
    chosen = next((offer for offer in offered if str(offer) == year), offered[0])
    return figures(kind, chosen), offered


def _charts(found: Figures) -> list[Chart]:
    names = place_names(found.places)
    parts = [(str(part.label), str(part.meaning)) for part in PARTS]
    months = [(formats.date_format(date(found.year, month, 1), "F"), "") for month in range(1, 13)]
    places = [(names.get(code, code), "") for code in found.places]
    return [
        chart(
            "parts",
            _("What became of them"),
            _("As it stands now, of all that were filed in the year."),
            parts,
            found.parts,
        ),
        chart("months", _("Filed by month"), _("By the day on which the case was filed."), months, found.by_month),
        chart(
            "places",
            _("Filed by province"),
            _("By the place of the party complained about. Places without any case are left out."),
            places,
            found.by_place,
        ),
    ]


def _stage_rows(found: Figures) -> list[dict[str, Any]]:
    names = stage_names()
    return [
        {
            "name": names.get(stage.code, stage.code),
            "days": stage.days,
            "met": None if stage.in_time.withheld else stage.in_time.parts[0],
            "missed": None if stage.in_time.withheld else stage.in_time.parts[1],
        }
        for stage in found.stages
    ]


def _rows(found: Figures) -> Iterator[tuple[str, str, str | None, str]]:
    """Every figure as (table, row, value, definition)."""
    for table in _charts(found):
        for bar in table.bars:
            yield table.title, bar.label, _text(bar.value), bar.meaning or table.note
        yield table.title, _("Total"), _text(table.total), table.note
    for row in _stage_rows(found):
        yield _("Days and punctuality"), f"{row['name']}: {_('median days')}", _text(row["days"]), ""
        yield _("Days and punctuality"), f"{row['name']}: {_('in time')}", _text(row["met"]), ""
        yield _("Days and punctuality"), f"{row['name']}: {_('late')}", _text(row["missed"]), ""
    yield _("Amounts"), _("Claimed (yuan)"), _text(found.claimed), ""
    yield _("Amounts"), _("Paid and confirmed (yuan)"), _text(found.paid), ""


def _text(value: object) -> str | None:
    return None if value is None else str(value)
