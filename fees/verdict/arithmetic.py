"""What a standard allows for a charge, with each step of the arithmetic. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from fees.catalogue.standards import Fixed, Line, Percentage, Range, Standard, Tier, Tiered, normalized_unit

FEN = Decimal("0.01")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Step:
    """One reason of a verdict or one step of its arithmetic, told by `step_words`."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a charge is measured by.

    Args:
        quantity: in `unit`.
        base: yuan that a percentage is taken of.
    """

    quantity: Decimal | None = None
    unit: str = ""
    base: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Allowed:
    """The most that may be charged.

    Attributes:
        amount: yuan, rounded half up to fen; None where it can't be computed, and the last step says why.
    """

    amount: Decimal | None
    steps: tuple[Step, ...]


def allowed_amount(standard: Standard, measure: Measure) -> Allowed:
    """The most that a standard allows.

    Where several lines fit the charge, such as two kinds of passengers, the one that allows most counts: a charge is
    only called too high when it is too high by every line.
    """
    if not standard:
        return Allowed(None, (Step("text_only"),))
    lines, obstacle = _fitting(standard, measure)
    if obstacle:
        return Allowed(None, (obstacle,))
    outcomes = [_by_line(line, measure) for line in lines]
    known = [outcome for outcome in outcomes if outcome.amount is not None]
    if len(known) < len(outcomes):
        return next(outcome for outcome in outcomes if outcome.amount is None)
    best = max(known, key=lambda outcome: outcome.amount or 0)
    if len(known) == 1:
        return best
    return Allowed(best.amount, (Step("highest_of", {"count": len(known)}), *best.steps))


def _is_share(line: Line) -> bool:
    return isinstance(line, Percentage) or (isinstance(line, Tiered) and line.of_base)


def _fitting(standard: Standard, measure: Measure) -> tuple[list[Line], Step | None]:
    """The lines that a charge goes by, or why none can be told."""
    shares = [line for line in standard if _is_share(line)]
    per_unit = [line for line in standard if not _is_share(line)]
    if shares and measure.base is not None:
        return shares, None
    if not per_unit:
        return [], Step("base_missing", {"base": _base_of(shares[0])})
    units = {normalized_unit(_unit_of(line)): _unit_of(line) for line in per_unit}
    if not measure.unit and len(units) > 1:
        return [], Step("unit_missing", {"units": "、".join(units.values())})
    if measure.unit and normalized_unit(measure.unit) not in units:
        return [], Step("unit_differs", {"unit": measure.unit, "units": "、".join(units.values())})
    if measure.quantity is None:
        return [], Step("quantity_missing", {"units": "、".join(units.values())})
    wanted = normalized_unit(measure.unit) or next(iter(units))
    return [line for line in per_unit if normalized_unit(_unit_of(line)) == wanted], None


def _unit_of(line: Line) -> str:
    return "" if isinstance(line, Percentage) else line.unit


def _base_of(line: Line) -> str:
    return line.base if isinstance(line, Percentage) else _unit_of(line)


def _by_line(line: Line, measure: Measure) -> Allowed:
    if isinstance(line, Percentage):
        assert measure.base is not None
        tier = Tier(Decimal(0), line.rate, line.cap, line.floor)
        return _finish(*_share(tier, measure.base, line.label))
    if isinstance(line, Tiered):
        return _by_tiers(line, measure)
    assert measure.quantity is not None
    price = line.amount if isinstance(line, Fixed) else line.high
    total = price * measure.quantity
    params = {"label": line.label, "unit": line.unit, "price": price, "quantity": measure.quantity, "total": total}
    if isinstance(line, Range):
        return _finish(total, [Step("by_range", {**params, "low": line.low})])
    return _finish(total, [Step("by_unit", params)])


def _by_tiers(line: Tiered, measure: Measure) -> Allowed:
    size = measure.base if line.of_base else measure.quantity
    assert size is not None
    reached = [tier for tier in line.tiers if tier.start <= size]
    if not reached:
        return Allowed(None, (Step("below_tiers", {"size": size, "start": line.tiers[0].start}),))
    if line.progressive:
        parts = list(_parts(line, size))
        return _finish(sum((part for part, _step in parts), Decimal(0)), [step for _part, step in parts])
    tier = reached[-1]
    told = Step("tier_reached", {"size": size, "start": tier.start})
    if line.of_base:
        total, steps = _share(tier, size, line.label)
        return _finish(total, [told, *steps])
    total = tier.value * size
    params = {"label": line.label, "unit": line.unit, "price": tier.value, "quantity": size, "total": total}
    return _finish(total, [told, Step("by_unit", params)])


def _parts(line: Tiered, size: Decimal) -> Iterator[tuple[Decimal, Step]]:
    """Each tier's own part of the size, and what it comes to."""
    ends = [*(after.start for _tier, after in pairwise(line.tiers)), size]
    for tier, end in zip(line.tiers, ends, strict=True):
        width = min(end, size) - tier.start
        if width <= 0 and tier is not line.tiers[0]:
            return
        total = width * tier.value / _HUNDRED if line.of_base else width * tier.value
        code = "share_part" if line.of_base else "unit_part"
        params = {"start": tier.start, "width": width, "value": tier.value, "unit": line.unit, "total": total}
        yield total, Step(code, params)


def _share(tier: Tier, base: Decimal, label: str) -> tuple[Decimal, list[Step]]:
    total = base * tier.value / _HUNDRED
    steps = [Step("by_share", {"label": label, "base": base, "rate": tier.value, "total": total})]
    if tier.cap is not None and total > tier.cap:
        total = tier.cap
        steps.append(Step("capped", {"cap": tier.cap}))
    if tier.floor is not None and total < tier.floor:
        total = tier.floor
        steps.append(Step("floored", {"floor": tier.floor}))
    return total, steps


def _finish(total: Decimal, steps: list[Step]) -> Allowed:
    rounded = total.quantize(FEN, ROUND_HALF_UP)
    if rounded != total:
        steps = [*steps, Step("rounded", {"total": total, "rounded": rounded})]
    return Allowed(rounded, tuple(steps))
