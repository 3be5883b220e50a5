"""The figures as a workbook: a sheet for each view, the definitions on the last."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from fees.monitoring.figures import By, Figures, Line
from fees.monitoring.words import by_words, definitions


def figures_workbook(figures: Figures, about: list[tuple[str, str]]) -> bytes:
    """All lines, with numbers as numbers. Words never become formulas.

    Args:
        about: (name, value) in words: quarter, place, day.
    """
    out = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        formats = {
            "head": book.add_format({"bold": True, "bg_color": "#E6F0F0", "bottom": 1, "text_wrap": True}),
            "yuan": book.add_format({"num_format": "#,##0.00"}),
            "share": book.add_format({"num_format": "0.0%"}),
        }
        for by in By:
            _write_lines(book.add_worksheet(by_words(by)), by_words(by), figures.lines[by], formats)
        _write_about(book.add_worksheet(_("About")), about, formats["head"])
    return out.getvalue()


def _write_lines(sheet: Any, name: str, lines: list[Line], formats: dict[str, Any]) -> None:
    heads = [
        name,
        _("payers"),
        _("number of payments"),
        _("sum in yuan"),
        _("outside the catalogue in yuan"),
        _("share outside"),
        _("quarter before in yuan"),
        _("change of the sum"),
    ]
    for column, head in enumerate(heads):
        sheet.write_string(0, column, head, formats["head"])
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, len(heads) - 1, 16)
    sheet.freeze_panes(1, 0)
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line.label)
        sheet.write_number(row, 1, len(line.payers))
        sheet.write_number(row, 2, line.count)
        sheet.write_number(row, 3, line.total, formats["yuan"])
        sheet.write_number(row, 4, line.outside, formats["yuan"])
        sheet.write_number(row, 5, line.share_outside, formats["share"])
        sheet.write_number(row, 6, line.before, formats["yuan"])
        if line.change is not None:
            sheet.write_number(row, 7, line.change, formats["share"])


def _write_about(sheet: Any, about: list[tuple[str, str]], head: Any) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for row, (name, value) in enumerate([*about, *definitions()]):
        sheet.write_string(row, 0, name, head)
        sheet.write_string(row, 1, value)
