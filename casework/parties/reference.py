"""Loading the administrative divisions of GB/T 2260; docs/decisions/data.md says where they come from."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from casework.parties.models import Division

DATA = Path(__file__).parent / "data"


def load_divisions(path: Path = DATA / "divisions.csv") -> int:
    """Add the divisions of a CSV file (code, name, level, parent) and bring those that are there in line with it.

    A division that the file no longer names stays: cases and departments may point at it.

    Returns:
        how many divisions the file holds.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Division(code=row["code"], name=row["name"], level=row["level"], parent_id=row["parent"] or None)
            for row in csv.DictReader(file)
        ]
    with transaction.atomic():
        Division.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["name", "level", "parent"],
            batch_size=1000,
        )
    return len(rows)
