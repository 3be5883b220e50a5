"""The demo's routes: data beside this file, by the names of the demo's departments."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from casework.cases.transfer.models import Route
from casework.parties.models import Department
from complaints.flow import KIND

DATA = Path(__file__).with_name("routes.toml")


def create_routes(departments: Mapping[str, Department], *, since: date) -> None:
    """Write the routes; in the caller's transaction.

    Args:
        departments: the demo's, by name.
        since: the first day on which they hold.
    """
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["route"]
    Route.objects.bulk_create(
        Route(
            kind=KIND,
            **{name: value for name, value in entry.items() if name not in {"division", "department"}},
            division_id=entry.get("division"),
            department=departments[entry["department"]],
            effective_from=since,
        )
        for entry in entries
    )
