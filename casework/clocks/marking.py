"""Noticing warnings and breaches, once each: the sweep's half of the clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from casework.clocks.locks import in_transaction
from casework.clocks.models import Deadline, DeadlineMark

BREACHED = "breached"
# What the sweep needs of a deadline.
_READ = ("code", "period", "started_on", "raw_due", "due", "provisional", "status", "next_mark_on")


def claim_due_marks(*, today: date, batch: int = 1000) -> list[DeadlineMark]:
    """Notice the warnings and breaches that are due and not yet noticed, of at most `batch` deadlines.

    Where several are due at once (the sweep stood still for days), all are marked and the gravest alone is returned:
    that a deadline is near helps nobody after it was missed.

    The case rows are locked too, and what another transaction holds is left for the next sweep. So a sweep never waits,
    and can't end in a circle with a command, which locks its case first.

    Args:
        today: the day in Asia/Shanghai. The due day itself is not late: it ends at 24:00 (Civil Code art. 203(2)).
    Returns:
        the marks newly made, with deadline, period and case loaded, in the order of the deadlines' ids; none when
        nothing is left to notice.
    """
    in_transaction()
    now = timezone.now()
    while claimed := _claim(today, batch):
        plans = {row.pk: _schedule(row) for row in claimed}
        made = _insert_marks(claimed, plans, today, now)
        _advance(claimed, plans, today, now)
        if marks := list(_gravest(claimed, plans, made, now)):
            return marks
    return []


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


# When what is to be noticed of a deadline, in order.
Plan = list[tuple[date, str]]


def _schedule(deadline: Deadline) -> Plan:
    return schedule(deadline.started_on, deadline.raw_due, deadline.due, deadline.period.warning_leads)


def _claim(today: date, batch: int) -> list[Deadline]:
    """Lock deadlines that are to be noticed, and their cases; of the case only what says whom to tell."""
    rows = Deadline.objects.select_for_update(of=("self", "case"), skip_locked=True).filter(next_mark_on__lte=today)
    told = ("kind", "receiving_department", "handling_department", "complainant_user")
    # The period by a second query: a batch has a handful of them.
    rows = rows.select_related("case").only(*_READ, *(f"case__{name}" for name in told)).prefetch_related("period")
    return sorted(rows.order_by("next_mark_on", "pk")[:batch], key=lambda row: row.pk)


def _insert_marks(
    claimed: Sequence[Deadline], plans: Mapping[int, Plan], today: date, now: datetime
) -> dict[tuple[int, str], int]:
    """The unique (deadline, kind, due) is the last word against doubles, whatever the other columns say.

    Returns:
        the ids of the marks newly made, by deadline and kind.
    """
    due_now = [(row.pk, kind, row.due) for row in claimed for day, kind in plans[row.pk] if day <= today]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO clocks_deadlinemark (deadline_id, kind, due, marked_at)
            SELECT deadline_id, kind, due, %s
            FROM unnest(%s::bigint[], %s::text[], %s::date[]) AS new(deadline_id, kind, due)
            ON CONFLICT DO NOTHING
            RETURNING deadline_id, kind, id
            """,
            [now, *map(list, zip(*due_now, strict=True))],
        )
        return {(deadline, kind): pk for deadline, kind, pk in cursor.fetchall()}


def _gravest(
    claimed: Sequence[Deadline], plans: Mapping[int, Plan], made: Mapping[tuple[int, str], int], now: datetime
) -> Iterator[DeadlineMark]:
    for row in claimed:
        kinds = [kind for _day, kind in plans[row.pk] if (row.pk, kind) in made]
        if kinds:
            kind = kinds[-1]
            yield DeadlineMark(id=made[row.pk, kind], deadline=row, kind=kind, due=row.due, marked_at=now)


def _advance(claimed: Sequence[Deadline], plans: Mapping[int, Plan], today: date, now: datetime) -> None:
    """Set the next day to look at each; where nothing is left ahead, the deadline was missed."""
    for row in claimed:
        row.next_mark_on = next((day for day, _kind in plans[row.pk] if day > today), None)
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
                now,
                [row.pk for row in claimed],
                [row.next_mark_on for row in claimed],
                [str(row.status) for row in claimed],
            ],
        )
