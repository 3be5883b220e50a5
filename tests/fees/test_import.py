"""Spreadsheets: every problem by row and column, nothing written while there is one; what is exported reads back."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest

from fees.catalogue.contents import CONTENT
from fees.catalogue.exporting import version_workbook
from fees.catalogue.importing import LARGEST_FILE, Reading, read_entries
from fees.catalogue.kinds import ListKind
from fees.catalogue.models import CatalogueVersion
from fees.catalogue.services import entries_replace
from tests.fees.conftest import Desk

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 10)


def table(*rows: dict[str, Any], encoding: str = "utf-8") -> bytes:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, heads, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(version: CatalogueVersion, content: bytes, name: str = "清单.csv") -> Reading:
    return read_entries(version=version, filename=name, content=content)


def places(reading: Reading) -> list[tuple[int, str]]:
    return [(fault.row, fault.column) for fault in reading.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_right_table_is_written(desk: Desk, encoding: str) -> None:
    version = desk.draft(SINCE)
    content = table(
        {
            "项目名称": "占道费",
            "收费标准": "每平方米每日5元",
            "可计算标准": "5元/㎡·日",
            "是否涉企": "是",
            "有效期起": "2026年1月10日",
        },
        {"项目名称": "停车费", "收费标准": "见文件"},
        encoding=encoding,
    )
    reading = read(version, content)
    assert reading.faults == []
    assert [one.change.value for one in reading.differences] == ["added", "added"]
    assert version.entries.count() == 0
    entries_replace(version=version, entries=reading.entries, user=desk.editor)
    first, second = version.entries.all()
    assert (first.standard, first.enterprise_related, first.valid_from) == (
        [{"form": "fixed", "amount": "5", "unit": "平方米·日"}],
        True,
        SINCE,
    )
    assert second.is_text_only


def test_every_problem_is_named_by_row_and_column(desk: Desk) -> None:
    version = desk.draft(SINCE)
    good = {"项目名称": "占道费", "可计算标准": "5元/件"}
    reading = read(
        version,
        table(
            {
                **good,
                "行政区划代码": "",
                "有效期起": "",
                "有效期止": "",
                "状态": "",
                "变动原因": "",
                "是否涉企": "",
                "适用行业": "",
            },
            {**good, "项目名称": ""},
            {**good, "项目名称": "甲", "可计算标准": "约5元"},
            {**good, "项目名称": "乙", "行政区划代码": "440000"},
            {**good, "项目名称": "丙", "有效期起": "2026-02-30", "是否涉企": "也许"},
            {**good, "项目名称": "丁", "有效期起": "2026-02-02", "有效期止": "2026-02-01"},
            {**good, "项目名称": "戊", "状态": "停征"},
            {**good, "项目名称": "己", "状态": "冻结", "适用行业": "Z"},
            good,
            {**good, "项目名称": "长" * 201},
        ),
    )
    assert places(reading) == [
        (3, "项目名称"), (4, "可计算标准"), (5, "行政区划代码"), (6, "是否涉企"), (6, "有效期起"), (7, "有效期止"),
        (8, "变动原因"), (9, "状态"), (9, "适用行业"), (10, "编码"), (11, "项目名称"),
    ]  # fmt: skip
    assert "2" in reading.faults[9].text
    assert version.entries.count() == 0


def test_heads_are_checked_first(desk: Desk) -> None:
    version = desk.draft(SINCE)
    assert places(read(version, table({"名目": "x", "收费标准": "y"}))) == [(1, "名目"), (1, "项目名称")]
    assert places(read(version, b"\xe9\xa1\xb9\xe7\x9b\xae\xe5\x90\x8d\xe7\xa7\xb0,name\n1,2\n")) == [(1, "name")]
    both = desk.draft(SINCE, desk.make_list("both", ListKind.LOCAL))
    assert places(read(both, table({"项目名称": "占道费"}))) == [(1, "收费类别")]
    assert places(read(both, table({"项目名称": "占道费", "收费类别": "杂费"}))) == [(2, "收费类别")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.xlsx", b"no workbook"),
        ("x.csv", b"\xff\xfe\xff\xff\x80"),
        ("x.csv", b""),
        ("x.csv", "项目名称\n".encode()),
        ("x.csv", b"x" * (LARGEST_FILE + 1)),
    ],
)
def test_what_is_no_table_is_said_to_be_none(desk: Desk, name: str, content: bytes) -> None:
    assert read(desk.draft(SINCE), content, name).faults


def test_a_workbook_s_own_days_and_numbers(desk: Desk) -> None:
    reading = read(
        desk.draft(SINCE), workbook(["编码", "项目名称", "有效期起"], [101, "占道费", date(2026, 1, 11)]), "a.xlsx"
    )
    assert reading.faults == []
    assert (reading.entries[0].key, reading.entries[0].valid_from) == ("101", date(2026, 1, 11))


def test_what_is_exported_reads_back_the_same(desk: Desk) -> None:
    version = desk.draft(SINCE, desk.make_list("deposits", ListKind.DEPOSIT))
    desk.entry(
        version, "农民工工资保证金", "分档（合同额）0：2%上限3000000元；300000000：1%上限5000000元",
        payer="=施工单位", industries=["E"], matters=["construction"], enterprise_related=True,
        valid_from=SINCE, details={"setting_body": "人力资源社会保障"}, refund_rule="完工后\n返还",
    )  # fmt: skip
    desk.entry(
        version, "投标保证金", "2%（估算价）", status="suspended", change_reason="暂停", approval_prerequisite=False
    )
    version.refresh_from_db()
    reading = read(version, version_workbook(version), "x.xlsx")
    assert reading.faults == []
    written = list(version.entries.all())
    for field in ("key", "status", "change_reason", *CONTENT):
        assert [getattr(entry, field) for entry in reading.entries] == [getattr(entry, field) for entry in written]


def test_a_change_needs_a_reason_and_the_key_keeps_the_history(desk: Desk) -> None:
    first = desk.draft(SINCE)
    reading = read(first, table({"编码": "A1", "项目名称": "占道费", "可计算标准": "5元/件"}))
    entries_replace(version=first, entries=reading.entries, user=desk.editor)
    desk.published(CatalogueVersion.objects.get(pk=first.pk))
    second = desk.draft(date(2026, 2, 1))
    renamed = {"编码": "A1", "项目名称": "道路占用费", "可计算标准": "6元/件"}
    assert places(read(second, table(renamed))) == [(2, "变动原因")]
    good = read(second, table({**renamed, "变动原因": "调整标准"}))
    assert [one.change.value for one in good.differences] == ["raised"]
    assert read(second, table({"编码": "A1", "项目名称": "占道费", "可计算标准": "5元/件"})).differences == []
