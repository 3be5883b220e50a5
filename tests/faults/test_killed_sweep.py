"""A sweep killed with SIGKILL in the middle of a batch, while it commits, and right after: nothing lost or doubled."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import pytest

from script import processes
from tests.stack import Stack, poll

pytestmark = pytest.mark.stack

LOCK = 4712
_HOLD = f"""
CREATE FUNCTION hold_sweep() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock({LOCK}); RETURN NEW; END $$;
"""
_RELEASE = "DROP FUNCTION IF EXISTS hold_sweep() CASCADE"
_WAITING = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK} AND NOT granted"
_FILE = """
import json
from casework.parties.models import Department
from complaints.routing import receiving_department_for
from tests.factories import House, Role, division, file_complaint, member
Department.objects.filter(is_receiving=True, division="320000").exists() or House()
member(Role.RECEIVING_CLERK, receiving_department_for(division("320102")))
print(json.dumps(file_complaint().complaint.pk))
"""
_SWEEP = "from casework.cases.sweep import sweep_deadlines; sweep_deadlines()"


@dataclass(frozen=True)
class Step:
    """Where the sweep is held.

    Args:
        trigger: which trigger holds it there, without the function that it executes.
        survives: whether the batch was with the server for good when the process died.
    """

    trigger: str
    survives: bool


STEPS = {
    "before the marks": Step("TRIGGER hold_sweep BEFORE INSERT ON clocks_deadlinemark FOR EACH ROW", survives=False),
    "before the messages": Step(
        "TRIGGER hold_sweep BEFORE INSERT ON cases_outboxmessage FOR EACH ROW WHEN (NEW.key LIKE 'inbox-mark-%')",
        survives=False,
    ),
    # The order to commit has reached the server: it carries it out, though nobody is left to hear of it.
    "while it commits": Step(
        "CONSTRAINT TRIGGER hold_sweep AFTER INSERT ON cases_outboxmessage DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW WHEN (NEW.key LIKE 'inbox-mark-%')",
        survives=True,
    ),
    "after the commit": Step("TRIGGER hold_sweep BEFORE INSERT ON cases_heartbeat FOR EACH ROW", survives=True),
}


@pytest.fixture
def quiet(stack: Stack) -> Iterator[Stack]:
    """The stack without the worker that sweeps by itself."""
    stack.kill_worker("default")
    yield stack
    stack.start_worker("default")


@contextmanager
def held(stack: Stack, step: Step) -> Iterator[None]:
    """Whoever comes to the step waits there."""
    with psycopg.connect(**stack._server(), dbname=stack.database, autocommit=True) as holder:
        holder.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            holder.execute(_HOLD)
            holder.execute(f"CREATE {step.trigger} EXECUTE FUNCTION hold_sweep()".encode())
            yield
        finally:
            holder.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
            # Waits for the orphan's transaction, which has its locks on the table.
            holder.execute(_RELEASE)


def kill_at(stack: Stack, step: Step) -> None:
    """Start a sweep, wait until it is held at the step, kill it, and wait until the server has let go of it."""
    with held(stack, step):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", _SWEEP], cwd=processes.ROOT, env=stack.env
        )
        orphan = stack.wait_for_row(_WAITING)["pid"]
        process.kill()
        process.wait()
    assert poll(lambda: not stack.sql("SELECT 1 AS one FROM pg_stat_activity WHERE pid = %s", orphan), seconds=30)


def overdue_case(stack: Stack) -> int:
    """A case whose only clock ran out in 2025."""
    pk = json.loads(stack.manage("shell", "--no-imports", "-c", _FILE).strip().splitlines()[-1])
    stack.sql(
        "UPDATE clocks_deadline SET started_on = '2025-06-03', raw_due = '2025-07-03', due = '2025-07-03', "
        "next_mark_on = '2025-06-26' WHERE case_id = %s",
        pk,
    )
    return int(pk)


def written(stack: Stack, pk: int) -> dict[str, int]:
    """What there is of the sweep's work on a case."""
    (row,) = stack.sql(
        "SELECT (SELECT count(*) FROM clocks_deadlinemark m JOIN clocks_deadline d ON d.id = m.deadline_id "
        "  WHERE d.case_id = c.id AND m.kind = 'breached') AS marks, "
        "(SELECT count(*) FROM clocks_deadline WHERE case_id = c.id AND status = 'breached') AS missed, "
        "(SELECT count(*) FROM cases_timelineevent WHERE case_id = c.id AND verb = 'deadline_breached') AS events, "
        "(SELECT count(*) FROM cases_outboxmessage WHERE case_id = c.id AND key LIKE 'inbox-mark-%%') AS messages "
        "FROM cases_case c WHERE id = %s",
        pk,
    )
    return row


@pytest.mark.parametrize("step", STEPS)
def test_a_sweep_killed(quiet: Stack, step: str) -> None:
    pk = overdue_case(quiet)
    kill_at(quiet, STEPS[step])
    left = int(STEPS[step].survives)
    assert set(written(quiet, pk).values()) == {left}
    for _ in range(2):
        quiet.manage("shell", "--no-imports", "-c", _SWEEP)
        assert set(written(quiet, pk).values()) == {1}
    quiet.manage("verify_timeline")


def test_what_a_killed_sweep_left_is_delivered(stack: Stack) -> None:
    """The message was written with the mark; nobody woke the relay, so beat's does it."""
    stack.kill_worker("default")
    try:
        pk = overdue_case(stack)
        kill_at(stack, STEPS["while it commits"])
    finally:
        stack.start_worker("default")
    inbox = "SELECT user_id FROM cases_notification WHERE case_id = %s AND verb = 'deadline_breached'"
    stack.wait_for_row(inbox, pk)
    users = [row["user_id"] for row in stack.sql(inbox, pk)]
    assert len(users) == len(set(users))
