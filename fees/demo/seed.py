"""The sample lists: drafted, checked, reviewed by another person and published by the services that everybody uses."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from casework.parties.models import NATION, Department, Membership, Role, User
from fees.catalogue.importing import read_entries
from fees.catalogue.kinds import CheckKind
from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion, VersionCheck
from fees.catalogue.notation import read_standard
from fees.catalogue.services import (
    check_record,
    entries_replace,
    entry_delete,
    entry_save,
    version_change,
    version_draft,
    version_publish,
    version_review,
)
from fees.catalogue.standards import standard_to_json

DATA = Path(__file__).resolve().parent.parent / "data" / "catalogue_samples.csv"
PLAN = Path(__file__).resolve().parent / "lists.toml"
DEPARTMENT = "示例收费目录管理部门（开发数据）"
EDITORS = (("fee-editor", "目录编制人员"), ("fee-reviewer", "目录复核人员"))
HEADS = (
    "收费类别", "一级项目", "项目名称", "子项", "收费主体", "缴费主体", "政策依据", "收费标准", "可计算标准",
    "是否行政审批前置", "是否涉企", "资金管理方式", "征收方式", "返还时间", "适用行业", "办理事项", "有效期止", "状态",
    "变动原因", "备注",
)  # fmt: skip
OWN_HEADS = {
    "deposit": ("设立单位",),
    "operating": ("定价部门", "行业主管部门", "是否涉进出口环节", "定价方法"),
}


def seed_lists(password: str) -> int:
    """Publish the sample lists, once.

    Returns:
        how many sample rows were published; 0 if the lists are there already.
    """
    if CatalogueList.objects.filter(is_development=True).exists():
        return 0
    plan = tomllib.loads(PLAN.read_text(encoding="utf-8"))
    with transaction.atomic():
        editor, reviewer = _people(password)
        count = sum(_publish(item, plan, editor, reviewer) for item in plan["list"])
        for item in plan["next"]:
            _publish_next(item, editor, reviewer)
        return count


def _people(password: str) -> list[User]:
    department, _created = Department.objects.get_or_create(
        name=DEPARTMENT, defaults={"document_code": "示例目录", "division_id": NATION}
    )
    people = []
    for username, shown in EDITORS:
        user = User.objects.filter(username=username).first() or User.objects.create_user(
            username, password=password, display_name=shown, is_staff=True
        )
        Membership.objects.get_or_create(user=user, department=department, role=Role.CATALOGUE_EDITOR)
        people.append(user)
    return people


def _publish(item: Mapping[str, Any], plan: Mapping[str, Any], editor: User, reviewer: User) -> int:
    rows = [row for row in sample_rows() if row["source_list"] == item["source"]]
    fee_list = CatalogueList.objects.create(
        code=item["code"], name=item["name"], kind=item["kind"], division_id=item["division"],
        publisher_name=item["publisher"], is_development=True,
    )  # fmt: skip
    version = version_draft(fee_list=fee_list, user=editor, effective_from=item["effective_from"])
    version.source_title, version.source_url, version.certainty = item["source"], rows[0]["source_url"][:300], "E"
    version_change(version=version, user=editor)
    reading = read_entries(version=version, filename="rows.csv", content=_table(rows, item["kind"], plan))
    if reading.faults:
        raise ValueError(f"{item['code']}: {reading.faults}")
    count = entries_replace(version=version, entries=reading.entries, user=editor)
    _check_and_publish(version, editor, reviewer)
    return count


def _publish_next(item: Mapping[str, Any], editor: User, reviewer: User) -> None:
    """A later version of a list, as a copy of the one before with invented changes."""
    fee_list = CatalogueList.objects.get(code=item["list"])
    version = version_draft(fee_list=fee_list, user=editor, effective_from=item["effective_from"])
    version.source_title, version.certainty = item["source"], "I"
    version_change(version=version, user=editor)
    for entry in version.entries.filter(name__in=item["dropped"]):
        entry_delete(entry=entry, user=editor)
    for changed in item["entry"]:
        _write_entry(version, changed, editor)
    _check_and_publish(version, editor, reviewer)


def _write_entry(version: CatalogueVersion, item: Mapping[str, Any], editor: User) -> None:
    fee_list = version.fee_list
    entry = version.entries.filter(name=item["name"]).first() or CatalogueEntry(
        version=version, name=item["name"], kind=fee_list.kind, division=fee_list.division, payee=item["payee"]
    )
    entry.standard_text = item["standard"].strip()
    entry.standard = standard_to_json(read_standard(entry.standard_text))
    entry.change_reason = item["reason"]
    entry_save(entry=entry, user=editor)


def _check_and_publish(version: CatalogueVersion, editor: User, reviewer: User) -> None:
    for kind in CheckKind:
        check_record(
            version=version, user=editor, kind=kind, outcome=VersionCheck.Outcome.NOT_NEEDED,
            checked_on=timezone.localdate(), remark="开发数据，不具有法律效力，未作审查。",
        )  # fmt: skip
    version_publish(version=version_review(version=version, user=reviewer), user=reviewer)


def sample_rows() -> Iterator[dict[str, str]]:
    """The rows of the sample file."""
    with DATA.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _table(rows: list[dict[str, str]], kind: str, plan: Mapping[str, Any]) -> bytes:
    own = OWN_HEADS.get(kind, ())
    out = io.StringIO()
    writer = csv.DictWriter(out, [*HEADS, *own], restval="", extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        writer.writerow(_cells(row, kind, plan))
    return out.getvalue().encode()


def _cells(row: dict[str, str], kind: str, plan: Mapping[str, Any]) -> dict[str, str]:
    is_service = row["list_type"] == "政府定价经营服务性收费"
    name = row["sub_item"] if is_service else row["item_cn"]
    end = plan["ends"].get(name, {})
    setter = re.sub(r"^(设立单位|定价部门)：", "", row["payee_or_pricing_dept"])
    return {
        "收费类别": row["list_type"],
        "一级项目": row["item_cn"] if is_service else "",
        "项目名称": name,
        "子项": "" if is_service else row["sub_item"],
        # The lists of deposits and services name who set the fee, not who collects it.
        "收费主体": "" if kind in OWN_HEADS else row["payee_or_pricing_dept"],
        "设立单位": setter,
        "定价部门": setter,
        "行业主管部门": row["industry_regulator"],
        "缴费主体": row["payer_or_scope"],
        "政策依据": row["legal_basis"] or row["source_list"],
        "收费标准": row["standard"],
        "可计算标准": plan["standards"].get(name, "").strip(),
        "是否行政审批前置": _truth(row["approval_prerequisite"]),
        "是否涉企": _truth(row["enterprise_related"]),
        "是否涉进出口环节": row["import_export"],
        "定价方法": row["pricing_method"],
        "资金管理方式": row["fund_management"],
        "征收方式": row["collection_method"],
        "返还时间": row["refund_rule"],
        "适用行业": "、".join(code for code, names in plan["industries"].items() if name in names),
        "办理事项": "、".join(code for code, names in plan["matters"].items() if name in names),
        "有效期止": end.get("valid_to", ""),
        "状态": end.get("status", ""),
        "变动原因": end.get("reason", ""),
        "备注": "开发数据：据摘录录入，未与原件核对。",
    }


def _truth(text: str) -> str:
    return text if text in ("是", "否") else ""
