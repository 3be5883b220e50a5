"""One report through its whole life, and each command's refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.models import Case, OutboxMessage
from casework.cases.references import new_idempotency_key
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.documents.evidence import evidence_stage
from casework.documents.models import Letter
from casework.parties.models import Role, User
from fees.report import extension, intake, joining, services, transfers
from fees.report.models import CheckedCharge, FeeReport
from fees.report.selectors import is_same_reporter, reports_like
from tests.factories import department, division, member
from tests.fees.conftest import Desk
from tests.fees.house import REPORTER, FeeHouse, charge

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
PDF = b"%PDF-1.7\n%test\n"


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


def _on(actor: Actor, day: str, hour: int = 10) -> Actor:
    return replace(actor, at=datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=SHANGHAI))


def _due(case: Case, code: str) -> tuple[date, str]:
    deadline = case.deadlines.filter(code=code).latest("pk")
    return deadline.due, deadline.status


def _verbs(case: Case) -> list[str]:
    return list(case.events.order_by("seq").values_list("verb", flat=True))


def test_the_chain_of_clocks_from_filing_to_closing(house: FeeHouse) -> None:
    """By the domain's vectors: 2026-04-28 + 7 working days = 05-11; 2026-09-30 + 15 working days = 10-27."""
    clerk, handler = Actor.person(house.clerk), Actor.person(house.handler)
    case = house.registered(actor=_on(REPORTER, "2026-04-28"), charged_on=date(2026, 4, 1))
    assert _due(case, "fee.acceptance") == (date(2026, 5, 11), "running")
    case = services.report_accept(report=case, actor=_on(clerk, "2026-05-11"), version=1)
    assert _due(case, "fee.acceptance")[1] == "met"
    assert _due(case, "fee.assignment") == (date(2026, 5, 18), "running")
    case = services.report_assign(report=case, actor=_on(clerk, "2026-05-19"), department=house.verifying)
    assert _due(case, "fee.assignment")[1] == "met_late"
    case = services.report_receive(report=case, actor=_on(handler, "2026-09-30"))
    assert _due(case, "fee.verification") == (date(2026, 10, 27), "running")
    assert (case.next_due, case.next_due_code) == (date(2026, 10, 27), "fee.verification")
    services.report_find_violation(
        report=case, actor=_on(handler, "2026-10-27"), violations=["F10"], facts="事实", reasons="理由"
    )
    assert _due(case, "fee.verification")[1] == "met"
    case = services.report_conclude(report=case, actor=_on(handler, "2026-10-28"))
    assert _due(case, "fee.answer") == (date(2026, 11, 4), "running")
    case = services.report_feed_back(report=case, actor=_on(handler, "2026-11-04"), answer="已退还。")
    case = services.report_close(report=case, actor=_on(clerk, "2026-11-05"), reason="C1")
    assert (case.state, case.ended_on, case.next_due) == ("closed", date(2026, 11, 5), None)
    assert list(verify_chains(case.pk)) == []
    titles = list(Letter.objects.filter(case=case).order_by("pk").values_list("template", flat=True))
    assert titles == ["fee_registration_notice", "fee_acceptance_notice", "fee_transfer_letter", "fee_result_letter"]


def test_an_anonymous_reporter_gets_no_letter_and_leaves_no_trace(house: FeeHouse) -> None:
    filed = house.filed(is_anonymous=True, actor=Actor.complainant(""))
    case = filed.case
    assert (case.complainant_name, case.contact_name, case.contact_phone, case.contact_email) == ("", "", "", "")
    case = services.report_accept(report=case, actor=Actor.person(house.clerk))
    case = services.report_assign(report=case, actor=Actor.person(house.clerk), department=house.verifying)
    assert list(case.letters.values_list("template", flat=True)) == ["fee_transfer_letter"]
    assert not OutboxMessage.objects.filter(channel="email").exists()


def test_an_account_that_reports_anonymously_does_not_follow_the_report(house: FeeHouse) -> None:
    user = User.objects.create_user("somebody", password="secret-for-tests")
    case = house.registered(actor=Actor.complainant("", user), is_anonymous=True)
    assert case.complainant_user is None
    assert not FeeReport.objects.visible_to(user).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"complainant_name": " "}, "complainant_name"),
        ({"contact_phone": "", "contact_email": ""}, "contact_phone"),
        ({"contact_phone": "abc"}, "contact_phone"),
        ({"amount": Decimal(0)}, "amount"),
        ({"charged_on": date(2999, 1, 1)}, "charged_on"),
        ({"quantity": Decimal(2)}, "unit"),
        ({"quantity": Decimal(0), "unit": "件"}, "quantity"),
        ({"base": Decimal(-1)}, "base"),
        ({"complainant_code": "123"}, "complainant_code"),
        ({"respondent_code": "123"}, "respondent_code"),
        ({"respondent_name": ""}, "respondent_name"),
        ({"payee_type": "nobody"}, "payee_type"),
        ({"item": ""}, "item"),
        ({"facts": ""}, "facts"),
        ({"suspected": "F99"}, "suspected"),
    ],
)
def test_wrong_input_names_the_field_and_writes_nothing(house: FeeHouse, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        house.registered(**changes)
    assert field in caught.value.errors
    assert not Case.objects.exists()


def test_no_department_registers_for_the_place(house: FeeHouse) -> None:
    with pytest.raises(InvalidInput) as caught:
        house.registered(division=division("440100"))
    assert set(caught.value.errors) == {"division"}


def test_the_nearest_department_registers(house: FeeHouse) -> None:
    province = department("320000")
    province.registers_reports = True
    province.save()
    assert house.registered(division=division("320102")).receiving_department == house.registering
    assert house.registered(division=division("320500")).receiving_department == province


def test_a_double_click_files_once(house: FeeHouse) -> None:
    key, data = new_idempotency_key(), charge()
    first = intake.report_file(data=data, idempotency_key=key, actor=REPORTER)
    second = intake.report_file(data=data, idempotency_key=key, actor=REPORTER)
    assert (first.case.pk, first.secret, second.is_new) == (second.case.pk, second.secret, False)
    with pytest.raises(InvalidInput):
        intake.report_file(data={**data, "item": "另一项"}, idempotency_key=key, actor=REPORTER)


def test_a_clerk_registers_what_came_by_phone(house: FeeHouse) -> None:
    """The day of arrival counts, not the day of registration: 2026-04-28 + 7 working days = 05-11."""
    data = charge(source="phone", arrived_on=date(2026, 4, 28), charged_on=date(2026, 4, 1))
    filing = intake.report_register(
        data=data,
        department=house.registering,
        idempotency_key=new_idempotency_key(),
        actor=_on(Actor.person(house.clerk), "2026-04-30"),
    )
    case = filing.case
    assert (case.source, case.registered_by, case.complainant_user) == ("phone", house.clerk, None)
    assert _due(case, "fee.acceptance") == (date(2026, 5, 11), "running")
    assert FeeReport.objects.visible_to(house.clerk).get() == case


@pytest.mark.parametrize("who", ["handler", "supervisor", "auditor", "editor", "sysadmin", "stranger"])
def test_only_those_who_receive_there_register(house: FeeHouse, who: str) -> None:
    with pytest.raises(ActionNotAllowed):
        intake.report_register(
            data=charge(source="phone", arrived_on=date(2026, 5, 6)),
            department=house.registering,
            idempotency_key=new_idempotency_key(),
            actor=Actor.person(getattr(house, who)),
        )


def test_staged_evidence_comes_with_the_report(house: FeeHouse) -> None:
    key = new_idempotency_key()
    evidence_stage(key=key, uploads=[SimpleUploadedFile("收据.pdf", PDF)])
    case = intake.report_file(data=charge(), idempotency_key=key, actor=REPORTER).case
    assert [row.name for row in case.attachments.all()] == ["收据.pdf"]
    assert Verb.EVIDENCE_ADDED in _verbs(case)


def test_the_verdict_of_the_day_is_kept_with_the_report(house: FeeHouse, desk: Desk) -> None:
    version = desk.draft(date(2026, 1, 1))
    desk.entry(version, "机动车号牌工本费", "100元/副", payee="公安")
    desk.published(version)
    case = house.registered(
        item="机动车号牌工本费", payee_type="organ", respondent_name="南京市公安局", amount=Decimal("150.00"),
        quantity=Decimal(1), unit="副",
    )  # fmt: skip
    (kept,) = case.checked_charges.all()
    assert (kept.code, kept.verdicts[0]["allowed"], kept.verdicts[0]["excess"]) == ("above_standard", "100.00", "50.00")
    # A later version changes nothing of what was said.
    later = desk.draft(date(2026, 6, 1))
    row = later.entries.get()
    row.standard, row.standard_text, row.change_reason = [], "另行规定", "调整"
    row.save()
    assert CheckedCharge.objects.get(pk=kept.pk).verdicts == kept.verdicts


def test_a_corrected_charge_is_checked_again_and_the_first_check_stays(house: FeeHouse, desk: Desk) -> None:
    version = desk.draft(date(2026, 1, 1))
    desk.entry(version, "机动车号牌工本费", "100元/副", payee="公安")
    desk.published(version)
    case = house.registered(item="车牌钱", payee_type="organ", respondent_name="南京市公安局")
    assert case.checked_charges.get().code == "not_in_catalogue"
    case = joining.report_describe(
        report=case,
        actor=Actor.person(house.clerk),
        reason="见票据。",
        charge={"item": "机动车号牌工本费", "amount": Decimal("100.00"), "quantity": Decimal(1), "unit": "副"},
    )
    assert list(case.checked_charges.values_list("number", "code")) == [(1, "not_in_catalogue"), (2, "consistent")]
    assert FeeReport.objects.get(pk=case.pk).item == "机动车号牌工本费"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"amount": Decimal(0)}, "amount"), ({"facts": "别的"}, "facts"), ({"item": ""}, "item")],
)
def test_a_description_that_cannot_be_is_refused(house: FeeHouse, changed: dict[str, Any], field: str) -> None:
    case = house.registered()
    with pytest.raises(InvalidInput) as caught:
        joining.report_describe(report=case, actor=Actor.person(house.clerk), reason="见票据。", charge=changed)
    assert field in caught.value.errors
    assert case.checked_charges.count() == 1


def test_a_refusal_needs_ground_and_reasons(house: FeeHouse) -> None:
    case, clerk = house.registered(), Actor.person(house.clerk)
    with pytest.raises(InvalidInput) as caught:
        services.report_refuse(report=case, actor=clerk, ground="no", explanation="")
    assert set(caught.value.errors) == {"ground", "explanation"}
    with pytest.raises(InvalidInput) as caught:
        services.report_refuse(
            report=case, actor=clerk, ground="G1", explanation="无主体。", same_as=house.registered()
        )
    assert set(caught.value.errors) == {"same_as"}
    case = services.report_refuse(report=case, actor=clerk, ground="G1", explanation="没有收费主体。")
    assert (case.state, case.decision_ground, case.next_due) == ("refused", "G1", None)


def test_the_same_fact_again_is_linked_and_answered_with_the_earlier_result(house: FeeHouse) -> None:
    earlier = house.closed()
    case, clerk = house.registered(), Actor.person(house.clerk)
    assert [row.pk for row in reports_like(case)] == [earlier.pk]
    with pytest.raises(InvalidInput) as caught:
        services.report_refuse(report=case, actor=clerk, ground="G2", explanation="已处理。")
    assert set(caught.value.errors) == {"same_as"}
    case = services.report_refuse(report=case, actor=clerk, ground="G2", explanation="已处理。", same_as=earlier)
    letter = case.letters.get(template="fee_refusal_notice")
    assert letter.variables["earlier_reference"] == earlier.reference
    assert letter.variables["earlier_answer"] == "已责令改正并清退。"
    assert list(earlier.repeats.all()) == [case]


def test_new_facts_are_merged_and_the_verification_begins_anew(house: FeeHouse) -> None:
    """SAMR Order 121 art. 35; 2026-09-30 + 15 working days = 10-27."""
    clerk, handler = Actor.person(house.clerk), Actor.person(house.handler)
    key = new_idempotency_key()
    evidence_stage(key=key, uploads=[SimpleUploadedFile("新票据.pdf", PDF)])
    first = house.transferred()
    first = services.report_receive(report=first, actor=handler)
    again = intake.report_file(data=charge(), idempotency_key=key, actor=REPORTER).case
    at = _on(clerk, "2026-09-30")
    merged = joining.report_merge(report=again, actor=at, into=first, note="新增三张票据。")
    assert (merged.state, merged.merged_into, merged.next_due) == ("merged", first, None)
    first = FeeReport.objects.get(pk=first.pk)
    statuses = list(first.deadlines.filter(code="fee.verification").order_by("pk").values_list("status", flat=True))
    assert statuses == ["cancelled", "running"]
    assert _due(first, "fee.verification") == (date(2026, 10, 27), "running")
    assert first.next_due == date(2026, 10, 27)
    assert [(row.name, row.by_complainant) for row in first.attachments.all()] == [("新票据.pdf", False)]
    assert merged.letters.get(template="fee_merge_notice").variables["earlier_reference"] == first.reference
    assert list(verify_chains()) == []


def test_what_cannot_be_merged(house: FeeHouse) -> None:
    case, clerk = house.registered(), Actor.person(house.clerk)
    for into, note, field in (
        (house.closed(), "新事实", "into"),
        (case, "新事实", "into"),
        (house.accepted(), " ", "note"),
    ):
        with pytest.raises(InvalidInput) as caught:
            joining.report_merge(report=case, actor=clerk, into=into, note=note)
        assert set(caught.value.errors) == {field}
    assert FeeReport.objects.get(pk=case.pk).state == "registered"


def test_a_mixed_submission_is_split(house: FeeHouse) -> None:
    filed, clerk = house.filed(), Actor.person(house.clerk)
    part = joining.report_split(
        report=filed.case,
        actor=clerk,
        track="report",
        text="另收培训费。",
        charge={
            "respondent_name": "另一协会", "payee_type": "association", "item": "培训费",
            "charged_on": date(2026, 5, 7), "amount": Decimal("800.00"),
        },
    )  # fmt: skip
    assert part.case is not None
    other = FeeReport.objects.get(pk=part.case.pk)
    case = FeeReport.objects.get(pk=filed.case.pk)
    assert (other.state, other.split_from, other.arrived_on) == ("registered", case, case.arrived_on)
    assert (other.complainant_name, other.secret_hash) == (case.complainant_name, case.secret_hash)
    assert _due(other, "fee.acceptance") == _due(case, "fee.acceptance")
    joining.report_split(report=case, actor=clerk, track="complaint", text="另有货款未付。", way="请提交拖欠款项投诉。")
    assert case.letters.get(template="fee_split_notice").variables["way"] == "请提交拖欠款项投诉。"
    assert list(case.parts.values_list("number", "track")) == [(1, "report"), (2, "complaint")]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"track": "report", "text": " "}, "text"),
        ({"track": "petition", "text": "x"}, "track"),
        ({"track": "complaint", "text": "x"}, "way"),
        ({"track": "report", "text": "x", "charge": {"item": "培训费"}}, "respondent_name"),
    ],
)
def test_a_part_that_goes_nowhere_is_refused(house: FeeHouse, given: dict[str, Any], field: str) -> None:
    case = house.registered()
    with pytest.raises(InvalidInput) as caught:
        joining.report_split(report=case, actor=Actor.person(house.clerk), **given)
    assert field in caught.value.errors
    assert FeeReport.objects.count() == 1


def test_a_redirected_report_names_the_way(house: FeeHouse) -> None:
    case, clerk = house.accepted(), Actor.person(house.clerk)
    with pytest.raises(InvalidInput) as caught:
        services.report_redirect(report=case, actor=clerk, way="no", explanation=" ")
    assert set(caught.value.errors) == {"way", "explanation"}
    case = services.report_redirect(report=case, actor=clerk, way="W1", explanation="请在本系统提交投诉。")
    assert (case.state, _due(case, "fee.assignment")[1]) == ("redirected", "met")


def test_the_route_suggests_and_another_department_needs_a_reason(house: FeeHouse) -> None:
    house.route(house.finance, respondent_type="organ")
    clerk = Actor.person(house.clerk)
    case = house.accepted(payee_type="organ", respondent_name="南京市某局")
    with pytest.raises(InvalidInput) as caught:
        services.report_assign(report=case, actor=clerk, department=house.verifying)
    assert set(caught.value.errors) == {"override_reason"}
    case = services.report_assign(report=case, actor=clerk, department=house.finance)
    assert case.hops.get().route is not None


def test_a_dispute_about_competence_has_seven_working_days_then_the_superior_designates(house: FeeHouse) -> None:
    """SAMR Order 121 art. 33; 2026-04-28 + 7 working days = 05-11."""
    handler, supervisor = Actor.person(house.handler), Actor.person(house.supervisor)
    case = house.transferred()
    transfers.report_dispute(
        report=case, actor=_on(handler, "2026-04-28"), reason="属于财政部门职责。", target=house.finance
    )
    assert _due(case, "fee.competence_dispute") == (date(2026, 5, 11), "running")
    with pytest.raises(InvalidInput):
        transfers.report_escalate(report=case, actor=_on(handler, "2026-05-11"))
    transfers.report_escalate(report=case, actor=_on(handler, "2026-05-12"))
    with pytest.raises(ActionNotAllowed):
        transfers.report_designate(report=case, actor=handler, department=house.finance, reason="财政。")
    transfers.report_designate(report=case, actor=supervisor, department=house.finance, reason="属财政职责。")
    case = transfers.report_take_back(report=case, actor=Actor.person(house.clerk))
    assert (case.state, case.handling_department) == ("accepted", None)
    with pytest.raises(InvalidInput):
        services.report_assign(report=case, actor=Actor.person(house.clerk), department=house.verifying)
    case = services.report_assign(report=case, actor=Actor.person(house.clerk), department=house.finance)
    assert case.handling_department == house.finance


def test_nothing_is_found_while_competence_is_disputed(house: FeeHouse) -> None:
    case = house.verifying_()
    handler = Actor.person(house.handler)
    transfers.report_dispute(report=case, actor=handler, reason="属于财政。", target=house.finance)
    with pytest.raises(InvalidInput):
        services.report_find_nothing(report=case, actor=handler, outcome="none", facts="x", reasons="y")


def test_fifteen_working_days_more_with_the_heads_approval(house: FeeHouse) -> None:
    """2026-09-30 + 15 working days = 10-27; the cap is thirty in all."""
    handler, head = Actor.person(house.handler), Actor.person(house.head)
    case = services.report_receive(report=house.transferred(), actor=_on(handler, "2026-09-30"))
    ask: dict[str, Any] = {"ground": "complex", "reason": "涉及企业多。"}
    with pytest.raises(InvalidInput) as caught:
        extension.extension_ask(report=case, actor=_on(handler, "2026-10-20"), total_days=31, **ask)
    assert set(caught.value.errors) == {"total_days"}
    extension.extension_ask(report=case, actor=_on(handler, "2026-10-20"), total_days=30, **ask)
    with pytest.raises(ActionNotAllowed):
        extension.extension_decide(
            report=case, actor=_on(Actor.person(house.clerks_head), "2026-10-21"), decision="approved"
        )
    extension.extension_decide(report=case, actor=_on(head, "2026-10-21"), decision="approved")
    # Counted by hand: 15 more working days after Tuesday 2026-10-27 end on Tuesday 2026-11-17.
    assert _due(case, "fee.verification") == (date(2026, 11, 17), "running")
    assert case.letters.filter(template="fee_extension_form").count() == 1


def test_a_request_that_nobody_decided_ends_with_the_finding(house: FeeHouse) -> None:
    case, handler = house.verifying_(), Actor.person(house.handler)
    request = extension.extension_ask(report=case, actor=handler, ground="complex", reason="多。", total_days=20)
    services.report_find_nothing(report=case, actor=handler, outcome="none", facts="x", reasons="y")
    request.refresh_from_db()
    assert (request.status, request.decided_by) == ("declined", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"violations": []}, "violations"),
        ({"violations": ["F99"]}, "violations"),
        ({"facts": " "}, "facts"),
        ({"reasons": ""}, "reasons"),
        ({"extent": services.Extent(date(2026, 5, 2), date(2026, 5, 1))}, "period_to"),
        ({"extent": services.Extent(date(2999, 5, 2))}, "period_from"),
        ({"extent": services.Extent(payers=0)}, "payers"),
        ({"extent": services.Extent(amount=Decimal(-1))}, "unlawful_amount"),
    ],
)
def test_a_finding_that_says_too_little_is_refused(house: FeeHouse, given: dict[str, Any], field: str) -> None:
    case = house.verifying_()
    right: dict[str, Any] = {"violations": ["F01"], "facts": "事实", "reasons": "理由"}
    with pytest.raises(InvalidInput) as caught:
        services.report_find_violation(report=case, actor=Actor.person(house.handler), **{**right, **given})
    assert set(caught.value.errors) == {field}
    assert FeeReport.objects.get(pk=case.pk).state == "verifying"


def test_a_finding_keeps_the_categories_as_they_were(house: FeeHouse) -> None:
    finding = house.violation_found().findings.get()
    assert list(finding.violations.values_list("code", flat=True)) == ["F01", "F10"]
    assert all(row.citation for row in finding.violations.all())
    assert (finding.payers, finding.unlawful_amount) == (42, Decimal("210000.00"))


def test_closing_needs_a_reason_that_the_finding_bears_out(house: FeeHouse) -> None:
    handler = Actor.person(house.handler)
    case = services.report_feed_back(report=house.nothing_found(), actor=handler, answer="未发现违规。")
    for reason in ("C1", "C4", "C5", "no"):
        with pytest.raises(InvalidInput) as caught:
            services.report_close(report=case, actor=handler, reason=reason)
        assert set(caught.value.errors) == {"reason"}
    assert services.report_close(report=case, actor=handler, reason="C3").state == "closed"


def test_new_facts_reopen_with_a_new_period_and_a_second_finding(house: FeeHouse) -> None:
    case, handler = house.closed(), Actor.person(house.handler)
    with pytest.raises(InvalidInput):
        services.report_reopen(report=case, actor=handler, note=" ")
    case = services.report_reopen(report=case, actor=_on(handler, "2026-09-30"), note="又有企业反映继续收费。")
    assert (case.state, case.ended_on, _due(case, "fee.verification")[0]) == ("verifying", None, date(2026, 10, 27))
    services.report_find_nothing(report=case, actor=handler, outcome="unverifiable", facts="x", reasons="y")
    assert list(case.findings.values_list("number", "outcome")) == [(1, "violation"), (2, "unverifiable")]


def test_the_payee_never_learns_of_the_reporter_but_the_verifying_department_does(house: FeeHouse) -> None:
    case = house.transferred()
    letter = case.letters.get(template="fee_transfer_letter")
    assert "reporter" not in letter.variables
    assert "complainant" not in letter.variables
    assert not letter.to_complainant


@pytest.mark.parametrize("who", ["editor", "credit_officer", "sysadmin", "stranger", "financier"])
def test_nobody_else_sees_the_report(house: FeeHouse, who: str) -> None:
    house.transferred()
    assert not FeeReport.objects.visible_to(getattr(house, who)).exists()


def test_two_accounts_of_one_firm_are_the_same_reporter(house: FeeHouse) -> None:
    code = charge()["complainant_code"]
    one, two = house.registered(complainant_code=code), house.registered(complainant_code=code, contact_name="王五")
    assert is_same_reporter(one, two)
    assert not is_same_reporter(one, house.registered())
    assert not is_same_reporter(one, house.registered(is_anonymous=True))


def test_a_stale_version_is_refused(house: FeeHouse) -> None:
    case, clerk = house.registered(), Actor.person(house.clerk)
    with pytest.raises(CaseChanged):
        services.report_accept(report=case, actor=clerk, version=0)


def test_withdrawing_ends_before_acceptance_only(house: FeeHouse) -> None:
    case = services.report_withdraw(report=house.registered(), actor=REPORTER, reason="已退款。")
    assert (case.state, case.next_due) == ("withdrawn", None)
    with pytest.raises(CaseChanged):
        services.report_withdraw(report=house.accepted(), actor=REPORTER)


def test_a_member_of_two_offices_acts_on_the_side_that_is_theirs(house: FeeHouse) -> None:
    both = member(Role.RECEIVING_CLERK, house.registering)
    case = house.transferred()
    with pytest.raises(ActionNotAllowed):
        services.report_receive(report=case, actor=Actor.person(both))
