"""More time for handling: asked before the period runs out, decided by another person, at most 90 days in all."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseError, InvalidInput
from casework.cases.extension.models import ExtensionRequest
from casework.cases.models import OutboxMessage
from casework.cases.verbs import Verb
from complaints import services
from complaints.extension.selectors import handling_clock
from complaints.extension.services import extension_ask, extension_decide
from complaints.models import ArrearsComplaint
from tests.factories import House

CAP = 90


@pytest.fixture
def house(db: None) -> House:
    return House()


@pytest.fixture
def case(house: House) -> ArrearsComplaint:
    return house.in_handling()


def ask(case: ArrearsComplaint, house: House, total: int = 60, **given: Any) -> ExtensionRequest:
    """The caseworker asks."""
    values = {
        "actor": Actor.person(house.handler),
        "ground": "complex",
        "reason": "需要鉴定",
        "total_days": total,
        **given,
    }
    return extension_ask(complaint=case, **values)


def decide(case: ArrearsComplaint, actor: Any, decision: str = "approved", note: str = "同意") -> ExtensionRequest:
    return extension_decide(complaint=case, actor=Actor.person(actor), decision=decision, note=note)


def test_approved_it_extends_the_clock_and_tells_the_complainant(house: House, case: ArrearsComplaint) -> None:
    before = handling_clock(case)
    assert before is not None
    ask(case, house)
    request = decide(case, house.head)
    after = handling_clock(case)
    assert after is not None and request.extension is not None
    assert (after.total_days, after.raw_due) == (60, before.started_on + timedelta(days=60))
    assert (request.extension.approved_by, request.extension.reason) == (house.head, "需要鉴定")
    assert request.letter is not None and request.letter.template == "extension_form"
    assert not request.letter.to_complainant
    mail = OutboxMessage.objects.get(channel="email", payload__template="clock_extended")
    assert mail.payload["context"]["due"] == after.due.isoformat()
    case.refresh_from_db()
    assert case.next_due == after.due


def test_declined_it_changes_nothing_and_says_why(house: House, case: ArrearsComplaint) -> None:
    before = handling_clock(case)
    ask(case, house)
    with pytest.raises(InvalidInput):
        decide(case, house.head, "declined", " ")
    decide(case, house.head, "declined", "材料齐全，按期办结")
    after = handling_clock(case)
    assert before and after and (before.due, before.total_days) == (after.due, None)
    assert case.events.get(verb=Verb.EXTENSION_DECLINED).payload["reason"] == "材料齐全，按期办结"
    # A new request is possible.
    ask(case, house, 45)


def test_nobody_decides_on_the_own_request_nor_from_the_other_side(house: House, case: ArrearsComplaint) -> None:
    ask(case, house, actor=Actor.person(house.head))
    for actor in (house.head, house.handler, house.receiving_head, house.clerk, house.supervisor):
        with pytest.raises(ActionNotAllowed):
            decide(case, actor)
    assert case.extension_requests.get().status == "pending"


def test_the_database_too_knows_that_two_persons_are_needed(house: House, case: ArrearsComplaint) -> None:
    request = ask(case, house)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtensionRequest.objects.filter(pk=request.pk).update(status="approved", decided_by=request.asked_by)


@pytest.mark.parametrize("given", [{"total": 91}, {"total": 30}, {"total": 10}, {"reason": " "}, {"ground": "mood"}])
def test_beyond_the_law_it_is_refused(house: House, case: ArrearsComplaint, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        ask(case, house, **given)
    assert not case.extension_requests.exists()


def test_one_request_at_a_time(house: House, case: ArrearsComplaint) -> None:
    ask(case, house)
    with pytest.raises(InvalidInput):
        ask(case, house, 70)


def at(days: int) -> datetime:
    return timezone.now() + timedelta(days=days)


def test_after_the_period_has_run_out_neither_asking_nor_approving_helps(house: House, case: ArrearsComplaint) -> None:
    clock = handling_clock(case)
    assert clock is not None
    late = (clock.due - timezone.localdate()).days + 1
    with pytest.raises(InvalidInput):
        ask(case, house, actor=Actor.person(house.handler, at=at(late)))
    ask(case, house, actor=Actor.person(house.handler, at=at(late - 1)))
    with pytest.raises(InvalidInput):
        extension_decide(complaint=case, actor=Actor.person(house.head, at=at(late)), decision="approved")
    assert handling_clock(case).total_days is None  # type: ignore[union-attr]


def test_a_case_that_has_left_handling_is_not_extended(house: House, case: ArrearsComplaint) -> None:
    ask(case, house)
    services.complaint_resolve(complaint=case, actor=Actor.person(house.handler), findings="事实", result="已付")
    with pytest.raises(CaseChanged):
        decide(case, house.head)
    with pytest.raises(CaseChanged):
        ask(case, house)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 130), st.sampled_from(["approved", "declined"])), min_size=1, max_size=6))
def test_whatever_is_asked_and_decided_ninety_days_are_the_end(house: House, steps: list[tuple[int, str]]) -> None:
    case = house.in_handling()
    longest = 30
    for total, decision in steps:
        try:
            ask(case, house, total)
        except InvalidInput:
            assert total > CAP or total <= longest + 4  # not longer than what rolling gives anyway
            continue
        decide(case, house.head, decision)
        longest = total if decision == "approved" else longest
        clock = handling_clock(case)
        assert clock is not None
        assert clock.raw_due == clock.started_on + timedelta(days=longest) <= clock.started_on + timedelta(days=CAP)


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_decide_once() -> None:
    house = House()
    case = house.in_handling()
    ask(case, house)
    gate = Barrier(2)

    def run(decision: str) -> Callable[[], str]:
        def work() -> str:
            gate.wait(10)
            try:
                decide(case, house.head, decision)
            except CaseError as error:
                return error.code
            finally:
                connection.close()
            return decision

        return work

    with ThreadPoolExecutor(2) as pool:
        answers = [future.result(30) for future in [pool.submit(run("approved")), pool.submit(run("declined"))]]
    assert answers.count("case_changed") == 1
    assert case.extension_requests.get().status in answers


def test_the_way_through_the_pages(house: House, case: ArrearsComplaint) -> None:
    address = reverse("admin:complaints_arrearscomplaint_do", args=[case.pk, "ask_extension"])
    page = reverse("admin:complaints_arrearscomplaint_change", args=[case.pk])
    decision = reverse("admin:complaints_arrearscomplaint_do", args=[case.pk, "decide_extension"])
    worker, head = Client(), Client()
    worker.force_login(house.handler)
    head.force_login(house.head)
    assert address in worker.get(page).text
    case.refresh_from_db()
    data = {"version": case.version, "ground": "complex", "reason": "需要鉴定", "total_days": 60}
    assert worker.post(address, data).status_code == 302
    assert decision not in worker.get(page).text
    assert worker.get(decision).status_code == 403
    text = head.get(page).text
    assert decision in text and "需要鉴定" in text
    case.refresh_from_db()
    answer = {"version": case.version, "decision": "approved", "note": ""}
    assert head.post(decision, answer).status_code == 302
    assert case.extension_requests.get().status == "approved"
