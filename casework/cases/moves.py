"""What follows when a change of the rules moves deadlines: timelines, queues, and telling the people concerned."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import Case, TimelineEvent
from casework.cases.notify import Notice, notify_complainants, notify_departments
from casework.cases.timeline import NewEvent, events_record
from casework.cases.verbs import Verb
from casework.clocks.models import StatutoryPeriod
from casework.clocks.recompute import Movement
from casework.parties.models import Role


def follow_moved_deadlines(movements: Sequence[Movement], cause: str) -> None:
    """Write each moved deadline into its case's timeline, tell department and complainant; in the caller's transaction.

    A deadline that only became certain changes the queues' mark, and nobody is written to about it.

    Args:
        cause: the notice or the rule version, in Chinese.
    """
    cases = _lock_cases({movement.deadline.case_id for movement in movements})
    moved = [movement for movement in movements if movement.is_moved]
    events = events_record(
        [
            NewEvent(cases[movement.deadline.case_id], Verb.CLOCK_MOVED, Actor.system(), _payload(movement, cause))
            for movement in moved
        ]
    )
    _refresh_queues(list(cases))
    _tell([(movement, event) for movement, event in zip(moved, events, strict=True)])


def watching_department(case: Case, period: StatutoryPeriod) -> int:
    """The department that answers for a clock: the handling one where the rule says so, else the receiving one.

    A clock that waits for the complainant stands with the receiving department, which watches over it.

    Returns:
        its id.
    """
    if period.responsible == Role.HANDLING_CASEWORKER and case.handling_department_id is not None:
        return case.handling_department_id
    return case.receiving_department_id


def _lock_cases(case_ids: Collection[int]) -> dict[int, Case]:
    rows = Case.objects.select_for_update(of=("self",)).filter(pk__in=case_ids).order_by("pk")
    return {case.pk: case for case in rows}


def _payload(movement: Movement, cause: str) -> dict[str, object]:
    return {
        "code": movement.deadline.code,
        "period": movement.period.name,
        "version": movement.period.version,
        "started_on": movement.deadline.started_on,
        "raw_due_before": movement.deadline.raw_due,
        "due_before": movement.deadline.due,
        "raw_due": movement.raw_due,
        "due": movement.due,
        "provisional": movement.provisional,
        "cause": cause,
    }


def _tell(told: Sequence[tuple[Movement, TimelineEvent]]) -> None:
    """The department whenever a day moved, the complainant only when the day that counts did."""
    notices = [
        (movement, Notice(event.case, Verb.CLOCK_MOVED, event.payload, f"moved-{event.pk}")) for movement, event in told
    ]
    notify_departments([(watching_department(notice.case, movement.period), notice) for movement, notice in notices])
    notify_complainants([notice for movement, notice in notices if movement.days])


def _refresh_queues(case_ids: Sequence[int]) -> None:
    """Copy each case's earliest open deadline on to its row, as `refresh_next_due` does for one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE cases_case AS target
            SET next_due = first.due, next_due_code = first.code, next_due_provisional = first.provisional,
                updated_at = %s
            FROM (
                SELECT DISTINCT ON (case_id) case_id, due, code, provisional
                FROM clocks_deadline
                WHERE case_id = ANY(%s) AND status IN ('running', 'breached')
                ORDER BY case_id, due, id
            ) AS first
            WHERE target.id = first.case_id
            """,
            [timezone.now(), list(case_ids)],
        )
