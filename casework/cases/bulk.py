"""Many rows in one statement: `bulk_create` quotes each value of each row apart, which costs more than the insert."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Model


def insert_rows(model: type[Model], rows: Sequence[Mapping[str, object]], ending: str) -> list[tuple[Any, ...]]:
    """Insert rows that travel as one JSON text; the table's own types read them.

    Args:
        rows: values by column name, the same columns in each; defaults of the model don't apply.
        ending: the rest of the statement, from ON CONFLICT or RETURNING on.
    Returns:
        what RETURNING names, in no order to rely on.
    """
    if not rows:
        return []
    table, columns = model._meta.db_table, ", ".join(rows[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) "  # noqa: S608 - names of our own tables and columns
            f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) {ending}",
            [json.dumps(rows, default=json_ready, ensure_ascii=False)],
        )
        return cursor.fetchall()


def json_ready(value: object) -> object:
    """The same value with dates and decimals as strings, tuples as lists: what JSON can hold without loss."""
    # The common one first: batches ask this a hundred thousand times.
    if type(value) is str:
        return value
    if isinstance(value, Mapping):
        return {str(key): json_ready(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [json_ready(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
