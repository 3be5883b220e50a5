"""Writers of many rows: the same result as one by one, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy

from casework.cases import notify, outbox
from casework.cases.actors import Actor
from casework.cases.models import Case, OutboxMessage, TimelineEvent
from casework.cases.notify import Address, addresses_of
from casework.cases.outbox import NewMessage, outbox_put, outbox_put_many
from casework.cases.timeline import NewEvent, event_hash, event_record, events_record, verify_chains
from casework.cases.verbs import Verb
from tests.factories import House

pytestmark = pytest.mark.django_db
ODD: dict[str, Any] = {
    "words": "引号 \" ' 反斜杠 \\ 换行\n 制表\t {花括号} NULL 😀",
    "day": date(2026, 3, 2),
    "at": datetime(2026, 3, 2, 8, 30, 0, 123456, tzinfo=UTC),
    "yuan": Decimal("80000.10"),
    "none": None,
    "yes": True,
    "number": 12,
    "rate": 0.1,
    "list": ("甲", ["乙", {"丙": 1}]),
    "lazy": gettext_lazy("Complaints"),
    "verb": Verb.ACCEPTED,
}


def write(entries: Sequence[NewEvent]) -> list[TimelineEvent]:
    with transaction.atomic():
        return events_record(entries)


class TestEvents:
    """Chains of many cases at once."""

    def test_several_of_one_case_stand_in_the_order_given(self) -> None:
        house = House()
        first, second = house.submitted(), house.accepted()
        before = {case.pk: case.events.count() for case in (first, second)}
        written = write(
            [
                NewEvent(case, Verb.EVIDENCE_ADDED, Actor.system(), {"files": [name]})
                for case, name in [(first, "a"), (second, "b"), (first, "c"), (second, "d"), (first, "e")]
            ]
        )
        assert [event.seq - before[event.case_id] for event in written] == [1, 1, 2, 2, 3]
        assert [e.payload["files"] for e in first.events.filter(seq__gt=before[first.pk]).order_by("seq")] == [
            ["a"],
            ["c"],
            ["e"],
        ]
        assert list(verify_chains()) == []

    def test_what_is_returned_is_what_stands_in_the_database(self) -> None:
        house = House()
        case = house.submitted()
        (event,) = write([NewEvent(case, Verb.ACCEPTED, Actor.person(house.clerk), ODD)])
        stored = TimelineEvent.objects.get(pk=event.pk)
        for field in TimelineEvent._meta.concrete_fields:
            assert getattr(stored, field.attname) == getattr(event, field.attname), field.name
        assert event_hash(stored) == stored.hash
        assert stored.payload["words"] == ODD["words"]
        assert stored.payload["yuan"] == "80000.10"

    def test_a_batch_and_one_by_one_write_the_same_chain(self) -> None:
        house = House()
        at = datetime(2026, 3, 2, tzinfo=UTC)
        one, other = house.submitted(), house.submitted()
        verbs = [Verb.ACCEPTED, Verb.TRANSFERRED, Verb.RECEIVED]
        write([NewEvent(one, verb, Actor.system(at), ODD) for verb in verbs])
        for verb in verbs:
            with transaction.atomic():
                event_record(case=other, verb=verb, actor=Actor.system(at), payload=ODD)
        columns = ("seq", "verb", "payload", "at", "actor_kind", "actor_label")
        assert (
            list(one.events.order_by("seq").values_list(*columns))[-3:]
            == list(other.events.order_by("seq").values_list(*columns))[-3:]
        )
        assert list(verify_chains()) == []

    def test_two_queries_however_many(self) -> None:
        house = House()
        cases = [house.submitted() for _ in range(8)]
        for number in (1, 8):
            with transaction.atomic(), CaptureQueriesContext(connection) as captured:
                events_record([NewEvent(case, Verb.ACCEPTED, Actor.system()) for case in cases[:number]] * 3)
            assert len(captured) == 2

    @pytest.mark.django_db(transaction=True)
    def test_not_without_the_callers_transaction(self) -> None:
        with pytest.raises(RuntimeError, match="transaction"):
            events_record([])


class TestOutbox:
    """Messages at once."""

    @pytest.fixture
    def woken(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        lanes: list[str] = []
        monkeypatch.setitem(outbox._handlers, "test", lambda message: None)
        monkeypatch.setattr(outbox, "_kick", [lanes.append])
        return lanes

    def test_each_lane_is_woken_once(self, woken: list[str], django_capture_on_commit_callbacks: Any) -> None:
        messages = [NewMessage("test", f"k{n}", {"n": n}, lane="letters" if n % 2 else "default") for n in range(6)]
        with django_capture_on_commit_callbacks(execute=True), CaptureQueriesContext(connection) as captured:
            outbox_put_many(messages)
        assert (woken, len(captured)) == (["default", "letters"], 1)
        assert OutboxMessage.objects.filter(status="pending", attempts=0).count() == 6

    def test_what_is_known_stays_and_wakes_nobody(
        self, woken: list[str], django_capture_on_commit_callbacks: Any
    ) -> None:
        outbox_put(channel="test", key="one", payload={"n": 1})
        with django_capture_on_commit_callbacks(execute=True):
            outbox_put_many([NewMessage("test", "one", {"n": 2}), NewMessage("test", "one", {"n": 3})])
        assert woken == []
        assert OutboxMessage.objects.get(key="one").payload == {"n": 1}

    def test_the_payload_arrives_as_it_was(self, woken: list[str]) -> None:
        outbox_put_many([NewMessage("test", "odd", ODD)])
        payload = OutboxMessage.objects.get(key="odd").payload
        assert payload["words"] == ODD["words"]
        assert (payload["day"], payload["yuan"], payload["verb"]) == ("2026-03-02", "80000.10", "accepted")
        assert payload["list"] == ["甲", ["乙", {"丙": 1}]]

    def test_nothing_to_send_asks_nobody(self, woken: list[str]) -> None:
        with CaptureQueriesContext(connection) as captured:
            outbox_put_many([])
        assert len(captured) == 0

    def test_an_unknown_channel_stops_the_whole(self, woken: list[str]) -> None:
        with pytest.raises(RuntimeError, match="nowhere"):
            outbox_put_many([NewMessage("test", "good", {}), NewMessage("nowhere", "bad", {})])
        assert not OutboxMessage.objects.exists()


class TestAddresses:
    """Each kind of case knows where its complainants want to be told."""

    def test_one_query_for_each_kind(self) -> None:
        house = House()
        told, silent = house.submitted(), house.submitted(contact_email="")
        with CaptureQueriesContext(connection) as captured:
            found = addresses_of([told, silent])
        assert found == {
            told.pk: Address("filer@example.com", "张三", told.contact_phone),
            silent.pk: Address("", "张三", silent.contact_phone),
        }
        assert len(captured) == 1

    def test_a_kind_without_addresses_has_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(notify, "_finders", {})
        assert addresses_of([Case(pk=1, kind="arrears")]) == {}
