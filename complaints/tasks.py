"""Celery's way into the rooms of the complaint: each task only calls a service."""

from celery import shared_task

from complaints.disclosure import reminders
from complaints.money import missed


@shared_task(name="complaints.notice_missed_instalments")
def notice_missed_instalments() -> int:
    """Tell of instalments that were missed and not yet noticed."""
    return missed.missed_notice()


@shared_task(name="complaints.remind_disclosures")
def remind_disclosures() -> int:
    """Remind obliged bodies whose annual disclosure is missing."""
    return reminders.reminders_send()
