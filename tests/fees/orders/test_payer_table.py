"""Payers from a spreadsheet: what was written comes back, and every problem has its row and column."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.cases.errors import InvalidInput
from fees.orders.payer_table import Owed, payers_read
from tests.factories import credit_code

HEADS = ("缴费单位", "统一社会信用代码", "金额")


def workbook(*rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> SimpleUploadedFile:
    book = openpyxl.Workbook()
    for row in (heads, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("名单.xlsx", out.getvalue())


def csv_file(*lines: str, encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    return SimpleUploadedFile("名单.csv", "\n".join((",".join(HEADS), *lines)).encode(encoding))


def faults(upload: SimpleUploadedFile) -> list[str]:
    with translation.override("en"), pytest.raises(InvalidInput) as refusal:
        payers_read(upload)
    assert set(refusal.value.errors) == {"payers"}
    return refusal.value.errors["payers"]


def test_a_workbook_with_columns_in_any_order() -> None:
    code = credit_code()
    upload = workbook(
        (5000, "甲公司", code.lower()),
        (None, None, None),
        (1200.5, " 乙公司 ", None),
        heads=(HEADS[2], HEADS[0], HEADS[1]),
    )
    assert payers_read(upload) == [Owed("甲公司", code, Decimal(5000)), Owed("乙公司", "", Decimal("1200.50"))]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_in_both_encodings_with_amounts_as_people_write_them(encoding: str) -> None:
    upload = csv_file('甲公司,,"5,000.00元"', "乙公司,,￥0.01", encoding=encoding)
    assert payers_read(upload) == [Owed("甲公司", "", Decimal(5000)), Owed("乙公司", "", Decimal("0.01"))]


def test_every_problem_is_named_by_row_and_column() -> None:
    code = credit_code()
    found = faults(
        workbook(
            (None, None, 1),
            ("甲", "123", 1),
            ("乙", None, "很多"),
            ("丙", code, 0),
            ("丁", code, 2),
            ("戊", None, 0.001),
            ("己" * 121, None, None),
            ("乙", None, 3),
        )
    )
    assert [fault.split(":")[0] for fault in found] == [
        "Row 2, 缴费单位",
        "Row 3, 统一社会信用代码",
        "Row 4, 金额",
        "Row 5, 金额",
        "Row 6, 统一社会信用代码",
        "Row 7, 金额",
        "Row 8, 缴费单位",
        "Row 8, 金额",
        "Row 9, 缴费单位",
    ]
    assert "row 5" in found[4]


@pytest.mark.parametrize(
    ("heads", "place"),
    [
        (("缴费单位",), "Row 1, 金额"),
        (("缴费单位", "金额", "金额"), "Row 1, 金额"),
        (("缴费单位", "金额", "备注"), "Row 1, 备注"),
    ],
)
def test_columns_that_do_not_fit(heads: tuple[str, ...], place: str) -> None:
    assert [fault.split(":")[0] for fault in faults(workbook(("甲", 1, 1)[: len(heads)], heads=heads))] == [place]


def test_files_that_are_no_table_or_empty() -> None:
    assert len(faults(SimpleUploadedFile("x.xlsx", b"PK\x03\x04 no workbook"))) == 1
    assert len(faults(SimpleUploadedFile("x.csv", b"\xff\xfe\x00\x81"))) >= 1
    assert faults(workbook()) == ["The file has no rows."]
    assert len(faults(SimpleUploadedFile("x.csv", b"a" * (5 * 1024 * 1024 + 1)))) == 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 10**11), min_size=1, max_size=8))
def test_amounts_come_back_to_the_fen_from_a_workbooks_binary_numbers(amounts: list[int]) -> None:
    rows = [(f"第{number}公司", None, fen / 100) for number, fen in enumerate(amounts)]
    assert [int(one.amount * 100) for one in payers_read(workbook(*rows))] == amounts
