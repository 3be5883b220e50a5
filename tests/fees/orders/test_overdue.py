"""Overdue orders are noticed once, by the handling department, whoever sweeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from casework.cases.models import Notification, OutboxMessage
from casework.cases.outbox import relay_lane
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.celery import app
from fees.orders import services
from fees.orders.overdue import overdue_notice
from fees.tasks import notice_overdue_orders
from tests.at_once import at_once
from tests.fees.orders.house import OrderHouse, owed, today

pytestmark = pytest.mark.django_db
DUE = today() + timedelta(30)


def test_an_order_is_late_the_day_after_and_told_once() -> None:
    house = OrderHouse()
    report = house.violation_found()
    order = house.rectification(report)
    house.refund(report, owed(), due_on=DUE + timedelta(10))
    assert overdue_notice(DUE) == 0
    assert overdue_notice(DUE + timedelta(1)) == 1
    assert overdue_notice(DUE + timedelta(2)) == 0
    order.refresh_from_db()
    assert order.overdue_told_on == DUE + timedelta(1)
    event = report.events.get(verb=Verb.ORDER_OVERDUE)
    assert event.payload["due"] == DUE.isoformat()
    assert event.actor_kind == "system"
    while relay_lane(OutboxMessage.Lane.DEFAULT):
        pass
    told = set(Notification.objects.filter(verb=Verb.ORDER_OVERDUE).values_list("user", flat=True))
    assert told == {house.handler.pk, house.colleague.pk, house.head.pk}
    assert overdue_notice(DUE + timedelta(11)) == 1
    assert list(verify_chains(report.pk)) == []


def test_an_order_that_ended_is_not_late() -> None:
    house = OrderHouse()
    report = house.violation_found()
    order = house.rectification(report)
    services.order_end(report=report, actor=house.handling, order=order.pk, outcome="done")
    assert overdue_notice(DUE + timedelta(1)) == 0


def test_beat_knows_the_task_and_it_runs() -> None:
    scheduled = {row["task"]: row["schedule"] for row in app.conf.beat_schedule.values()}
    assert scheduled[notice_overdue_orders.name] == 3600.0
    assert notice_overdue_orders() == 0


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_tell_once_and_pass_by_what_is_held() -> None:
    house = OrderHouse()
    report = house.violation_found()
    house.rectification(report)
    late = DUE + timedelta(1)
    assert sum(at_once(*[lambda: overdue_notice(late)] * 4)) == 1
    assert report.events.filter(verb=Verb.ORDER_OVERDUE).count() == 1
    house.refund(report, owed())
    with transaction.atomic():
        type(report).objects.select_for_update(of=("case_ptr",)).get(pk=report.pk)
        assert at_once(lambda: overdue_notice(late)) == [0]
    assert overdue_notice(late) == 1
