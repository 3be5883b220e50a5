"""Two versions of a list: what was added, cancelled, suspended, raised, lowered or otherwise changed. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fees.catalogue.contents import CONTENT, OUT_OF_FORCE, says_same
from fees.catalogue.models import CatalogueEntry
from fees.catalogue.standards import Fixed, Line, Percentage, Range, Standard, normalized_unit

Status = CatalogueEntry.Status
_NO_LIMIT = Decimal("Infinity")


class Change(StrEnum):
    """What became of an entry."""

    ADDED = "added"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    RAISED = "raised"
    LOWERED = "lowered"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that is not the same in both versions.

    Attributes:
        before, after: None where a version doesn't have it.
        fields: the fields that say something else; empty for what came or went.
    """

    change: Change
    before: CatalogueEntry | None
    after: CatalogueEntry | None
    fields: tuple[str, ...] = ()

    @property
    def entry(self) -> CatalogueEntry:
        """The newer of the two."""
        entry = self.after or self.before
        assert entry is not None
        return entry


def compare_entries(before: Iterable[CatalogueEntry], after: Iterable[CatalogueEntry]) -> list[Difference]:
    """The differences in the order of `Change`, within it in the order of the lists.

    What an earlier version had cancelled counts as not there.
    """
    old = {entry.key: entry for entry in before if entry.status != Status.CANCELLED}
    new = {entry.key: entry for entry in after}
    found = [difference for key, entry in new.items() if (difference := _difference(old.get(key), entry))]
    found += [Difference(Change.CANCELLED, entry, None) for key, entry in old.items() if key not in new]
    order = list(Change)
    return sorted(found, key=lambda difference: order.index(difference.change))


def _difference(before: CatalogueEntry | None, after: CatalogueEntry) -> Difference | None:
    if after.status == Status.CANCELLED:
        return Difference(Change.CANCELLED, before, after) if before else None
    if before is None:
        return Difference(Change.SUSPENDED if after.status in OUT_OF_FORCE else Change.ADDED, None, after)
    if after.status == Status.SUSPENDED and before.status != Status.SUSPENDED:
        return Difference(Change.SUSPENDED, before, after)
    if says_same(before, after) and before.status != Status.SUSPENDED:
        return None
    if says_same(before, after) and after.status == Status.SUSPENDED:
        return None
    fields = tuple(name for name in CONTENT if getattr(before, name) != getattr(after, name))
    return Difference(direction(before.lines, after.lines), before, after, fields)


def direction(before: Standard, after: Standard) -> Change:
    """Whether the most that may be charged rose or fell; `CHANGED` where that can't be said of every line."""
    old, new = ({_way(line): _ceilings(line) for line in standard} for standard in (before, after))
    if old.keys() != new.keys() or len(old) != len(before) or len(new) != len(after):
        return Change.CHANGED
    pairs = [(a, b) for way, ceilings in old.items() for a, b in zip(ceilings, new[way], strict=True)]
    if any(b > a for a, b in pairs) and all(b >= a for a, b in pairs):
        return Change.RAISED
    if any(b < a for a, b in pairs) and all(b <= a for a, b in pairs):
        return Change.LOWERED
    return Change.CHANGED


def _way(line: Line) -> tuple[object, ...]:
    """What makes two lines the same way of charging; a range and a fixed amount of one unit are."""
    if isinstance(line, Fixed | Range):
        return ("unit", line.label, normalized_unit(line.unit))
    if isinstance(line, Percentage):
        return ("share", line.label, line.base)
    starts = tuple(tier.start for tier in line.tiers)
    return ("tiers", line.label, normalized_unit(line.unit), line.of_base, line.progressive, starts)


def _ceilings(line: Line) -> tuple[Decimal, ...]:
    if isinstance(line, Fixed):
        return (line.amount,)
    if isinstance(line, Range):
        return (line.high,)
    if isinstance(line, Percentage):
        return (line.rate, *_limits(line.cap, line.floor))
    return tuple(part for tier in line.tiers for part in (tier.value, *_limits(tier.cap, tier.floor)))


def _limits(cap: Decimal | None, floor: Decimal | None) -> tuple[Decimal, Decimal]:
    return _NO_LIMIT if cap is None else cap, floor or Decimal(0)
