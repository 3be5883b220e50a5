"""Obliged bodies from a spreadsheet: every problem named by row and column; nothing is written while there is one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.parties.models import Department, Division, SubjectType, User
from casework.parties.validators import clean_credit_code
from casework.sheets import Fault, FaultyFile, cell_text, column_places, read_rows
from complaints.disclosure.bodies import BODY_FIELDS, body_register, check_body, read_subject
from complaints.disclosure.models import ObligedBody

# Field, and what its column may be called, the first one as our own files write it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("单位名称", "名称", "企业名称"),
    "code": ("统一社会信用代码", "信用代码"),
    "kind": ("单位类型", "类型"),
    "division": ("区划代码", "行政区划代码", "行政区划"),
    "is_state_owned": ("国有", "是否国有"),
    "authority": ("主管部门", "上级机关", "主管或者监管部门"),
    "contact_name": ("联系人",),
    "contact_phone": ("联系电话", "电话"),
    "contact_email": ("电子邮箱", "邮箱"),
}
OPTIONAL = ("is_state_owned", "authority", "contact_phone")
_KINDS: Mapping[str, str] = {
    "机关": SubjectType.ORGAN,
    "国家机关": SubjectType.ORGAN,
    "事业单位": SubjectType.INSTITUTION,
    "大型企业": SubjectType.LARGE_ENTERPRISE,
}
_TRUTHS = {"": False, "否": False, "no": False, "是": True, "国有": True, "yes": True}


@dataclass(slots=True)
class BodyReading:
    """What a file holds.

    Attributes:
        rows: the fields of each body; only to be written if there are no faults.
    """

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_bodies(*, department: Department, filename: str, content: bytes) -> BodyReading:
    """The bodies of a file for a department, with all its faults. Writes nothing.

    Args:
        content: an xlsx workbook, of which the first sheet counts, or CSV in UTF-8 or GB 18030.
    """
    reading = BodyReading()
    try:
        table = read_rows(filename, content)
        places = column_places(table[0] if table else (), COLUMNS, OPTIONAL)
    except FaultyFile as error:
        reading.faults = error.faults
        return reading
    reader = _RowReader(department)
    for number, cells in enumerate(table[1:], start=2):
        texts = {name: cell_text(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        if any(texts.values()):
            reading.rows.append(reader.values(texts))
            reading.faults += reader.faults(number, texts, reading.rows[-1])
    if not reading.rows:
        reading.faults.append(Fault(0, "", _("The file has no rows.")))
    return reading


class _RowReader:
    def __init__(self, department: Department) -> None:
        self.department = department
        self.divisions = Division.objects.in_bulk()
        self.seen: dict[str, int] = {}

    def values(self, texts: Mapping[str, str]) -> dict[str, Any]:
        """The fields of a body, as far as the cells can be read."""
        rest = {name: texts.get(name, "") for name in COLUMNS}
        return {
            **rest,
            "code": clean_credit_code(rest["code"]),
            "kind": _KINDS.get(rest["kind"], rest["kind"]),
            "division": self.divisions.get(rest["division"]),
            "is_state_owned": _TRUTHS.get(rest["is_state_owned"].lower(), False),
        }

    def faults(self, number: int, texts: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[Fault]:
        """What is wrong with a row."""
        code = values["code"]
        if code in self.seen:
            yield _fault(number, "code", _("The same body stands in row %(row)d.") % {"row": self.seen[code]})
        self.seen.setdefault(code, number)
        if texts.get("is_state_owned", "").lower() not in _TRUTHS:
            yield _fault(number, "is_state_owned", _("Write %(yes)s or %(no)s.") % {"yes": "是", "no": "否"})
        if values["kind"] not in SubjectType.values:
            known = {"known": "、".join(("机关", "事业单位", "大型企业"))}
            yield _fault(number, "kind", _("Unknown kind. Known: %(known)s.") % known)
        if values["division"] is None:
            yield _fault(number, "division", _("No division has this code."))
            return
        yield from self._refusals(number, values)

    def _refusals(self, number: int, values: Mapping[str, Any]) -> Iterator[Fault]:
        try:
            subject = read_subject(values)
            own = {name: values[name] for name in BODY_FIELDS}
            check_body(ObligedBody(**own, subject=subject, department=self.department))
        except InvalidInput as error:
            for name, texts in error.errors.items():
                # An unknown kind is told already.
                if not (name == "kind" and values["kind"] not in SubjectType.values):
                    yield from (_fault(number, name, text) for text in texts)


def _fault(number: int, name: str, text: str) -> Fault:
    return Fault(number, COLUMNS.get(name, ("",))[0], text)


def bodies_import(*, department: Department, user: User, rows: Sequence[Mapping[str, Any]]) -> int:
    """Register the bodies of a file that was read without a fault: all of them or none.

    Returns:
        how many.
    Raises:
        ActionNotAllowed, InvalidInput: see `body_register`.
    """
    with transaction.atomic():
        for row in rows:
            body_register(department=department, user=user, data=row)
    return len(rows)
