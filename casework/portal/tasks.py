"""Celery's way to the public site."""

from celery import shared_task

from casework.portal.drafts import services


@shared_task(name="portal.purge_drafts")
def purge_drafts() -> int:
    """Delete drafts whose time is over."""
    return services.purge_drafts()
