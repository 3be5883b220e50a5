"""After the result: follow-up, termination, satisfaction once, and reopening for new facts only."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import CitedTerm
from casework.cases.terms import term_in_force
from casework.cases.timeline import verify_chains
from casework.clocks.models import Deadline
from complaints import services as moves
from complaints.closing import services
from complaints.closing.models import NewFacts, Satisfaction
from complaints.closing.selectors import can_give_satisfaction, can_tell_facts
from complaints.extension.services import extension_ask
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.money.services import payment_answer, payment_record
from complaints.selectors import available_actions
from complaints.transfer.services import complaint_take_back
from tests.complaints.portal_pages import PDF
from tests.complaints.respondent_cases import fresh
from tests.factories import House, department

pytestmark = pytest.mark.django_db
FILER = Actor.complainant("示例机械有限公司")


@pytest.fixture
def house() -> House:
    return House()


def terminate(house: House, case: ArrearsComplaint, ground: str = "NO_CONTRACT") -> ArrearsComplaint:
    """By the department that has the case."""
    user = house.handler if case.received_on else house.clerk
    return services.complaint_terminate(
        complaint=case, actor=Actor.person(user), ground=ground, explanation="双方没有合同。"
    )


@pytest.mark.parametrize(
    ("start", "who"), [("accepted", "handler"), ("transferred", "handler"), ("in_handling", "clerk")]
)
def test_only_the_department_that_has_the_case_terminates_it(house: House, start: str, who: str) -> None:
    case = getattr(house, start)()
    with pytest.raises(ActionNotAllowed):
        services.complaint_terminate(
            complaint=case, actor=Actor.person(getattr(house, who)), ground="NO_CONTRACT", explanation="双方没有合同。"
        )
    assert fresh(case).state == start


def test_every_ground_and_reason_has_a_source_and_both_languages() -> None:
    for vocabulary in ("arrears.closing", "arrears.termination"):
        rows = CitedTerm.objects.filter(vocabulary=vocabulary)
        assert rows.count() >= 8
        for row in rows:
            assert row.label
            assert row.label_en
            assert row.citation
            assert row.certainty
    closing = set(CitedTerm.objects.filter(vocabulary="arrears.closing").values_list("code", flat=True))
    assert {"WITHDRAWN", "DUPLICATE", "PAID_FULL", "FALSE_OR_MALICIOUS", "RESPONDENT_DISSOLVED_OR_BANKRUPT"} <= closing


@pytest.mark.parametrize(
    ("start", "by_handling"), [("accepted", False), ("transferred", False), ("received", True), ("in_handling", True)]
)
def test_a_termination_ends_every_clock_and_issues_the_decision(house: House, start: str, by_handling: bool) -> None:
    case = terminate(house, getattr(house, start)())
    assert (case.state, case.ended_on) == ("terminated", timezone.localdate())
    assert case.decision_ground == "NO_CONTRACT"
    assert not Deadline.objects.filter(case=case.pk, status__in=["running", "breached"]).exists()
    letter = case.letters.get(template="termination_decision")
    assert letter.department == (house.handling if by_handling else house.receiving)
    assert letter.variables["copy_to"][0] == case.respondent_name
    assert "第二十五条第四款" in letter.variables["ground_citation"]
    assert list(verify_chains(case.pk)) == []


def test_a_termination_needs_a_ground_and_facts_and_no_open_return(house: House) -> None:
    case = house.in_handling()
    for ground, explanation, field in (("NOWHERE", "事实", "ground"), ("NO_CONTRACT", " ", "explanation")):
        with pytest.raises(InvalidInput) as caught:
            services.complaint_terminate(
                complaint=case, actor=Actor.person(house.handler), ground=ground, explanation=explanation
            )
        assert set(caught.value.errors) == {field}
    with pytest.raises(InvalidInput):
        terminate(house, house.return_asked())
    with pytest.raises(ActionNotAllowed):
        services.complaint_terminate(
            complaint=case, actor=Actor.person(house.supervisor), ground="NO_CONTRACT", explanation="事实"
        )


def test_follow_up_needs_a_plan_that_runs(house: House) -> None:
    with pytest.raises(InvalidInput):
        services.complaint_follow_up(complaint=house.resolved(), actor=Actor.person(house.handler))
    case = services.complaint_follow_up(complaint=house.with_plan(), actor=Actor.person(house.handler))
    assert case.state == State.FOLLOW_UP
    with pytest.raises(InvalidInput):
        moves.complaint_close(complaint=case, actor=Actor.person(house.handler), reason="REPAYMENT_PLAN_SIGNED")


def test_a_plan_is_followed_until_its_last_instalment_is_confirmed(house: House) -> None:
    actor = Actor.person(house.handler)
    case = services.complaint_follow_up(complaint=house.with_plan(), actor=actor)
    for amount in ("40000", "40000"):
        with pytest.raises(InvalidInput):
            moves.complaint_close(complaint=fresh(case), actor=actor, reason="PAID_FULL")
        row = payment_record(complaint=case, actor=actor, paid_on=timezone.localdate(), amount=Decimal(amount))
        payment_answer(complaint=case, actor=FILER, payment=row.pk, arrived=True)
    closed = moves.complaint_close(complaint=fresh(case), actor=actor, reason="PAID_FULL")
    assert closed.state == State.CLOSED


def test_satisfaction_is_given_once_after_the_result(house: House) -> None:
    case = house.in_handling()
    with pytest.raises(CaseChanged):
        services.satisfaction_give(complaint=case, actor=FILER, score=5)
    case = house.resolved()
    for score in (0, 6):
        with pytest.raises(InvalidInput):
            services.satisfaction_give(complaint=case, actor=FILER, score=score)
    with pytest.raises(ActionNotAllowed):
        services.satisfaction_give(complaint=case, actor=Actor.person(house.handler), score=5)
    services.satisfaction_give(complaint=case, actor=FILER, score=4, text="及时")
    assert not can_give_satisfaction(fresh(case))
    with pytest.raises(CaseChanged):
        services.satisfaction_give(complaint=case, actor=FILER, score=1)
    assert Satisfaction.objects.get().score == 4


@pytest.mark.parametrize("state", list(State))
def test_new_facts_are_told_on_ended_cases_only(house: House, state: State) -> None:
    case = house.resolved()
    ArrearsComplaint.objects.filter(pk=case.pk).update(state=state)
    assert can_tell_facts(fresh(case)) is (state in (State.CLOSED, State.TERMINATED))


def with_facts_told(house: House, case: ArrearsComplaint, days_ago: int = 3) -> ArrearsComplaint:
    """The ended case with new facts told some days ago."""
    told = Actor.complainant("x", at=timezone.now() - timedelta(days=days_ago))
    services.new_facts_tell(complaint=fresh(case), actor=told, text="找到合同原件")
    return fresh(case)


@pytest.mark.parametrize("returned", [False, True])
def test_a_case_without_a_department_to_handle_it_reopens_for_its_transfer(house: House, returned: bool) -> None:
    start = house.accepted()
    if returned:
        start = complaint_take_back(complaint=house.return_asked(), actor=Actor.person(house.clerk))
    case = with_facts_told(house, terminate(house, start))
    clerk = Actor.person(house.clerk)
    with pytest.raises(CaseChanged):
        services.complaint_reopen(complaint=case, actor=clerk)
    assert [action.name for action in available_actions(case, clerk)] == ["reopen_for_transfer"]
    case = services.complaint_reopen_for_transfer(complaint=case, actor=clerk, note="属实")
    assert (case.state, case.ended_on, case.decision_ground) == ("accepted", None, "")
    clock = Deadline.objects.get(case=case.pk, status__in=["running", "breached"])
    assert (clock.code, clock.started_on) == ("arrears.transfer", timezone.localdate() - timedelta(days=3))
    target = department("320600", handling=True)
    case = moves.complaint_transfer(complaint=case, actor=clerk, department=target)
    assert case.handling_department == target
    assert not Deadline.objects.filter(case=case.pk, code="arrears.transfer", status="running").exists()
    assert list(verify_chains(case.pk)) == []


def test_a_case_of_a_handling_department_does_not_reopen_for_transfer(house: House) -> None:
    case = with_facts_told(house, terminate(house, house.in_handling()))
    with pytest.raises(CaseChanged):
        services.complaint_reopen_for_transfer(complaint=case, actor=Actor.person(house.clerk))
    handled = services.complaint_reopen(complaint=case, actor=Actor.person(house.clerk))
    assert handled.state == State.IN_HANDLING


def test_a_case_whose_receipt_was_not_confirmed_counts_as_received_when_it_reopens(house: House) -> None:
    case = with_facts_told(house, terminate(house, house.transferred()))
    case = services.complaint_reopen(complaint=case, actor=Actor.person(house.handler))
    told_on = timezone.localdate() - timedelta(days=3)
    assert (case.state, case.received_on) == ("in_handling", told_on)
    assert [(hop.status, hop.received_on) for hop in case.hops.all()] == [("received", told_on)]


@pytest.mark.parametrize("move", ["complaint_reopen", "complaint_reopen_for_transfer"])
@pytest.mark.parametrize("state", [State.REFUSED, State.LAPSED, State.WITHDRAWN])
def test_refused_lapsed_and_withdrawn_cases_are_filed_anew(house: House, state: State, move: str) -> None:
    case = with_facts_told(house, terminate(house, house.accepted()))
    ArrearsComplaint.objects.filter(pk=case.pk).update(state=state)
    with pytest.raises(CaseChanged):
        getattr(services, move)(complaint=fresh(case), actor=Actor.person(house.clerk))
    with pytest.raises(CaseChanged):
        services.new_facts_tell(complaint=fresh(case), actor=FILER, text="又一件")


def test_new_facts_reopen_and_merge(house: House) -> None:
    case = moves.complaint_close(complaint=house.resolved(), actor=Actor.person(house.handler), reason="NO_CONTRACT")
    told = Actor.complainant("x", at=timezone.now() - timedelta(days=3))
    upload = SimpleUploadedFile("新证据.pdf", PDF)
    services.new_facts_tell(complaint=case, actor=told, text="找到合同原件", uploads=[upload])
    with pytest.raises(CaseChanged):
        services.new_facts_tell(complaint=case, actor=FILER, text="又一件")
    case = services.complaint_reopen(complaint=fresh(case), actor=Actor.person(house.handler), note="属实")
    assert (case.state, case.ended_on, case.resolved_on, case.closing_reason) == ("in_handling", None, None, "")
    assert case.attachments.filter(name="新证据.pdf").exists()
    clock = Deadline.objects.get(case=case.pk, code="arrears.handling", status="running")
    assert clock.started_on == timezone.localdate() - timedelta(days=3)
    assert NewFacts.objects.get().status == "accepted"
    again = moves.complaint_resolve(complaint=case, actor=Actor.person(house.handler), findings="新查明", result="已付")
    assert again.letters.filter(template="result_letter").count() == 2
    assert list(verify_chains(case.pk)) == []


def test_nothing_but_new_facts_reopens(house: House) -> None:
    for case in (terminate(house, house.in_handling()), house.with_new_facts()):
        if NewFacts.objects.filter(complaint=case).exists():
            services.new_facts_decline(complaint=case, actor=Actor.person(house.handler), reason="不属于新事实")
        with pytest.raises(InvalidInput):
            services.complaint_reopen(complaint=fresh(case), actor=Actor.person(house.handler))


def test_declined_facts_leave_the_case_ended_and_others_may_follow(house: House) -> None:
    case = house.with_new_facts()
    with pytest.raises(InvalidInput):
        services.new_facts_decline(complaint=case, actor=Actor.person(house.handler), reason=" ")
    for stranger in (house.supervisor, house.auditor):
        with pytest.raises(ActionNotAllowed):
            services.new_facts_decline(complaint=case, actor=Actor.person(stranger), reason="不新")
    services.new_facts_decline(complaint=case, actor=Actor.person(house.handler), reason="原已查明")
    after = fresh(case)
    assert (after.state, after.ended_on) == ("closed", case.ended_on)
    assert can_tell_facts(after)
    with pytest.raises(CaseChanged):
        services.new_facts_decline(complaint=after, actor=Actor.person(house.handler), reason="再次")


def test_an_undecided_extension_ends_with_the_handling(house: House) -> None:
    case = house.in_handling()
    extension_ask(complaint=case, actor=Actor.person(house.handler), ground="complex", reason="需鉴定", total_days=60)
    terminate(house, fresh(case))
    request = case.extension_requests.get()
    assert (request.status, request.decided_by) == ("declined", None)


def test_a_ground_that_no_rule_names_cites_nothing_in_the_decision(house: House) -> None:
    term = term_in_force("arrears.termination", "DUPLICATE", timezone.localdate())
    assert term is not None
    assert "《" not in term.citation
    case = services.complaint_terminate(
        complaint=house.in_handling(), actor=Actor.person(house.handler), ground="DUPLICATE", explanation="同一事项。"
    )
    assert case.letters.get(template="termination_decision").variables["ground_citation"] == ""
