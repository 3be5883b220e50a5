"""A worker killed with SIGKILL between commit and relay, and during a relay: nothing lost, nothing doubled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests.stack import Stack, poll

pytestmark = pytest.mark.stack

# The relay has handed the message over and is about to write that it did: hold it there.
_TRAP = """
CREATE FUNCTION hold_relay() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END $$;
CREATE TRIGGER hold_relay BEFORE UPDATE ON cases_outboxmessage
FOR EACH ROW WHEN (NEW.channel = 'email' AND NEW.status = 'sent') EXECUTE FUNCTION hold_relay();
"""
_UNTRAP = "DROP TRIGGER hold_relay ON cases_outboxmessage; DROP FUNCTION hold_relay();"
_WAITING = "SELECT 1 AS one FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


def _in_stack(stack: Stack, code: str) -> Any:
    """Run Python in the stack's environment; its last printed line is JSON."""
    return json.loads(stack.manage("shell", "--no-imports", "-c", code).strip().splitlines()[-1])


def _file(stack: Stack) -> dict[str, Any]:
    return dict(
        _in_stack(
            stack,
            "import json\nfrom tests.factories import *\nfrom casework.parties.models import Department\n"
            "Department.objects.filter(is_receiving=True, division='320000').exists() or House()\n"
            "from complaints.routing import receiving_department_for\n"
            "member(Role.RECEIVING_CLERK, receiving_department_for(division('320102')))\n"
            "filed = file_complaint()\n"
            "print(json.dumps({'reference': filed.complaint.reference, 'pk': filed.complaint.pk}))",
        )
    )


def _accept(stack: Stack, pk: int) -> None:
    _in_stack(
        stack,
        "import json\nfrom casework.cases.actors import Actor\nfrom tests.factories import clerk_of\n"
        "from complaints.models import ArrearsComplaint\nfrom complaints.services import complaint_accept\n"
        f"case = ArrearsComplaint.objects.get(pk={pk})\n"
        "complaint_accept(complaint=case, actor=Actor.person(clerk_of(case)))\nprint(json.dumps('done'))",
    )


def _mails(stack: Stack, reference: str) -> list[str]:
    return [path.name for path in stack.mails() if reference in path.name]


@contextmanager
def _trapped_relay(stack: Stack) -> Iterator[None]:
    with psycopg.connect(**stack._server(), dbname=stack.database, autocommit=True) as holder:
        holder.execute(_TRAP)
        holder.execute("SELECT pg_advisory_lock(4711)")
        try:
            yield
        finally:
            holder.execute("SELECT pg_advisory_unlock(4711)")
            holder.execute(_UNTRAP)


def _ensure_worker(stack: Stack, queue: str) -> None:
    if f"worker-{queue}" not in stack.children:
        stack.start_worker(queue)


def test_killed_between_commit_and_relay_nothing_is_lost(stack: Stack) -> None:
    stack.kill_worker("default")
    stack.kill_worker("letters")
    try:
        filed = _file(stack)
        _accept(stack, filed["pk"])
        pending = "SELECT key FROM cases_outboxmessage WHERE case_id = %s AND status = 'pending'"
        waiting = stack.sql(pending, filed["pk"])
        assert len(waiting) >= 3
        assert _mails(stack, filed["reference"]) == []
    finally:
        _ensure_worker(stack, "default")
        _ensure_worker(stack, "letters")
    stack.wait_for_row("SELECT 1 FROM documents_letter WHERE case_id = %s AND status = 'ready'", filed["pk"])
    assert poll(
        lambda: not stack.sql("SELECT 1 FROM cases_outboxmessage WHERE case_id = %s AND status <> 'sent'", filed["pk"]),
        seconds=30,
    )
    assert len(_mails(stack, filed["reference"])) == 2
    (letter,) = stack.sql("SELECT file, sha256 FROM documents_letter WHERE case_id = %s", filed["pk"])
    stored = (stack.var / "files" / letter["file"]).read_bytes()
    assert stored.startswith(b"%PDF-")
    assert hashlib.sha256(stored).hexdigest() == letter["sha256"]


def test_killed_during_a_relay_the_receiver_sees_it_once(stack: Stack) -> None:
    try:
        with _trapped_relay(stack):
            filed = _file(stack)
            stack.wait_for_row(_WAITING)
            # The mail has left, the row does not know it yet.
            assert len(_mails(stack, filed["reference"])) == 1
            stack.kill_worker("default")
        state = "SELECT attempts, status FROM cases_outboxmessage WHERE case_id = %s AND channel = 'email'"
        assert stack.sql(state, filed["pk"]) == [{"attempts": 0, "status": "pending"}]
    finally:
        _ensure_worker(stack, "default")
    stack.wait_for_row(state + " AND status = 'sent'", filed["pk"])
    assert len(_mails(stack, filed["reference"])) == 1
    inbox = "SELECT user_id, count(*) AS rows FROM cases_notification WHERE case_id = %s GROUP BY user_id"
    assert poll(lambda: bool(stack.sql(inbox, filed["pk"])), seconds=30)
    assert {row["rows"] for row in stack.sql(inbox, filed["pk"])} == {1}
