"""A question about a disclosure: served, answered, settled or handed on by a second person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.outbox import relay_lane
from casework.clocks.models import CalendarDay
from casework.documents.models import Letter
from casework.parties.models import Membership, Role
from complaints.disclosure import corrections
from complaints.disclosure.models import DisclosureCorrection, DisclosureObligation
from tests.at_once import at_once, errors
from tests.complaints.disclosure.conftest import Bureau, again, overdue_today
from tests.factories import member

pytestmark = pytest.mark.django_db
State = DisclosureCorrection.State


def refusal(call: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as caught:
        call()
    return dict(caught.value.errors)


def tenth_working_day_after(day: date) -> date:
    """Counted day by day over the stored calendar, unlike the clocks."""
    kinds = dict(CalendarDay.objects.filter(division="").values_list("date", "kind"))
    left = 10
    while left:
        day += timedelta(days=1)
        is_worked = kinds.get(day) == "workday" or (day.weekday() < 5 and kinds.get(day) != "holiday")
        left -= is_worked
    return day


def expire(asked: DisclosureCorrection) -> DisclosureCorrection:
    """Its due day has passed."""
    DisclosureCorrection.objects.filter(pk=asked.pk).update(due_on=timezone.localdate() - timedelta(days=1))
    found: DisclosureCorrection = again(asked)
    return found


def proposed(bureau: Bureau, **changes: Any) -> DisclosureCorrection:
    """One that waits for the second person."""
    row = bureau.asked(**changes)
    bureau.disclosed(row)
    asked = expire(bureau.question(row))
    return corrections.forward_propose(asked=asked, user=bureau.clerk, authority="示例市场监管局", reasons="逾期未答复")


def test_a_mail_asks_and_names_the_due_day(bureau: Bureau, mailoutbox: list[Any]) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked = bureau.question(row)
    assert (asked.state, asked.occasion) == (State.WAITING, "doubted")
    assert asked.due_on == tenth_working_day_after(timezone.localdate())
    assert asked.period.certainty == "I"
    assert asked.figures == {
        "flag": "none", "complaints": 0, "outstanding": 0, "undisputed": 0, "disclosed": row_amount(row), "version": 1,
    }  # fmt: skip
    relay_lane("default")
    assert [asked.reasons in mail.body for mail in mailoutbox].count(True) == 1


def row_amount(row: DisclosureObligation) -> Any:
    current = again(row).current
    return current.amount


def test_a_letter_is_numbered_and_names_no_case(bureau: Bureau) -> None:
    row = overdue_today(bureau.asked())
    asked = bureau.question(row, way="letter")
    assert asked.occasion == "missing"
    letter = Letter.objects.get(pk=asked.letter_id or 0)
    assert letter.case is None and letter.department == bureau.department
    relay_lane("letters")
    assert again(letter).status == "ready"


def test_nothing_is_asked_while_there_is_time(bureau: Bureau) -> None:
    row = overdue_today(bureau.asked(), days=0)
    assert set(refusal(lambda: bureau.question(row))) == {""}
    assert set(refusal(lambda: bureau.question(overdue_today(row), reasons=" ", way="fax"))) == {"reasons", "way"}


def test_one_question_at_a_time(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked = bureau.question(row)
    with pytest.raises(CaseChanged):
        bureau.question(row)
    corrections.correction_accept(asked=asked, user=bureau.clerk, note="电话核实无误")
    assert bureau.question(row).pk != asked.pk


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_once(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    assert errors(at_once(lambda: bureau.question(row), lambda: bureau.question(row, way="letter"))) == [CaseChanged]
    assert DisclosureCorrection.objects.count() == 1


def test_an_explanation_answers_once(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked = bureau.question(row)
    assert "text" in refusal(lambda: corrections.correction_explain(asked=asked, text=" "))
    answered = corrections.correction_explain(asked=asked, text="款项已于年末前付清。")
    assert (answered.state, answered.answered_on) == (State.ANSWERED, timezone.localdate())
    with pytest.raises(CaseChanged):
        corrections.correction_explain(asked=asked, text="再次说明")


def test_a_new_version_answers_too(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked = bureau.question(row)
    made = bureau.disclosed(row, user=bureau.handler)
    asked = again(asked)
    assert (asked.state, asked.disclosure, asked.answered_at_desk_by) == (State.ANSWERED, made, bureau.handler)


def test_a_missing_disclosure_is_answered_by_the_first_version(bureau: Bureau) -> None:
    row = overdue_today(bureau.asked())
    asked = bureau.question(row)
    made = bureau.disclosed(row)
    assert again(asked).disclosure == made


def test_it_is_handed_on_only_after_the_body_could_answer(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked = bureau.question(row)
    call = {"user": bureau.clerk, "authority": "示例局", "reasons": "未答复"}
    assert "" in refusal(lambda: corrections.forward_propose(asked=asked, **call))  # type: ignore[arg-type]
    corrections.correction_explain(asked=asked, text="说明")
    assert set(
        refusal(lambda: corrections.forward_propose(asked=asked, user=bureau.clerk, authority="", reasons=""))
    ) == {
        "authority",
        "reasons",
    }
    assert corrections.forward_propose(asked=asked, **call).state == State.FORWARD_PROPOSED  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "to", "article"),
    [
        ("organ", "superior", "第三十一条第七项"),
        ("institution", "superior", "第三十一条第七项"),
        ("large_enterprise", "market_regulation", "第三十四条"),
    ],
)
def test_who_is_competent_follows_from_the_kind(bureau: Bureau, kind: str, to: str, article: str) -> None:
    asked = proposed(bureau, kind=kind)
    assert asked.forward_to == to and asked.forward_citation.endswith(article)


def test_a_second_person_hands_it_on(bureau: Bureau) -> None:
    asked = proposed(bureau)
    # Also a head who is the one that proposed.
    Membership.objects.create(user=bureau.clerk, department=bureau.department, role=Role.DEPARTMENT_HEAD)
    for user in (type(bureau.clerk).objects.get(pk=bureau.clerk.pk), bureau.handler, Bureau("320500").head):
        with pytest.raises(ActionNotAllowed):
            confirm(asked, user)
    done = confirm(asked, bureau.head)
    assert (done.state, done.document_number, done.closed_by) == (State.FORWARDED, "宁工信函〔2026〕9号", bureau.head)


def confirm(asked: DisclosureCorrection, user: Any, **changes: Any) -> DisclosureCorrection:
    values = {"document_number": "宁工信函〔2026〕9号", "document_date": timezone.localdate(), **changes}
    return corrections.forward_confirm(asked=asked, user=user, **values)


def test_the_document_has_a_number_and_a_day_that_can_be(bureau: Bureau) -> None:
    asked = proposed(bureau)
    today = timezone.localdate()
    assert "document_number" in refusal(lambda: confirm(asked, bureau.head, document_number=" "))
    for day in (today + timedelta(days=1), today - timedelta(days=1)):
        assert "document_date" in refusal(lambda day=day: confirm(asked, bureau.head, document_date=day))


def test_declined_it_goes_back(bureau: Bureau) -> None:
    asked = proposed(bureau)
    back = corrections.forward_decline(asked=asked, user=bureau.head, reason="先电话核实")
    assert (back.state, back.declined_by) == (State.WAITING, bureau.head)
    corrections.correction_explain(asked=back, text="说明", user=bureau.clerk)
    assert corrections.correction_accept(asked=back, user=bureau.handler, note="理由成立").state == State.ACCEPTED


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_decide_once(bureau: Bureau) -> None:
    asked = proposed(bureau)
    other = member(Role.DEPARTMENT_HEAD, bureau.department)
    decline = {"asked": asked, "user": other, "reason": "先核实"}
    results = at_once(lambda: confirm(asked, bureau.head), lambda: corrections.forward_decline(**decline))  # type: ignore[arg-type]
    assert errors(results) == [CaseChanged]


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_an_end_at_once(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked = bureau.question(row)
    results = at_once(
        lambda: corrections.correction_accept(asked=asked, user=bureau.clerk, note="撤回"),
        lambda: bureau.disclosed(row),
    )
    # Both orders are right: the version is kept in any case, and the question is settled.
    assert errors(results) == []
    assert (again(asked).state, row.disclosures.count()) == (State.ACCEPTED, 2)


def test_nobody_elsewhere_acts(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked, stranger = bureau.question(row), Bureau("320500").clerk
    for call in (
        lambda: bureau.question(row, user=stranger),
        lambda: corrections.correction_accept(asked=asked, user=stranger, note="x"),
        lambda: corrections.correction_explain(asked=asked, user=stranger, text="x"),
        lambda: corrections.forward_propose(asked=asked, user=stranger, authority="x", reasons="x"),
        lambda: corrections.forward_decline(asked=asked, user=stranger, reason="x"),
    ):
        with pytest.raises(ActionNotAllowed):
            call()


def test_the_database_wants_a_second_person_too(bureau: Bureau) -> None:
    asked = proposed(bureau)
    values = {
        "state": State.FORWARDED,
        "closed_by": asked.proposed_by,
        "closed_on": timezone.localdate(),
        "document_number": "x",
        "document_date": timezone.localdate(),
    }
    with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
        DisclosureCorrection.objects.filter(pk=asked.pk).update(**values)
