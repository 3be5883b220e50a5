"""The files of a package, the same bytes for the same content: records as JSON and xlsx, and a manifest of both.

The platforms' own interface specifications were not found; names and heads of the fields are this system's
(data/fields.toml) until an installation enters a platform's.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from casework.exchange.models import Package

FIELDS = Path(__file__).parent / "data" / "fields.toml"
FORMAT = 1
# A workbook says when it was made; the package's own time stands in the manifest.
_FIXED = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def package_files(package: Package) -> dict[str, bytes]:
    """By name; the manifest last.

    Args:
        package: with the digest of the manifest before it.
    """
    records = json.dumps(package.records, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
    files = {"records.json": records, "records.xlsx": _workbook(package.records)}
    return {**files, "manifest.json": _manifest(package, files)}


def digest(content: bytes) -> str:
    """SHA-256."""
    return hashlib.sha256(content).hexdigest()


def _manifest(package: Package, files: Mapping[str, bytes]) -> bytes:
    said = {
        "format": FORMAT,
        "platform": package.platform_id,
        "sequence": package.sequence,
        "kind": package.kind,
        "previous_manifest": package.previous_manifest,
        "created_at": package.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "record_count": len(package.records),
        "development_data": package.is_development,
        "files": {name: {"sha256": digest(content), "size": len(content)} for name, content in files.items()},
    }
    return json.dumps(said, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


@lru_cache(maxsize=1)
def field_heads() -> dict[str, str]:
    """Column heads by the fields' names, in the order of the columns."""
    return {row["name"]: row["head"] for row in tomllib.loads(FIELDS.read_text(encoding="utf-8"))["field"]}


def _workbook(records: Sequence[Mapping[str, Any]]) -> bytes:
    heads = field_heads()
    names = [name for name in heads if any(name in record for record in records)]
    names += sorted({name for record in records for name in record} - heads.keys())
    buffer = BytesIO()
    # What was typed is never a formula.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _FIXED})
        sheet = book.add_worksheet("信用记录")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(names), 22)
        sheet.write_row(0, 0, [heads.get(name, name) for name in names], bold)
        for row, record in enumerate(records, start=1):
            for column, name in enumerate(names):
                _write(sheet, row, column, record.get(name), day)
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否")
    elif isinstance(value, str) and _is_day(value):
        sheet.write_datetime(row, column, datetime.strptime(value, "%Y-%m-%d"), day)  # noqa: DTZ007 - a day
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, "" if value is None else str(value))


def _is_day(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-" and text.replace("-", "").isdecimal()
