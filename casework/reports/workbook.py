"""The deadline report as a workbook: real dates and numbers, sums as formulas, user's words never as formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from casework.reports.definitions import BUCKETS
from casework.reports.selectors import CaseRow, Summary

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NAMES = 3  # columns of words before the numbers of the first sheet
_OPEN = _NAMES + len(BUCKETS)
_MET, _MET_LATE, _SHARE = _OPEN + 1, _OPEN + 2, _OPEN + 3
_SUM_VISIBLE = 109  # SUBTOTAL's sum over the rows that a filter leaves


@dataclass(frozen=True)
class _Book:
    file: Any
    formats: dict[str, Any]


def deadline_workbook(
    *, summary: Summary, rows: Sequence[CaseRow], chosen: Iterable[tuple[str, str]], today: date, development: bool
) -> bytes:
    """Two sheets: the counts by department and stage, and every open clock.

    Args:
        chosen: the filters in force, (name, value) in words.
        today: the day in Asia/Shanghai that "late" is counted from.
        development: example data is among it; the workbook says so at its head.
    """
    out = BytesIO()
    options = {
        "constant_memory": True,
        "default_date_format": "yyyy-mm-dd",
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as file:
        file.set_properties({"title": _("Due and late")})
        book = _Book(file, _formats(file))
        notes = _notes(chosen, today, development=development)
        _write_summary(book, summary, notes)
        _write_cases(book, rows, notes[:1])
    return out.getvalue()


def _formats(file: Any) -> dict[str, Any]:
    head = {"bold": True, "bg_color": "#E6F0F0", "bottom": 1, "text_wrap": True, "valign": "top"}
    return {
        "title": file.add_format({"bold": True, "font_size": 14}),
        "head": file.add_format(head),
        "day": file.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "share": file.add_format({"num_format": "0.0%"}),
        "sum": file.add_format({"bold": True, "top": 1}),
        "sum_share": file.add_format({"bold": True, "top": 1, "num_format": "0.0%"}),
    }


def _notes(chosen: Iterable[tuple[str, str]], today: date, *, development: bool) -> list[str]:
    lines = [_("As of %(day)s") % {"day": today.isoformat()}]
    if development:
        lines[0] += " · " + _("contains development data without legal effect")
    words = [f"{name}: {value}" for name, value in chosen]
    lines.append(_("Filters: %(filters)s") % {"filters": "; ".join(words)} if words else _("No filters"))
    return lines


def _open_sheet(book: _Book, name: str, notes: list[str], heads: list[str], widths: list[int]) -> tuple[Any, int]:
    """A sheet with title, notes and a frozen header; gives back the sheet and its first row of data."""
    sheet = book.file.add_worksheet(name)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, name, book.formats["title"])
    for place, line in enumerate(notes, start=1):
        sheet.write_string(place, 0, line)
    top = len(notes) + 1
    for column, head in enumerate(heads):
        sheet.write_string(top, column, head, book.formats["head"])
    sheet.freeze_panes(top + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    return sheet, top + 1


def _write_summary(book: _Book, summary: Summary, notes: list[str]) -> None:
    heads = [_("Department"), _("Division"), _("Stage")]
    heads += [str(bucket.label) for bucket in BUCKETS]
    heads += [_("Open in all"), _("Met on time"), _("Met late"), _("Share met on time")]
    sheet, first = _open_sheet(book, _("Summary"), notes, heads, [34, 14, 24, *[10] * (_SHARE - _NAMES + 1)])
    line = first
    for line, row in enumerate(summary.rows, start=first):
        for column, words in enumerate((row.department, row.division, row.stage)):
            sheet.write_string(line, column, words)
        for column, bucket in enumerate(BUCKETS, start=_NAMES):
            sheet.write_number(line, column, getattr(row.counts, bucket.key))
        span = f"{_cell(line, _NAMES)}:{_cell(line, _OPEN - 1)}"
        sheet.write_formula(line, _OPEN, f"=SUM({span})", None, row.counts.open)
        sheet.write_number(line, _MET, row.counts.met)
        sheet.write_number(line, _MET_LATE, row.counts.met_late)
        sheet.write_formula(line, _SHARE, _share(line), book.formats["share"], _shown(row.counts.on_time))
    if summary.rows:
        sheet.autofilter(first - 1, 0, line, _SHARE)
        _write_total(book, sheet, summary, first, line)


def _write_total(book: _Book, sheet: Any, summary: Summary, first: int, last: int) -> None:
    total, line = summary.total, last + 1
    values = [*(getattr(total, bucket.key) for bucket in BUCKETS), total.open, total.met, total.met_late]
    sheet.write_string(line, 0, _("Total"), book.formats["sum"])
    for column in range(1, _NAMES):
        sheet.write_blank(line, column, None, book.formats["sum"])
    for column, value in enumerate(values, start=_NAMES):
        span = f"{_cell(first, column)}:{_cell(last, column)}"
        sheet.write_formula(line, column, f"=SUBTOTAL({_SUM_VISIBLE},{span})", book.formats["sum"], value)
    sheet.write_formula(line, _SHARE, _share(line), book.formats["sum_share"], _shown(total.on_time))


def _share(line: int) -> str:
    """Met in time, of what is decided: met, met late, or late and still owed."""
    met, met_late, late = (_cell(line, column) for column in (_MET, _MET_LATE, _NAMES))
    return f'=IF({met}+{met_late}+{late}=0,"",{met}/({met}+{met_late}+{late}))'


def _shown(share: float | None) -> float | str:
    return "" if share is None else share


def _cell(line: int, column: int) -> str:
    return f"{xl_col_to_name(column)}{line + 1}"


def _write_cases(book: _Book, rows: Sequence[CaseRow], notes: list[str]) -> None:
    columns = [
        (_("Reference"), 20, "reference"),
        (_("Complainant"), 30, "complainant"),
        (_("Respondent"), 30, "respondent"),
        (_("Stage"), 22, "stage"),
        (_("Started on"), 12, "started_on"),
        (_("Warning date (by count)"), 12, "warn_on"),
        (_("Due on"), 12, "due"),
        (_("Days left"), 9, "days_left"),
        (_("Days late"), 9, "days_late"),
        (_("Department"), 34, "department"),
        (_("Division"), 28, "division"),
        (_("Provisional"), 10, "provisional"),
        (_("Development data"), 10, "development"),
    ]
    heads, widths = [head for head, _width, _name in columns], [width for _head, width, _name in columns]
    sheet, first = _open_sheet(book, _("Cases with open clocks"), notes, heads, widths)
    for line, row in enumerate(rows, start=first):
        for column, (_head, _width, name) in enumerate(columns):
            _write_value(book, sheet, line, column, getattr(row, name))
    sheet.autofilter(first - 1, 0, max(first - 1 + len(rows), first - 1), len(columns) - 1)


def _write_value(book: _Book, sheet: Any, line: int, column: int, value: object) -> None:
    if isinstance(value, bool):
        sheet.write_string(line, column, _("yes") if value else "")
    elif isinstance(value, date):
        sheet.write_datetime(line, column, value, book.formats["day"])
    elif isinstance(value, int):
        sheet.write_number(line, column, value)
    else:
        sheet.write_string(line, column, str(value))
