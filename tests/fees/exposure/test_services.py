"""A typical case's way: four eyes, joint departments, publication, withdrawal; who may take which step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseError, CaseNotFound, InvalidInput
from casework.cases.models import Notification, OutboxMessage, TimelineEvent
from casework.cases.outbox import relay_lane
from casework.parties.models import User
from fees.exposure import services
from fees.exposure.models import JointDepartment, TypicalCase
from fees.report.models import FeeReport
from tests.fees.exposure.conftest import CONTACT, EMAIL, PAYEE, PAYER, PHONE, REPORTER, TEXT, Office

pytestmark = pytest.mark.django_db


def by(user: User) -> Actor:
    return Actor.person(user)


def refused(command: Callable[..., Any], **arguments: Any) -> dict[str, list[str]]:
    with pytest.raises(InvalidInput) as refusal:
        command(**arguments)
    return refusal.value.errors


def test_a_draft_knows_what_the_report_knows_and_names_nobody(office: Office) -> None:
    report = office.with_outcomes(office.report())
    case = services.exposure_draft(actor=by(office.writer), report=report)
    assert (case.payers, case.unlawful_amount, case.refunded_amount, case.fine) == (
        30, Decimal("120000.00"), Decimal("300.00"), Decimal("20000.00"),
    )  # fmt: skip
    assert (case.period_from, case.period_to) == (date(2025, 1, 1), date(2025, 12, 31))
    assert (case.document_number, case.document_date) == ("宁市监罚〔2026〕9号", date(2026, 6, 25))
    assert case.legal_basis == "《优化营商环境条例》第七十一条"
    assert list(case.categories.values_list("code", "version", "label")) == [("F10", 1, "强制入会收费")]
    for secret in (REPORTER, CONTACT, PHONE, PAYER):
        assert secret not in case.narrative, secret
    assert (case.department, case.payee_name, case.division_id) == (office.department, PAYEE, "320100")


@pytest.mark.parametrize(
    ("outcome", "state"), [("none", "concluded"), ("violation", "violation_found"), ("violation", "verifying")]
)
def test_only_a_concluded_violation_can_be_exposed(office: Office, outcome: str, state: str) -> None:
    report = office.report(outcome, state)
    assert "" in refused(services.exposure_draft, actor=by(office.writer), report=report)


def test_the_latest_finding_counts(office: Office) -> None:
    report = office.report("none")
    office.finding(report)
    services.exposure_draft(actor=by(office.writer), report=report)
    assert "" in refused(services.exposure_draft, actor=by(office.writer), report=report)  # one a report
    again = office.report()
    office.finding(again, "none")
    assert "" in refused(services.exposure_draft, actor=by(office.writer), report=again)


def test_a_report_that_is_taken_up_again_stops_the_publication(office: Office) -> None:
    report = office.report(state="closed")
    case = services.exposure_draft(actor=by(office.writer), report=report)
    case = office.edited(case)
    case = services.exposure_submit(typical_case=case, actor=by(office.writer))
    case = services.exposure_approve(typical_case=case, actor=by(office.head))
    FeeReport.objects.filter(pk=report.pk).update(state="verifying", ended_on=None)
    assert "" in refused(services.exposure_publish, typical_case=case, actor=by(office.writer))
    FeeReport.objects.filter(pk=report.pk).update(state="closed")
    services.exposure_publish(typical_case=case, actor=by(office.writer))
    event = TimelineEvent.objects.get(case=report)
    assert (event.verb, event.payload["title"]) == ("exposed", TEXT["title"])


def test_the_whole_way_with_a_joint_department(office: Office) -> None:
    case = office.draft(is_grave=True, batch="2026年第一批")
    row = office.asked(case)
    assert not OutboxMessage.objects.exists()  # a draft is nobody else's business
    with pytest.raises(CaseChanged):
        services.joint_answer(joint=row, actor=by(office.joint_head), agrees=True)
    case = services.exposure_submit(typical_case=case, actor=by(office.writer), revision=case.revision)
    assert [message.payload["to"] for message in OutboxMessage.objects.all()] == ["head@example.org"]
    case = services.exposure_approve(typical_case=case, actor=by(office.head), revision=case.revision)
    assert office.other.name in str(refused(services.exposure_publish, typical_case=case, actor=by(office.writer)))
    assert "remark" in refused(services.joint_answer, joint=row, actor=by(office.joint_head), agrees=False)
    services.joint_answer(joint=row, actor=by(office.joint_head), agrees=False, remark="数额待核。")
    assert "" in refused(services.exposure_publish, typical_case=case, actor=by(office.writer))
    services.joint_answer(joint=row, actor=by(office.joint_head), agrees=True)
    case = services.exposure_publish(typical_case=case, actor=by(office.writer))
    assert case.published_on is not None
    relay_lane("default")
    told = Notification.objects.get()
    assert (told.user, told.verb, told.case) == (office.joint_head, "exposed", None)


def test_a_grave_case_is_not_published_alone(office: Office) -> None:
    case = office.approved(is_grave=True)
    assert "" in refused(services.exposure_publish, typical_case=case, actor=by(office.writer))


def test_a_change_makes_approval_and_consent_stale(office: Office) -> None:
    case = office.submitted()
    row = office.asked(case)
    services.joint_answer(joint=row, actor=by(office.joint_head), agrees=True)
    case = services.exposure_approve(typical_case=case, actor=by(office.head))
    changed = office.edited(case, title="另一标题")
    assert (changed.status, changed.approved_by_id, changed.revision) == ("draft", None, case.revision + 1)
    for command in (services.exposure_publish, services.exposure_approve):
        with pytest.raises(CaseChanged):
            command(typical_case=changed, actor=by(office.head))
    services.exposure_submit(typical_case=changed, actor=by(office.writer))
    row.refresh_from_db()
    assert row.state == "asked"
    services.exposure_approve(typical_case=changed, actor=by(office.head))
    assert "" in refused(services.exposure_publish, typical_case=changed, actor=by(office.writer))


def test_an_answer_to_the_text_as_it_stands_survives_a_return(office: Office) -> None:
    case = office.submitted()
    row = office.asked(case)
    services.joint_answer(joint=row, actor=by(office.joint_head), agrees=True)
    case = services.exposure_return(typical_case=case, actor=by(office.head), remarks="请核对批次。")
    assert (case.status, case.return_remarks) == ("draft", "请核对批次。")
    case = services.exposure_submit(typical_case=case, actor=by(office.writer))
    row.refresh_from_db()
    assert (row.state, case.return_remarks) == ("agreed", "")
    assert "remarks" in refused(services.exposure_return, typical_case=case, actor=by(office.head), remarks=" ")


def test_who_wrote_last_does_not_approve(office: Office) -> None:
    case = office.draft(office.head)
    services.exposure_submit(typical_case=case, actor=by(office.head))
    with pytest.raises(ActionNotAllowed):
        services.exposure_approve(typical_case=case, actor=by(office.head))
    services.exposure_approve(typical_case=case, actor=by(office.second_head))


def test_what_somebody_saw_must_still_be_there(office: Office) -> None:
    case = office.submitted()
    with pytest.raises(CaseChanged):
        services.exposure_approve(typical_case=case, actor=by(office.head), revision=case.revision - 1)
    row = office.asked(case)
    with pytest.raises(CaseChanged):
        services.joint_answer(joint=row, actor=by(office.joint_head), agrees=True, revision=case.revision + 1)


def test_a_released_department_has_no_say_and_can_be_asked_again(office: Office) -> None:
    case = office.submitted()
    row = office.asked(case)
    assert "department" in refused(
        services.joint_ask, typical_case=case, actor=by(office.writer), department=office.other
    )
    assert "department" in refused(
        services.joint_ask, typical_case=case, actor=by(office.writer), department=office.department
    )
    services.joint_release(joint=row, actor=by(office.writer))
    with pytest.raises(CaseChanged):
        services.joint_answer(joint=row, actor=by(office.joint_head), agrees=True)
    assert not TypicalCase.objects.visible_to(office.joint_head).exists()
    assert office.asked(case).pk == row.pk
    assert TypicalCase.objects.visible_to(office.joint_head).exists()


def test_a_withdrawal_needs_a_reason_and_is_the_end(office: Office) -> None:
    case = office.published()
    assert "reason" in refused(services.exposure_withdraw, typical_case=case, actor=by(office.head), reason=" ")
    services.exposure_withdraw(typical_case=case, actor=by(office.supervisor), reason="决定被撤销。")
    with pytest.raises(CaseChanged):
        services.exposure_withdraw(typical_case=case, actor=by(office.head), reason="再次")
    with pytest.raises(CaseChanged):
        office.edited(case)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("narrative", f"据{REPORTER}反映"), ("narrative", f"联系人{CONTACT}"), ("narrative", f"电话{PHONE}"),
        ("title", EMAIL), ("narrative", "{reference}"), ("narrative", f"向{PAYER}退款"), ("title", f"{PAYEE}收费案"),
        ("narrative", "机械行业协会强制入会"), ("legal_basis", "秘书长赵六"), ("batch", "13900000000"),
    ],
)  # fmt: skip
def test_nothing_gives_away_who_must_stay_unnamed(office: Office, field: str, text: str) -> None:
    report = office.with_outcomes(office.report())
    case = services.exposure_draft(actor=by(office.writer), report=report)
    values = {"masking": "place_kept", "masking_reason": "首次违规，已主动退还。", "hidden_names": "赵六\n"}
    text = text.format(reference=report.reference)
    errors = refused(
        services.exposure_edit, typical_case=case, actor=by(office.writer), categories=["F10"],
        values={**TEXT, **values, field: text},
    )  # fmt: skip
    assert list(errors) == [field]
    case = services.exposure_edit(
        typical_case=case, actor=by(office.writer), categories=["F10"], values={**TEXT, **values}
    )
    assert case.published_name == "江苏省南京市某行业协会"


def test_hiding_a_name_has_a_reason(office: Office) -> None:
    case = services.exposure_draft(actor=by(office.writer), department=office.department)
    values = {**TEXT, "masking": "kind_only"}
    errors = refused(
        services.exposure_edit, typical_case=case, actor=by(office.writer), values=values, categories=["F10"]
    )
    assert list(errors) == ["masking_reason"]


def test_gaps_are_named_before_the_submission(office: Office) -> None:
    case = services.exposure_draft(actor=by(office.writer), department=office.department)
    errors = refused(services.exposure_submit, typical_case=case, actor=by(office.writer))
    assert set(errors) == {"title", "payee_name", "narrative", "legal_basis", "unlawful_amount", "categories"}
    errors = refused(
        services.exposure_edit, typical_case=case, actor=by(office.writer), values=TEXT, categories=["F99"]
    )
    assert list(errors) == ["categories"]
    assert "unlawful_amount" in refused(
        services.exposure_edit, typical_case=case, actor=by(office.writer), categories=[],
        values={**TEXT, "unlawful_amount": Decimal("-1")},
    )  # fmt: skip


# Who may take which step; everybody else is refused.
STEPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "edit": ("draft", ("writer", "head", "second_head")),
    "submit": ("draft", ("writer", "head", "second_head")),
    "ask": ("submitted", ("writer", "head", "second_head")),
    "approve": ("submitted", ("head", "second_head")),
    "return": ("submitted", ("head", "second_head")),
    "publish": ("approved", ("writer", "head", "second_head")),
    "withdraw": ("published", ("head", "second_head", "supervisor")),
    "answer": ("submitted", ("joint_head",)),
}
PEOPLE = ("writer", "head", "second_head", "joint_head", "joint_clerk", "supervisor", "auditor", "stranger")


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("step", STEPS)
def test_every_role(office: Office, step: str, person: str) -> None:
    status, allowed = STEPS[step]
    case = office.in_status(status)
    row = office.asked(case) if step == "answer" else None
    actor = by(getattr(office, person))
    commands: dict[str, Callable[[], Any]] = {
        "edit": lambda: office.edited(case, actor.user),
        "submit": lambda: services.exposure_submit(typical_case=case, actor=actor),
        "ask": lambda: services.joint_ask(typical_case=case, actor=actor, department=office.other),
        "approve": lambda: services.exposure_approve(typical_case=case, actor=actor),
        "return": lambda: services.exposure_return(typical_case=case, actor=actor, remarks="改"),
        "publish": lambda: services.exposure_publish(typical_case=case, actor=actor),
        "withdraw": lambda: services.exposure_withdraw(typical_case=case, actor=actor, reason="撤"),
        "answer": lambda: services.joint_answer(joint=row or JointDepartment(), actor=actor, agrees=True),
    }
    if person in allowed:
        commands[step]()
    else:
        with pytest.raises(ActionNotAllowed):
            commands[step]()


@pytest.mark.parametrize("person", [*PEOPLE, "nobody"])
def test_who_begins_a_case(office: Office, person: str) -> None:
    actor = by(User.objects.create_user("nobody")) if person == "nobody" else by(getattr(office, person))
    writes = person in ("writer", "head", "second_head")
    sees = writes or person in ("supervisor", "auditor")
    commands: list[tuple[dict[str, Any], type[CaseError]]] = [
        ({"department": office.department}, ActionNotAllowed),
        ({"report": office.report()}, ActionNotAllowed if sees else CaseNotFound),
    ]
    for arguments, refusal in commands:
        if writes:
            assert services.exposure_draft(actor=actor, **arguments).pk
        else:
            with pytest.raises(refusal):
                services.exposure_draft(actor=actor, **arguments)
    with pytest.raises(ActionNotAllowed):
        services.exposure_draft(actor=Actor.system(), department=office.department)


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "published", "withdrawn"])
def test_who_sees_a_case(office: Office, status: str) -> None:
    case = office.in_status(status)
    sees = {person for person in PEOPLE if TypicalCase.objects.visible_to(getattr(office, person)).exists()}
    own = {"writer", "head", "second_head"}
    assert sees == (own if status == "draft" else own | {"supervisor", "auditor"})
    assert TypicalCase.objects.published().exists() == (status == "published")
    if status in ("draft", "submitted", "approved"):
        office.asked(case)
        joins = {p for p in PEOPLE if p.startswith("joint") and _sees(office, p)}
        assert joins == (set() if status == "draft" else {"joint_head"})


def _sees(office: Office, person: str) -> bool:
    return TypicalCase.objects.visible_to(getattr(office, person)).exists()
