"""A version as a workbook that can be imported again, and as open JSON."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from fees.catalogue.kinds import own_columns
from fees.catalogue.models import CatalogueEntry, CatalogueVersion
from fees.catalogue.table import COLUMNS, entry_cells

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def version_workbook(version: CatalogueVersion) -> bytes:
    """The entries on the first sheet, where the version comes from on the second. Words never become formulas."""
    out = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    entries = list(version.entries.all())
    with xlsxwriter.Workbook(out, {**options, "default_date_format": "yyyy-mm-dd"}) as book:
        head = book.add_format({"bold": True, "bg_color": "#E6F0F0", "bottom": 1, "text_wrap": True, "valign": "top"})
        _write_entries(book.add_worksheet(_("Entries")), entries, head)
        notes = book.add_worksheet(_("About"))
        notes.set_column(0, 0, 20)
        for line, (name, value) in enumerate(version_facts(version)):
            notes.write_string(line, 0, name, head)
            notes.write_string(line, 1, value)
    return out.getvalue()


def _write_entries(sheet: Any, entries: list[CatalogueEntry], head: Any) -> None:
    kinds = sorted({entry.kind for entry in entries})
    own = {column.code: column for kind in kinds for column in own_columns(kind)}
    heads = [column.heads[0] for column in COLUMNS] + [(column.heads or (column.code,))[0] for column in own.values()]
    for place, text in enumerate(heads):
        sheet.write_string(0, place, text, head)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(heads) - 1, 18)
    for line, entry in enumerate(entries, start=1):
        cells = [*entry_cells(entry), *(entry.details.get(code, "") for code in own)]
        for place, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(line, place, cell)
            elif cell not in (None, ""):
                sheet.write_string(line, place, str(cell))


def version_facts(version: CatalogueVersion) -> list[tuple[str, str]]:
    """Where a version comes from and when it holds, (name, value) in words."""
    published = version.published_at.date().isoformat() if version.published_at else "—"
    until = version.effective_to.isoformat() if version.effective_to else "—"
    facts = [
        (_("list"), version.fee_list.name),
        (_("publisher"), version.fee_list.publisher_name),
        (_("version"), str(version.number)),
        (_("in force from"), version.effective_from.isoformat()),
        (_("in force until"), until),
        (_("published on"), published),
        (_("source"), version.source_title),
        (_("address of the source"), version.source_url),
        (_("certainty"), str(version.get_certainty_display())),
    ]
    if version.fee_list.is_development:
        facts.append((_("note"), _("Development data without legal effect.")))
    return facts


def version_json(version: CatalogueVersion, entries: Iterable[CatalogueEntry]) -> dict[str, Any]:
    """A version as data for other programs; amounts as decimal strings, days as ISO 8601."""
    fee_list = version.fee_list
    return {
        "list": {
            "code": fee_list.code,
            "name": fee_list.name,
            "kind": fee_list.kind,
            "division": fee_list.division_id,
            "sector": fee_list.sector,
            "publisher": fee_list.publisher_name,
            "is_development": fee_list.is_development,
        },
        "version": version.number,
        "effective_from": version.effective_from,
        "effective_to": version.effective_to,
        "published_at": version.published_at,
        "source": {"title": version.source_title, "url": version.source_url, "certainty": version.certainty},
        "entries": [entry_json(entry) for entry in entries],
    }


def entry_json(entry: CatalogueEntry) -> dict[str, Any]:
    """An entry with the columns of its kind."""
    names = [column.field for column in COLUMNS if column.field != "division_id"]
    return {
        "id": entry.pk,
        **{name: getattr(entry, name) for name in names},
        "division": entry.division_id,
        "is_text_only": entry.is_text_only,
        "details": entry.details,
    }
