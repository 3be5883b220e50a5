"""A list from a spreadsheet: every problem named by row and column; nothing is written while there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from casework.parties.models import Division, division_prefix
from casework.sheets import LARGEST_FILE as LARGEST_FILE
from casework.sheets import Fault as Fault
from casework.sheets import FaultyFile as FaultyFile
from casework.sheets import plain_head
from casework.sheets import read_rows as read_rows
from fees.catalogue.compare import Difference, compare_entries
from fees.catalogue.contents import complete_entry, needs_reason, settle_status
from fees.catalogue.kinds import FeeKind, ListKind, own_columns
from fees.catalogue.models import CatalogueEntry, CatalogueVersion
from fees.catalogue.selectors import version_before
from fees.catalogue.table import COLUMNS, CellError, TableColumn

_COMPREHENSIVE = (ListKind.SECTOR, ListKind.LOCAL)


@dataclass(slots=True)
class Reading:
    """What a file holds.

    Attributes:
        entries: complete and settled against the version before; only to be written if there are no faults.
        differences: from the version before.
    """

    entries: list[CatalogueEntry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Heads:
    """Where each field stands: (place, head as written, column or own column's code)."""

    core: Sequence[tuple[int, str, TableColumn]]
    own: Sequence[tuple[int, str, str]]

    def head_of(self, name: str) -> str:
        """The head of a field; its usual name where the file has no such column."""
        written = {column.field: head for _place, head, column in self.core}
        usual = {column.field: column.heads[0] for column in COLUMNS}
        return written.get(name) or usual.get(name, "")


def read_entries(*, version: CatalogueVersion, filename: str, content: bytes) -> Reading:
    """The entries of a file for a draft, with all its faults. Writes nothing.

    Args:
        content: an xlsx workbook, of which the first sheet counts, or CSV in UTF-8 or GB 18030.
    """
    reading = Reading()
    try:
        rows = read_rows(filename, content)
        heads = _read_heads(rows[0] if rows else (), version.fee_list.kind)
    except FaultyFile as error:
        reading.faults = error.faults
        return reading
    before_version = version_before(version)
    before = {entry.key: entry for entry in before_version.entries.all()} if before_version else {}
    reader = _RowReader(version, heads, before)
    for number, row in enumerate(rows[1:], start=2):
        if any(cell not in (None, "") for cell in row):
            reader.read(number, row)
    if not reader.entries and not reader.faults:
        reader.faults.append(Fault(0, "", _("The file has no rows.")))
    reading.entries, reading.faults = reader.entries, sorted(reader.faults)
    if not reading.faults:
        reading.differences = compare_entries(before.values(), reading.entries)
    return reading


def _read_heads(row: Sequence[Any], list_kind: str) -> _Heads:
    kinds = FeeKind if list_kind in _COMPREHENSIVE else (FeeKind(list_kind),)
    known = {head: column for column in COLUMNS for head in (*column.heads, column.field)}
    own = {head: column.code for kind in kinds for column in own_columns(kind) for head in (*column.heads, column.code)}
    core, others, faults = [], [], []
    for place, cell in enumerate(row):
        head = plain_head(cell)
        if head in known:
            core.append((place, head, known[head]))
        elif head in own:
            others.append((place, head, own[head]))
        elif head:
            faults.append(Fault(1, str(cell), _("Unknown column. Known: %(known)s.") % {"known": _known(own)}))
    names = [column.field for _place, _head, column in core] + [code for _place, _head, code in others]
    faults += [
        Fault(1, name, _("This column stands twice.")) for name in sorted({n for n in names if names.count(n) > 1})
    ]
    required = ("name", "kind") if list_kind in _COMPREHENSIVE else ("name",)
    usual = {column.field: column.heads[0] for column in COLUMNS}
    faults += [Fault(1, usual[name], _("This column is missing.")) for name in required if name not in names]
    if faults:
        raise FaultyFile(faults)
    return _Heads(core, others)


def _known(own: Mapping[str, str]) -> str:
    return "、".join([*(column.heads[0] for column in COLUMNS), *(head for head, code in own.items() if head != code)])


class _RowReader:
    """Turns rows into entries and faults.

    Args:
        before: the entries of the version before, by key.
    """

    def __init__(self, version: CatalogueVersion, heads: _Heads, before: Mapping[str, CatalogueEntry]) -> None:
        self.version, self.heads, self.before = version, heads, before
        self.entries: list[CatalogueEntry] = []
        self.faults: list[Fault] = []
        self.rows: dict[str, int] = {}
        prefix = division_prefix(version.fee_list.division_id)
        self.divisions = set(Division.objects.filter(code__startswith=prefix).values_list("code", flat=True))

    def read(self, number: int, row: Sequence[Any]) -> None:
        """One row; an entry is kept only if the row has no fault."""
        values, faults = self._values(number, row)
        if not faults:
            entry = self._entry(values, row)
            faults = list(self._entry_faults(number, entry))
            self.rows.setdefault(entry.key, number)
            self.entries.append(entry)
        self.faults += faults

    def _values(self, number: int, row: Sequence[Any]) -> tuple[dict[str, Any], list[Fault]]:
        values: dict[str, Any] = {}
        faults = []
        for place, head, column in self.heads.core:
            try:
                values[column.field] = column.read(row[place] if place < len(row) else None)
            except CellError as error:
                faults.append(Fault(number, head, str(error)))
        division = values.get("division_id") or self.version.fee_list.division_id
        if division not in self.divisions:
            faults.append(Fault(number, self.heads.head_of("division_id"), _("No division of the list has this code.")))
        return {**values, "division_id": division}, faults

    def _entry(self, values: dict[str, Any], row: Sequence[Any]) -> CatalogueEntry:
        values.setdefault("kind", self.version.fee_list.kind)
        if values["kind"] not in FeeKind.values:
            values["kind"] = FeeKind(self.version.fee_list.kind)
        own = {column.code for column in own_columns(values["kind"])}
        cells = {code: row[place] for place, _head, code in self.heads.own if place < len(row)}
        details = {code: str(cell).strip() for code, cell in cells.items() if code in own and cell not in (None, "")}
        entry = CatalogueEntry(
            version=self.version,
            fee_list=self.version.fee_list,
            position=len(self.entries) + 1,
            details=details,
            **values,
        )
        complete_entry(entry)
        settle_status(entry, self.before.get(entry.key))
        return entry

    def _entry_faults(self, number: int, entry: CatalogueEntry) -> Iterator[Fault]:
        head_of = self.heads.head_of
        try:
            entry.clean_fields(exclude=("version", "fee_list", "division"))
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                yield from (Fault(number, head_of(name), text) for text in texts)
        if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
            yield Fault(number, head_of("valid_to"), _("This day lies before the first day."))
        if entry.key in self.rows:
            yield Fault(
                number, head_of("key"), _("The same item stands in row %(row)d.") % {"row": self.rows[entry.key]}
            )
        if needs_reason(entry):
            yield Fault(number, head_of("change_reason"), _("Give the reason of the change."))
