"""Real concurrent clients: a payment confirmed and denied, an extension approved and declined: one wins."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.extension.models import ExtensionRequest
from casework.cases.timeline import verify_chains
from casework.clocks.models import DeadlineExtension
from casework.parties.models import Role
from complaints.closing import services as closing
from complaints.closing.models import NewFacts, Satisfaction
from complaints.extension.services import extension_ask, extension_decide
from complaints.models import ArrearsComplaint
from complaints.money import services
from complaints.money.missed import missed_notice
from complaints.money.models import RecordedPayment
from complaints.money.selectors import money_of
from complaints.money.services import Promise
from tests.complaints.respondent_cases import fresh
from tests.complaints.test_respondent_at_once import at_once, errors
from tests.factories import House, member

pytestmark = pytest.mark.django_db(transaction=True)
FILER = Actor.complainant("示例机械有限公司")


def say(case: ArrearsComplaint, payment: RecordedPayment, *, arrived: bool) -> RecordedPayment:
    return services.payment_answer(complaint=case, actor=FILER, payment=payment.pk, arrived=arrived, note="说明")


def test_confirmed_and_denied_at_once_leave_one_answer() -> None:
    house = House()
    case = house.in_handling()
    for _attempt in range(4):
        row = services.payment_record(
            complaint=case, actor=Actor.person(house.handler), paid_on=timezone.localdate(), amount=Decimal("100")
        )
        results = at_once(partial(say, case, row, arrived=True), partial(say, case, row, arrived=False))
        assert errors(results) == [CaseChanged]
    assert not RecordedPayment.objects.filter(status="reported").exists()
    assert list(verify_chains(case.pk)) == []


def test_two_payments_at_once_never_pay_more_than_is_owed() -> None:
    house = House()
    case = house.in_handling()
    pay = lambda: services.payment_record(  # noqa: E731
        complaint=case, actor=Actor.person(house.handler), paid_on=timezone.localdate(), amount=Decimal("50000")
    )
    assert errors(at_once(pay, pay, pay)) == [InvalidInput, InvalidInput]
    assert money_of(fresh(case)).reported == 50000


def test_approved_and_declined_at_once_leave_one_decision() -> None:
    house = House()
    second = member(Role.DEPARTMENT_HEAD, house.handling)
    case = house.in_handling()
    extension_ask(complaint=case, actor=Actor.person(house.handler), ground="complex", reason="需鉴定", total_days=60)
    results = at_once(
        lambda: extension_decide(complaint=case, actor=Actor.person(house.head), decision="approved"),
        lambda: extension_decide(complaint=case, actor=Actor.person(second), decision="declined", note="不必要"),
    )
    assert errors(results) == [CaseChanged]
    request = ExtensionRequest.objects.get()
    assert DeadlineExtension.objects.count() == (1 if request.status == "approved" else 0)


def test_new_facts_accepted_and_declined_at_once_leave_one_decision() -> None:
    house = House()
    case = house.with_new_facts()
    results = at_once(
        lambda: closing.complaint_reopen(complaint=case, actor=Actor.person(house.handler)),
        lambda: closing.new_facts_decline(complaint=case, actor=Actor.person(house.head), reason="不新"),
    )
    assert len(errors(results)) == 1
    expected = "in_handling" if NewFacts.objects.get().status == "accepted" else "closed"
    assert fresh(case).state == expected


def test_satisfaction_given_six_times_at_once_is_kept_once() -> None:
    house = House()
    case = house.resolved()
    results = at_once(*[lambda: closing.satisfaction_give(complaint=case, actor=FILER, score=5)] * 6)
    assert errors(results) == [CaseChanged] * 5
    assert Satisfaction.objects.count() == 1


def test_a_missed_instalment_is_noticed_once_by_many_sweeps() -> None:
    house = House()
    case = house.in_handling()
    day = timezone.localdate()
    services.plan_sign(
        complaint=case,
        actor=Actor.person(house.handler),
        signed_on=day,
        instalments=[Promise(day, Decimal("80000"))],
    )
    tomorrow = day + timedelta(days=1)
    results = at_once(*[lambda: missed_notice(tomorrow)] * 4)
    assert sorted(results) == [0, 0, 0, 1]
