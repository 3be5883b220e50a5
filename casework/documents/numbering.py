"""Document numbers by department and year: no duplicates under any concurrency, no gaps after a rollback."""

from __future__ import annotations

from django.db import connection

from casework.documents.models import LetterCounter
from casework.parties.models import Department


def next_number(*, department: Department, year: int) -> tuple[int, str]:
    """The next number of a department in a year, such as (3, "苏工信函〔2026〕3号").

    Six-angle brackets, no 第, no leading zeros (GB/T 9704-2012). Holds the counter's row lock until the caller's
    transaction ends.

    Raises:
        RuntimeError: called outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_number() needs the caller's transaction.")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {LetterCounter._meta.db_table} (department_id, year, last) VALUES (%s, %s, 1) "  # noqa: S608
            "ON CONFLICT (department_id, year) DO UPDATE SET last = documents_lettercounter.last + 1 RETURNING last",
            [department.pk, year],
        )
        sequence = cursor.fetchone()[0]
    return sequence, f"{department.document_code}〔{year}〕{sequence}号"
