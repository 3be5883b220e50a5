"""Notices orders that are overdue, each once: the mark, the event and the message are one transaction."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.notify import notify_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.cases.worklog.services import responsible_department
from fees.orders.models import Order
from fees.orders.services import order_name
from fees.report.models import FeeReport


def overdue_notice(today: date | None = None) -> int:
    """Notice what was due before `today` (Asia/Shanghai), has no outcome, and was not noticed before.

    Returns:
        how many orders were noticed.
    """
    day = today or timezone.localdate()
    waiting = Order.objects.filter(due_on__lt=day, outcome=Order.Outcome.OPEN, overdue_told_on=None)
    case_ids = waiting.order_by("report").values_list("report", flat=True).distinct()
    return sum(_notice_case(pk, day) for pk in list(case_ids))


def _notice_case(pk: int, day: date) -> int:
    with transaction.atomic():
        # Held by a command: the next run takes it.
        if not Case.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).exists():
            return 0
        report = FeeReport.objects.select_related("receiving_department", "handling_department").get(pk=pk)
        open_orders = report.orders.select_related("letter").filter(outcome=Order.Outcome.OPEN)
        overdue = list(open_orders.filter(due_on__lt=day, overdue_told_on=None))
        for order in overdue:
            _notice(report, order, day)
        return len(overdue)


def _notice(report: FeeReport, order: Order, day: date) -> None:
    order.overdue_told_on = day
    order.save(update_fields=["overdue_told_on"])
    payload = {"order": order_name(order), "due": order.due_on}
    event = event_record(case=report, verb=Verb.ORDER_OVERDUE, actor=Actor.system(), payload=payload)
    notify_department(
        case=report,
        department=responsible_department(report),
        verb=Verb.ORDER_OVERDUE,
        payload=event.payload,
        key=f"order-{order.pk}-overdue",
    )
