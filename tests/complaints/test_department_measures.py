"""Supervision of departments: who is late, who may act, one letter for several cases, and the answer of the head."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import Notification
from casework.cases.outbox import relay_lane
from casework.cases.timeline import verify_chains
from casework.clocks.models import Deadline
from casework.documents.models import Letter
from casework.parties.models import Role
from complaints.measures.departments import (
    Order,
    department_measure_answer,
    department_measure_issue,
    late_cases,
    late_departments,
)
from complaints.measures.models import DepartmentMeasure
from complaints.models import ArrearsComplaint
from tests.complaints.admin_pages import EVERYBODY, signed_in
from tests.factories import House, department, member

pytestmark = pytest.mark.django_db
OVERVIEW = "/admin/complaints/departmentmeasure/"


@pytest.fixture
def house() -> House:
    return House()


def make_late(case: ArrearsComplaint, code: str = "arrears.handling", days: int = 3) -> ArrearsComplaint:
    """Put a clock's last day behind us."""
    day = timezone.localdate() - timedelta(days=days)
    assert Deadline.objects.filter(case=case.pk, code=code).update(raw_due=day, due=day) == 1
    ArrearsComplaint.objects.filter(pk=case.pk).update(next_due=day)
    return case


def order(**changes: Any) -> Order:
    given = {"kind": "inquiry", "text": "请逐件说明。", "due_on": timezone.localdate() + timedelta(days=10), **changes}
    return Order(**given)


def issue(house: House, *cases: ArrearsComplaint, **changes: Any) -> DepartmentMeasure:
    return department_measure_issue(
        actor=Actor.person(house.supervisor),
        department=house.handling,
        complaints=[case.pk for case in cases],
        order=order(**changes),
    )


def test_a_department_is_late_through_its_own_clocks_only(house: House) -> None:
    mine, fine = make_late(house.in_handling()), house.in_handling()
    other = make_late(house.accepted(), "arrears.transfer")
    assert [(row.department, row.count) for row in late_departments(house.supervisor)] == [(house.handling, 1)]
    assert list(late_cases(house.supervisor, house.handling)) == [mine]
    assert fine not in late_cases(house.supervisor, house.handling)
    # The supervisor sits in the receiving department: a province does not supervise itself, the nation does.
    nation = member(Role.SUPERVISOR, department("000000"))
    assert {row.department for row in late_departments(nation)} == {house.handling, house.receiving}
    assert list(late_cases(nation, house.receiving)) == [other]
    assert late_departments(member(Role.SUPERVISOR, department("440000"))) == []


def test_one_letter_for_several_cases_and_a_line_in_each(house: House) -> None:
    first, second = make_late(house.in_handling(), days=9), make_late(house.in_handling(), days=2)
    measure = issue(house, first, second)
    letter = Letter.objects.get(template="department_inquiry")
    assert measure.letter == letter
    assert letter.case is None
    assert letter.department == house.receiving
    assert [row["days_late"] for row in letter.variables["cases"]] == [9, 2]
    for case in (first, second):
        assert case.events.get(verb="department_supervised").payload["number"] == letter.number
        assert list(verify_chains(case.pk)) == []
    relay_lane("default")
    assert set(Notification.objects.filter(verb="department_supervised").values_list("user", flat=True)) == {
        house.head.pk
    }


def test_the_letter_is_read_by_supervisor_and_head_and_by_nobody_else(house: House) -> None:
    measure = issue(house, make_late(house.in_handling()))
    relay_lane("letters")
    assert measure.letter is not None
    for name in EVERYBODY:
        browser = signed_in(getattr(house, name))
        answer = browser.get(f"{OVERVIEW}{measure.pk}/letter/")
        assert answer.status_code == (200 if name in ("supervisor", "head") else 404), name
        if answer.streaming:
            assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
        assert browser.get(f"/letters/{measure.letter.pk}/").status_code == 404
        assert browser.get(f"{OVERVIEW}{measure.pk}/").status_code == (200 if name in ("supervisor", "head") else 404)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "scolding"}, "kind"),
        ({"text": " "}, "text"),
        ({"due_on": None}, "due_on"),
        ({"kind": "interview"}, "held_at"),
        ({"kind": "circular", "due_on": timezone.localdate() - timedelta(days=400)}, "due_on"),
    ],
)
def test_what_a_measure_needs(house: House, changes: dict[str, Any], field: str) -> None:
    case = make_late(house.in_handling())
    with pytest.raises(InvalidInput) as caught:
        issue(house, case, **changes)
    assert field in caught.value.errors
    assert not DepartmentMeasure.objects.exists()


def test_cases_that_are_not_late_or_not_its_own_are_refused(house: House) -> None:
    late = make_late(house.in_handling())
    for cases in ([], [house.in_handling()], [late, make_late(house.accepted(), "arrears.transfer")]):
        with pytest.raises(InvalidInput):
            issue(house, *cases)


def test_an_interview_with_a_head_is_for_a_province_or_the_nation(house: House) -> None:
    case = make_late(house.in_handling())
    held = {"kind": "interview", "held_at": timezone.now() + timedelta(days=5), "place": "二楼会议室"}
    city = department("320100")
    supervisor = member(Role.SUPERVISOR, city)
    with pytest.raises(InvalidInput) as caught:
        department_measure_issue(
            actor=Actor.person(supervisor), department=house.handling, complaints=[case.pk], order=order(**held)
        )
    assert "kind" in caught.value.errors
    measure = issue(house, case, **held)
    assert measure.letter is not None
    assert measure.letter.template == "department_interview"


def test_nobody_calls_a_department_to_account_without_supervising_it(house: House) -> None:
    case = make_late(house.in_handling())
    elsewhere = member(Role.SUPERVISOR, department("440000"))
    for user in (elsewhere, house.auditor, house.head, house.clerk):
        with pytest.raises(ActionNotAllowed):
            department_measure_issue(
                actor=Actor.person(user), department=house.handling, complaints=[case.pk], order=order()
            )
        assert signed_in(user).get(f"{OVERVIEW}issue/{house.handling.pk}/").status_code == 404


def test_the_head_answers_once_and_the_supervisor_is_told(house: House) -> None:
    case = make_late(house.in_handling())
    measure = issue(house, case)
    address = f"{OVERVIEW}{measure.pk}/"
    assert signed_in(house.supervisor).post(address, {"answer": "x"}).status_code == 403
    assert signed_in(house.head).post(address, {"answer": " "}).status_code == 400
    assert signed_in(house.head).post(address, {"answer": "已于今日办结。"}).status_code == 302
    measure.refresh_from_db()
    assert (measure.answer, measure.answered_by) == ("已于今日办结。", house.head)
    with pytest.raises(CaseChanged):
        department_measure_answer(measure=measure, actor=Actor.person(house.head), answer="x")
    with pytest.raises(ActionNotAllowed):
        department_measure_answer(measure=measure, actor=Actor.person(house.receiving_head), answer="x")
    assert case.events.filter(verb="department_answered").count() == 1
    relay_lane("default")
    told = Notification.objects.filter(verb="department_answered").values_list("user", flat=True)
    assert set(told) == {house.supervisor.pk}


def test_the_supervisor_previews_and_issues_from_the_page(house: House) -> None:
    case = make_late(house.in_handling())
    browser = signed_in(house.supervisor)
    assert house.handling.name in browser.get(OVERVIEW).content.decode()
    address = f"{OVERVIEW}issue/{house.handling.pk}/"
    assert case.reference in browser.get(address).content.decode()
    form = {"complaints": [case.pk], "kind": "circular", "text": "请立即办结。"}
    draft = browser.post(address, {**form, "preview": "1"})
    assert draft.content.startswith(b"%PDF")
    assert not DepartmentMeasure.objects.exists()
    assert browser.post(address, {**form, "kind": "inquiry"}).status_code == 400
    assert browser.post(address, form).status_code == 302
    measure = DepartmentMeasure.objects.get()
    assert list(measure.complaints.all()) == [case]
    assert f"{OVERVIEW}{measure.pk}/" in browser.get(OVERVIEW).content.decode()


def test_the_complainant_does_not_read_of_it_in_the_timeline(house: House) -> None:
    case = make_late(house.in_handling())
    issue(house, case)
    page = signed_in(house.supervisor).get(f"/admin/complaints/arrearscomplaint/{case.pk}/change/")
    letter = Letter.objects.get(template="department_inquiry")
    assert letter.number in page.content.decode()
    assert not case.letters.filter(pk=letter.pk).exists()


def test_the_case_page_leads_supervisor_and_head_to_the_measure(house: House) -> None:
    case = make_late(house.in_handling())
    measure = issue(house, case)
    address = f"/admin/complaints/arrearscomplaint/{case.pk}/change/"
    shown = {
        name: f"{OVERVIEW}{measure.pk}/" in signed_in(getattr(house, name)).get(address).content.decode()
        for name in ("supervisor", "head", "handler", "clerk", "receiving_head", "auditor")
    }
    assert {name for name, is_shown in shown.items() if is_shown} == {"supervisor", "head"}


def test_a_case_is_asked_about_again_only_after_the_answer_or_its_day(house: House) -> None:
    case, other = make_late(house.in_handling()), make_late(house.in_handling())
    first = issue(house, case)
    with pytest.raises(InvalidInput) as caught:
        issue(house, other, case)
    assert case.reference in caught.value.errors["complaints"][0]
    assert other.reference not in caught.value.errors["complaints"][0]
    issue(house, case, kind="circular")
    # The nation's supervisor asks on its own account.
    nation = member(Role.SUPERVISOR, department("000000"))
    department_measure_issue(actor=Actor.person(nation), department=house.handling, complaints=[case.pk], order=order())
    department_measure_answer(measure=first, actor=Actor.person(house.head), answer="正在办理。")
    second = issue(house, case)
    DepartmentMeasure.objects.filter(pk=second.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    issue(house, case)
