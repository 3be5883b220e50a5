"""Loading the signs that come with the system."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from django.db.models import Q

from casework.cases.indicators.models import IndicatorRule

_FILE = Path(__file__).resolve().parent.parent / "data" / "indicators.toml"


def load_indicator_rules() -> int:
    """Add the versions that the database doesn't have yet; those it has stay as they are.

    Returns:
        how many were added.
    """
    added = 0
    for position, entry in enumerate(tomllib.loads(_FILE.read_text(encoding="utf-8"))["rule"]):
        identity = {"code": entry["code"], "version": entry.get("version", 1)}
        rest = {key: value for key, value in entry.items() if key not in identity}
        _rule, created = IndicatorRule.objects.get_or_create(**identity, defaults={"position": position, **rest})
        added += created
    return added


def rules_in_force(on: date) -> list[IndicatorRule]:
    """The latest version of each sign that is in force on a day, in their order."""
    rows = IndicatorRule.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on), effective_from__lte=on
    ).order_by("code", "-version")
    return sorted(rows.distinct("code"), key=lambda rule: rule.position)
