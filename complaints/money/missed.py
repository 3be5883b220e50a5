"""Notices instalments that were missed, each once: the mark, the event and the messages are one transaction."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.notify import Address, notify_complainant, notify_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.cases.worklog.services import responsible_department
from complaints.models import ArrearsComplaint
from complaints.money.models import Instalment
from complaints.money.selectors import MONEY_STATES, Met, PlanRow, money_of


def missed_notice(today: date | None = None) -> int:
    """Notice what was due before `today` (Asia/Shanghai), is not covered, and was not noticed before.

    Returns:
        how many instalments were noticed.
    """
    day = today or timezone.localdate()
    waiting = Instalment.objects.filter(
        due_on__lt=day,
        missed_noticed_on=None,
        plan__replaced_at=None,
        plan__complaint__state__in=MONEY_STATES,
    )
    case_ids = waiting.order_by("plan__complaint").values_list("plan__complaint", flat=True).distinct()
    return sum(_notice_case(pk, day) for pk in list(case_ids))


def _notice_case(pk: int, day: date) -> int:
    with transaction.atomic():
        # Held by a command: the next run takes it.
        if not Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).exists():
            return 0
        case = ArrearsComplaint.objects.select_related("receiving_department", "handling_department").get(pk=pk)
        if case.state not in MONEY_STATES:
            return 0
        missed = [
            row
            for row in money_of(case, day).plan_rows
            if row.status == Met.MISSED and row.instalment.missed_noticed_on is None
        ]
        for row in missed:
            _notice(case, row, day)
        return len(missed)


def _notice(case: ArrearsComplaint, row: PlanRow, day: date) -> None:
    instalment = row.instalment
    instalment.missed_noticed_on = day
    instalment.save(update_fields=["missed_noticed_on"])
    payload = {"number": row.number, "amount": f"{instalment.amount:,.2f}", "due": instalment.due_on}
    event = event_record(case=case, verb=Verb.INSTALMENT_MISSED, actor=Actor.system(), payload=payload)
    key = f"instalment-{instalment.pk}-missed"
    address = Address(case.contact_email, case.contact_name, case.contact_phone)
    notify_complainant(case=case, to=address, verb=Verb.INSTALMENT_MISSED, payload=event.payload, key=key)
    department = responsible_department(case)
    notify_department(case=case, department=department, verb=Verb.INSTALMENT_MISSED, payload=event.payload, key=key)
