"""What stands out among charges: by payee, item and division. Pure: knows no database.

Definitions, which page, workbook and API take from here only:
- The charges of a quarter are the payments of submitted returns for that quarter (of a corrected return the latest),
  and what reports tell of that was charged in it.
- Payers: how many different points paid and enterprises reported; each counts once, however often it paid.
- Outside: the catalogue had no such item in force for the place on the day (`OUTSIDE` of the verdicts). A service at a
  market price may stand in no list and be lawful: outside is a reason to look, not a finding.
- Share outside: the sum outside, of the whole sum of the line.
- Change: the sum against that of the quarter before; unknown where there was nothing before.
- Lines stand in the order of the sum outside, then payers, then the sum.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from fees.monitoring.answers import item_key
from fees.monitoring.verdicts import OUTSIDE

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge from any source, such as a monitoring point's return.

    Args:
        division: code of the place.
        amount: yuan.
        verdict: a `VerdictCode`.
        source: where it comes from.
        payer: the same for the same payer of one source; never shown.
        division_name: in words.
    """

    payee: str
    payee_type: str
    item: str
    division: str
    amount: Decimal
    verdict: str
    source: str
    on: date
    payer: str
    division_name: str = ""

    @property
    def is_outside(self) -> bool:
        """Whether no list allowed it."""
        return self.verdict in OUTSIDE


class By(StrEnum):
    """What lines are made by."""

    PAYEE = "payee"
    ITEM = "item"
    DIVISION = "division"


@dataclass(slots=True)
class Line:
    """One payee, item or division.

    Attributes:
        label: as it was written first.
        total, outside: yuan.
        before: yuan in the quarter before.
    """

    key: str
    label: str
    count: int = 0
    payers: set[tuple[str, str]] = field(default_factory=set)
    total: Decimal = ZERO
    outside: Decimal = ZERO
    outside_payers: set[tuple[str, str]] = field(default_factory=set)
    before: Decimal = ZERO

    @property
    def share_outside(self) -> Decimal:
        """From 0 to 1."""
        return self.outside / self.total if self.total else Decimal(0)

    @property
    def change(self) -> Decimal | None:
        """0.5 is half as much again; None: nothing before."""
        return (self.total - self.before) / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a quarter's charges come to.

    Attributes:
        total: over everything.
        lines: by payee, item and division, what stands out first.
    """

    total: Line
    lines: Mapping[By, list[Line]]


def figures_of(now: Iterable[Charge], before: Iterable[Charge]) -> Figures:
    """The figures of a quarter against the quarter before."""
    now, before = list(now), list(before)
    lines = {by: _sorted(_lines(now, before, _KEYS[by], _LABELS[by]).values()) for by in By}
    whole = _lines(now, before, lambda _charge: "", lambda _charge: "")
    return Figures(whole.get("", Line("", "")), lines)


def _lines(
    now: Iterable[Charge], before: Iterable[Charge], key: Callable[[Charge], str], label: Callable[[Charge], str]
) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    for charge in now:
        line = lines.setdefault(key(charge), Line(key(charge), label(charge)))
        _add(line, charge)
    earlier: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for charge in before:
        earlier[key(charge)] += charge.amount
    for line in lines.values():
        line.before = earlier[line.key]
    return lines


def _add(line: Line, charge: Charge) -> None:
    payer = (charge.source, charge.payer)
    line.count += 1
    line.payers.add(payer)
    line.total += charge.amount
    if charge.is_outside:
        line.outside += charge.amount
        line.outside_payers.add(payer)


def payee_key(payee: str) -> str:
    """By what payees are taken for the same: the name without blanks, full-width forms put right."""
    return "".join(unicodedata.normalize("NFKC", payee).split()).casefold()


_KEYS: Mapping[By, Callable[[Charge], str]] = {
    By.PAYEE: lambda charge: payee_key(charge.payee),
    By.ITEM: lambda charge: item_key(charge.item),
    By.DIVISION: lambda charge: charge.division,
}
_LABELS: Mapping[By, Callable[[Charge], str]] = {
    By.PAYEE: lambda charge: charge.payee,
    By.ITEM: lambda charge: charge.item,
    By.DIVISION: lambda charge: charge.division_name or charge.division,
}


def _sorted(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.outside, -len(line.payers), -line.total, line.key))
