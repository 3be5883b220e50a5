"""Real concurrent clients on letters, alerts, side matters and measures towards departments: one of two wins."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.timeline import verify_chains
from casework.documents import correspondence
from casework.documents.models import Letter
from casework.parties.models import Role, User
from complaints.measures.departments import department_measure_answer, department_measure_issue
from complaints.measures.models import DepartmentMeasure
from complaints.protection.models import ThreatAlert
from complaints.protection.services import alert_handle, alert_raise
from complaints.subcases import services as subcases
from complaints.subcases.models import SubCase
from tests.at_once import at_once, errors
from tests.complaints.test_department_measures import make_late, order
from tests.factories import House, member

pytestmark = pytest.mark.django_db(transaction=True)
FILER = Actor.complainant("示例机械有限公司")


def test_a_letter_issued_again_by_two_is_replaced_once() -> None:
    house = House()
    case = house.accepted()
    letter = Letter.objects.get(case=case)
    again = [
        partial(correspondence.letter_issue_again, case=case, actor=Actor.person(user), letter=letter.pk, reason="更正")
        for user in (house.clerk, house.receiving_head, member(Role.RECEIVING_CLERK, house.receiving))
    ]
    assert errors(at_once(*again)) == [InvalidInput, InvalidInput]
    assert Letter.objects.filter(replaces=letter).count() == 1
    # The refused ones used up no number.
    assert list(Letter.objects.filter(department=house.receiving).values_list("sequence", flat=True)) == [1, 2]
    assert list(verify_chains(case.pk)) == []


def test_letters_issued_again_and_delivered_at_once_keep_both() -> None:
    house = House()
    case = house.accepted()
    letter = Letter.objects.get(case=case)
    given: dict[str, Any] = {"case": case, "letter": letter.pk}
    results = at_once(
        partial(correspondence.letter_issue_again, actor=Actor.person(house.clerk), reason="更正", **given),
        partial(
            correspondence.letter_delivered,
            actor=Actor.person(house.receiving_head),
            way="post",
            recipient="张三",
            at=timezone.now(),
            **given,
        ),
    )
    assert errors(results) == []
    assert letter.deliveries.count() == 1
    assert list(verify_chains(case.pk)) == []


def test_a_side_matter_decided_by_two_has_one_result() -> None:
    house = House()
    case = house.submitted()
    for _attempt in range(3):
        matter = subcases.size_dispute_begin(
            complaint=case, actor=Actor.person(house.clerk), asked_of="某局", request="争议"
        )
        end = [
            partial(
                subcases.subcase_end,
                complaint=case,
                actor=Actor.person(user),
                subcase=matter.pk,
                outcome=outcome,
                note=outcome,
            )
            for user, outcome in ((house.clerk, "small"), (house.receiving_head, "large"))
        ]
        assert errors(at_once(*end)) == [InvalidInput]
        matter.refresh_from_db()
        assert matter.outcome == matter.outcome_note
    assert case.events.filter(verb="subcase_ended").count() == 3
    assert list(verify_chains(case.pk)) == []


def test_a_receivable_requested_and_sent_at_once_is_one_matter_with_one_clock() -> None:
    house = House()
    case = house.in_handling()
    results = at_once(
        partial(subcases.receivable_request, complaint=case, actor=FILER, request="确认货款"),
        partial(subcases.receivable_send, complaint=case, actor=Actor.person(house.handler), request="确认货款"),
    )
    # Requested first, the letter goes out for that request; sent first, the request comes too late.
    assert errors(results) in ([], [CaseChanged])
    assert SubCase.objects.filter(complaint=case).count() == 1
    assert case.deadlines.filter(code="receivable.confirmation").count() == 1
    assert Letter.objects.filter(case=case.pk, template="receivable_confirmation").count() == 1


def test_an_alert_handled_by_two_keeps_the_first_note() -> None:
    house = House()
    case = house.in_handling()
    supervisors = [house.supervisor, member(Role.SUPERVISOR, house.receiving)]
    for _attempt in range(3):
        alert = alert_raise(complaint=case, actor=FILER, text="被威胁")
        notes = [
            partial(alert_handle, alert=alert, actor=Actor.person(user), note=user.username) for user in supervisors
        ]
        assert errors(at_once(*notes)) == [CaseChanged]
        alert.refresh_from_db()
        assert alert.handled_by is not None
        assert alert.handling_note == alert.handled_by.username
    assert not ThreatAlert.objects.filter(handled_at=None).exists()


def _issue(house: House, user: User, cases: list[int], kind: str) -> Any:
    return partial(
        department_measure_issue,
        actor=Actor.person(user),
        department=house.handling,
        complaints=cases,
        order=order(kind=kind),
    )


def test_two_inquiries_about_the_same_late_cases_leave_one_and_never_wait_for_each_other() -> None:
    house = House()
    cases = [make_late(house.in_handling()).pk for _case in range(3)]
    other = member(Role.SUPERVISOR, house.receiving)
    # One names the cases backwards: without an order of locks each would hold what the other wants.
    inquiries = (_issue(house, house.supervisor, cases, "inquiry"), _issue(house, other, cases[::-1], "inquiry"))
    assert errors(at_once(*inquiries)) == [InvalidInput]
    assert Letter.objects.filter(template="department_inquiry").count() == 1
    circulars = (_issue(house, house.supervisor, cases, "circular"), _issue(house, other, cases[1:], "circular"))
    assert errors(at_once(*circulars)) == []
    assert len(set(DepartmentMeasure.objects.values_list("letter__number", flat=True))) == 3
    for pk in cases:
        assert list(verify_chains(pk)) == []


def test_an_answer_given_by_two_heads_is_one_answer() -> None:
    house = House()
    case = make_late(house.in_handling())
    measure = department_measure_issue(
        actor=Actor.person(house.supervisor), department=house.handling, complaints=[case.pk], order=order()
    )
    heads = [house.head, member(Role.DEPARTMENT_HEAD, house.handling)]
    answer = [
        partial(department_measure_answer, measure=measure, actor=Actor.person(user), answer=user.username)
        for user in heads
    ]
    assert errors(at_once(*answer)) == [CaseChanged]
    measure.refresh_from_db()
    assert measure.answered_by is not None
    assert measure.answer == measure.answered_by.username
    assert case.events.filter(verb="department_answered").count() == 1
