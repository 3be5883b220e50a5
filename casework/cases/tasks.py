"""Celery's way into the rooms: each task only calls a service."""

from celery import shared_task

from casework.cases import outbox, sweep

LANE_QUEUES = {"default": "default", "letters": "letters"}


@shared_task(name="cases.relay_outbox")
def relay_outbox(lane: str) -> int:
    """Deliver a lane's due messages."""
    return outbox.relay_lane(lane)


@shared_task(name="cases.sweep_deadlines")
def sweep_deadlines() -> int:
    """Mark warnings and breaches that are due and not yet marked."""
    return sweep.sweep_deadlines()


def kick_relay(lane: str) -> None:
    """Send the relay task to the lane's own queue; never waits for a broker that is away."""
    relay_outbox.apply_async(args=(lane,), queue=LANE_QUEUES[lane], retry=False)
