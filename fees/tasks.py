"""Celery's way into the rooms of fees: each task only calls a service."""

from celery import shared_task

from fees.orders import overdue


@shared_task(name="fees.notice_overdue_orders")
def notice_overdue_orders() -> int:
    """Tell of orders that were not carried out in time and not yet noticed."""
    return overdue.overdue_notice()
