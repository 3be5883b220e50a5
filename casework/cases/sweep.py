"""Marks deadlines that are near or missed, writes it into the timelines and tells the people concerned.

The clocks room decides what is due and not yet marked; here each batch is one transaction, so that a killed
sweep leaves either the whole batch or nothing of it. The heartbeat is the dead-man's switch: a sweep that stopped, or
that fails on its first batch every minute, is noticed by its silence.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import Heartbeat, TimelineEvent
from casework.cases.moves import watching_department
from casework.cases.notify import Notice, notify_complainants, notify_departments
from casework.cases.timeline import NewEvent, events_record
from casework.cases.verbs import Verb
from casework.clocks.marking import BREACHED, claim_due_marks
from casework.clocks.models import DeadlineMark
from casework.parties.models import Role

# As fast as 1,000 at a time, in half the memory (tests/bench/bench_sweep.py).
BATCH = 500
HEARTBEAT = "sweep-deadlines"
SWEEP_ALARM_SECONDS = 300


def sweep_deadlines(today: date | None = None) -> int:
    """Mark everything that is due by `today` (Asia/Shanghai) and not yet marked.

    Returns:
        how many deadlines were noticed.
    """
    day, total = today or timezone.localdate(), 0
    while True:
        noticed = _sweep_batch(day)
        _beat()
        if not noticed:
            return total
        total += noticed


def _sweep_batch(day: date) -> int:
    with transaction.atomic():
        # The claim holds the case rows too: the events' places in the chains are safe.
        marks = claim_due_marks(today=day, batch=BATCH)
        _tell(marks, _record(marks))
        return len(marks)


def _record(marks: Sequence[DeadlineMark]) -> list[TimelineEvent]:
    actor = Actor.system()
    return events_record([NewEvent(mark.deadline.case, _verb(mark), actor, _payload(mark)) for mark in marks])


def _tell(marks: Sequence[DeadlineMark], events: Sequence[TimelineEvent]) -> None:
    notices = [
        (mark.deadline, Notice(event.case, Verb(event.verb), event.payload, f"mark-{mark.pk}"))
        for mark, event in zip(marks, events, strict=True)
    ]
    notify_departments([(watching_department(notice.case, clock.period), notice) for clock, notice in notices])
    notify_complainants([notice for clock, notice in notices if clock.period.responsible == Role.COMPLAINANT])


def _verb(mark: DeadlineMark) -> Verb:
    return Verb.DEADLINE_BREACHED if mark.kind == BREACHED else Verb.DEADLINE_NEAR


def _payload(mark: DeadlineMark) -> dict[str, object]:
    deadline = mark.deadline
    return {
        "code": deadline.code,
        "period": deadline.period.name,
        "due": deadline.due,
        "provisional": deadline.provisional,
        "kind": mark.kind,
    }


def _beat() -> None:
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=HEARTBEAT, at=timezone.now())],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=["at"],
    )


def last_sweep() -> datetime | None:
    """When the sweep last finished a batch or found nothing due; None when it never ran."""
    return Heartbeat.objects.filter(name=HEARTBEAT).values_list("at", flat=True).first()


def is_stopped(last: datetime | None) -> bool:
    """Whether a sweep that was last heard of then must be taken for stopped."""
    return last is None or (timezone.now() - last).total_seconds() > SWEEP_ALARM_SECONDS


def sweep_fault() -> str:
    """What is wrong with the sweep, for /readyz; "" while it runs."""
    last = last_sweep()
    if not is_stopped(last):
        return ""
    silent = f"has not run since {timezone.localtime(last):%Y-%m-%d %H:%M}" if last else "has never run"
    return f"the sweep of deadlines {silent}: are beat and a worker running?"
