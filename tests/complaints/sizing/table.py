"""The size standard once more, typed from its table (not our data file), and a slow reading of its prose."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

WAN = 10_000
# Lower limits of large, medium, small: employees in persons, revenue and assets in 万元.
TABLE: dict[str, dict[str, tuple[int, int, int]]] = {
    "agriculture": {"revenue": (20000, 500, 50)},
    "industry": {"employees": (1000, 300, 20), "revenue": (40000, 2000, 300)},
    "construction": {"revenue": (80000, 6000, 300), "assets": (80000, 5000, 300)},
    "wholesale": {"employees": (200, 20, 5), "revenue": (40000, 5000, 1000)},
    "retail": {"employees": (300, 50, 10), "revenue": (20000, 500, 100)},
    "transport": {"employees": (1000, 300, 20), "revenue": (30000, 3000, 200)},
    "warehousing": {"employees": (200, 100, 20), "revenue": (30000, 1000, 100)},
    "postal": {"employees": (1000, 300, 20), "revenue": (30000, 2000, 100)},
    "lodging": {"employees": (300, 100, 10), "revenue": (10000, 2000, 100)},
    "catering": {"employees": (300, 100, 10), "revenue": (10000, 2000, 100)},
    "information_transmission": {"employees": (2000, 100, 10), "revenue": (100000, 1000, 100)},
    "software": {"employees": (300, 100, 10), "revenue": (10000, 1000, 50)},
    "real_estate": {"revenue": (200000, 1000, 100), "assets": (10000, 5000, 2000)},
    "property_management": {"employees": (1000, 300, 100), "revenue": (5000, 1000, 500)},
    "leasing_business": {"employees": (300, 100, 10), "assets": (120000, 8000, 100)},
    "other": {"employees": (300, 100, 10)},
}
CHINESE = {
    "agriculture": "农、林、牧、渔业",
    "industry": "工业",
    "construction": "建筑业",
    "wholesale": "批发业",
    "retail": "零售业",
    "transport": "交通运输业",
    "warehousing": "仓储业",
    "postal": "邮政业",
    "lodging": "住宿业",
    "catering": "餐饮业",
    "information_transmission": "信息传输业",
    "software": "软件和信息技术服务业",
    "real_estate": "房地产开发经营",
    "property_management": "物业管理",
    "leasing_business": "租赁和商务服务业",
    "other": "其他未列明行业",
}
NOT_COVERED = ("railway", "finance", "education", "health", "public_administration", "own_property")
# The smallest step of each figure: a person, a fen.
STEPS = {"employees": Decimal(1), "revenue": Decimal("0.01"), "assets": Decimal("0.01")}

Figures = Mapping[str, Decimal | None]


def limits_of(industry: str) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """The limits in persons and yuan."""
    factors = {"employees": 1, "revenue": WAN, "assets": WAN}
    return {
        name: (Decimal(large * factors[name]), Decimal(medium * factors[name]), Decimal(small * factors[name]))
        for name, (large, medium, small) in TABLE[industry].items()
    }


def size_by_prose(industry: str, figures: Mapping[str, Decimal]) -> str:
    """As the articles of 300号 say it: below either limit an SME; of those medium, small, and micro what is below."""
    limits = limits_of(industry)
    if not any(figures[name] < large for name, (large, _medium, _small) in limits.items()):
        return "large"
    if all(figures[name] >= medium for name, (_large, medium, _small) in limits.items()):
        return "medium"
    if any(figures[name] < small for name, (_large, _medium, small) in limits.items()):
        return "micro"
    return "small"


def sizes_by_trial(industry: str, figures: Figures) -> set[str]:
    """The classes that come out when each missing figure takes every value that could matter, one after another."""
    trials = []
    for name, limits in limits_of(industry).items():
        given = figures.get(name)
        edges = {value for limit in limits for value in (limit - STEPS[name], limit, limit + STEPS[name])}
        trials.append([(name, value) for value in ({Decimal(0), *edges} if given is None else {given})])
    return {size_by_prose(industry, dict(trial)) for trial in product(*trials)}
