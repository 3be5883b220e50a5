"""Sweeps beside sweeps and beside commands, on real connections: nobody waits, nothing is lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from casework.cases import sweep
from casework.cases.actors import Actor
from casework.cases.models import Case, OutboxMessage
from casework.cases.sweep import sweep_deadlines
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline, DeadlineMark
from complaints import services
from complaints.models import ArrearsComplaint
from tests.factories import House

pytestmark = pytest.mark.django_db(transaction=True)
PAST = date(2025, 7, 3)


def at_once(commands: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the commands in threads that start together."""
    barrier = Barrier(len(commands))

    def run(command: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return command()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


def overdue(house: House, number: int) -> list[ArrearsComplaint]:
    """Cases in handling whose 30 days are long over."""
    cases = [house.in_handling() for _ in range(number)]
    running = Deadline.objects.filter(case_id__in=[case.pk for case in cases], status="running")
    running.update(started_on=PAST - timedelta(days=30), raw_due=PAST, due=PAST, next_mark_on=PAST)
    return cases


def breaches(cases: Sequence[Case]) -> list[int]:
    """How often the timeline of each says that it is late."""
    return [case.events.filter(verb=Verb.DEADLINE_BREACHED).count() for case in cases]


def messages(cases: Sequence[Case]) -> list[int]:
    """How often somebody was to be told of it."""
    return [OutboxMessage.objects.filter(case_id=case.pk, key__contains="mark-").count() for case in cases]


def test_two_sweeps_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 3)
    cases = overdue(House(), 20)
    noticed = sum(at_once([sweep_deadlines] * 4))
    # A sweep that met only what the others held has ended early: the next minute's takes the rest.
    noticed += sweep_deadlines()
    assert noticed == 20
    assert (breaches(cases), messages(cases)) == ([1] * 20, [1] * 20)
    assert list(verify_chains()) == []


def test_a_case_in_other_hands_is_left_for_the_next_sweep() -> None:
    cases = overdue(House(), 3)
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=cases[1].pk)
        # In this thread's transaction the case is held; a sweep that waited for it would never come back.
        assert at_once([sweep_deadlines]) == [2]
        assert breaches(cases) == [1, 0, 1]
    assert sweep_deadlines() == 1
    assert (breaches(cases), messages(cases)) == ([1] * 3, [1] * 3)


def test_sweeps_beside_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever comes first: a resolved case is not told late afterwards, and every chain holds."""
    monkeypatch.setattr(sweep, "BATCH", 2)
    house = House()
    cases = overdue(house, 8)
    handler = Actor.person(house.handler)

    def resolve(part: Sequence[ArrearsComplaint]) -> None:
        for case in part:
            services.complaint_resolve(complaint=case, actor=handler, findings="事实", result="已支付")

    at_once([sweep_deadlines, sweep_deadlines, lambda: resolve(cases[:4]), lambda: resolve(cases[4:])])
    sweep_deadlines()
    assert list(verify_chains()) == []
    marked = [DeadlineMark.objects.filter(deadline__case_id=case.pk, kind="breached").count() for case in cases]
    assert set(marked) <= {0, 1}
    assert breaches(cases) == messages(cases) == marked
    assert {row.status for row in Deadline.objects.filter(code="arrears.handling")} == {"met_late"}
