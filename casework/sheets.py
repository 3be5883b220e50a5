"""Tables that people send: the cells of a workbook or CSV, the columns by their heads, and what is wrong where."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

LARGEST_FILE = 5 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 20_000
# Excel on a Chinese system saves in GBK, of which GB 18030 is the superset.
ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong, and where.

    Args:
        row: as the spreadsheet numbers it; the heads stand in row 1. 0: the whole file.
        column: the head as it is written; "" for the whole row.
    """

    row: int
    column: str
    text: str


class FaultyFile(Exception):
    """A file that can't be read as a table at all.

    Args:
        faults: why.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)


def read_rows(filename: str, content: bytes) -> list[tuple[Any, ...]]:
    """The cells of a file's table.

    Raises:
        FaultyFile: too large, or neither a workbook nor CSV.
    """
    if len(content) > LARGEST_FILE:
        raise FaultyFile([Fault(0, "", _("The file is larger than 5 MB."))])
    rows = _workbook_rows(content) if filename.lower().endswith(".xlsx") else _csv_rows(content)
    if len(rows) > MOST_ROWS + 1:
        raise FaultyFile([Fault(0, "", _("The file has more than %(count)d rows.") % {"count": MOST_ROWS})])
    return rows


def _workbook_rows(content: bytes) -> list[tuple[Any, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(info.file_size for info in archive.infolist()) > LARGEST_UNPACKED:
                raise FaultyFile([Fault(0, "", _("The workbook is too large when unpacked."))])
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        return [
            row
            for row, _count in zip(book.worksheets[0].iter_rows(values_only=True), range(MOST_ROWS + 2), strict=False)
        ]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as error:
        raise FaultyFile([Fault(0, "", _("The file is no xlsx workbook."))]) from error


def _csv_rows(content: bytes) -> list[tuple[Any, ...]]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
            return [tuple(row) for row in csv.reader(io.StringIO(text, newline=""))]
        except (UnicodeDecodeError, csv.Error):
            continue
    raise FaultyFile([Fault(0, "", _("The file is neither an xlsx workbook nor CSV in UTF-8 or GB 18030."))])


def cell_text(value: Any) -> str:
    """A cell as text; a whole number without the point that spreadsheets give it."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def plain_head(text: Any) -> str:
    """A head as it is looked up: without blanks, brackets in half width."""
    return re.sub(r"\s", "", cell_text(text)).replace("（", "(").replace("）", ")")


def column_places(
    row: Sequence[Any], columns: Mapping[str, Sequence[str]], optional: Collection[str] = ()
) -> dict[str, int]:
    """Where each field's column stands.

    Args:
        columns: what the column of each field may be called, the first one as our own files write it.
        optional: fields whose column may be missing.
    Raises:
        FaultyFile: a column is unknown, stands twice or is missing.
    """
    known = {plain_head(head): name for name, heads in columns.items() for head in (*heads, name)}
    places: dict[str, int] = {}
    faults = []
    for place, cell in enumerate(row):
        head = plain_head(cell)
        if not head:
            continue
        if head not in known:
            usual = "、".join(heads[0] for heads in columns.values())
            faults.append(Fault(1, str(cell), _("Unknown column. Known: %(known)s.") % {"known": usual}))
        elif known[head] in places:
            faults.append(Fault(1, str(cell), _("This column stands twice.")))
        else:
            places[known[head]] = place
    missing = [name for name in columns if name not in places and name not in optional]
    faults += [Fault(1, columns[name][0], _("This column is missing.")) for name in missing]
    if faults:
        raise FaultyFile(faults)
    return places
