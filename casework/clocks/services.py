"""Starting, stopping and marking clocks. The caller owns the transaction, the timeline and the case's lock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from casework.clocks.models import Deadline, DeadlineMark
from casework.clocks.periods import Computed, compute
from casework.clocks.selectors import computed, current_calendar, period_for, rule_of

OPEN_STATUSES = (Deadline.Status.RUNNING, Deadline.Status.BREACHED)
BREACHED = "breached"


class HasDeadlines(Protocol):
    """A case, as far as this room, below the cases, needs to know it."""

    @property
    def pk(self) -> int: ...


def deadline_start(*, case: HasDeadlines, code: str, started_on: date, division: str = "") -> Deadline:
    """Start a clock by the rule version in force on its start day.

    Args:
        started_on: the day of the event in Asia/Shanghai; it is not counted.
        division: six digits; a province's stricter rule and its own days off apply.
    Raises:
        PeriodNotFound: no version is in force.
        CalendarRangeError: start or end lies outside the calendar.
        IntegrityError: this clock runs on the case already.
    """
    _in_transaction()
    period = period_for(code, started_on, division)
    deadline = Deadline(case_id=case.pk, code=code, period=period, started_on=started_on, division=division)
    return _store(deadline, compute(rule_of(period), started_on, current_calendar(division)))


def deadline_meet(*, case: HasDeadlines, code: str, met_on: date) -> Deadline | None:
    """Stop a clock because its work was done: in time up to and including the due day, else late.

    Returns:
        the deadline, or None when this clock doesn't run.
    """
    deadline = _open_deadline(case, code)
    if deadline is not None:
        late = met_on > deadline.due
        _end(deadline, Deadline.Status.MET_LATE if late else Deadline.Status.MET, met_on)
    return deadline


def deadline_cancel(*, case: HasDeadlines, code: str, ended_on: date) -> Deadline | None:
    """End a clock that has lost its reason; None when it doesn't run."""
    deadline = _open_deadline(case, code)
    if deadline is not None:
        _end(deadline, Deadline.Status.CANCELLED, ended_on)
    return deadline


def deadlines_cancel_all(*, case: HasDeadlines, ended_on: date) -> list[Deadline]:
    """End every open clock of a case."""
    _in_transaction()
    running = Deadline.objects.select_for_update(of=("self",)).select_related("period").order_by("pk")
    deadlines = list(running.filter(case_id=case.pk, status__in=OPEN_STATUSES))
    for deadline in deadlines:
        _end(deadline, Deadline.Status.CANCELLED, ended_on)
    return deadlines


def deadline_extend(*, deadline: Deadline, total_days: int) -> Deadline:
    """Lengthen an open clock to a number of days in all from its start; a missed one runs again.

    Args:
        total_days: in the rule's own unit, the first period included (Decree 802 art. 25(2): "at most 90 days").
    Raises:
        PeriodCapError: not longer than the rule's own amount, or beyond its cap.
        ValueError: the clock has ended.
    """
    _in_transaction()
    rows = Deadline.objects.select_for_update(of=("self",)).select_related("period")
    current = rows.get(pk=deadline.pk)
    if current.status not in OPEN_STATUSES:
        raise ValueError(f"Deadline {current.pk} has ended.")
    current.total_days, current.status = total_days, Deadline.Status.RUNNING
    return _store(current, computed(current))


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
    _in_transaction()
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


def _schedule(deadline: Deadline) -> list[tuple[date, str]]:
    """When what is to be noticed, in order. Warnings count back from the unrolled day: the earlier, safer one."""
    leads = ((deadline.raw_due - timedelta(days=days), warning_kind(days)) for days in deadline.period.warning_leads)
    warnings = [(day, kind) for day, kind in sorted(leads) if day > deadline.started_on]
    return [*warnings, (deadline.due + timedelta(days=1), BREACHED)]


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


def _store(deadline: Deadline, result: Computed) -> Deadline:
    deadline.raw_due, deadline.due, deadline.provisional = result.raw_due, result.due, result.provisional
    deadline.next_mark_on = _schedule(deadline)[0][0]
    deadline.save()
    return deadline


def _open_deadline(case: HasDeadlines, code: str) -> Deadline | None:
    _in_transaction()
    rows = Deadline.objects.select_for_update(of=("self",)).select_related("period")
    return rows.filter(case_id=case.pk, code=code, status__in=OPEN_STATUSES).first()


def _end(deadline: Deadline, status: Deadline.Status, ended_on: date) -> None:
    deadline.status, deadline.ended_on, deadline.next_mark_on = status, ended_on, None
    deadline.save(update_fields=["status", "ended_on", "next_mark_on", "updated_at"])


def _in_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("Clocks change only within the caller's transaction.")
