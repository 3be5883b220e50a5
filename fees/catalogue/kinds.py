"""The kinds of fees and of lists (国办函〔2025〕30号, point 2(1)), and the columns that each kind has of its own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FeeKind(models.TextChoices):
    """What a fee is by law."""

    ADMINISTRATIVE = "administrative", _("administrative fee")
    FUND = "fund", _("government fund")
    DEPOSIT = "deposit", _("enterprise deposit")
    OPERATING = "operating", _("government-priced service")


class ListKind(models.TextChoices):
    """What a list covers: one kind of fee for the nation, or all fees of a department or a place."""

    ADMINISTRATIVE = "administrative", _("list of administrative fees")
    FUND = "fund", _("list of government funds")
    DEPOSIT = "deposit", _("list of enterprise deposits")
    OPERATING = "operating", _("list of government-priced services")
    SECTOR = "sector", _("comprehensive list of a sector department")
    LOCAL = "local", _("comprehensive list of a place")


class CheckKind(models.TextChoices):
    """What a new list is checked for before it is published (国办函〔2025〕30号, point 2(2))."""

    LEGALITY = "legality", _("review of legality")
    FAIR_COMPETITION = "fair_competition", _("fair competition review")
    POLICY_CONSISTENCY = "policy_consistency", _("assessment of consistency with macro policy")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that only some lists have.

    Attributes:
        heads: what it is called in spreadsheets, besides its code.
    """

    code: str
    label: str | Promise
    heads: tuple[str, ...] = ()


_REMARKS = Column("remarks", _("remarks"), ("备注",))
_LEVEL = Column("setting_level", _("level that set it"), ("设立级次",))

# The columns that published lists use beside the common core.
OWN_COLUMNS: dict[str, tuple[Column, ...]] = {
    FeeKind.ADMINISTRATIVE: (_LEVEL, _REMARKS),
    FeeKind.FUND: (Column("collection_region", _("region of collection"), ("征收地区",)), _REMARKS),
    FeeKind.DEPOSIT: (
        Column("setting_body", _("body that set it"), ("设立单位",)),
        Column("scope", _("scope and payers"), ("范围对象",)),
        Column("responsibility", _("duties"), ("责任事项",)),
        Column("accountability", _("accountability"), ("追责情形",)),
        _REMARKS,
    ),
    FeeKind.OPERATING: (
        Column("pricing_department", _("pricing department"), ("定价部门",)),
        Column("industry_regulator", _("industry regulator"), ("行业主管部门",)),
        Column("import_export", _("import or export"), ("是否涉进出口环节", "是否涉及进出口环节")),
        Column("pricing_method", _("pricing method"), ("定价方法", "定价形式")),
        _REMARKS,
    ),
}


def own_columns(kind: str) -> tuple[Column, ...]:
    """The columns of a kind of fee beside the common core."""
    return OWN_COLUMNS[kind]
