"""Celery's way to the documents room."""

from celery import shared_task

from casework.documents import evidence, scanning


@shared_task(name="documents.purge_staged")
def purge_staged() -> int:
    """Delete files staged for filings that never came."""
    return evidence.purge_staged()


@shared_task(name="documents.scan_the_rest")
def scan_the_rest() -> int:
    """Have scanned what came while there was no virus scanner."""
    return scanning.scan_the_rest()
