"""What the database itself refuses, and two commands on one case at the same moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged
from casework.cases.models import TimelineEvent
from fees.exposure import services
from fees.exposure.models import _FROZEN, CaseCategory, JointDepartment, TypicalCase
from tests.at_once import at_once, errors
from tests.fees.exposure.conftest import Office

REFUSALS = (InternalError, ProgrammingError, IntegrityError)


def refuses(act: Callable[[], object]) -> None:
    with pytest.raises(REFUSALS), transaction.atomic():
        act()


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["published", "withdrawn"])
@pytest.mark.parametrize(
    "change",
    [
        {"narrative": "另一文本"}, {"published_name": "另一协会"}, {"payee_name": "x"}, {"hidden_names": "赵六"},
        {"unlawful_amount": 1}, {"revision": 9, "approved_revision": 9}, {"published_on": date(2020, 1, 1)},
        {"status": "approved", "published_by": None, "published_on": None}, {"batch": "x"}, {"is_grave": True},
        {"is_development": True}, {"document_date": date(2026, 1, 1)},
    ],
)  # fmt: skip
def test_what_was_public_never_changes(office: Office, status: str, change: dict[str, Any]) -> None:
    case = office.in_status(status)
    refuses(lambda: TypicalCase.objects.filter(pk=case.pk).update(**change))


@pytest.mark.django_db
def test_every_field_of_a_published_case_is_held(office: Office) -> None:
    """A field added later must be frozen too, or be named here."""
    free = {"id", "status", "withdrawn_by", "withdrawn_on", "withdrawn_reason"}
    assert {field.name for field in TypicalCase._meta.concrete_fields} == set(_FROZEN) | free


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["submitted", "approved", "published", "withdrawn"])
def test_only_drafts_are_deleted(office: Office, status: str) -> None:
    case = office.in_status(status)
    refuses(lambda: TypicalCase.objects.filter(pk=case.pk)._raw_delete("default"))


@pytest.mark.django_db
def test_rows_of_a_public_case_stay(office: Office) -> None:
    case = office.submitted()
    refuses(lambda: case.categories.update(label="x"))
    row = office.asked(case)
    services.joint_answer(joint=row, actor=Actor.person(office.joint_head), agrees=True)
    case = services.exposure_approve(typical_case=case, actor=Actor.person(office.head))
    services.exposure_publish(typical_case=case, actor=Actor.person(office.writer))
    acts: list[Callable[[], object]] = [
        lambda: case.categories.update(label="x"),
        lambda: CaseCategory.objects.filter(typical_case=case)._raw_delete("default"),
        lambda: CaseCategory.objects.create(typical_case=case, code="F01", version=1, label="x", citation="x"),
        lambda: case.joint.update(state="declined", remark="x"),
        lambda: JointDepartment.objects.create(
            typical_case=case, department=office.department, asked_by=office.writer, asked_at=timezone.now()
        ),
    ]
    for act in acts:
        refuses(act)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"status": "nonsense"}, {"status": "published"}, {"status": "approved"}, {"masking": "x"},
        {"masking": "kind_only"}, {"fine": -1}, {"period_from": date(2026, 2, 1), "period_to": date(2026, 1, 1)},
        {"withdrawn_reason": "x"}, {"status": "withdrawn"},
    ],
)  # fmt: skip
def test_the_steps_are_held(office: Office, change: dict[str, Any]) -> None:
    case = office.submitted()
    refuses(lambda: TypicalCase.objects.filter(pk=case.pk).update(**change))


@pytest.mark.django_db
def test_four_eyes_and_the_text_that_was_seen_are_held(office: Office) -> None:
    rows = TypicalCase.objects.filter(pk=office.submitted().pk)
    approved = {"status": "approved", "approved_revision": rows.get().revision}
    refuses(lambda: rows.update(**approved, approved_by=office.writer))
    refuses(lambda: rows.update(**{**approved, "approved_revision": 99}, approved_by=office.head))
    rows.update(**approved, approved_by=office.head)
    refuses(lambda: rows.update(revision=99))


@pytest.mark.django_db
def test_no_way_past_the_joint_departments(office: Office) -> None:
    case = office.submitted()
    row = office.asked(case)
    case = services.exposure_approve(typical_case=case, actor=Actor.person(office.head))
    rows = TypicalCase.objects.filter(pk=case.pk)
    published = {"status": "published", "published_by": office.writer, "published_on": date(2026, 7, 1)}
    refuses(lambda: rows.update(**published))
    answer = {"answered_by": office.joint_head, "answered_at": timezone.now()}
    JointDepartment.objects.filter(pk=row.pk).update(state="agreed", revision=case.revision - 1, **answer)
    refuses(lambda: rows.update(**published))
    JointDepartment.objects.filter(pk=row.pk).update(state="released")
    refuses(lambda: rows.update(**published, is_grave=True))
    JointDepartment.objects.filter(pk=row.pk).update(state="agreed", revision=case.revision)
    rows.update(**published, is_grave=True)


@pytest.mark.django_db
def test_one_case_of_a_report_until_it_is_withdrawn(office: Office) -> None:
    report, actor = office.report(), Actor.person(office.writer)
    services.exposure_draft(actor=actor, report=report)
    refuses(
        lambda: TypicalCase.objects.create(
            report=report, department=office.department, division=report.division, drafted_by=office.writer
        )
    )


@pytest.mark.django_db(transaction=True)
def test_approval_against_a_change(office: Office) -> None:
    case = office.submitted()
    results = at_once(
        lambda: services.exposure_approve(typical_case=case, actor=Actor.person(office.head), revision=case.revision),
        lambda: office.edited(case, title="另一标题"),
    )
    after = TypicalCase.objects.get(pk=case.pk)
    # Whichever came first: the changed text is a draft without an approval.
    assert (after.status, after.approved_by_id, after.title) == ("draft", None, "另一标题")
    assert errors(results) in ([], [CaseChanged])


@pytest.mark.django_db(transaction=True)
def test_publication_against_a_withdrawn_consent(office: Office) -> None:
    case = office.submitted()
    row = office.asked(case)
    services.joint_answer(joint=row, actor=Actor.person(office.joint_head), agrees=True)
    case = services.exposure_approve(typical_case=case, actor=Actor.person(office.head))
    results = at_once(
        lambda: services.exposure_publish(typical_case=case, actor=Actor.person(office.writer)),
        lambda: services.joint_answer(joint=row, actor=Actor.person(office.joint_head), agrees=False, remark="不同意"),
    )
    row.refresh_from_db()
    after = TypicalCase.objects.get(pk=case.pk)
    assert len(errors(results)) == 1
    assert (after.status, row.state) in {("published", "agreed"), ("approved", "declined")}


@pytest.mark.django_db(transaction=True)
def test_two_publish_and_two_withdraw(office: Office) -> None:
    report, writer = office.report(), Actor.person(office.writer)
    case = office.edited(services.exposure_draft(actor=writer, report=report))
    case = services.exposure_submit(typical_case=case, actor=writer)
    case = services.exposure_approve(typical_case=case, actor=Actor.person(office.head))
    results = at_once(
        lambda: services.exposure_publish(typical_case=case, actor=writer),
        lambda: services.exposure_publish(typical_case=case, actor=Actor.person(office.head)),
    )
    assert errors(results) == [CaseChanged]
    assert TimelineEvent.objects.filter(case=report, verb="exposed").count() == 1
    results = at_once(
        *(
            lambda user=user: services.exposure_withdraw(
                typical_case=case, actor=Actor.person(user), reason=user.username
            )
            for user in (office.head, office.second_head)
        )
    )
    assert errors(results) == [CaseChanged]


@pytest.mark.django_db(transaction=True)
def test_publication_against_withdrawal(office: Office) -> None:
    case = office.approved()
    results = at_once(
        lambda: services.exposure_publish(typical_case=case, actor=Actor.person(office.writer)),
        lambda: services.exposure_withdraw(typical_case=case, actor=Actor.person(office.head), reason="撤"),
    )
    after = TypicalCase.objects.get(pk=case.pk)
    # A withdrawal that came first found nothing public to withdraw.
    expected = "withdrawn" if errors(results) == [] else "published"
    assert after.status == expected


@pytest.mark.django_db(transaction=True)
def test_two_begin_a_case_of_one_report(office: Office) -> None:
    report = office.report()
    results = at_once(
        *(
            lambda user=user: services.exposure_draft(actor=Actor.person(user), report=report)
            for user in (office.writer, office.head)
        )
    )
    assert len(errors(results)) == 1
    assert TypicalCase.objects.filter(report=report).count() == 1
