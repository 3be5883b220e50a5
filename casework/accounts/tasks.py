"""Celery's way to the accounts."""

from celery import shared_task

from casework.accounts import codes


@shared_task(name="accounts.purge_codes")
def purge_codes() -> int:
    """Delete one-time codes that nobody can use any more."""
    return codes.codes_purge()
