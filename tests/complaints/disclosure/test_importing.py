"""Obliged bodies from a spreadsheet: every fault by row and column, and nothing written while there is one."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest

from casework.cases.errors import InvalidInput
from complaints.disclosure.importing import BodyReading, bodies_import, read_bodies
from complaints.disclosure.models import ObligedBody
from tests.complaints.disclosure.conftest import Bureau
from tests.factories import credit_code, division

pytestmark = pytest.mark.django_db
HEADS = "单位名称,统一社会信用代码,单位类型,区划代码,国有,主管部门,联系人,联系电话,电子邮箱"


def line(**changes: str) -> str:
    cells = {
        "name": "示例图书馆",
        "code": credit_code(),
        "kind": "事业单位",
        "division": "320102",
        "owned": "",
        "authority": "示例文旅局",
        "contact": "王五",
        "phone": "",
        "email": "library@example.com",
        **changes,
    }
    return ",".join(cells.values())


def read(bureau: Bureau, *lines: str, heads: str = HEADS, encoding: str = "utf-8") -> BodyReading:
    content = "\n".join((heads, *lines)).encode(encoding)
    return read_bodies(department=bureau.department, filename="名单.csv", content=content)


def places(reading: BodyReading) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in reading.faults]


@pytest.fixture(autouse=True)
def _divisions() -> None:
    division("320102")
    division("320505")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_right_file_is_written_whole(bureau: Bureau, encoding: str) -> None:
    reading = read(bureau, line(), line(kind="大型企业", owned="是", name="示例钢铁集团"), encoding=encoding)
    assert reading.faults == []
    assert bodies_import(department=bureau.department, user=bureau.clerk, rows=reading.rows) == 2
    body = ObligedBody.objects.get(is_state_owned=True)
    assert (body.subject.name, body.subject.kind, body.authority) == ("示例钢铁集团", "large_enterprise", "示例文旅局")


def test_a_workbook_is_read_too(bureau: Bureau) -> None:
    book, out = openpyxl.Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (HEADS, line()):
        sheet.append([int(cell) if cell.isdigit() else cell for cell in row.split(",")])
    book.save(out)
    reading = read_bodies(department=bureau.department, filename="名单.xlsx", content=out.getvalue())
    assert (reading.faults, len(reading.rows)) == ([], 1)


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("统一社会信用代码", {"code": "91320000000000001A"}),
        ("单位类型", {"kind": "社会团体"}),
        ("区划代码", {"division": "999999"}),
        ("区划代码", {"division": "320505"}),
        ("国有", {"owned": "也许"}),
        ("国有", {"owned": "是"}),
        ("联系电话", {"phone": "abc"}),
        ("电子邮箱", {"email": "nobody"}),
        ("单位名称", {"name": ""}),
        ("联系人", {"contact": ""}),
    ],
)
def test_each_fault_is_named_by_row_and_column(bureau: Bureau, column: str, changes: dict[str, str]) -> None:
    reading = read(bureau, line(), "", line(**changes))
    assert places(reading) == [(4, column)]


def test_who_is_on_a_list_or_stands_twice(bureau: Bureau) -> None:
    listed = bureau.body()
    code = credit_code()
    reading = read(bureau, line(code=listed.subject_id, name=listed.subject.name), line(code=code), line(code=code))
    assert places(reading) == [(2, "统一社会信用代码"), (4, "统一社会信用代码")]


def test_heads(bureau: Bureau) -> None:
    assert places(read(bureau, heads="单位名称,备注"))[0] == (1, "备注")
    assert (1, "电子邮箱") in places(read(bureau, heads="单位名称"))
    assert places(read(bureau)) == [(0, "")]


def test_an_import_that_fails_late_writes_nothing(bureau: Bureau) -> None:
    reading = read(bureau, line(), line())
    taken = reading.rows[1]
    data: dict[str, Any] = {**bureau.data(), "code": taken["code"], "name": taken["name"]}
    bureau.body(**{name: data[name] for name in ("code", "name")})
    with pytest.raises(InvalidInput):
        bodies_import(department=bureau.department, user=bureau.clerk, rows=reading.rows)
    assert ObligedBody.objects.filter(department=bureau.department).count() == 1
