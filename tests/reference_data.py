"""Legal data in every test database, kept when a transactional test flushes the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

from casework.cases import outbox
from casework.cases.indicators.reference import load_indicator_rules
from casework.cases.terms import load_all_terms
from casework.clocks import reference
from casework.credit.catalogue.reference import load_credit_lists
from complaints.payment.reference import load_lpr

# What the law says is the same for every test. A test that publishes a version does it in a transaction of its own: the
# users that it names are gone after a flush.
KEPT_TABLES = frozenset(
    {
        "clocks_calendarstamp",
        "clocks_calendarday",
        "clocks_calendaryear",
        "clocks_statutoryperiod",
        "cases_citedterm",
        "cases_indicatorrule",
        "complaints_lprrate",
        "credit_severityclass",
        "credit_measureitem",
    }
)


def _flush_without_triggers(self: DatabaseOperations, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
    """The triggers that protect the legal record hold against the tests' own cleaning too: stand them down for it."""
    # TRUNCATE would refuse tables that a kept one points at; on tables this small DELETE is no slower.
    statements = [f"DELETE FROM {self.quote_name(table)}" for table in tables if table not in KEPT_TABLES]
    return ["SET session_replication_role = replica", *statements, "SET session_replication_role = DEFAULT"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the reference data once into each worker's database."""
    DatabaseOperations.sql_flush = _flush_without_triggers  # type: ignore[method-assign, assignment]
    with django_db_blocker.unblock():
        reference.load_reference()
        load_all_terms()
        load_indicator_rules()
        load_lpr()
        load_credit_lists()


@pytest.fixture(autouse=True)
def _no_wake_ups(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside the running stack no broker listens: commits wake nobody, tests relay by themselves."""
    if "stack" not in request.fixturenames:
        monkeypatch.setattr(outbox, "_kick", [])
