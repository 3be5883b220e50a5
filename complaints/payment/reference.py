"""Loading the LPR: adds what is missing, never changes what is there."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal

from complaints.payment.law import DATA
from complaints.payment.models import LprRate


def load_lpr() -> int:
    """Add the values of the data file that the database doesn't have.

    Returns:
        how many were added.
    """
    raw = tomllib.loads((DATA / "lpr.toml").read_text(encoding="utf-8"))
    added = 0
    for day, rate in raw["rates"].items():
        values = {"rate": Decimal(rate), "source": raw["source"], "certainty": raw["certainty"]}
        _row, created = LprRate.objects.get_or_create(effective_on=date.fromisoformat(day), defaults=values)
        added += created
    return added
