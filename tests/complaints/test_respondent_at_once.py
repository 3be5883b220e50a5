"""Real concurrent clients on the respondent's side: one answer, one judgement, one letter, whoever comes first."""

from __future__ import annotations

import pytest

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged
from casework.cases.timeline import verify_chains
from complaints.measures.models import Measure
from complaints.respondent import services
from complaints.respondent.models import AnsweredPart, FeedbackAnswer, FeedbackRequest
from complaints.respondent.selectors import CodeNotValid
from tests.at_once import at_once, errors
from tests.complaints.respondent_cases import answer, ask, fresh, judge, run_out, send_letter
from tests.factories import House

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_code_answered_six_times_at_once_gives_one_answer() -> None:
    house = House()
    case = house.in_handling()
    request = ask(house, case).request
    results = at_once(*[lambda: answer(request)] * 6)
    assert errors(results) == [CodeNotValid] * 5
    assert (FeedbackAnswer.objects.count(), AnsweredPart.objects.count()) == (1, 1)
    assert list(verify_chains(case.pk)) == []


def test_an_answer_and_a_judgement_of_silence_at_once_leave_a_sound_request() -> None:
    """Whoever comes first: an answer makes silence impossible, silence leaves the code open for the late answer."""
    house = House()
    for _attempt in range(5):
        case = house.in_handling()
        request = ask(house, case).request
        run_out(case)
        results = at_once(lambda r=request: answer(r), lambda c=case: judge(house, c, "silent"))  # type: ignore[misc]
        assert isinstance(results[0], FeedbackAnswer)
        assert errors(results) in ([], [CaseChanged])
        assert FeedbackRequest.objects.get(pk=request.pk).status == "answered"
        assert list(verify_chains(case.pk)) == []


def test_an_answer_and_a_renewed_code_at_once_never_both_hold() -> None:
    house = House()
    for _attempt in range(5):
        case = house.in_handling()
        request = ask(house, case).request
        renew = lambda c=case: services.feedback_renew_code(complaint=c, actor=Actor.person(house.handler))  # noqa: E731
        results = at_once(lambda r=request: answer(r), renew)  # type: ignore[misc]
        assert len(errors(results)) == 1


@pytest.mark.parametrize("first", ["sufficient", "insufficient"])
def test_two_judgements_at_once_leave_one(first: str) -> None:
    house = House()
    case = house.in_handling()
    answer(ask(house, case).request)
    results = at_once(lambda: judge(house, case, first), lambda: judge(house, case, "insufficient"))
    assert errors(results) == [CaseChanged]


def test_two_supervisory_letters_or_requests_at_once_leave_one() -> None:
    house = House()
    case = house.in_handling()
    results = at_once(lambda: ask(house, case), lambda: ask(house, case))
    assert errors(results) == [CaseChanged]
    run_out(case)
    results = at_once(*[lambda: send_letter(house, fresh(case))] * 3)
    assert errors(results) == [CaseChanged] * 2
    assert Measure.objects.count() == 1
