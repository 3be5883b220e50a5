"""Real concurrent clients: exactly one of two conflicting actions wins; references and numbers never collide."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, CaseError
from casework.cases.models import Case
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.documents.models import Letter
from casework.documents.numbering import next_number
from casework.parties.models import Department
from complaints import services
from complaints.models import ArrearsComplaint
from complaints.review import services as review
from complaints.transfer import services as transfer
from tests.factories import House, department, file_complaint, filing

pytestmark = pytest.mark.django_db(transaction=True)


def _at_once(commands: list[Callable[[], Any]]) -> list[Any]:
    """Run the commands in threads that start together; an error of ours is a result too."""
    barrier = Barrier(len(commands))

    def run(command: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return command()
        except CaseError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(run, commands))


Pair = tuple[str, Callable[[House, ArrearsComplaint], Any], Callable[[House, ArrearsComplaint], Any]]


def _accept(house: House, case: ArrearsComplaint) -> Any:
    return services.complaint_accept(complaint=case, actor=Actor.person(house.clerk), version=case.version)


def _refuse(house: House, case: ArrearsComplaint) -> Any:
    return services.complaint_refuse(
        complaint=case, actor=Actor.person(house.receiving_head), ground="R1", explanation="理由", version=case.version
    )


def _correct(house: House, case: ArrearsComplaint) -> Any:
    return services.complaint_request_correction(
        complaint=case, actor=Actor.person(house.clerk), items=["contract"], version=case.version
    )


def _withdraw(house: House, case: ArrearsComplaint) -> Any:
    return services.complaint_withdraw(complaint=case, actor=Actor.complainant("x"), version=case.version)


def _transfer(house: House, case: ArrearsComplaint) -> Any:
    return services.complaint_transfer(
        complaint=case, actor=Actor.person(house.clerk), department=house.handling, version=case.version
    )


def _receive(house: House, case: ArrearsComplaint) -> Any:
    return services.complaint_receive(complaint=case, actor=Actor.person(house.handler), version=case.version)


def _resolve(house: House, case: ArrearsComplaint) -> Any:
    return services.complaint_resolve(
        complaint=case, actor=Actor.person(house.handler), findings="事实", result="结果", version=case.version
    )


def _ask_return(house: House, case: ArrearsComplaint) -> Any:
    return transfer.complaint_ask_return(
        complaint=case,
        actor=Actor.person(house.handler),
        reason="不属于本部门职责",
        target=Department.objects.exclude(pk=house.handling.pk).get(is_handling=True),
        version=case.version,
    )


def _take_back(house: House, case: ArrearsComplaint) -> Any:
    return transfer.complaint_take_back(complaint=case, actor=Actor.person(house.clerk), version=case.version)


def _decline(house: House, case: ArrearsComplaint) -> Any:
    return transfer.complaint_decline_return(
        complaint=case, actor=Actor.person(house.clerk), reason="属于职责范围", version=case.version
    )


def _lapse(house: House, case: ArrearsComplaint) -> Any:
    return review.complaint_lapse(
        complaint=case, actor=Actor.person(house.clerk), reason="逾期未补正", version=case.version
    )


def _answer(house: House, case: ArrearsComplaint) -> Any:
    return services.complaint_answer_correction(
        complaint=case, actor=Actor.complainant("x"), answer="已补正", version=case.version
    )


@pytest.mark.parametrize(
    ("stage", "first", "second"),
    [
        ("return_asked", _take_back, _decline),
        ("return_asked", _take_back, _withdraw),
        ("transferred", _receive, _ask_return),
        ("unanswered", _lapse, _answer),
        ("submitted", _accept, _refuse),
        ("submitted", _accept, _accept),
        ("submitted", _correct, _accept),
        ("submitted", _withdraw, _accept),
        ("submitted", _refuse, _withdraw),
        ("accepted", _transfer, _transfer),
        ("accepted", _transfer, _withdraw),
        ("transferred", _receive, _receive),
        ("in_handling", _resolve, _withdraw),
    ],
)
def test_of_two_conflicting_actions_exactly_one_wins(
    stage: str, first: Callable[..., Any], second: Callable[..., Any]
) -> None:
    house = House()
    if second is _ask_return:
        department("320500", handling=True)
    case = getattr(house, stage)()
    case = ArrearsComplaint.objects.get(pk=case.pk)
    results = _at_once([lambda: first(house, case), lambda: second(house, case)])
    losers = [result for result in results if isinstance(result, CaseError)]
    assert [type(loser) for loser in losers] == [CaseChanged]
    (winner,) = [result for result in results if not isinstance(result, CaseError)]
    stored = ArrearsComplaint.objects.get(pk=case.pk)
    assert (stored.state, stored.version) == (winner.state, case.version + 1)
    assert list(verify_chains(case.pk)) == []


def test_references_stay_unique_under_64_concurrent_filings() -> None:
    house = House()
    results = _at_once([lambda: file_complaint().complaint.reference] * 64)
    assert len({result for result in results if isinstance(result, str)}) == 64
    assert Case.objects.filter(receiving_department=house.receiving).count() == 64


def test_the_same_request_twice_at_once_makes_one_case_with_one_secret() -> None:
    House()
    data, key = filing(), "the-same-key-for-all-of-them"
    actor = Actor.complainant("x")
    results = _at_once([lambda: services.complaint_file(data=data, idempotency_key=key, actor=actor)] * 8)
    assert len({(result.complaint.pk, result.secret) for result in results}) == 1
    assert sum(result.is_new for result in results) == 1
    assert Case.objects.count() == 1
    assert Case.objects.get().events.filter(verb=Verb.SUBMITTED).count() == 1


def test_document_numbers_have_neither_duplicates_nor_gaps() -> None:
    house = House()
    cases = [house.submitted() for _ in range(16)]
    _at_once([lambda case=case: _accept(house, case) for case in cases])  # type: ignore[misc]
    numbers = sorted(Letter.objects.filter(department=house.receiving).values_list("sequence", flat=True))
    assert numbers == list(range(1, 17))


def test_a_number_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        next_number(department=House().receiving, year=2026)
