"""Referrals: made and answered by few, seen by few, and nowhere betrayed to the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.models import Notification, OutboxMessage
from casework.cases.timeline import PROTECTED_VERBS, events_shown, verify_chains
from casework.cases.verbs import Verb
from casework.documents.letters import render_issued
from casework.documents.models import Attachment, Letter
from casework.parties.models import STAFF_ROLES, Membership, Role, User
from casework.parties.perms import AnyUser
from fees.referral import services
from fees.referral.models import Referral
from fees.referral.selectors import referral_letter_for, referrals_of
from fees.report.models import FeeReport
from tests.at_once import at_once, errors
from tests.factories import department, member
from tests.fees.house import FeeHouse

pytestmark = pytest.mark.django_db
BODY, LEAD = "示例市纪委监委派驻第三组", "部分服务费转入个人账户。"


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


@pytest.fixture
def reporter() -> User:
    return User.objects.create_user("referral-reporter", password="secret-for-tests")


@pytest.fixture
def report(house: FeeHouse, reporter: User) -> FeeReport:
    return house.violation_found(actor=Actor.complainant("示例包装有限公司", reporter))


def referred(house: FeeHouse, report: FeeReport, **changes: Any) -> Referral:
    given = {
        "actor": Actor.person(house.handler),
        "kind": "discipline",
        "body": BODY,
        "ground": "discipline_grave",
        "summary": LEAD,
        **changes,
    }
    return services.referral_make(report=report, **given)


def answered(house: FeeHouse, referral: Referral, **changes: Any) -> Referral:
    given = {"actor": Actor.person(house.handler), "referral": referral.pk, "outcome": "taken", **changes}
    return services.referral_answer(report=referral.report, **given)


def refused(command: Callable[[], Any]) -> set[str]:
    with pytest.raises(InvalidInput) as refusal:
        command()
    return set(refusal.value.errors)


def evidence(report: FeeReport, name: str = "流水.pdf") -> Attachment:
    return Attachment.objects.create(
        case=report,
        file="evidence/x",
        name=name,
        content_type="application/pdf",
        size=1,
        sha256=name.encode().hex()[:64],
    )


def test_a_referral_has_its_letter_and_evidence(house: FeeHouse, report: FeeReport) -> None:
    file = evidence(report)
    referral = referred(house, report, evidence=[file.pk])
    assert (referral.number, referral.department, referral.made_by) == (1, house.verifying, house.handler)
    assert referral.evidence == [{"id": file.pk, "name": "流水.pdf", "sha256": file.sha256}]
    letter = referral.letter
    assert letter is not None
    assert (letter.case, letter.template, letter.to_complainant) == (None, "fee_referral", False)
    said = letter.variables
    assert (said["addressee"], said["reference"], said["summary"]) == (BODY, report.reference, LEAD)
    assert said["ground"] == "重大违纪违法问题线索，移交纪检监察机关"
    assert said["attachments"] == ["流水.pdf"]
    assert report.complainant_name not in str(said)
    police = referred(house, report, kind="police", ground="police_crime", body="示例市公安局")
    assert police.number == 2


def test_its_letter_is_rendered(house: FeeHouse, report: FeeReport) -> None:
    letter = referred(house, report).letter
    assert letter is not None
    render_issued(OutboxMessage.objects.get(key=f"letter-{letter.pk}"))
    letter.refresh_from_db()
    assert letter.status == Letter.Status.READY


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"kind": "x"}, {"kind", "ground"}),
        ({"kind": "police"}, {"ground"}),
        ({"ground": "police_crime"}, {"ground"}),
        ({"ground": "x"}, {"ground"}),
        ({"body": " "}, {"body"}),
        ({"body": "长" * 121}, {"body"}),
        ({"summary": "\n"}, {"summary"}),
        ({"evidence": [0]}, {"evidence"}),
    ],
)
def test_referrals_that_can_not_be(
    house: FeeHouse, report: FeeReport, changes: dict[str, Any], fields: set[str]
) -> None:
    assert refused(lambda: referred(house, report, **changes)) == fields
    assert not Referral.objects.exists()
    assert not Letter.objects.filter(case=None).exists()


def test_files_of_another_report_are_no_evidence(house: FeeHouse, report: FeeReport) -> None:
    other = evidence(house.registered())
    assert refused(lambda: referred(house, report, evidence=[other.pk])) == {"evidence"}


def test_only_while_a_department_works_on_the_report(house: FeeHouse) -> None:
    for case in (house.transferred(), house.closed()):
        with pytest.raises(CaseChanged):
            referred(house, case)
    for case in (house.verifying_(), house.concluded(), house.fed_back()):
        assert referred(house, case).outcome == "open"


def everybody(house: FeeHouse) -> dict[str, User]:
    """One of every role, and some more than once where it matters where they sit."""
    return {
        name: getattr(house, name)
        for name in (
            "clerk", "clerks_head", "handler", "colleague", "head", "financier", "supervisor", "auditor", "editor",
            "credit_officer", "sysadmin", "stranger",
        )
    }  # fmt: skip


def test_every_role_is_among_everybody(house: FeeHouse) -> None:
    held = Membership.objects.filter(user__in=everybody(house).values()).values_list("role", flat=True)
    assert set(held) == set(STAFF_ROLES)


def test_who_knows_of_it(house: FeeHouse, report: FeeReport, reporter: User) -> None:
    referral = referred(house, report)
    elsewhere = member(Role.SUPERVISOR, department("440000"))
    people: dict[str, AnyUser] = {
        **everybody(house),
        "reporter": reporter,
        "elsewhere": elsewhere,
        "nobody": AnonymousUser(),
    }
    knowing = {name for name, user in people.items() if referrals_of(report, user).exists()}
    assert knowing == {"handler", "head", "supervisor"}
    for name, user in people.items():
        assert Letter.objects.visible_to(user).filter(template="fee_referral").count() == 0
        if name in knowing:
            assert referral_letter_for(user, referral.pk) == referral.letter
        else:
            with pytest.raises(CaseNotFound):
                referral_letter_for(user, referral.pk)
    house.handler.is_active = False
    house.handler.save()
    assert not referrals_of(report, house.handler).exists()


def test_the_report_betrays_nothing(house: FeeHouse, report: FeeReport) -> None:
    """Not by its row, its letters, its visible timeline, its messages or its clocks."""

    def seen() -> tuple[object, ...]:
        row = FeeReport.objects.filter(pk=report.pk).values().get()
        return (
            row,
            list(report.letters.values()),
            list(events_shown(report).values()),
            list(Notification.objects.values()),
            list(OutboxMessage.objects.filter(case=report).values()),
            list(report.deadlines.values()),
        )

    before = seen()
    referral = referred(house, report, version=report.version)
    answered(house, referral, outcome="declined", note="不属管辖")
    assert seen() == before
    event = report.events.get(verb=Verb.REFERRED)
    assert event.payload == {}
    assert Verb.REFERRED in PROTECTED_VERBS
    assert list(verify_chains(report.pk)) == []


def test_no_page_shows_it_and_no_address_gives_the_letter(house: FeeHouse, report: FeeReport, reporter: User) -> None:
    referral = referred(house, report)
    letter = referral.letter
    assert letter is not None
    render_issued(OutboxMessage.objects.get(key=f"letter-{letter.pk}"))
    words = (BODY, LEAD, letter.number, str(Verb.REFERRED.label))
    for user in (*everybody(house).values(), reporter):
        client = Client()
        client.force_login(user)
        assert client.get(reverse("letter_file", args=[letter.pk])).status_code == 404
        if user not in (house.handler, house.head, house.supervisor):
            page = client.get(reverse("admin:fees_feereport_change", args=[report.pk]))
            assert not [word for word in words if word in page.content.decode()], user
    client = Client()
    client.force_login(house.auditor)
    listed = client.get(reverse("admin:cases_timelineevent_changelist")).context["cl"].queryset
    assert listed.filter(verb=Verb.VIOLATION_FOUND).exists()
    assert not listed.filter(verb=Verb.REFERRED).exists()


def test_answers_are_recorded_once_even_after_the_end(house: FeeHouse) -> None:
    report = house.fed_back()
    first, second = referred(house, report), referred(house, report)
    today = timezone.localdate()
    wrong = partial(answered, house, first)
    assert refused(lambda: wrong(outcome="open")) == {"outcome"}
    assert refused(lambda: wrong(outcome="declined")) == {"note"}
    assert refused(lambda: wrong(answered_on=today + timedelta(1))) == {"answered_on"}
    assert refused(lambda: wrong(answered_on=first.made_on - timedelta(1))) == {"answered_on"}
    row = answered(house, first)
    assert (row.outcome, row.outcome_on) == ("taken", today)
    with pytest.raises(CaseChanged):
        answered(house, first)
    FeeReport.objects.filter(pk=report.pk).update(state="closed", ended_on=today)
    assert answered(house, second, actor=Actor.person(house.head), outcome="declined", note="x").outcome == "declined"


def test_who_may_make_and_answer(house: FeeHouse, report: FeeReport, reporter: User) -> None:
    referral = referred(house, report)
    makers = (house.handler, house.colleague, house.head)
    for user in (*everybody(house).values(), reporter):
        actor = Actor.person(user)
        if user in makers:
            with transaction.atomic():
                referred(house, report, actor=actor)
                transaction.set_rollback(True)
        else:
            with pytest.raises(ActionNotAllowed):
                referred(house, report, actor=actor)
            with pytest.raises(ActionNotAllowed):
                answered(house, referral, actor=actor)
    # A colleague isn't even told that it is there.
    with pytest.raises(CaseNotFound):
        answered(house, referral, actor=Actor.person(house.colleague))
    with pytest.raises(CaseNotFound):
        services.referral_answer(
            report=house.verifying_(), actor=Actor.person(house.handler), referral=referral.pk, outcome="taken"
        )
    with pytest.raises(CaseChanged):
        referred(house, report, version=report.version + 1)


@pytest.mark.parametrize("values", [{"kind": "x"}, {"outcome": "x"}])
def test_the_database_refuses_referrals_that_can_not_be(
    house: FeeHouse, report: FeeReport, values: dict[str, Any]
) -> None:
    referral = referred(house, report)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(**values)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers_and_one_answer() -> None:
    house = FeeHouse()
    report = house.violation_found()
    make = partial(referred, house, report)
    made = at_once(make, make)
    assert sorted(row.number for row in made) == [1, 2]
    answer = partial(answered, house, made[0])
    assert errors(at_once(answer, answer)) == [CaseChanged]
    assert list(verify_chains(report.pk)) == []
