"""Noticing warnings and breaches, once each: the sweep's half of the clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from casework.clocks.locks import in_transaction
from casework.clocks.models import Deadline, DeadlineMark

BREACHED = "breached"


def claim_due_marks(*, today: date, batch: int = 1000) -> list[DeadlineMark]:
    """Notice the warnings and breaches that are due and not yet noticed, of at most `batch` deadlines.

    Where several are due at once (the sweep stood still for days), all are marked and the gravest alone is returned:
    that a deadline is near helps nobody after it was missed.

    The case rows are locked too, and what another transaction holds is left for the next sweep. So a sweep never waits,
    and can't end in a circle with a command, which locks its case first.

    Args:
        today: the day in Asia/Shanghai. The due day itself is not late: it ends at 24:00 (Civil Code art. 203(2)).
    Returns:
        the marks newly made, with deadline, period and case loaded, in the order of the deadlines' ids.
    """
    in_transaction()
    rows = Deadline.objects.select_for_update(of=("self", "case"), skip_locked=True).select_related("case", "period")
    claimed = {row.pk: row for row in rows.filter(next_mark_on__lte=today).order_by("next_mark_on", "pk")[:batch]}
    if not claimed:
        return []
    made = _insert_marks(claimed, today)
    _advance(claimed, today)
    gravest = {mark.deadline_id: mark for mark in sorted(made, key=lambda mark: _marking_day(mark))}
    return [gravest[pk] for pk in sorted(gravest)]


def warning_kind(days: int) -> str:
    """The mark of a warning that is due this many days before the last day by count."""
    return f"warning_{days}"


def schedule(started_on: date, raw_due: date, due: date, leads: Sequence[int]) -> list[tuple[date, str]]:
    """When what is to be noticed, in order. Warnings count back from the unrolled day: the earlier, safer one.

    Args:
        leads: how many calendar days before the last day by count to warn.
    """
    warnings = sorted((raw_due - timedelta(days=days), warning_kind(days)) for days in leads)
    return [*((day, kind) for day, kind in warnings if day > started_on), (due + timedelta(days=1), BREACHED)]


def _schedule(deadline: Deadline) -> list[tuple[date, str]]:
    return schedule(deadline.started_on, deadline.raw_due, deadline.due, deadline.period.warning_leads)


def _marking_day(mark: DeadlineMark) -> date:
    return next(day for day, kind in _schedule(mark.deadline) if kind == mark.kind)


def _insert_marks(claimed: dict[int, Deadline], today: date) -> list[DeadlineMark]:
    """The unique (deadline, kind, due) is the last word against doubles, whatever the other columns say."""
    due_now = [(row, kind) for row in claimed.values() for day, kind in _schedule(row) if day <= today]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO clocks_deadlinemark (deadline_id, kind, due, marked_at)
            SELECT deadline_id, kind, due, %s
            FROM unnest(%s::bigint[], %s::text[], %s::date[]) AS new(deadline_id, kind, due)
            ON CONFLICT DO NOTHING
            RETURNING id, deadline_id, kind, due, marked_at
            """,
            [
                timezone.now(),
                [row.pk for row, _kind in due_now],
                [kind for _row, kind in due_now],
                [row.due for row, _kind in due_now],
            ],
        )
        return [
            DeadlineMark(id=pk, deadline=claimed[owner], kind=kind, due=due, marked_at=at)
            for pk, owner, kind, due, at in cursor.fetchall()
        ]


def _advance(claimed: dict[int, Deadline], today: date) -> None:
    """Set the next day to look at each; where nothing is left ahead, the deadline was missed."""
    for row in claimed.values():
        row.next_mark_on = next((day for day, _kind in _schedule(row) if day > today), None)
        row.status = Deadline.Status.RUNNING if row.next_mark_on else Deadline.Status.BREACHED
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE clocks_deadline AS deadline
            SET next_mark_on = new.next_mark_on, status = new.status, updated_at = %s
            FROM unnest(%s::bigint[], %s::date[], %s::text[]) AS new(id, next_mark_on, status)
            WHERE deadline.id = new.id
            """,
            [
                timezone.now(),
                list(claimed),
                [row.next_mark_on for row in claimed.values()],
                [str(row.status) for row in claimed.values()],
            ],
        )
