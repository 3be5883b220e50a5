"""Side matters: the disputed size and the receivable, each with its clock, its letter and its result."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.timeline import event_text, verify_chains
from casework.clocks.models import Deadline
from casework.documents.models import Letter
from casework.parties.models import User
from complaints import services as complaints
from complaints.models import ArrearsComplaint
from complaints.subcases import services
from complaints.subcases.models import SubCase
from tests.complaints.admin_pages import case_url, signed_in
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db
SIZE, RECEIVABLE = "arrears.size_dispute", "receivable.confirmation"


@pytest.fixture
def house() -> House:
    cache.clear()
    return House()


def clock(case: ArrearsComplaint, code: str) -> Deadline:
    return Deadline.objects.get(case=case.pk, code=code)


def dispute(case: ArrearsComplaint, actor: Actor, **changes: Any) -> SubCase:
    given = {"asked_of": "南京市工业和信息化局", "request": "被投诉人主张为大型企业。", **changes}
    return services.size_dispute_begin(complaint=case, actor=actor, **given)


def end(case: ArrearsComplaint, actor: Actor, matter: SubCase, outcome: str, **changes: Any) -> SubCase:
    given = {"note": "宁工信函〔2026〕7号", **changes}
    return services.subcase_end(complaint=case, actor=actor, subcase=matter.pk, outcome=outcome, **given)


def test_a_size_dispute_has_its_letter_and_its_own_clock_beside_the_review(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    matter = dispute(case, clerk)
    letter = Letter.objects.get(case=case.pk, template="size_dispute_request")
    assert matter.letter == letter
    assert letter.variables["addressee"] == "南京市工业和信息化局"
    assert not letter.to_complainant
    assert clock(case, SIZE).status == "running"
    assert clock(case, SIZE).period.certainty == "I"
    assert clock(case, "arrears.review").status == "running"
    with pytest.raises(CaseChanged):
        dispute(case, clerk)


def test_a_decided_size_stops_the_clock_and_is_told(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    matter = end(case, clerk, dispute(case, clerk), "small")
    assert (matter.status, matter.outcome, matter.decided_by) == ("decided", "small", house.clerk)
    assert clock(case, SIZE).status == "met"
    line = case.events.get(verb="subcase_ended")
    assert "小型" in event_text(line)
    assert "宁工信函〔2026〕7号" in event_text(line)
    assert list(verify_chains(case.pk)) == []
    page = signed_in(house.clerk).get(case_url(case)).content.decode()
    assert "宁工信函〔2026〕7号" in page
    assert dispute(case, clerk).number == 2


def test_the_size_in_the_letter_is_chinese_whatever_the_caseworker_reads(house: House) -> None:
    case = house.submitted()
    browser = signed_in(house.clerk)
    address = f"/admin/complaints/arrearscomplaint/{case.pk}/do/begin_size_dispute/"
    form = {"version": case.version, "asked_of": "某局", "request": "争议"}
    answer = browser.post(address, form, headers={"accept-language": "en"})
    assert answer.status_code == 302
    assert Letter.objects.get(case=case.pk).variables["stated_size"] == "小型"


def test_a_dropped_matter_cancels_its_clock(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    matter = end(case, clerk, dispute(case, clerk), "")
    assert (matter.status, matter.outcome) == ("dropped", "")
    assert clock(case, SIZE).status == "cancelled"


@pytest.mark.parametrize(
    ("outcome", "changes"),
    [
        ("unsure", {}),
        ("confirmed", {"amount": Decimal(1)}),
        ("small", {"amount": Decimal(1)}),
        ("small", {"note": " "}),
    ],
)
def test_a_size_ends_only_with_a_size(house: House, outcome: str, changes: dict[str, Any]) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    matter = dispute(case, clerk)
    with pytest.raises(InvalidInput):
        end(case, clerk, matter, outcome, **changes)


def test_the_thirty_days_run_from_the_complainants_request_not_from_the_letter(house: House) -> None:
    case, handler = house.in_handling(), Actor.person(house.handler)
    matter = services.receivable_request(complaint=case, actor=Actor.complainant("示例"), request="确认应付货款")
    assert matter.begun_by is None
    assert matter.letter is None
    started = clock(case, RECEIVABLE)
    page = signed_in(house.handler).get(case_url(case), headers={"accept-language": "en"}).content.decode()
    assert "is to be sent" in page
    sent = services.receivable_send(complaint=case, actor=handler, request="确认应付货款")
    assert sent.pk == matter.pk
    letter = Letter.objects.get(case=case.pk, template="receivable_confirmation")
    assert letter.to_complainant
    assert letter.variables["due_on"] == started.due.isoformat()
    assert Deadline.objects.filter(case=case.pk, code=RECEIVABLE).count() == 1
    with pytest.raises(CaseChanged):
        services.receivable_send(complaint=case, actor=handler, request="再次")
    with pytest.raises(CaseChanged):
        services.receivable_request(complaint=case, actor=Actor.complainant("示例"), request="再次")


def test_a_confirmed_amount_is_kept_and_shown_and_a_refusal_is_no_confirmation(house: House) -> None:
    case, handler = house.in_handling(), Actor.person(house.handler)
    matter = services.receivable_send(complaint=case, actor=handler, request="确认")
    for wrong in (None, Decimal(0)):
        with pytest.raises(InvalidInput):
            end(case, handler, matter, "confirmed", amount=wrong)
    end(case, handler, matter, "confirmed", amount=Decimal("80000.00"))
    assert clock(case, RECEIVABLE).status == "met"
    assert "80,000.00" in signed_in(house.handler).get(case_url(case)).content.decode()
    again = services.receivable_send(complaint=case, actor=handler, request="再次确认")
    end(case, handler, again, "refused")
    last = Deadline.objects.filter(case=case.pk, code=RECEIVABLE).latest("pk")
    assert last.status == "cancelled"


def test_it_waits_for_acceptance_and_ends_with_nothing_on_an_ended_case(house: House) -> None:
    submitted = house.submitted()
    with pytest.raises(CaseChanged):
        services.receivable_request(complaint=submitted, actor=Actor.complainant("示例"), request="x")
    case = house.in_handling()
    matter = services.receivable_send(complaint=case, actor=Actor.person(house.handler), request="x")
    complaints.complaint_withdraw(complaint=case, actor=Actor.complainant("示例"))
    assert clock(case, RECEIVABLE).status == "cancelled"
    with pytest.raises(CaseChanged):
        services.receivable_request(complaint=case, actor=Actor.complainant("示例"), request="x")
    end(case, Actor.person(house.handler), matter, "")
    case.refresh_from_db()
    assert case.next_due is None


def test_only_those_who_work_on_the_case_act(house: House) -> None:
    case = house.in_handling()
    matter = dispute(case, Actor.person(house.handler))
    for user in (house.supervisor, house.auditor, house.sysadmin):
        with pytest.raises(ActionNotAllowed):
            end(case, Actor.person(user), matter, "small")
        with pytest.raises(ActionNotAllowed):
            services.receivable_send(complaint=case, actor=Actor.person(user), request="x")
    with pytest.raises(ActionNotAllowed):
        services.receivable_request(complaint=case, actor=Actor.person(house.handler), request="x")


def test_the_complainant_requests_on_the_tracking_page(house: House, client: Client) -> None:
    filer = User.objects.create_user("sme")
    case = file_complaint(Actor.complainant("示例", filer)).complaint
    client.force_login(filer)
    address = f"/track/{case.reference}/receivable/"
    assert client.get(address).status_code == 409
    case = complaints.complaint_accept(complaint=case, actor=Actor.person(house.clerk))
    assert address in client.get(f"/track/{case.reference}/").content.decode()
    assert client.post(address, {"version": case.version, "request": ""}).status_code == 422
    assert client.post(address, {"version": case.version - 1, "request": "x"}).status_code == 409
    assert client.post(address, {"version": case.version, "request": "确认货款"}).status_code == 302
    assert SubCase.objects.get(complaint=case).request == "确认货款"
    assert address not in client.get(f"/track/{case.reference}/").content.decode()


def test_the_form_ends_a_matter(house: House) -> None:
    case = house.in_handling()
    matter = services.receivable_send(complaint=case, actor=Actor.person(house.handler), request="x")
    case.refresh_from_db()
    address = f"/admin/complaints/arrearscomplaint/{case.pk}/do/end_subcase/"
    form = {"version": case.version, "subcase": matter.pk, "outcome": "confirmed", "amount": "1000.00", "note": "函复"}
    assert signed_in(house.handler).post(address, form).status_code == 302
    matter.refresh_from_db()
    assert matter.outcome_amount == Decimal("1000.00")


def test_a_decided_size_stands_beside_the_condition_of_acceptance(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    browser = signed_in(house.clerk)

    def facts() -> list[tuple[str, str]]:
        conditions = browser.get(case_url(case)).context["conditions"]
        return [(fact.text, fact.tone) for row in conditions if row.term.code == "sme" for fact in row.facts]

    assert not [text for text, _tone in facts() if "宁工信函" in text]
    end(case, clerk, dispute(case, clerk), "large")
    assert ("规模认定结果：大型。宁工信函〔2026〕7号", "bad") in facts()
    end(case, clerk, dispute(case, clerk), "small", note="宁工信函〔2026〕9号，复核更正")
    assert [fact for fact in facts() if "宁工信函" in fact[0]] == [
        ("规模认定结果：小型。宁工信函〔2026〕9号，复核更正", "good")
    ]
