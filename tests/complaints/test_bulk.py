"""Many cases at once: a page asks first, each case goes through its own service, and each tells what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.cases.actors import Actor
from casework.cases.models import OutboxMessage
from casework.cases.transfer.models import Route
from casework.cases.verbs import Verb
from casework.documents.models import Letter
from casework.parties.models import Role, User
from complaints import services
from complaints.flow import KIND, State
from complaints.models import ArrearsComplaint
from complaints.review import services as review
from complaints.review.services import Finding
from tests.complaints.admin_pages import QUEUE, signed_in
from tests.factories import House, department, division, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


def _fresh(case: ArrearsComplaint) -> ArrearsComplaint:
    return ArrearsComplaint.objects.get(pk=case.pk)


def _choose(user: User, name: str, cases: list[ArrearsComplaint]) -> Any:
    """What the queue sends when cases are ticked."""
    return signed_in(user).post(
        QUEUE, {"action": name, "_selected_action": [case.pk for case in cases], "index": 0, "select_across": 0}
    )


def _run(user: User, name: str, cases: list[ArrearsComplaint], **data: Any) -> Any:
    """What the page to confirm sends."""
    return signed_in(user).post(f"{QUEUE}bulk/{name}/", {"case": [f"{c.pk}:{c.version}" for c in cases], **data})


def _problems(response: Any) -> dict[int, str]:
    return {result.case.pk: result.problem for result in response.context["results"]}


def test_choosing_asks_first_and_changes_nothing(house: House) -> None:
    cases = [house.submitted(), house.submitted()]
    response = _choose(house.clerk, "accept", cases)
    assert response.status_code == 200
    page = response.content.decode()
    for case in cases:
        assert f'name="case" value="{case.pk}:{case.version}"' in page
        assert _fresh(case).state == State.SUBMITTED


def test_many_are_accepted_each_with_its_own_notice_and_none_skips_a_rule(house: House) -> None:
    good, unmet, stale, accepted = house.submitted(), house.submitted(), house.submitted(), house.accepted()
    clerk = Actor.person(house.clerk)
    review.complaint_check_conditions(complaint=unmet, actor=clerk, findings={"sme": Finding("not_met", "大型企业")})
    review.complaint_check_conditions(complaint=stale, actor=clerk, findings={"sme": Finding("met")})
    response = _run(house.clerk, "accept", [good, _fresh(unmet), stale, accepted])
    problems = _problems(response)
    assert {pk for pk, problem in problems.items() if not problem} == {good.pk}
    assert (response.context["done"], response.context["failed"]) == (1, 3)
    assert _fresh(good).state == State.ACCEPTED
    assert Letter.objects.filter(case=good, template="acceptance_notice").count() == 1
    assert _fresh(unmet).state == _fresh(stale).state == State.SUBMITTED
    assert all(problem in response.content.decode() for problem in problems.values())


def test_many_go_where_their_routes_lead_and_those_without_one_say_so(house: House) -> None:
    Route.objects.create(
        kind=KIND,
        department=house.handling, division=division("320100"), reason="属地", citation="测试", certainty="I",
        effective_from=date(2026, 1, 1),
    )  # fmt: skip
    here, elsewhere = house.accepted(), house.accepted(division=division("320502"))
    problems = _problems(_run(house.clerk, "transfer", [here, elsewhere]))
    assert not problems[here.pk]
    assert problems[elsewhere.pk]
    assert (_fresh(here).handling_department, _fresh(here).state) == (house.handling, State.TRANSFERRED)
    assert _fresh(elsewhere).state == State.ACCEPTED
    other = department("320500", handling=True)
    again = [house.accepted(), _fresh(elsewhere)]
    problems = _problems(_run(house.clerk, "transfer", again, department=other.pk))
    # The route leads elsewhere: without a reason this one stays, the one without a route goes.
    assert [bool(problems[case.pk]) for case in again] == [True, False]
    problems = _problems(_run(house.clerk, "transfer", again[:1], department=other.pk, override_reason="已商定"))
    assert problems == {again[0].pk: ""}


def test_many_are_assigned_and_reminded(house: House) -> None:
    cases = [house.submitted(), house.submitted()]
    colleague = member(Role.RECEIVING_CLERK, house.receiving)
    assert set(_problems(_run(house.clerk, "assign", cases, assignee=colleague.pk)).values()) == {""}
    assert {_fresh(case).assigned_to for case in cases} == {colleague}
    cases = [_fresh(case) for case in cases]
    assert set(_problems(_run(house.supervisor, "remind", cases, text="请抓紧")).values()) == {""}
    assert all(case.events.filter(verb=Verb.REMINDED).exists() for case in cases)
    assert OutboxMessage.objects.filter(payload__verb="reminded").count() == 2


def test_nobody_reaches_by_many_what_is_not_reached_by_one(house: House) -> None:
    case, other = house.submitted(), House()
    stranger = member(Role.RECEIVING_CLERK, department("440000", receiving=True))
    assert _run(stranger, "accept", [case]).context["results"] == []
    assert _run(house.auditor, "accept", [case]).status_code == 403
    assert _run(house.sysadmin, "accept", [case]).status_code == 404
    assert _run(house.handler, "transfer", [case]).status_code == 403
    assert _fresh(case).version == case.version
    assert other.clerk.pk


@pytest.mark.parametrize("sent", [[], ["x"], ["1"], ["1:x"], ["1:1"] * 101])
def test_what_our_page_never_sends_is_refused(house: House, sent: list[str]) -> None:
    assert signed_in(house.clerk).post(f"{QUEUE}bulk/accept/", {"case": sent}).status_code == 404
    assert signed_in(house.clerk).get(f"{QUEUE}bulk/accept/").status_code == 405
    assert signed_in(house.clerk).post(f"{QUEUE}bulk/nothing/", {"case": ["1:1"]}).status_code == 404


def test_a_wrong_form_keeps_the_chosen_cases(house: House) -> None:
    case = house.submitted()
    response = _run(house.clerk, "assign", [case])
    assert response.status_code == 400
    assert f'value="{case.pk}:{case.version}"' in response.content.decode()
    assert services.complaint_accept(complaint=case, actor=Actor.person(house.clerk)).state == State.ACCEPTED


def test_each_role_is_offered_what_its_role_can_do(house: House) -> None:
    house.transferred()
    for name, expected in {
        "clerk": {"accept", "assign", "transfer", "remind"},
        "handler": {"assign"},
        "supervisor": {"remind"},
    }.items():
        form = signed_in(getattr(house, name)).get(QUEUE).context["action_form"]
        assert {key for key, _label in form.fields["action"].choices if key} == expected
