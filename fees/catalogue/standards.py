"""A charging standard as data: fixed per unit, range, percentage with cap and floor, tiers. Pure; text only is no line.

Amounts are yuan, percentages are percent of the base, both Decimal. A standard has one line for each way of charging;
the unit or the base tells which of them a charge goes by.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _


class StandardError(ValueError):
    """A standard that contradicts itself or can't be read; its text says what to mend."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """So much for each unit."""

    amount: Decimal
    unit: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Range:
    """Between two amounts for each unit; the payee chooses within."""

    low: Decimal
    high: Decimal
    unit: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Percentage:
    """At most a share of a base, in percent; never more than the cap, and as much as the floor may always be asked."""

    rate: Decimal
    base: str = ""
    cap: Decimal | None = None
    floor: Decimal | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """From a measure on.

    Args:
        start: included; in units of the quantity, or yuan of the base.
        value: yuan per unit of the quantity, or percent of the base.
    """

    start: Decimal
    value: Decimal
    cap: Decimal | None = None
    floor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tiered:
    """Tiers over the quantity or the base.

    Args:
        of_base: the tiers are percent of the base, otherwise yuan per unit.
        progressive: each part is charged by its own tier; otherwise the whole by the tier that it reaches.
        unit: of the quantity; for a base what the base is.
    """

    tiers: tuple[Tier, ...]
    of_base: bool
    progressive: bool
    unit: str = ""
    label: str = ""


Line = Fixed | Range | Percentage | Tiered
Standard = tuple[Line, ...]
_FORMS: dict[str, type[Any]] = {"fixed": Fixed, "range": Range, "percentage": Percentage, "tiers": Tiered}
_NUMBERS = ("amount", "low", "high", "rate", "cap", "floor", "start", "value")


def normalized_unit(unit: str) -> str:
    """A unit as it is compared: half width, without blanks, 元 and leading slash."""
    text = unicodedata.normalize("NFKC", unit).replace("㎡", "平方米")
    text = re.sub(r"[\s.]", "", text.replace("m2", "平方米").replace("・", "·").replace("•", "·"))
    return text.removeprefix("元").lstrip("/每")


def check_line(line: Line) -> None:
    """Refuse a line that nobody could charge by.

    Raises:
        StandardError: saying what is wrong.
    """
    if isinstance(line, Fixed):
        _not_negative(line.amount)
    elif isinstance(line, Range):
        _not_negative(line.low)
        if line.high < line.low:
            raise StandardError(_("The range ends below its beginning."))
    elif isinstance(line, Percentage):
        _check_share(line.rate, line.cap, line.floor)
    else:
        _check_tiers(line)
    if isinstance(line, Fixed | Range) and not line.unit:
        raise StandardError(_("Say for which unit the amount is, after a slash."))


def _check_tiers(line: Tiered) -> None:
    starts = [tier.start for tier in line.tiers]
    if not starts or starts != sorted(set(starts)) or starts[0] < 0:
        raise StandardError(_("Tiers begin at 0 or more, each higher than the one before it."))
    for tier in line.tiers:
        if line.of_base:
            _check_share(tier.value, tier.cap, tier.floor)
        else:
            _not_negative(tier.value)
        if line.progressive and (tier.cap is not None or tier.floor is not None):
            raise StandardError(_("Progressive tiers have no cap or floor of their own."))
    if not line.of_base and not line.unit:
        raise StandardError(_("Say for which unit the amount is, after a slash."))


def _check_share(rate: Decimal, cap: Decimal | None, floor: Decimal | None) -> None:
    _not_negative(rate)
    for limit in (cap, floor):
        if limit is not None:
            _not_negative(limit)
    if cap is not None and floor is not None and cap < floor:
        raise StandardError(_("The cap lies below the floor."))


def _not_negative(number: Decimal) -> None:
    if not number.is_finite() or number < 0:
        raise StandardError(_("An amount or rate can't be negative."))


def standard_to_json(standard: Standard) -> list[dict[str, Any]]:
    """The lines as JSON: decimals as strings, what is not set left out."""
    names = {kind: name for name, kind in _FORMS.items()}
    return [{"form": names[type(line)], **_fields(line)} for line in standard]


def _fields(line: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in line.__slots__:
        value = getattr(line, name)
        if name == "tiers":
            found[name] = [_fields(tier) for tier in value]
        elif isinstance(value, bool):
            found[name] = value
        elif isinstance(value, Decimal):
            found[name] = f"{value:f}"
        elif value:
            found[name] = value
    return found


def standard_from_json(data: object) -> Standard:
    """The standard that `standard_to_json` wrote; an empty one for text only.

    Raises:
        StandardError: anything else, or a line that can't be charged by.
    """
    if not isinstance(data, list):
        raise StandardError(_("A standard is a list of lines."))
    lines = tuple(_line(item) for item in data)
    for line in lines:
        check_line(line)
    return lines


def _line(item: Any) -> Line:
    try:
        fields = dict(item)
        kind = _FORMS[fields.pop("form")]
        if "tiers" in fields:
            fields["tiers"] = tuple(Tier(**_numbers(tier)) for tier in fields["tiers"])
        line: Line = kind(**_numbers(fields))
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise StandardError(_("A line of the standard can't be read.")) from error
    return line


def _numbers(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: Decimal(value) if name in _NUMBERS else value for name, value in fields.items()}
