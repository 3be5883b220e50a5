"""What leaves the database: written with its cause, relayed after commit, at least once, with a key against repeats.

A relay holds the row's lock while it delivers. A killed worker drops its connection, the row stays pending and the next
relay takes it; the receiver recognises a repeat by the key. Back-off 25·4^n seconds, then the dead-letter list.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from kombu.exceptions import KombuError

from casework.cases.bulk import insert_rows
from casework.cases.models import Case, OutboxMessage

logger = logging.getLogger(__name__)
Handler = Callable[[OutboxMessage], None]
MAX_ATTEMPTS = 6
BACK_OFF_SECONDS = 25
RELAY_ALARM_SECONDS = 300
_handlers: dict[str, Handler] = {}
_kick: list[Callable[[str], None]] = []
_quiet: ContextVar[bool] = ContextVar("outbox_quiet", default=False)


def register_channel(name: str, handler: Handler) -> None:
    """Say who delivers a channel's messages; called from an app's ready()."""
    _handlers[name] = handler


def register_kick(kick: Callable[[str], None]) -> None:
    """Say how a lane's relay is woken after a commit; the task module does, so that this one knows no broker."""
    _kick[:] = [kick]


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is to be sent.

    Args:
        channel: who delivers it.
        key: the same for the same occasion; a second message with it is not written.
        payload: JSON values only.
        lane: `letters` for what renders PDFs, `default` otherwise.
    """

    channel: str
    key: str
    payload: Mapping[str, object]
    case: Case | None = None
    lane: str = OutboxMessage.Lane.DEFAULT

    def row(self, now: datetime) -> dict[str, object]:
        """Its columns as they are first written."""
        return {
            "key": self.key,
            "channel": self.channel,
            "lane": str(self.lane),
            "case_id": self.case.pk if self.case else None,
            "payload": self.payload,
            "status": str(OutboxMessage.Status.PENDING),
            "attempts": 0,
            "last_error": "",
            "next_attempt_at": now,
            "created_at": now,
        }


def outbox_put(
    *,
    channel: str,
    key: str,
    payload: Mapping[str, object],
    case: Case | None = None,
    lane: str = OutboxMessage.Lane.DEFAULT,
) -> OutboxMessage:
    """Write a message in the caller's transaction and wake the relay once it commits.

    Args: those of `NewMessage`.

    Raises:
        RuntimeError: called outside a transaction, or for an unknown channel.
    """
    outbox_put_many([NewMessage(channel, key, payload, case, lane)])
    return OutboxMessage.objects.get(key=key)


def outbox_put_many(messages: Sequence[NewMessage]) -> None:
    """Write any number of messages in one query, and wake each lane once. What is known by its key stays as it is.

    Raises:
        RuntimeError: called outside a transaction, or for an unknown channel.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The outbox needs the caller's transaction.")
    for channel in {new.channel for new in messages}:
        if channel not in _handlers:
            raise RuntimeError(f"No channel {channel!r}: register_channel() is missing.")
    now = timezone.now()
    written = insert_rows(
        OutboxMessage, [new.row(now) for new in messages], "ON CONFLICT (key) DO NOTHING RETURNING lane"
    )
    _wake_after_commit(sorted({lane for (lane,) in written}))


def _wake_after_commit(lanes: Sequence[str]) -> None:
    for lane in lanes:
        transaction.on_commit(partial(wake, lane), robust=True)


@contextmanager
def without_wake() -> Iterator[None]:
    """Commits inside wake nobody: for imports and seeding, whose thousand messages beat relays soon enough."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def wake(lane: str) -> None:
    """Ask a worker to relay the lane. A broker that is down only delays: beat asks again every few seconds."""
    if _quiet.get():
        return
    for kick in _kick:
        try:
            kick(lane)
        except (OSError, KombuError) as error:
            logger.warning("The relay could not be woken (%s); the next beat will.", error)


def relay_lane(lane: str, limit: int = 500) -> int:
    """Deliver what is due in a lane, one message in each transaction.

    Returns:
        how many messages were tried.
    """
    tried = 0
    while tried < limit and relay_one(lane):
        tried += 1
    return tried


def relay_one(lane: str) -> bool:
    """Take the next due message that nobody else holds and deliver it.

    Returns:
        False when there is none.
    """
    with transaction.atomic():
        message = (
            OutboxMessage.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(lane=lane, status=OutboxMessage.Status.PENDING, next_attempt_at__lte=timezone.now())
            .order_by("next_attempt_at", "id")
            .first()
        )
        if message is None:
            return False
        _deliver(message)
        message.save(update_fields=["status", "attempts", "next_attempt_at", "last_error", "sent_at"])
    return True


def _deliver(message: OutboxMessage) -> None:
    message.attempts += 1
    try:
        with transaction.atomic():
            _handlers[message.channel](message)
    except Exception as error:  # noqa: BLE001 - whatever a receiver raises is recorded, retried and shown, never lost
        logger.warning("Outbox %s failed at attempt %s: %s", message.key, message.attempts, error)
        _postpone(message, f"{type(error).__name__}: {error}")
    else:
        message.status, message.sent_at, message.last_error = OutboxMessage.Status.SENT, timezone.now(), ""


def _postpone(message: OutboxMessage, error: str) -> None:
    message.last_error = error[:2000]
    if message.attempts >= MAX_ATTEMPTS:
        message.status = OutboxMessage.Status.DEAD
        return
    message.next_attempt_at = timezone.now() + timedelta(seconds=BACK_OFF_SECONDS * 4 ** (message.attempts - 1))


def outbox_retry(*, message: OutboxMessage) -> None:
    """Put a message that was given up back in line."""
    with transaction.atomic():
        row = OutboxMessage.objects.select_for_update().get(pk=message.pk)
        if row.status != OutboxMessage.Status.DEAD:
            return
        row.status, row.attempts, row.next_attempt_at = OutboxMessage.Status.PENDING, 0, timezone.now()
        row.save(update_fields=["status", "attempts", "next_attempt_at"])
        _wake_after_commit([row.lane])


def relay_lag_seconds() -> float:
    """How long the oldest due message has been waiting; 0 with nothing due. The alarm for a relay that stopped."""
    now = timezone.now()
    oldest = OutboxMessage.objects.filter(status=OutboxMessage.Status.PENDING, next_attempt_at__lte=now).aggregate(
        oldest=Min("next_attempt_at")
    )["oldest"]
    return (now - oldest).total_seconds() if oldest else 0.0


def relay_fault() -> str:
    """What is wrong with the relay, for /readyz; "" while it keeps up."""
    lag = relay_lag_seconds()
    return f"the oldest message has been waiting {lag:.0f} s: is a worker running?" if lag > RELAY_ALARM_SECONDS else ""
