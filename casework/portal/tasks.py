"""Celery's way to the public site."""

from celery import shared_task

from casework.portal.drafts import services
from casework.portal.tus.services import purge_uploads


@shared_task(name="portal.purge_drafts")
def purge_drafts() -> int:
    """Delete drafts whose time is over, and files that nobody went on sending."""
    return services.purge_drafts() + purge_uploads()
