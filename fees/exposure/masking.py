"""Hiding names: an organisation becomes its kind (某协会), a person the family name (张某). Knows no database.

Whatever is returned never holds the name that was hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

# The ending of a name and the kind that stands for it; the first that fits counts.
_KINDS = (
    ("行业协会", "行业协会"),
    ("联合会", "联合会"),
    ("促进会", "促进会"),
    ("协会", "协会"),
    ("商会", "商会"),
    ("学会", "学会"),
    ("供电公司", "供电企业"),
    ("供水公司", "供水企业"),
    ("燃气公司", "燃气企业"),
    ("热力公司", "供热企业"),
    ("物业公司", "物业企业"),
    ("银行", "银行"),
    ("支行", "银行"),
    ("分行", "银行"),
    ("公司", "公司"),
    ("事务所", "事务所"),
    ("委员会", "机关"),
    ("研究院", "事业单位"),
    ("研究所", "事业单位"),
    ("医院", "医院"),
    ("学校", "学校"),
    ("学院", "学校"),
    ("大学", "学校"),
    ("中心", "中心"),
    ("局", "机关"),
    ("厅", "机关"),
    ("厂", "企业"),
    ("店", "企业"),
)
_TRADES = (
    ("供电", "供电企业"),
    ("电力", "供电企业"),
    ("自来水", "供水企业"),
    ("供水", "供水企业"),
    ("燃气", "燃气企业"),
    ("热力", "供热企业"),
    ("物业", "物业企业"),
)
_DOUBLE_SURNAMES = frozenset({
    "欧阳", "太史", "端木", "上官", "司马", "东方", "独孤", "南宫", "夏侯", "诸葛", "尉迟", "公羊",
    "赫连", "澹台", "皇甫", "宗政", "濮阳", "公冶", "太叔", "申屠", "公孙", "慕容", "仲孙", "钟离",
    "长孙", "宇文", "司徒", "鲜于", "司空", "闾丘", "令狐", "西门", "第五", "百里", "呼延", "东郭",
})  # fmt: skip
SOMEBODY, SOME_BODY = "当事人", "收费主体"


class Masking(StrEnum):
    """How much of the payee's name is published."""

    NAMED = "named"
    PLACE_KEPT = "place_kept"
    KIND_ONLY = "kind_only"


def mask_organisation(name: str, place: str = "") -> str:
    """The kind of an organisation in the place of its name.

    Args:
        place: the division's full name to put before it, such as 江苏省; "" names no place.
    Returns:
        江苏省某行业协会, or 某协会; never anything that holds the name. Empty for an empty name.
    """
    clean = name.strip()
    if not clean:
        return ""
    kind = _kind_of(clean) if place else _kind_of(clean).removeprefix("行业")
    return _without(clean, f"{place}某{kind}", f"某{kind}", "某单位", SOME_BODY)


def mask_person(name: str) -> str:
    """The family name with 某: 张某, 欧阳某; for a foreign name its first letter. Empty for an empty name."""
    clean = name.strip()
    if not clean:
        return ""
    family = clean[:2] if clean[:2] in _DOUBLE_SURNAMES and len(clean) > 2 else clean[0]
    return _without(clean, f"{family}某", SOMEBODY, SOME_BODY)


def mask_text(text: str, masks: Mapping[str, str]) -> str:
    """A text with each of the names replaced, the longest first.

    Args:
        masks: what stands for each name; empty names are skipped.
    Returns:
        a text that holds none of the names, not even one that a replacement would put together.
    """
    names = sorted((name for name in masks if name), key=len, reverse=True)
    for name in names:
        text = text.replace(name, masks[name])
    while left := [name for name in names if name in text]:
        text = text.replace(left[0], "")
    return text


def _kind_of(name: str) -> str:
    ending = next((kind for ending, kind in _KINDS if name.endswith(ending)), "单位")
    if ending == "公司":
        return next((kind for word, kind in _TRADES if word in name), ending)
    return ending


def _without(name: str, *offers: str) -> str:
    """The first that doesn't hold the name: the last two of any offers share no character, so that one is free."""
    return next(offer for offer in offers if name not in offer)
