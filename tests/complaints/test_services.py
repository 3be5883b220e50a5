"""One complaint through its whole life, and each command's refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.models import Case, OutboxMessage
from casework.cases.references import check_digit, clean_secret, derive_secret
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.documents.evidence import evidence_stage
from casework.documents.models import Attachment, Letter, StagedFile
from complaints import services
from complaints.models import ArrearsComplaint
from complaints.selectors import available_actions, complaint_by_secret
from tests.factories import House, department, file_complaint, filing

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
PDF = b"%PDF-1.7\n%test\n"


@pytest.fixture
def house() -> House:
    return House()


def _on(actor: Actor, day: str, hour: int = 10) -> Actor:
    return replace(actor, at=datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=SHANGHAI))


def _due(case: Case, code: str) -> tuple[date, date, str]:
    deadline = case.deadlines.filter(code=code).latest("pk")
    return deadline.raw_due, deadline.due, deadline.status


def test_the_chain_of_clocks_from_filing_to_closing(house: House) -> None:
    """The chain of the domain's vector: filed 2026-09-14, review to 09-28, transfer to 10-16, 30 days to 11-16."""
    filer, clerk, handler = Actor.complainant("x"), Actor.person(house.clerk), Actor.person(house.handler)
    case = file_complaint(actor=_on(filer, "2026-09-14")).complaint
    assert _due(case, "arrears.review") == (date(2026, 9, 28), date(2026, 9, 28), "running")
    assert (case.next_due, case.next_due_code) == (date(2026, 9, 28), "arrears.review")

    case = services.complaint_accept(complaint=case, actor=_on(clerk, "2026-09-28"), version=1)
    assert _due(case, "arrears.review")[2] == "met"
    assert _due(case, "arrears.transfer") == (date(2026, 10, 16), date(2026, 10, 16), "running")

    case = services.complaint_transfer(complaint=case, actor=_on(clerk, "2026-10-16"), department=house.handling)
    assert (case.next_due, case.next_due_code) == (date(2026, 10, 23), "misroute.objection")
    case = services.complaint_receive(complaint=case, actor=_on(handler, "2026-10-16"))
    assert _due(case, "arrears.handling") == (date(2026, 11, 15), date(2026, 11, 16), "running")

    case = services.complaint_start_handling(complaint=case, actor=_on(handler, "2026-10-19"))
    case = services.complaint_resolve(complaint=case, actor=_on(handler, "2026-11-17"), findings="事实", result="结果")
    assert _due(case, "arrears.handling")[2] == "met_late"
    case = services.complaint_close(complaint=case, actor=_on(clerk, "2026-11-18"), reason="NO_CONTRACT")
    assert (case.state, case.ended_on, case.next_due) == ("closed", date(2026, 11, 18), None)
    assert list(verify_chains(case.pk)) == []
    titles = list(Letter.objects.filter(case=case).order_by("pk").values_list("template", flat=True))
    assert titles == ["acceptance_notice", "transfer_letter", "result_letter"]


def test_a_correction_stops_the_review_and_complete_material_starts_it_anew(house: House) -> None:
    filer, clerk = Actor.complainant("x"), Actor.person(house.clerk)
    case = file_complaint(actor=_on(filer, "2026-09-14")).complaint
    case = services.complaint_request_correction(
        complaint=case, actor=_on(clerk, "2026-09-16"), items=["contract", "licence"], note="请补充"
    )
    assert [deadline.status for deadline in case.deadlines.order_by("pk")] == ["cancelled", "running"]
    assert len(case.correction_items) == 2
    upload = SimpleUploadedFile("合同.pdf", PDF)
    case = services.complaint_answer_correction(
        complaint=case, actor=_on(filer, "2026-09-21"), answer="已补充", uploads=[upload]
    )
    # Ten working days after 21 September 2026, across the National Day holidays: the domain's vector 2.
    assert _due(case, "arrears.review") == (date(2026, 10, 12), date(2026, 10, 12), "running")
    assert case.attachments.get().name == "合同.pdf"
    assert case.complete_on == date(2026, 9, 21)


def test_refusal_needs_ground_and_reasons_and_ends_every_clock(house: House) -> None:
    case, clerk = house.submitted(), Actor.person(house.clerk)
    with pytest.raises(InvalidInput) as refused:
        services.complaint_refuse(complaint=case, actor=clerk, ground="R99", explanation=" ")
    assert set(refused.value.errors) == {"ground", "explanation"}
    assert not case.events.filter(verb=Verb.REFUSED).exists()
    case = services.complaint_refuse(complaint=case, actor=clerk, ground="R2", explanation="法院已立案")
    assert (case.state, case.decision_ground) == ("refused", "R2")
    assert not case.deadlines.filter(status__in=["running", "breached"]).exists()


def test_withdrawal_ends_every_clock_at_each_stage(house: House) -> None:
    for stage in ("submitted", "accepted", "transferred", "received", "in_handling"):
        case = getattr(house, stage)()
        case = services.complaint_withdraw(complaint=case, actor=Actor.complainant("x"), reason="已付款")
        assert case.state == "withdrawn"
        assert not case.deadlines.filter(status__in=["running", "breached"]).exists()


def test_a_stale_page_is_told_so_and_changes_nothing(house: House) -> None:
    case = house.submitted()
    services.complaint_accept(complaint=case, actor=Actor.person(house.clerk), version=1)
    events = case.events.count()
    with pytest.raises(CaseChanged):
        services.complaint_refuse(
            complaint=case, actor=Actor.person(house.clerk), ground="R1", explanation="x", version=1
        )
    assert case.events.count() == events


def test_a_stale_page_is_told_so_even_when_the_state_came_back(house: House) -> None:
    """Corrected and under review again: whoever still looks at the first material has not seen the second."""
    case, clerk = house.submitted(), Actor.person(house.clerk)
    seen = case.version
    case = services.complaint_request_correction(complaint=case, actor=clerk, items=["contract"])
    services.complaint_answer_correction(complaint=case, actor=Actor.complainant("x"), answer="已补充")
    with pytest.raises(CaseChanged):
        services.complaint_accept(complaint=case, actor=clerk, version=seen)
    assert ArrearsComplaint.objects.get(pk=case.pk).state == "submitted"


@pytest.mark.parametrize("role", ["handler", "supervisor", "auditor", "editor", "credit_officer", "sysadmin"])
def test_other_roles_may_not_accept(house: House, role: str) -> None:
    case = house.submitted()
    with pytest.raises(ActionNotAllowed):
        services.complaint_accept(complaint=case, actor=Actor.person(getattr(house, role)))
    assert ArrearsComplaint.objects.get(pk=case.pk).state == "submitted"


def test_a_clerk_of_another_province_may_not_act(house: House) -> None:
    other = House()
    other_case = other.submitted()
    assert other_case.receiving_department in {house.receiving, other.receiving}
    stranger = house if other_case.receiving_department == other.receiving else other
    with pytest.raises(ActionNotAllowed):
        services.complaint_accept(complaint=other_case, actor=Actor.person(stranger.clerk))


def test_receipt_lies_between_transfer_and_today(house: House) -> None:
    case = house.transferred()
    for day in (date(2020, 1, 1), date(2999, 1, 1)):
        with pytest.raises(InvalidInput) as refused:
            services.complaint_receive(complaint=case, actor=Actor.person(house.handler), received_on=day)
        assert set(refused.value.errors) == {"received_on"}
    assert ArrearsComplaint.objects.get(pk=case.pk).state == "transferred"


def test_only_handling_departments_are_transferred_to(house: House) -> None:
    case = house.accepted()
    with pytest.raises(InvalidInput) as refused:
        services.complaint_transfer(complaint=case, actor=Actor.person(house.clerk), department=department("320500"))
    assert set(refused.value.errors) == {"department"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("complainant_code", "913200000000000001"),
        ("respondent_code", "short"),
        ("amount", Decimal(0)),
        ("amount", Decimal("-5")),
        ("amount", Decimal("90000.00")),
        ("contract_amount", Decimal(0)),
        ("paid_amount", Decimal(-1)),
        ("signed_on", date(2999, 1, 1)),
        ("delivered_on", date(2999, 1, 1)),
        ("contact_phone", "call me"),
        ("contact_email", "not-an-address"),
        ("undertaking", False),
        ("respondent_type", "person"),
        ("facts", ""),
        ("complainant_name", ""),
    ],
)
def test_bad_input_names_its_field_and_writes_nothing(house: House, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        file_complaint(**{field: value})
    assert set(refused.value.errors) == {field}
    assert not Case.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_the_complainants_own_code_is_not_the_respondents(house: House) -> None:
    code = filing()["complainant_code"]
    with pytest.raises(InvalidInput) as refused:
        file_complaint(complainant_code=code, respondent_code=code.lower())
    assert set(refused.value.errors) == {"respondent_code"}


def test_a_retried_filing_finds_the_first_and_its_secret(house: House) -> None:
    data, key = filing(), "a-key-of-enough-length"
    first = services.complaint_file(data=data, idempotency_key=key, actor=Actor.complainant("x"))
    again = services.complaint_file(data=data, idempotency_key=key, actor=Actor.complainant("x"))
    assert (first.is_new, again.is_new) == (True, False)
    assert (first.secret, first.complaint.pk) == (again.secret, again.complaint.pk)
    with pytest.raises(InvalidInput) as refused:
        services.complaint_file(data=filing(), idempotency_key=key, actor=Actor.complainant("x"))
    assert set(refused.value.errors) == {"idempotency_key"}


def test_the_secret_opens_its_own_case_only(house: House) -> None:
    mine, other = file_complaint(), file_complaint()
    assert (
        complaint_by_secret(mine.complaint.reference.lower(), mine.secret.lower().replace("-", " ")) == mine.complaint
    )
    for reference, secret in (
        (mine.complaint.reference, other.secret),
        (mine.complaint.reference, ""),
        ("QK2026-999999-9", mine.secret),
    ):
        with pytest.raises(CaseNotFound):
            complaint_by_secret(reference, secret)
    assert mine.secret not in str(Case.objects.filter(pk=mine.complaint.pk).values())


def test_secrets_depend_on_the_servers_key(settings: Any) -> None:
    settings.FILING_KEY = "one" * 20
    first = derive_secret("the-same-key")
    settings.FILING_KEY = "two" * 20
    assert clean_secret(first) != clean_secret(derive_secret("the-same-key"))


def test_a_mistyped_reference_shows_in_its_check_digit() -> None:
    body = "QK2026-000123"
    digit = check_digit(body)
    # Luhn by hand: digits 2026000123 doubled from the right give 4+0... the sum with the check digit divides by ten.
    digits = [int(character) for character in f"{body}{digit}" if character.isdigit()]
    total = sum(sum(divmod(d * 2, 10)) if place % 2 else d for place, d in enumerate(reversed(digits)))
    assert total % 10 == 0
    assert all(check_digit(body[:-1] + other) != digit for other in "012456789")


def test_staged_evidence_becomes_the_cases_own(house: House) -> None:
    key = "evidence-key-of-length"
    refused = evidence_stage(
        key=key,
        uploads=[SimpleUploadedFile("合同.pdf", PDF), SimpleUploadedFile("病毒.pdf", b"MZ\x90\x00 not a pdf")],
    )
    assert len(refused) == 1
    assert "病毒.pdf" in refused[0]
    filed = file_complaint(key=key)
    attachment = Attachment.objects.get(case=filed.complaint)
    assert (attachment.name, attachment.content_type, attachment.size) == ("合同.pdf", "application/pdf", len(PDF))
    assert not StagedFile.objects.exists()
    with attachment.file.open() as stored:
        assert stored.read() == PDF


def test_the_buttons_are_those_that_the_services_take(house: House) -> None:
    case = house.submitted()
    names = [action.name for action in available_actions(case, Actor.person(house.clerk))]
    assert names == ["request_correction", "accept", "refuse"]
    assert [action.name for action in available_actions(case, Actor.complainant("x"))] == ["withdraw"]
    assert available_actions(case, Actor.person(house.supervisor)) == []
