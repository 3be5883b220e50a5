"""Marks deadlines that are near or missed, writes it into the timelines and tells the people concerned.

The clocks room decides what is due and not yet marked; here each batch is one transaction, so that a killed
sweep leaves either the whole batch or nothing of it.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.notify import notify_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks import services as clocks
from casework.clocks.marking import claim_due_marks
from casework.clocks.models import DeadlineMark
from casework.parties.models import Role

BATCH = 500


def sweep_deadlines(today: date | None = None) -> int:
    """Mark everything that is due by `today` (Asia/Shanghai) and not yet marked.

    Returns:
        how many marks were made.
    """
    day, total = today or timezone.localdate(), 0
    while made := _sweep_batch(day):
        total += made
    return total


def _sweep_batch(day: date) -> int:
    with transaction.atomic():
        marks = claim_due_marks(today=day, batch=BATCH)
        # In id order: two sweeps and a command can't wait for each other in a circle.
        case_ids = sorted({mark.deadline.case_id for mark in marks})
        cases = {
            case.pk: case
            for case in Case.objects.select_for_update(of=("self",)).filter(pk__in=case_ids).order_by("pk")
        }
        for mark in marks:
            _tell(cases[mark.deadline.case_id], mark)
        return len(marks)


def _tell(case: Case, mark: DeadlineMark) -> None:
    deadline = mark.deadline
    breached = mark.kind == clocks.BREACHED
    payload = {"code": deadline.code, "period": deadline.period.name, "due": deadline.due, "kind": mark.kind}
    verb = Verb.DEADLINE_BREACHED if breached else Verb.DEADLINE_NEAR
    event_record(case=case, verb=verb, actor=Actor.system(), payload=payload)
    # A clock that waits for the complainant stands with the receiving department, which watches over it.
    handled = deadline.period.responsible == Role.HANDLING_CASEWORKER and case.handling_department is not None
    department = case.handling_department if handled else case.receiving_department
    assert department is not None
    notify_department(case=case, department=department, verb=verb, payload=payload, key=f"mark-{mark.pk}")
