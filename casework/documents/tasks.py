"""Celery's way to the documents room."""

from celery import shared_task

from casework.documents import evidence


@shared_task(name="documents.purge_staged")
def purge_staged() -> int:
    """Delete files staged for filings that never came."""
    return evidence.purge_staged()
