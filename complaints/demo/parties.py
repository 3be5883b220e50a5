"""Fictitious enterprises and bodies: names begin with 示例, codes have right checksums and belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from stdnum.cn import uscc

from complaints.models import ContractObject, RespondentType

_WORDS = ("东篱", "南枝", "西窗", "北斗", "青禾", "长河", "云帆", "星野", "松泉", "竹影", "石桥", "梅岭")
_TRADES = ("机械", "建材", "电子", "软件", "园林", "印务", "仪器", "装饰", "物流", "环保", "消防器材", "办公设备")
_LARGE = ("建设集团有限公司", "置业集团股份有限公司", "汽车制造有限公司", "能源集团有限公司", "商业控股有限公司")
_ORGANS = ("交通运输局", "教育局", "水利局", "城市管理局")
_INSTITUTIONS = ("第九人民医院", "职业技术学院", "市政工程管理处", "科技馆")
_GROUPS = ("慈善总会", "科学技术协会")
# Registering authority and kind of body: the first two characters of a code (GB 32100-2015).
_CODE_PREFIX = {
    RespondentType.ORGAN: "11",
    RespondentType.INSTITUTION: "12",
    RespondentType.FISCAL_GROUP: "51",
    RespondentType.LARGE_ENTERPRISE: "91",
}
_RESPONDENT_NAMES = {
    RespondentType.ORGAN: _ORGANS,
    RespondentType.INSTITUTION: _INSTITUTIONS,
    RespondentType.FISCAL_GROUP: _GROUPS,
    RespondentType.LARGE_ENTERPRISE: _LARGE,
}
GOODS = {
    ContractObject.GOODS: ("数控设备采购合同", "办公家具采购合同", "钢材供货合同", "实验仪器采购合同"),
    ContractObject.WORKS: ("厂房改造工程施工合同", "道路养护工程施工合同", "室内装修工程合同", "绿化工程施工合同"),
    ContractObject.SERVICES: ("信息系统运维服务合同", "物业服务合同", "检测服务合同", "货物运输服务合同"),
}


@dataclass(frozen=True)
class Party:
    """Who files or who owes.

    Attributes:
        kind: the respondent's type; "" for a complainant.
        division: six digits.
    """

    name: str
    code: str
    division: str
    kind: str = ""


def credit_code(prefix: str, division: str, number: int) -> str:
    """A unified social credit code with a right check character.

    Args:
        prefix: two characters for the register and the kind of body.
        number: the place of the organisation code; the demo counts from 1, which no real code does.
    """
    body = f"{prefix}{division}{number:09d}"
    return body + uscc.calc_check_digit(body)


def enterprises(rng: Random, divisions: list[str], amount: int) -> list[Party]:
    """SMEs that complain."""
    names = [f"示例{word}{trade}有限公司" for word in _WORDS for trade in _TRADES]
    rng.shuffle(names)
    places = [rng.choice(divisions) for _ in range(amount)]
    return [Party(names[number], credit_code("91", place, 1000 + number), place) for number, place in enumerate(places)]


def respondents(rng: Random, divisions: list[str], amount: int) -> list[Party]:
    """Bodies and large enterprises that owe."""
    covered = [kind for kind in RespondentType if kind in _CODE_PREFIX]
    kinds = rng.choices(covered, weights=[3, 3, 1, 5], k=amount)
    return [_respondent(rng, kind, rng.choice(divisions), number) for number, kind in enumerate(kinds)]


def _respondent(rng: Random, kind: RespondentType, division: str, number: int) -> Party:
    tail = rng.choice(_RESPONDENT_NAMES[kind])
    name = f"示例{rng.choice(_WORDS)}{'' if kind is RespondentType.LARGE_ENTERPRISE else '市'}{tail}"
    return Party(name, credit_code(_CODE_PREFIX[kind], division, 5000 + number), division, str(kind))
