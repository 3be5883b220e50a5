"""The columns of a list in spreadsheets, the same for reading and writing: what was exported can be imported."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.sheets import cell_text
from casework.sheets import plain_head as plain_head
from fees.catalogue.kinds import FeeKind
from fees.catalogue.models import CatalogueEntry
from fees.catalogue.notation import read_standard, write_standard
from fees.catalogue.standards import StandardError, standard_to_json
from fees.catalogue.topics import topic_code

Status = CatalogueEntry.Status
_KINDS = {
    "行政事业性收费": FeeKind.ADMINISTRATIVE,
    "政府性基金": FeeKind.FUND,
    "涉企保证金": FeeKind.DEPOSIT,
    "政府定价经营服务性收费": FeeKind.OPERATING,
    "政府定价的经营服务性收费": FeeKind.OPERATING,
    "经营服务性收费": FeeKind.OPERATING,
}
# "Added", "changed" and "unchanged" follow from the version before; a table may say them and is not believed.
_STATUSES = {"停征": Status.SUSPENDED, "暂停": Status.SUSPENDED, "取消": Status.CANCELLED}
_IN_FORCE = {"", "有效", "新增", "变更", "不变", "kept", "added", "changed"}
_TRUTHS = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_SEPARATORS = re.compile(r"[\s,，、;；]+")


class CellError(ValueError):
    """What is wrong with a cell, in words for whoever mends it."""


def _kind(value: Any) -> str:
    text = cell_text(value)
    kind = _KINDS.get(text, text)
    if kind not in FeeKind.values:
        raise CellError(
            _("“%(text)s” is no kind of fee. Known: %(known)s.") % {"text": text, "known": "、".join(_KINDS)}
        )
    return str(kind)


def _division(value: Any) -> str:
    text = cell_text(value)
    if text and not re.fullmatch(r"\d{6}", text, re.ASCII):
        raise CellError(_("A division code has six digits (GB/T 2260)."))
    return text


def _truth(value: Any) -> bool | None:
    text = str(value).lower() if isinstance(value, bool) else cell_text(value).lower()
    if text and text not in _TRUTHS:
        raise CellError(_("Write yes or no, or leave it empty."))
    return _TRUTHS.get(text)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = cell_text(value)
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else date.fromisoformat(text)
    except ValueError as error:
        raise CellError(_("“%(text)s” is no day. Write it as 2026-03-01.") % {"text": text}) from error


def _status(value: Any) -> str:
    text = cell_text(value)
    status = _STATUSES.get(text, text)
    if status in (Status.SUSPENDED, Status.CANCELLED):
        return str(status)
    if text in _IN_FORCE:
        return str(Status.KEPT)
    raise CellError(_("“%(text)s” is no status. Write suspended or cancelled, or leave it empty.") % {"text": text})


def _standard(value: Any) -> list[dict[str, Any]]:
    try:
        return standard_to_json(read_standard(cell_text(value)))
    except StandardError as error:
        raise CellError(str(error)) from error


def _topics(value: Any) -> list[str]:
    texts = [text for text in _SEPARATORS.split(cell_text(value).replace("农、林、牧、渔业", "A")) if text]
    codes = [topic_code(text) for text in texts]
    if unknown := [text for text, code in zip(texts, codes, strict=True) if code is None]:
        raise CellError(_("Unknown: %(words)s.") % {"words": ", ".join(unknown)})
    return sorted({code for code in codes if code})


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the common core.

    Attributes:
        field: the entry's field.
        heads: what it may be called, the first one as we write it.
        read: gives the field's value, or raises CellError.
        write: gives the cell.
    """

    field: str
    heads: tuple[str, ...]
    label: str | Promise
    read: Callable[[Any], Any] = cell_text
    write: Callable[[Any], Any] = lambda value: value


def _column(field: str, *heads: str, **options: Any) -> TableColumn:
    name = field.removesuffix("_id")
    label = CatalogueEntry._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return TableColumn(field, heads, label, **options)


def _yes_no(value: bool | None) -> str:
    return {True: "是", False: "否", None: ""}[value]


def _status_words(status: str) -> str:
    words = {Status.KEPT: "不变", Status.ADDED: "新增", Status.CHANGED: "变更"}
    return {**words, Status.SUSPENDED: "停征", Status.CANCELLED: "取消"}[Status(status)]


_KIND_WORDS = {kind: words for words, kind in reversed(_KINDS.items())}
COLUMNS: tuple[TableColumn, ...] = (
    _column("key", "编码", "项目编码"),
    _column("kind", "收费类别", read=_kind, write=lambda kind: _KIND_WORDS[kind]),
    _column("division_id", "行政区划代码", read=_division),
    _column("parent_item", "一级项目"),
    _column("name", "项目名称", "二级项目", "名称"),
    _column("sub_items", "子项", "收费内容"),
    _column("payee", "收费主体", "执收单位", "部门"),
    _column("payer", "缴费主体", "缴费人"),
    _column("legal_basis", "政策依据", "设立依据", "收费文件", "收费文件(文号)"),
    _column("standard_text", "收费标准", "征收标准"),
    _column("standard", "可计算标准", read=_standard, write=lambda data: data),
    _column("service_content", "服务内容"),
    _column("service_standard", "服务标准"),
    _column("charge_level", "收费水平"),
    _column("approval_prerequisite", "是否行政审批前置", read=_truth, write=_yes_no),
    _column("enterprise_related", "是否涉企", read=_truth, write=_yes_no),
    _column("fund_management", "资金管理方式"),
    _column("collection_rule", "征收方式", "征收程序", "收取方式"),
    _column("refund_rule", "返还时间", "返还规定"),
    _column("industries", "适用行业", read=_topics, write=lambda codes: "、".join(codes)),
    _column("matters", "办理事项", read=_topics, write=lambda codes: "、".join(codes)),
    _column("valid_from", "有效期起", read=_day),
    _column("valid_to", "有效期止", read=_day),
    _column("status", "状态", read=_status, write=_status_words),
    _column("change_reason", "变动原因"),
)


def entry_cells(entry: CatalogueEntry) -> list[Any]:
    """An entry's values in the order of `COLUMNS`, as they are read back."""
    cells = {column.field: column.write(getattr(entry, column.field)) for column in COLUMNS}
    return list((cells | {"standard": write_standard(entry.lines)}).values())
