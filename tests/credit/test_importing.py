"""Findings from a spreadsheet: every fault by row and column, all or none written."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed
from casework.credit.record.importing import COLUMNS, findings_import, read_findings
from casework.credit.record.models import CreditRecord
from casework.parties.models import Subject
from tests.credit.house import CreditHouse
from tests.factories import credit_code, division

pytestmark = pytest.mark.django_db
ADDRESS = "admin:credit_creditrecord_import"


@pytest.fixture
def house() -> CreditHouse:
    division("320102")
    return CreditHouse()


def _row(**changes: str) -> dict[str, str]:
    return {
        "code": credit_code(), "name": "示例集团", "kind": "大型企业", "division": "320102",
        "finding_number": f"宁认{credit_code()}号", "finding_date": "2026-10-12", "finding_authority": "某局",
        "legal_basis": "国务院令第802号第二十六条", "conduct": "拖欠货款。", "severity": "一般失信",
        "severity_reasons": "数额较大。", "contact_email": "", **changes,
    }  # fmt: skip


def _file(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([heads[0] for heads in COLUMNS.values()])
    writer.writerows([row[name] for name in COLUMNS] for row in rows)
    return text.getvalue().encode(encoding)


def _read(house: CreditHouse, content: bytes) -> Any:
    return read_findings(department=house.keeping, actor=Actor.person(house.officer), filename="f.csv", content=content)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "123"), ("kind", "火星人"), ("division", "999999"), ("finding_number", ""), ("finding_date", "去年"),
        ("finding_date", "2020-01-01"), ("finding_authority", ""), ("legal_basis", ""), ("conduct", ""),
        ("severity", "特别严重"), ("severity_reasons", ""), ("contact_email", "不是邮箱"),
    ],
)  # fmt: skip
def test_a_fault_is_named_by_row_and_column(house: CreditHouse, field: str, value: str) -> None:
    reading = _read(house, _file(_row(), _row(**{field: value}), _row()))
    assert {(fault.row, fault.column) for fault in reading.faults} == {(3, COLUMNS[field][0])}
    assert not CreditRecord.objects.exists()
    assert not Subject.objects.exists()


def test_trying_writes_nothing_and_importing_writes_all(house: CreditHouse) -> None:
    reading = _read(house, _file(_row(), _row(finding_date="2026/10/12"), encoding="gb18030"))
    assert not reading.faults
    assert not CreditRecord.objects.exists()
    assert findings_import(department=house.keeping, actor=Actor.person(house.officer), rows=reading.rows) == 2
    assert set(CreditRecord.objects.values_list("state", flat=True)) == {"proposed"}
    again = _read(house, _file(*[{**_row(), **row} for row in reading.rows]))
    assert [fault.row for fault in again.faults] == [2, 3], "what is there already is said"


def test_the_same_finding_twice_in_a_file_is_a_fault(house: CreditHouse) -> None:
    row = _row()
    reading = _read(house, _file(row, row))
    assert [(fault.row, fault.column) for fault in reading.faults] == [(3, COLUMNS["finding_number"][0])]


def test_an_unknown_or_missing_column_is_named(house: CreditHouse) -> None:
    content = _file(_row()).decode().replace("失信行为", "行为描述").encode()
    columns = {fault.column for fault in _read(house, content).faults}
    assert columns == {"行为描述", "失信行为"}


def test_an_empty_file_says_so(house: CreditHouse) -> None:
    assert _read(house, _file()).faults
    assert _read(house, b"").faults


def test_nobody_imports_for_a_department_of_others(house: CreditHouse) -> None:
    with pytest.raises(ActionNotAllowed):
        findings_import(department=house.keeping, actor=Actor.person(house.stranger), rows=[_row()])
    assert not CreditRecord.objects.exists()


def test_the_page_tries_then_writes_once(house: CreditHouse) -> None:
    client = Client()
    client.force_login(house.officer)
    address = reverse(ADDRESS)
    wrong = SimpleUploadedFile("f.csv", _file(_row(conduct="")))
    refused = client.post(address, {"department": house.keeping.pk, "file": wrong})
    assert refused.status_code == 400
    assert "失信行为" in refused.content.decode()
    right = SimpleUploadedFile("f.csv", _file(_row(), _row()))
    tried = client.post(address, {"department": house.keeping.pk, "file": right})
    token = tried.context["token"]
    assert not CreditRecord.objects.exists()
    assert client.post(address, {"token": token}).status_code == 302
    client.post(address, {"token": token})
    assert CreditRecord.objects.count() == 2
    other = Client()
    other.force_login(house.clerk)
    assert other.get(address).status_code == 403
