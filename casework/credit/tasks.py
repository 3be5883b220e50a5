"""Celery's way into the room of records: each task only calls a service."""

from celery import shared_task

from casework.credit.record import ending


@shared_task(name="credit.sweep_records")
def sweep_records() -> int:
    """End the records whose longest period is over."""
    return ending.sweep_records()
