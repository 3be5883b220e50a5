"""Who may do what on a record: every deed by everybody of the house, and by those who have nothing to do with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseNotFound, InvalidInput
from casework.cases.references import new_idempotency_key
from casework.credit.record import decision, intake
from casework.credit.record.models import CreditRecord
from casework.parties.models import Role, Subject
from tests.credit.deeds import DEEDS, THE_SUBJECT, Scene, actor_named
from tests.credit.house import CreditHouse, finding
from tests.credit.snapshots import snapshot
from tests.credit.test_two_at_once import STAGES
from tests.factories import House, member

pytestmark = pytest.mark.django_db

OFFICERS, HEADS = {"officer", "colleague", "head", "deputy"}, {"head", "deputy"}
WITH_THE_SUBJECT = OFFICERS | {THE_SUBJECT}
EVERYBODY = (
    "officer", "colleague", "head", "deputy", "clerk", "executor", "supervisor", "auditor", "sysadmin", "editor",
    "stranger", "caseworker", "respondent", "system", THE_SUBJECT,
)  # fmt: skip
# In which stage each can be done, and by whom. Heads stand in for their officers, nobody stands in for a head.
RIGHTS: dict[str, tuple[str, set[str]]] = {
    "give_notice": ("proposed", OFFICERS),
    "amend": ("proposed", OFFICERS),
    "intend_measure": ("proposed", OFFICERS),
    "drop_measure": ("proposed", OFFICERS),
    "serve": ("noticed", OFFICERS),
    "issue_code": ("noticed", OFFICERS),
    "enter_statement": ("noticed", WITH_THE_SUBJECT),
    "answer_statement": ("said", OFFICERS),
    "put_forward": ("served", OFFICERS),
    "send_back": ("submitted", HEADS),
    "decide": ("submitted", HEADS),
    "drop": ("submitted", HEADS),
    "publish": ("in_force", OFFICERS),
    "withhold": ("published", OFFICERS),
    "show_again": ("withheld", OFFICERS),
    "correct": ("published", OFFICERS),
    "set_aside": ("published", OFFICERS),
    "conduct_corrected": ("published", OFFICERS),
    "annul": ("wrong", HEADS),
    "enter_objection": ("published", WITH_THE_SUBJECT),
    "forward_objection": ("contested", OFFICERS),
    "take_on_objection": ("contested", OFFICERS),
    "decide_objection": ("contested", HEADS),
    "found_objection": ("contested", HEADS),
    "found_objection_wholly": ("contested", HEADS),
    "enter_repair": ("in_force_minor", WITH_THE_SUBJECT),
    "enter_reorganisation": ("published", WITH_THE_SUBJECT),
    "repair": ("asked", HEADS),
    "refuse_repair": ("asked", HEADS),
    "acknowledge": ("published", {"executor"}),
}
MORE_STAGES: dict[str, Callable[[CreditHouse], CreditRecord]] = {
    **STAGES,
    "in_force_minor": lambda house: house.decided(severity="minor", publish=False),
}


def test_every_deed_has_its_rights() -> None:
    assert set(RIGHTS) == set(DEEDS)


def _actor(who: str, house: CreditHouse) -> Actor:
    if who == "caseworker":
        return Actor.person(member(Role.HANDLING_CASEWORKER, house.keeping))
    if who == "respondent":
        return Actor.respondent("另一家企业")
    return Actor.system() if who == "system" else actor_named(who, house)


@pytest.mark.parametrize("name", RIGHTS)
def test_those_who_may_can_and_nobody_else(name: str) -> None:
    stage, allowed = RIGHTS[name]
    house = CreditHouse()
    actors = {who: _actor(who, house) for who in EVERYBODY}
    scene = Scene(house, house.fresh(MORE_STAGES[stage](house)))
    before, able = snapshot(), set()
    for who, actor in actors.items():
        try:
            with transaction.atomic():
                DEEDS[name].do(scene, actor)
                transaction.set_rollback(True)
            able.add(who)
        except ActionNotAllowed:
            assert snapshot() == before, f"{who} was refused {name} and left something"
    assert able == allowed


def test_a_head_who_proposed_it_does_not_decide() -> None:
    house = CreditHouse()
    record = house.submitted(actor=house.at(40, house.head))
    scene = Scene(house, record)
    before = snapshot()
    with pytest.raises(ActionNotAllowed):
        DEEDS["decide"].do(scene, Actor.person(house.head))
    assert snapshot() == before
    assert DEEDS["decide"].do(scene, Actor.person(house.deputy)).decided_by == house.deputy


def test_a_head_who_put_it_forward_does_not_decide_until_somebody_else_did() -> None:
    house = CreditHouse()
    record = DEEDS["put_forward"].do(Scene(house, house.served()), Actor.person(house.head))
    with pytest.raises(ActionNotAllowed):
        DEEDS["decide"].do(Scene(house, record), Actor.person(house.head))
    record = DEEDS["send_back"].do(Scene(house, record), Actor.person(house.deputy))
    assert record.put_forward_by is None
    record = DEEDS["put_forward"].do(Scene(house, record), Actor.person(house.officer))
    assert DEEDS["decide"].do(Scene(house, record), Actor.person(house.head)).state == "in_force"


def test_a_head_who_entered_an_application_does_not_grant_it() -> None:
    house = CreditHouse()
    record = house.decided(severity="minor", publish=False)
    DEEDS["enter_repair"].do(Scene(house, record), Actor.person(house.head))
    record = house.fresh(record)
    before = snapshot()
    with pytest.raises(ActionNotAllowed):
        DEEDS["repair"].do(Scene(house, record), Actor.person(house.head))
    assert snapshot() == before
    assert DEEDS["repair"].do(Scene(house, record), Actor.person(house.deputy)).state == "repaired"


def test_the_next_application_counts_not_an_earlier_one_of_the_same_person() -> None:
    house = CreditHouse()
    record = house.decided(severity="minor", publish=False)
    head = Actor.person(house.head)
    DEEDS["enter_repair"].do(Scene(house, record), head)
    DEEDS["refuse_repair"].do(Scene(house, record), head)
    DEEDS["enter_repair"].do(Scene(house, record), actor_named(THE_SUBJECT, house))
    assert DEEDS["repair"].do(Scene(house, record), head).state == "repaired"


@pytest.mark.parametrize("who", ["clerk", "supervisor", "auditor", "sysadmin", "editor", "stranger", "executor"])
def test_without_a_case_only_those_who_keep_records_there_propose(who: str) -> None:
    house = CreditHouse()
    subject = house.subject()
    before = snapshot()
    with pytest.raises(ActionNotAllowed):
        _propose(house, Actor.person(getattr(house, who)), subject)
    assert snapshot() == before


@pytest.mark.parametrize("who", ["officer", "colleague", "head", "deputy"])
def test_those_who_keep_records_propose(who: str) -> None:
    house = CreditHouse()
    record = _propose(house, Actor.person(getattr(house, who)))
    assert (record.state, record.proposed_by) == ("proposed", getattr(house, who))


@pytest.mark.parametrize("actor", [Actor.complainant("某企业"), Actor.respondent("某企业"), Actor.system()])
def test_no_record_comes_of_itself_or_of_a_party(actor: Actor) -> None:
    with pytest.raises(ActionNotAllowed):
        _propose(CreditHouse(), actor)


def _propose(house: CreditHouse, actor: Actor, subject: Subject | None = None) -> CreditRecord:
    return intake.record_propose(
        subject=subject or house.subject(),
        department=house.keeping,
        finding=finding(),
        severity="serious",
        idempotency_key=new_idempotency_key(),
        actor=actor,
    ).case


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("clerk", None),
        ("receiving_head", None),
        ("handler", CaseNotFound),
        ("supervisor", ActionNotAllowed),
        ("auditor", ActionNotAllowed),
        ("editor", ActionNotAllowed),
        ("sysadmin", ActionNotAllowed),
        ("credit_officer", CaseNotFound),
    ],
)
def test_from_a_case_those_propose_who_work_on_it(who: str, error: type[Exception] | None) -> None:
    other, house = House(), CreditHouse()
    source = other.accepted()
    subject = house.subject(code=source.respondent_code)
    actor = Actor.person(getattr(other, who))
    if error is None:
        assert house.proposed(source=source, subject=subject, actor=actor).source_case_id == source.pk
        return
    before = snapshot()
    with pytest.raises(error):
        house.proposed(source=source, subject=subject, actor=actor)
    assert snapshot() == before


def test_whoever_sees_a_record_and_whoever_does_not() -> None:
    house = CreditHouse()
    record = house.published()
    seeing = {"officer", "colleague", "head", "deputy", "clerk", "supervisor", "auditor"}
    for who in set(EVERYBODY) - {"caseworker", "respondent", "system", THE_SUBJECT}:
        seen = CreditRecord.objects.visible_to(getattr(house, who)).filter(pk=record.pk).exists()
        assert seen == (who in seeing), who


def test_a_department_that_keeps_no_records_gets_none() -> None:
    house = CreditHouse()
    for name in ("keeps_credit_records", "is_active"):
        office = CreditHouse().keeping
        setattr(office, name, False)
        office.save()
        house.keeping, actor = office, Actor.person(member(Role.CREDIT_OFFICER, office))
        with pytest.raises(InvalidInput) as caught:
            _propose(house, actor)
        assert set(caught.value.errors) == {"department"}
    assert not CreditRecord.objects.exists()


def test_a_record_that_has_ended_is_changed_by_nobody() -> None:
    house = CreditHouse()
    record = decision.record_drop(record=house.submitted(), actor=Actor.person(house.head), reason="申辩成立。")
    before = snapshot()
    for name in DEEDS.keys() - {"acknowledge"}:
        with pytest.raises(Exception) as caught:
            DEEDS[name].do(Scene(house, record), actor_named(DEEDS[name].by, house))
        assert getattr(caught.value, "status", 500) in (400, 403, 409), name
    assert snapshot() == before
