"""Celery's way into the rooms of fees: each task only calls a service."""

from celery import shared_task

from fees.monitoring import reminders
from fees.orders import overdue


@shared_task(name="fees.notice_overdue_orders")
def notice_overdue_orders() -> int:
    """Tell of orders that were not carried out in time and not yet noticed."""
    return overdue.overdue_notice()


@shared_task(name="fees.remind_monitoring_points")
def remind_monitoring_points() -> int:
    """Remind monitoring points whose return is missing."""
    return reminders.reminders_send()
