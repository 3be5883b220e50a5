"""Celery's way into the rooms of fees: each task only calls a service."""

from celery import shared_task

from fees.monitoring import reminders


@shared_task(name="fees.remind_monitoring_points")
def remind_monitoring_points() -> int:
    """Remind monitoring points whose return is missing."""
    return reminders.reminders_send()
