"""Findings from a spreadsheet, such as another system's: every problem named by row and column, all or none written.

Each row becomes a proposal like one that was typed: its subject is heard, another person decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.credit.catalogue.reference import severities_in_force
from casework.credit.record.intake import record_enter
from casework.parties.models import Department, Division, SubjectType
from casework.parties.validators import clean_credit_code
from casework.sheets import Fault, FaultyFile, cell_text, column_places, read_rows

# Field, and what its column may be called, the first one as our own files write it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("统一社会信用代码", "信用代码"),
    "name": ("主体名称", "名称"),
    "kind": ("主体类别", "类型"),
    "division": ("区划代码", "行政区划代码"),
    "finding_number": ("认定文书编号", "文书编号", "文号"),
    "finding_date": ("认定文书日期", "认定日期"),
    "finding_authority": ("作出认定的机关", "认定机关"),
    "legal_basis": ("法律依据", "认定依据"),
    "conduct": ("失信行为",),
    "severity": ("失信严重程度", "严重程度"),
    "severity_reasons": ("归入该类别的理由", "理由"),
    "contact_email": ("电子邮箱", "邮箱"),
}
OPTIONAL = ("contact_email",)
SUBJECT = ("code", "name", "kind", "division")
MOST = 500
_KINDS: Mapping[str, str] = {
    "机关": SubjectType.ORGAN,
    "国家机关": SubjectType.ORGAN,
    "事业单位": SubjectType.INSTITUTION,
    "大型企业": SubjectType.LARGE_ENTERPRISE,
    "其他企业": SubjectType.ENTERPRISE,
    "社会组织": SubjectType.SOCIAL_ORGANISATION,
    "其他单位": SubjectType.OTHER,
}
Row = dict[str, str]


class _TriedOnly(Exception):
    """Undoes what was only tried."""


@dataclass(slots=True)
class FindingReading:
    """What a file holds.

    Attributes:
        rows: the texts of each finding, as they are written when there are no faults.
    """

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_findings(*, department: Department, actor: Actor, filename: str, content: bytes) -> FindingReading:
    """The findings of a file, with all its faults. Writes nothing: each row is tried and undone.

    Args:
        content: an xlsx workbook, of which the first sheet counts, or CSV in UTF-8 or GB 18030.
    """
    reading = FindingReading()
    try:
        table = read_rows(filename, content)
        places = column_places(table[0] if table else (), COLUMNS, OPTIONAL)
    except FaultyFile as error:
        reading.faults = error.faults
        return reading
    numbered: list[tuple[int, Row]] = []
    for number, cells in enumerate(table[1:], start=2):
        texts = {name: _text(cells[place]) if place < len(cells) else "" for name, place in places.items()}
        if any(texts.values()):
            numbered.append((number, texts))
    reading.rows = [row for _number, row in numbered]
    if not 0 < len(numbered) <= MOST:
        reading.faults.append(Fault(0, "", _("A file holds 1 to %(most)d findings.") % {"most": MOST}))
        return reading
    try:
        with transaction.atomic():
            reading.faults = sorted(_tried(department, actor, numbered))
            raise _TriedOnly
    except _TriedOnly:
        return reading


def _text(value: Any) -> str:
    return value.strftime("%Y-%m-%d") if isinstance(value, date | datetime) else cell_text(value)


def _tried(department: Department, actor: Actor, rows: Sequence[tuple[int, Row]]) -> Iterator[Fault]:
    for number, row in rows:
        try:
            with transaction.atomic():
                _enter(department, actor, row)
        except InvalidInput as error:
            for name, texts in error.errors.items():
                yield from (Fault(number, COLUMNS.get(name, ("",))[0], text) for text in texts)


def _enter(department: Department, actor: Actor, row: Row) -> None:
    given = {name: row.get(name, "") for name in COLUMNS}
    subject = {**{name: given[name] for name in SUBJECT}, "code": clean_credit_code(given["code"])}
    severities = {item.label: item.code for item in severities_in_force(actor.today)}
    filing = record_enter(
        subject={**subject, "kind": _kind(given["kind"]), "division": _division(given["division"])},
        department=department,
        finding={
            **{name: given[name] for name in COLUMNS if name not in (*SUBJECT, "severity")},
            "finding_date": _day(given["finding_date"]),
        },
        severity=severities.get(given["severity"], given["severity"]),
        idempotency_key=_key(department, given),
        actor=actor,
    )
    if not filing.is_new:
        raise InvalidInput({"finding_number": [_("There is a record of this finding about this subject already.")]})


def _kind(text: str) -> str:
    if text not in _KINDS:
        raise InvalidInput({"kind": [_("Unknown kind. Known: %(known)s.") % {"known": "、".join(_KINDS)}]})
    return str(_KINDS[text])


def _division(code: str) -> Division:
    row = Division.objects.filter(pk=code).first()
    if row is None:
        raise InvalidInput({"division": [_("No division has this code.")]})
    return row


def _day(text: str) -> date:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    raise InvalidInput({"finding_date": [_("Write the day as 2026-03-01.")]})


def _key(department: Department, row: Mapping[str, str]) -> str:
    """The same finding twice, in one file or in two, is one record."""
    said = "|".join((str(department.pk), row["code"], row["finding_authority"], row["finding_number"]))
    return f"import-{hashlib.sha256(said.encode()).hexdigest()[:48]}"


@transaction.atomic
def findings_import(*, department: Department, actor: Actor, rows: Sequence[Row]) -> int:
    """Propose a record for each finding of a file that was read without a fault: all of them or none.

    Returns:
        how many.
    Raises:
        ActionNotAllowed: the actor keeps no records there.
        InvalidInput: something changed since the file was tried.
    """
    for row in rows:
        _enter(department, actor, row)
    return len(rows)
