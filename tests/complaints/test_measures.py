"""Measures against a respondent: each only after what Decree 802 art. 25(3) puts before it, each with its letter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline
from casework.documents.models import Letter
from complaints import progress
from complaints.flow import State
from complaints.measures import services
from complaints.measures.models import Measure
from complaints.measures.selectors import (
    may_go_further,
    supervisory_letters_due,
    supervisory_letters_due_by_department,
    unanswered_request,
)
from complaints.models import ArrearsComplaint
from complaints.respondent.models import FeedbackRequest
from tests.complaints.respondent_cases import (
    answer,
    ask,
    end,
    fresh,
    judge,
    run_out,
    send_letter,
    supervised,
    today,
)
from tests.factories import House, department

pytestmark = pytest.mark.django_db
SUPERVISED = "arrears.supervisory_reply"
Further = Callable[..., Measure]


@pytest.fixture
def house() -> House:
    return House()


def tomorrow_at_nine() -> datetime:
    return timezone.localtime() + timedelta(days=1)


def interview(house: House, case: ArrearsComplaint, **changes: Any) -> Measure:
    given = {
        "attendee": "财务负责人",
        "held_at": tomorrow_at_nine(),
        "place": "三楼会议室",
        "topics": "付款安排",
        **changes,
    }
    return services.interview_call(complaint=case, actor=Actor.person(house.handler), **given)


def circular(house: House, case: ArrearsComplaint, **changes: Any) -> Measure:
    given = {"facts": "未配合。", "demands": "立即付款。", "addressees": "新区管委会\n\n市国资委", **changes}
    return services.circular_send(complaint=case, actor=Actor.person(house.handler), **given)


def order(house: House, case: ArrearsComplaint, **changes: Any) -> Measure:
    given = {
        "finding": "逾期未付。", "violations": ["V25", "V15"], "correction": "付款。",
        "due_on": today() + timedelta(days=15), **changes,
    }  # fmt: skip
    return services.rectification_order(complaint=case, actor=Actor.person(house.handler), **given)


FURTHER: tuple[Further, ...] = (interview, circular, order)


def situations(house: House) -> dict[str, tuple[ArrearsComplaint, bool]]:
    """A case in each relation to the supervisory letter, and whether the letter is due."""
    found = {"never asked": (house.in_handling(), False)}
    for name, is_due in (("waiting", False), ("run out", True), ("silent", True)):
        case = house.in_handling()
        ask(house, case)
        if name != "waiting":
            run_out(case)
        if name == "silent":
            judge(house, case, "silent")
        found[name] = case, is_due
    for name, judgement, is_due in (
        ("answered", "", False), ("sufficient", "sufficient", False), ("insufficient", "insufficient", True),
    ):  # fmt: skip
        case = house.in_handling()
        answer(ask(house, case).request)
        if judgement:
            judge(house, case, judgement)
        found[name] = case, is_due
    found["sent"] = supervised(house, ""), False
    asked_again = supervised(house, "")
    ask(house, asked_again)
    found["asked again"] = asked_again, False
    gone = house.in_handling()
    ask(house, gone)
    run_out(gone)
    ArrearsComplaint.objects.filter(pk=gone.pk).update(state=State.RESOLVED)
    found["left handling"] = gone, False
    return found


def test_when_the_supervisory_letter_is_due_one_by_one_and_in_the_queue(house: House) -> None:
    cases = situations(house)
    for name, (case, is_due) in cases.items():
        assert (unanswered_request(fresh(case)) is not None) is is_due, name
    listed = set(supervisory_letters_due(ArrearsComplaint.objects.all()).values_list("pk", flat=True))
    assert listed == {case.pk for case, is_due in cases.values() if is_due}
    for name, (case, is_due) in cases.items():
        if is_due:
            assert send_letter(house, case).number == 1
        else:
            with pytest.raises(CaseChanged):
                send_letter(house, case)
        assert unanswered_request(fresh(case)) is None, name
    assert not supervisory_letters_due(ArrearsComplaint.objects.all()).exists()


def test_who_has_not_issued_it_is_counted_by_department_in_what_one_may_see(house: House) -> None:
    situations(house)
    other = department("320200", handling=True)
    case = house.in_handling()
    request = ask(house, case).request
    run_out(case)
    ArrearsComplaint.objects.filter(pk=case.pk).update(handling_department=other)
    rows = supervisory_letters_due_by_department(house.handler)
    assert [(row.department, row.count) for row in rows] == [(house.handling.name, 3)]
    both = supervisory_letters_due_by_department(house.supervisor)
    assert {(row.department, row.count) for row in both} == {(house.handling.name, 3), (other.name, 1)}
    assert next(row.since for row in both if row.count == 1) == request.due_on
    assert supervisory_letters_due_by_department(house.sysadmin) == []


def test_the_letter_says_what_was_missing_and_starts_its_clock(house: House) -> None:
    case = house.in_handling()
    asked = ask(house, case).request
    answer(asked)
    judge(house, case, "insufficient", reasons="未说明扣款依据。")
    measure = send_letter(house, case)
    letter = Letter.objects.get(case=case.pk, template="supervisory_letter")
    clock = Deadline.objects.get(case=case.pk, code=SUPERVISED)
    assert (measure.letter, measure.due_on, measure.feedback_request_id) == (letter, clock.due, asked.pk)
    assert (clock.started_on, clock.status) == (today(), "running")
    asked_by = Letter.objects.get(case=case.pk, template="feedback_request")
    shown = {name: letter.variables[name] for name in ("shortcoming", "asked_number", "due_on", "addressee", "copy_to")}
    assert shown == {
        "shortcoming": "未说明扣款依据。",
        "asked_number": asked_by.number,
        "due_on": clock.due.isoformat(),
        "addressee": case.respondent_name,
        "copy_to": [house.receiving.name],
    }
    assert letter.department == house.handling


def test_a_request_left_unanswered_is_kept_as_such_with_the_letter(house: House) -> None:
    case = supervised(house, "")
    request = FeedbackRequest.objects.get(complaint=case)
    assert (request.status, request.judged_by) == ("silent", house.handler)
    assert Deadline.objects.get(case=case.pk, code="arrears.respondent_reply").status == "cancelled"
    answer(request)
    assert Deadline.objects.get(case=case.pk, code=SUPERVISED).status == "met"


@pytest.mark.parametrize("further", FURTHER)
def test_what_comes_after_the_letter_needs_it_and_a_respondent_that_did_not_cooperate(
    house: House, further: Further
) -> None:
    for case, _is_due in situations(house).values():
        with pytest.raises(CaseChanged):
            further(house, fresh(case))
    with pytest.raises(CaseChanged):
        further(house, supervised(house, "complied"))
    assert not Measure.objects.exclude(kind="supervisory_letter").exists()
    for outcome in ("partly", "ignored"):
        case = supervised(house, outcome)
        assert may_go_further(case)
        measure = further(house, case)
        assert measure.letter is not None
        number = Letter.objects.get(case=case.pk, template="supervisory_letter").number
        assert measure.letter.variables["supervisory_number"] == number
        assert list(verify_chains(case.pk)) == []


@pytest.mark.parametrize("further", FURTHER)
@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_a_measure_is_for_cases_in_handling_only(house: House, further: Further, state: State) -> None:
    case = supervised(house, "partly")
    ArrearsComplaint.objects.filter(pk=case.pk).update(state=state)
    if state in (State.RECEIVED, State.IN_HANDLING):
        further(house, case)
        return
    with pytest.raises(CaseChanged):
        further(house, case)


@pytest.mark.parametrize("who", ["clerk", "receiving_head", "supervisor", "auditor"])
def test_only_the_handling_department_takes_measures(house: House, who: str) -> None:
    case = supervised(house, "partly")
    stranger = House.__new__(House)
    stranger.handler = getattr(house, who)
    for further in FURTHER:
        with pytest.raises(ActionNotAllowed):
            further(stranger, case)
    waiting = supervised(house, "")
    with pytest.raises(ActionNotAllowed):
        end(stranger, waiting, Measure.objects.get(complaint=waiting), "complied")
    due = house.in_handling()
    ask(house, due)
    run_out(due)
    with pytest.raises(ActionNotAllowed):
        send_letter(stranger, due)


def test_a_second_letter_that_was_obeyed_closes_the_further_measures(house: House) -> None:
    case = supervised(house, "ignored")
    ask(house, case)
    run_out(case)
    second = send_letter(house, case)
    assert (second.number, may_go_further(fresh(case))) == (2, False)
    end(house, case, second, "complied")
    assert not may_go_further(fresh(case))
    with pytest.raises(CaseChanged):
        interview(house, case)


def test_minutes_follow_the_interview_once_its_day_has_come(house: House) -> None:
    case = supervised(house, "ignored")
    called = interview(house, case)
    given: dict[str, Any] = {"measure": called.pk, "present": "李明、赵强", "facts": "欠款属实", "statement": "将付款"}
    write = lambda: services.interview_minute(complaint=case, actor=Actor.person(house.handler), **given)  # noqa: E731
    with pytest.raises(InvalidInput) as caught:
        write()
    assert set(caught.value.errors) == {"measure"}
    Measure.objects.filter(pk=called.pk).update(due_on=today())
    held = write()
    assert held.minutes is not None
    assert (held.minutes.template, held.minutes.variables["place"]) == ("interview_minutes", "三楼会议室")
    with pytest.raises(InvalidInput):
        write()
    elsewhere = supervised(house, "ignored")
    with pytest.raises(InvalidInput):
        services.interview_minute(complaint=elsewhere, actor=Actor.person(house.handler), **given)


@pytest.mark.parametrize(
    ("further", "changes", "field"),
    [
        (interview, {"attendee": " "}, "attendee"),
        (interview, {"place": ""}, "place"),
        (interview, {"topics": ""}, "topics"),
        (interview, {"held_at": timezone.localtime() - timedelta(minutes=1)}, "held_at"),
        (circular, {"facts": ""}, "facts"),
        (circular, {"demands": ""}, "demands"),
        (circular, {"addressees": " \n "}, "addressees"),
        (circular, {"due_on": today()}, "due_on"),
        (order, {"finding": ""}, "finding"),
        (order, {"correction": ""}, "correction"),
        (order, {"violations": []}, "violations"),
        (order, {"violations": ["V25", "V99"]}, "violations"),
        (order, {"due_on": today()}, "due_on"),
    ],
)
def test_a_faulty_measure_names_its_field_and_issues_nothing(
    house: House, further: Further, changes: dict[str, Any], field: str
) -> None:
    case = supervised(house, "partly")
    letters = Letter.objects.count()
    with pytest.raises(InvalidInput) as caught:
        further(house, case, **changes)
    assert set(caught.value.errors) == {field}
    assert Letter.objects.count() == letters


def test_the_order_cites_the_articles_and_the_circular_goes_to_each_body(house: House) -> None:
    case = supervised(house, "partly")
    ordered, told = order(house, case), circular(house, case)
    assert ordered.letter is not None and told.letter is not None
    cited = [row["citation"] for row in ordered.letter.variables["violations"]]
    assert [citation.partition("）")[2] for citation in cited] == ["第二十五条第三款", "第十五条"]
    assert told.letter.variables["addressee"] == f"{case.respondent_name}、新区管委会、市国资委"


def test_that_nothing_was_done_is_said_when_the_time_is_over_or_an_answer_shows_it(house: House) -> None:
    case = supervised(house, "")
    measure = Measure.objects.get(complaint=case)
    for outcome, note in (("open", "x"), ("nonsense", "x"), ("ignored", " "), ("partly", "")):
        with pytest.raises(InvalidInput):
            end(house, case, measure, outcome, note)
    with pytest.raises(InvalidInput) as caught:
        end(house, case, measure, "ignored")
    assert set(caught.value.errors) == {"outcome"}
    answer(FeedbackRequest.objects.get(complaint=case))
    ended = end(house, case, measure, "ignored")
    assert (ended.outcome, ended.outcome_by, ended.outcome_on) == ("ignored", house.handler, today())
    with pytest.raises(InvalidInput):
        end(house, case, measure, "complied")


@pytest.mark.parametrize(("outcome", "status"), [("complied", "met"), ("partly", "met"), ("ignored", "cancelled")])
def test_an_outcome_ends_the_clock_of_the_letter(house: House, outcome: str, status: str) -> None:
    case = supervised(house, outcome)
    assert Deadline.objects.get(case=case.pk, code=SUPERVISED).status == status


def test_the_complainant_reads_which_measure_was_taken_and_no_more(house: House) -> None:
    case = supervised(house, "ignored")
    interview(house, case, topics="内部议题甲")
    circular(house, case, facts="内部事实乙")
    order(house, case, finding="内部认定丙")
    lines = progress.timeline(fresh(case))
    taken = (Verb.SUPERVISORY_LETTER_SENT, Verb.INTERVIEW_CALLED, Verb.CIRCULAR_SENT, Verb.RECTIFICATION_ORDERED)
    assert {str(verb.label) for verb in taken} <= {line.title for line in lines}
    assert str(Verb.MEASURE_ENDED.label) not in {line.title for line in lines}
    said = " ".join(f"{line.title} {line.text}" for line in lines)
    assert not any(word in said for word in ("内部", "仍未反馈", "逐项反馈"))
    own = Letter.objects.for_complainant().filter(case=case.pk).values_list("template", flat=True)
    assert not {"supervisory_letter", "interview_notice", "circular", "rectification_order"} & set(own)
