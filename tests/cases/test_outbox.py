"""The outbox: written with its cause, delivered at least once, postponed, given up, retried."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from casework.cases import outbox
from casework.cases.models import OutboxMessage

pytestmark = pytest.mark.django_db


class Receiver:
    """Counts what reaches it by key; fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.keys = failures, []  # type: ignore[var-annotated]

    def __call__(self, message: OutboxMessage) -> None:
        if self.failures:
            self.failures -= 1
            raise ConnectionError("receiver is away")
        self.keys.append(message.key)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Receiver:
    receiver = Receiver()
    monkeypatch.setitem(outbox._handlers, "test", receiver)
    monkeypatch.setattr(outbox, "_kick", [])
    return receiver


def _put(key: str = "one", **payload: Any) -> OutboxMessage:
    with transaction.atomic():
        return outbox.outbox_put(channel="test", key=key, payload=payload)


def test_a_message_goes_once_and_the_same_occasion_is_written_once(receiver: Receiver) -> None:
    assert _put() == _put()
    assert outbox.relay_lane("default") == 1
    assert outbox.relay_lane("default") == 0
    assert receiver.keys == ["one"]


def test_nothing_is_left_of_a_cause_that_rolled_back(receiver: Receiver) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.outbox_put(channel="test", key="lost", payload={})
        raise ZeroDivisionError
    assert not OutboxMessage.objects.exists()


def test_a_failure_is_postponed_longer_each_time_and_given_up_in_the_end(receiver: Receiver) -> None:
    message, receiver.failures = _put(), 99
    waits = []
    for _ in range(outbox.MAX_ATTEMPTS):
        OutboxMessage.objects.update(next_attempt_at=timezone.now())
        begun = timezone.now()
        assert outbox.relay_one("default")
        message.refresh_from_db()
        waits.append(round((message.next_attempt_at - begun).total_seconds()))
    # 25·4^n seconds, the rule written in the design, not our output.
    assert waits[:-1] == [25, 100, 400, 1600, 6400]
    assert message.status == OutboxMessage.Status.DEAD
    assert "receiver is away" in message.last_error
    assert not outbox.relay_one("default")


def test_what_was_given_up_can_be_retried(receiver: Receiver) -> None:
    message = _put()
    OutboxMessage.objects.update(status=OutboxMessage.Status.DEAD, attempts=6)
    message.refresh_from_db()
    outbox.outbox_retry(message=message)
    assert outbox.relay_lane("default") == 1
    message.refresh_from_db()
    assert (message.status, receiver.keys) == (OutboxMessage.Status.SENT, ["one"])


def test_a_half_done_delivery_leaves_no_rows_of_its_own(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(message: OutboxMessage) -> None:
        OutboxMessage.objects.create(
            key="child", channel="test", next_attempt_at=timezone.now(), created_at=timezone.now()
        )
        raise ConnectionError("away")

    monkeypatch.setitem(outbox._handlers, "test", half)
    _put()
    outbox.relay_one("default")
    assert list(OutboxMessage.objects.values_list("key", "attempts")) == [("one", 1)]


def test_lanes_are_separate_and_the_lag_is_seen(receiver: Receiver) -> None:
    _put()
    OutboxMessage.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=10))
    assert outbox.relay_lag_seconds() >= 600
    assert outbox.relay_fault()
    assert outbox.relay_lane("letters") == 0
    outbox.relay_lane("default")
    assert outbox.relay_lag_seconds() == 0
    assert outbox.relay_fault() == ""


def test_an_unknown_channel_is_refused_at_once() -> None:
    with pytest.raises(RuntimeError, match="nowhere"), transaction.atomic():
        outbox.outbox_put(channel="nowhere", key="k", payload={})
