"""Celery's way into the exchange: each task only calls a service."""

from celery import shared_task

from casework.exchange import services


@shared_task(name="exchange.relay")
def relay() -> int:
    """Deliver what waits, and read the answers that came."""
    return services.relay_all()
