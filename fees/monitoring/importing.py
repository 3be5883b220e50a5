"""Points from a spreadsheet: every problem named by row and column; nothing is written while there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.parties.models import Department, Division, User
from casework.parties.validators import clean_credit_code
from casework.sheets import Fault, FaultyFile, cell_text, column_places, read_rows
from fees.catalogue.topics import topic_code
from fees.monitoring.models import MonitoringPoint
from fees.monitoring.services import check_point, point_register

# Field, and what its column may be called, the first one as our own files write it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("企业名称", "名称"),
    "credit_code": ("统一社会信用代码", "信用代码"),
    "division": ("区划代码", "行政区划代码", "行政区划"),
    "industry": ("行业", "行业门类"),
    "contact_name": ("联系人",),
    "contact_phone": ("联系电话", "电话"),
    "contact_email": ("电子邮箱", "邮箱"),
}
OPTIONAL = ("contact_phone",)


@dataclass(slots=True)
class PointReading:
    """What a file holds.

    Attributes:
        rows: the fields of each point; only to be written if there are no faults.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_points(*, department: Department, filename: str, content: bytes) -> PointReading:
    """The points of a file for a department, with all its faults. Writes nothing.

    Args:
        content: an xlsx workbook, of which the first sheet counts, or CSV in UTF-8 or GB 18030.
    """
    reading = PointReading()
    try:
        table = read_rows(filename, content)
        places = column_places(table[0] if table else (), COLUMNS, OPTIONAL)
    except FaultyFile as error:
        reading.faults = error.faults
        return reading
    known = set(MonitoringPoint.objects.values_list("credit_code", flat=True))
    divisions = Division.objects.in_bulk()
    seen: dict[str, int] = {}
    for number, cells in enumerate(table[1:], start=2):
        texts = {name: cell_text(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        if any(texts.values()):
            values = _values(texts, divisions)
            reading.faults += _faults(number, texts, values, department, known, seen)
            reading.rows.append(values)
    if not reading.rows and not reading.faults:
        reading.faults.append(Fault(0, "", _("The file has no rows.")))
    return reading


def _values(texts: Mapping[str, str], divisions: Mapping[str, Division]) -> dict[str, Any]:
    return {
        **texts,
        "credit_code": clean_credit_code(texts["credit_code"]),
        "division": divisions.get(texts["division"]),
        "industry": topic_code(texts["industry"]) or texts["industry"],
    }


def _faults(
    number: int,
    texts: Mapping[str, str],
    values: Mapping[str, Any],
    department: Department,
    known: set[str],
    seen: dict[str, int],
) -> Iterator[Fault]:
    def fault(name: str, text: str) -> Fault:
        return Fault(number, COLUMNS.get(name, ("",))[0], text)

    code = values["credit_code"]
    if code in known:
        yield fault("credit_code", _("This enterprise is a monitoring point already."))
    if code in seen:
        yield fault("credit_code", _("The same enterprise stands in row %(row)d.") % {"row": seen[code]})
    seen.setdefault(code, number)
    if values["division"] is None:
        yield fault("division", _("No division has this name or code."))
        return
    # What the service fills in by itself.
    own = {"code_key": "-", "code_hash": "-", "code_made_at": timezone.now(), "active_from": timezone.localdate()}
    try:
        check_point(MonitoringPoint(**values, department=department, **own))
    except InvalidInput as error:
        for name, problems in error.errors.items():
            if not (name == "credit_code" and code in known):
                yield from (fault(name, text) for text in problems)


def points_import(*, department: Department, user: User, rows: Sequence[Mapping[str, Any]]) -> int:
    """Register the points of a file that was read without a fault: all of them or none.

    Returns:
        how many.
    Raises:
        ActionNotAllowed, InvalidInput: see `point_register`.
    """
    with transaction.atomic():
        for row in rows:
            point_register(department=department, user=user, data=row)
    return len(rows)
