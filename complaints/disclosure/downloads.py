"""The tables as files: CSV and JSON for everybody, a workbook with the comparison for staff."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from complaints.disclosure.comparing import Comparison
from complaints.disclosure.models import DisclosureObligation
from complaints.disclosure.publishing import COLUMNS, public_fields, worded_fields

MOST_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A spreadsheet would take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table_csv(rows: Iterable[DisclosureObligation], today: date) -> str:
    """The public table as CSV, with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([str(label) for _name, label in COLUMNS])
    for row in rows:
        writer.writerow([_harmless(value) for value in worded_fields(row, today)])
    return "\ufeff" + out.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def table_json(rows: Iterable[DisclosureObligation], today: date) -> str:
    """The public table as JSON: codes instead of words, amounts as text."""
    content = {"as_of": today, "disclosures": [public_fields(row, today) for row in rows]}
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)


def staff_workbook(
    rows: Sequence[DisclosureObligation], compared: dict[int, Comparison], today: date, about: list[tuple[str, str]]
) -> bytes:
    """What the public table says, then the responsible department and the comparison with open complaints.

    Args:
        about: (name, value) in words: day, filters, what the comparison counts.
    """
    out = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, {**options, "default_date_format": "yyyy-mm-dd"}) as book:
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E6F0F0", "bottom": 1, "text_wrap": True}),
            "yuan": book.add_format({"num_format": "#,##0.00"}),
            "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        }
        _write_rows(book.add_worksheet(_("Disclosures")), rows, compared, today, formats)
        notes = book.add_worksheet(_("About"))
        notes.set_column(0, 0, 24)
        notes.set_column(1, 1, 100)
        for line, (name, value) in enumerate(about):
            notes.write_string(line, 0, name, formats["head"])
            notes.write_string(line, 1, value)
    return out.getvalue()


def _write_rows(
    sheet: Any, rows: Sequence[DisclosureObligation], compared: dict[int, Comparison], today: date, formats: Any
) -> None:
    heads = [str(label) for _name, label in COLUMNS]
    heads += [_("responsible department"), _("open complaints at the year's end"), _("outstanding there (yuan)"),
              _("of it undisputed (yuan)"), _("question")]  # fmt: skip
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, formats["head"])
    sheet.set_column(0, len(heads) - 1, 16)
    sheet.freeze_panes(1, 2)
    for line, row in enumerate(rows, start=1):
        found = compared[row.pk]
        own = [row.body.department.name, len(found.claims), found.outstanding, found.undisputed, found.words]
        for column, value in enumerate([*worded_fields(row, today), *own]):
            _write(sheet, line, column, value, formats)
    sheet.autofilter(0, 0, max(len(rows), 1), len(heads) - 1)


def _write(sheet: Any, line: int, column: int, value: Any, formats: Any) -> None:
    if isinstance(value, date):
        sheet.write_datetime(line, column, value, formats["day"])
    elif isinstance(value, int):
        sheet.write_number(line, column, value)
    elif isinstance(value, str):
        sheet.write_string(line, column, value)
    else:
        sheet.write_number(line, column, value, formats["yuan"])
