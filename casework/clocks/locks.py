"""One lock between commands and changes of the rules: nobody starts a clock by a rule that is just being replaced.

A command takes it shared before it locks anything else, a change of the calendar or of a period takes it alone. Both in
that order, so that the two can't wait for each other in a circle.
"""

from __future__ import annotations

from django.db import connection
from django.db.transaction import TransactionManagementError

# Any number that nothing else in this database uses: the digits of the decree and of its article on time limits.
_RULES = 802_025


def keep_rules() -> None:
    """Hold calendar and rules as they are until the end of the transaction, together with any number of others."""
    _execute("SELECT pg_advisory_xact_lock_shared(%s)")


def hold_rules_alone() -> None:
    """Wait until no command is under way and let none begin before the end of the transaction."""
    _execute("SELECT pg_advisory_xact_lock(%s)")


def in_transaction() -> None:
    """Refuse to work outside the caller's transaction.

    Raises:
        TransactionManagementError: there is none.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("Clocks change only within the caller's transaction.")


def _execute(sql: str) -> None:
    in_transaction()
    with connection.cursor() as cursor:
        cursor.execute(sql, [_RULES])
