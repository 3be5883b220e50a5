"""What each command refuses, by field, with nothing written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from casework.cases.actors import Actor
from casework.cases.errors import CaseError
from casework.cases.models import OutboxMessage
from casework.cases.references import hash_secret, new_idempotency_key
from casework.credit.objections import services as objections
from casework.credit.record import decision, ending, hearing, intake
from casework.credit.record.models import CreditRecord
from casework.credit.repair import services as repair
from casework.documents.models import Letter
from tests.credit.asking import changed_meanwhile, clock, day_of_notice, refused, today, tomorrow
from tests.credit.deeds import DEEDS, Scene, actor_named
from tests.credit.house import SUBJECT, CreditHouse, finding
from tests.credit.snapshots import snapshot
from tests.credit.test_two_at_once import STAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"finding_number": " "}, "finding_number"),
        ({"finding_authority": ""}, "finding_authority"),
        ({"legal_basis": ""}, "legal_basis"),
        ({"conduct": "\n"}, "conduct"),
        ({"severity_reasons": ""}, "severity_reasons"),
        ({"finding_date": date(2999, 1, 1)}, "finding_date"),
        ({"finding_date": None}, "finding_date"),
        ({"finding_number": "号" * 81}, "finding_number"),
        ({"contact_email": "nobody"}, "contact_email"),
    ],
)
def test_a_finding_that_is_not_whole_makes_no_record(house: CreditHouse, changes: dict[str, Any], field: str) -> None:
    subject = house.subject()
    given = {**finding(), **changes}

    def propose() -> Any:
        return intake.record_propose(
            subject=subject,
            department=house.keeping,
            finding=given,
            severity="serious",
            idempotency_key=new_idempotency_key(),
            actor=house.at(0),
        )

    assert refused(propose) == {field}
    record = house.proposed()
    amend: dict[str, Any] = {"record": record, "actor": house.at(0), "severity": "serious", "reason": "见原件。"}
    assert refused(lambda: intake.record_amend(finding=given, **amend)) == {field}


@pytest.mark.parametrize(("severity", "months"), [("minor", 4), ("general", 13), ("serious", 37)])
def test_a_finding_whose_longest_period_is_over_makes_no_record(house: CreditHouse, severity: str, months: int) -> None:
    old, subject = today() - timedelta(days=31 * months), house.subject()
    given: dict[str, Any] = {"subject": subject, "actor": house.at(0)}
    assert refused(lambda: house.proposed(severity, finding_date=old, **given)) == {"finding_date"}
    assert refused(lambda: house.proposed("grave", **given)) == {"severity"}


def test_a_proposal_is_put_right_before_the_notice_only(house: CreditHouse) -> None:
    subject = house.subject()
    record = house.proposed(subject=subject, finding_number="甲1号")
    house.proposed(subject=subject, finding_number="甲2号")

    def amend(record: CreditRecord, severity: str = "general", reason: str = "见原件。", **changes: Any) -> Any:
        given = finding(**{"finding_number": "甲1号", **changes})
        return intake.record_amend(record=record, actor=house.at(0), finding=given, severity=severity, reason=reason)

    assert refused(lambda: amend(record, finding_number="甲2号")) == {"finding_number"}
    assert refused(lambda: amend(record, reason=" ")) == {"reason"}
    assert refused(lambda: amend(record, severity="grave")) == {"severity"}
    record = amend(record, conduct="更正的事实。", finding_date=date(2026, 11, 2))
    assert (record.conduct, record.severity.code) == ("更正的事实。", "general")
    assert (record.repair_from, record.last_day) == (date(2027, 2, 3), date(2027, 11, 2))
    noticed = hearing.record_give_notice(record=record, actor=house.at(0))
    assert refused(lambda: amend(noticed)) == {""}


def test_another_class_drops_the_measures_that_it_does_not_allow(house: CreditHouse) -> None:
    record, measure = house.with_measure()
    given = finding(finding_number=record.finding_number)
    intake.record_amend(record=record, actor=house.at(0), finding=given, severity="general", reason="见规定。")
    measure.refresh_from_db()
    assert measure.state == "dropped"
    assert Letter.objects.count() == 0
    assert hearing.record_give_notice(record=record, actor=house.at(0)).letters.get().variables["measures"] == []


def test_service_is_recorded_once_and_on_a_possible_day(house: CreditHouse) -> None:
    record, officer = house.noticed(), house.at(0)

    def serve(served_on: date, how: str = "邮寄") -> Any:
        return hearing.record_serve(record=record, actor=officer, served_on=served_on, how=how)

    assert refused(lambda: serve(today(), " ")) == {"how"}
    assert refused(lambda: serve(tomorrow())) == {"served_on"}
    assert refused(lambda: serve(day_of_notice() - timedelta(days=1))) == {"served_on"}
    serve(day_of_notice())
    assert refused(lambda: serve(today())) == {"served_on"}
    early = house.proposed()
    changed_meanwhile(lambda: hearing.record_serve(record=early, actor=officer, served_on=today(), how="邮寄"))


def test_statements_are_heard_and_answered_before_anything_is_decided(house: CreditHouse) -> None:
    record, officer = house.served(), house.at(0)

    def say(text: str = "情况不实。", actor: Actor = officer, received_on: date | None = None) -> Any:
        return hearing.statement_make(record=record, actor=actor, text=text, received_on=received_on)

    assert refused(lambda: say(" ")) == {"text"}
    assert refused(lambda: say(received_on=tomorrow())) == {"received_on"}
    assert refused(lambda: say(received_on=day_of_notice() - timedelta(days=1))) == {"received_on"}
    paper = say(received_on=day_of_notice())
    # Online the day is today, whatever is sent with it.
    online = say(actor=SUBJECT, received_on=day_of_notice())
    assert [(row.number, row.is_online, row.received_on) for row in (paper, online)] == [
        (1, False, day_of_notice()),
        (2, True, today()),
    ]
    assert refused(lambda: hearing.record_put_forward(record=record, actor=officer)) == {""}

    def answer(pk: int, text: str = "不予采纳。") -> Any:
        return hearing.statement_answer(record=record, actor=officer, statement=pk, answer=text, is_followed=False)

    assert refused(lambda: answer(paper.pk, " ")) == {"answer"}
    answer(paper.pk)
    assert refused(lambda: answer(paper.pk)) == {"statement"}
    assert refused(lambda: answer(0)) == {"statement"}
    answer(online.pk)
    forward = hearing.record_put_forward(record=record, actor=officer)
    # A late one is taken in too, and then stands before the decision.
    late = say(actor=SUBJECT)
    decide: dict[str, Any] = {"record": forward, "actor": house.at(0, house.head), "reasons": "查明。", "publish": True}
    assert refused(lambda: decision.record_decide(**decide)) == {""}
    answer(late.pk)
    decided = decision.record_decide(**decide)
    assert [row["answer"] for row in decided.letters.get(template="credit_decision").variables["statements"]] == [
        "不予采纳。"
    ] * 3
    changed_meanwhile(lambda: hearing.statement_make(record=decided, actor=SUBJECT, text="太迟了。"))
    proposed = house.proposed()
    changed_meanwhile(lambda: hearing.statement_make(record=proposed, actor=SUBJECT, text="太早了。"))


def test_nothing_is_put_forward_that_was_not_served(house: CreditHouse) -> None:
    record = house.noticed()
    assert refused(lambda: hearing.record_put_forward(record=record, actor=house.at(0))) == {""}


@pytest.mark.parametrize(
    ("name", "given", "field"),
    [
        ("submitted", lambda r, a: hearing.record_send_back(record=r, actor=a, reason=" "), "reason"),
        ("submitted", lambda r, a: decision.record_drop(record=r, actor=a, reason=""), "reason"),
        ("submitted", lambda r, a: decision.record_drop(record=r, actor=a, reason="因" * 501), "reason"),
        (
            "submitted",
            lambda r, a: decision.record_decide(record=r, actor=a, reasons="\t", publish=True),
            "reasons",
        ),
        (
            "submitted",
            lambda r, a: decision.record_decide(record=r, actor=a, reasons="查明。", publish=True, measures=[0]),
            "measures",
        ),
        ("published", lambda r, a: decision.record_withhold(record=r, actor=a, ground="mood"), "ground"),
        ("withheld", lambda r, a: decision.record_withhold(record=r, actor=a, ground="execution_suspended"), ""),
        ("withheld", lambda r, a: decision.record_show_again(record=r, actor=a, reason=" "), "reason"),
        ("published", lambda r, a: decision.record_show_again(record=r, actor=a, reason="已核实。"), ""),
        ("published", lambda r, a: ending.record_annul(record=r, actor=a, reason="有误。"), ""),
        ("wrong", lambda r, a: ending.record_annul(record=r, actor=a, reason=" "), "reason"),
        ("wrong", lambda r, a: ending.record_annul(record=r, actor=a, reason="因" * 501), "reason"),
        ("wrong", lambda r, a: decision.record_publish(record=r, actor=a), ""),
        ("wrong", lambda r, a: decision.record_show_again(record=r, actor=a, reason="已核实。"), ""),
        ("published", lambda r, a: ending.conduct_corrected(record=r, actor=a, on=tomorrow(), how="付清。"), "on"),
        ("published", lambda r, a: ending.conduct_corrected(record=r, actor=a, on=today(), how=""), "how"),
        ("contested", lambda r, a: objections.objection_make(record=r, actor=a, text="又一异议。"), ""),
        ("published", lambda r, a: objections.objection_make(record=r, actor=a, text=" "), "text"),
        ("contested", lambda r, a: objections.objection_forward(record=r, actor=a, to=" "), "to"),
        ("contested", lambda r, a: objections.objection_forward(record=r, actor=a, to="局" * 121), "to"),
        (
            "contested",
            lambda r, a: objections.objection_decide(record=r, actor=a, outcome="rejected", reasons=" "),
            "reasons",
        ),
        (
            "contested",
            lambda r, a: objections.objection_decide(record=r, actor=a, outcome="moot", reasons="查明。"),
            "outcome",
        ),
        ("asked", lambda r, a: repair.repair_grant(record=r, actor=a, reasons=""), "reasons"),
        ("asked", lambda r, a: repair.repair_refuse(record=r, actor=a, reasons=" "), "reasons"),
        ("proposed", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=today(), by="某机关"), ""),
        ("published", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=today(), by=" "), "by"),
        ("published", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=today(), by="局" * 201), "by"),
        ("published", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=tomorrow(), by="某机关"), "on"),
        ("wrong", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=today(), by="某机关"), ""),
    ],
)
def test_what_is_refused_names_the_field_and_writes_nothing(
    house: CreditHouse, name: str, given: Callable[[CreditRecord, Actor], Any], field: str
) -> None:
    record = house.fresh(STAGES[name](house))
    assert refused(lambda: given(record, Actor.person(house.head))) == {field}


# What presupposes something that isn't there.
NOT_THERE = [
    ("published", "forward_objection"),
    ("published", "take_on_objection"),
    ("published", "decide_objection"),
    ("published", "repair"),
    ("published", "refuse_repair"),
    ("submitted", "withhold"),
    ("submitted", "correct"),
    ("submitted", "enter_objection"),
    ("submitted", "enter_repair"),
    ("proposed", "issue_code"),
    ("submitted", "drop_measure"),
    ("proposed", "decide"),
    ("served", "decide"),
    ("published", "publish"),
    ("published", "drop"),
]


@pytest.mark.parametrize(("stage", "name"), NOT_THERE)
def test_what_has_no_object_is_told_as_changed(house: CreditHouse, stage: str, name: str) -> None:
    scene = Scene(house, house.fresh(STAGES[stage](house)))
    changed_meanwhile(lambda: DEEDS[name].do(scene, actor_named(DEEDS[name].by, house)))


@pytest.mark.parametrize("name", sorted(DEEDS.keys() - {"acknowledge"}))
def test_a_stale_version_is_refused(house: CreditHouse, name: str) -> None:
    record = house.contested()
    before = snapshot()
    with pytest.raises(CaseError):
        DEEDS[name].do(Scene(house, record, record.version - 1), actor_named(DEEDS[name].by, house))
    assert snapshot() == before


def test_a_record_is_corrected_in_what_it_says_only(house: CreditHouse) -> None:
    subject = house.subject()
    house.proposed(subject=subject, finding_number="甲2号")
    record = house.published(subject=subject, finding_number="甲1号")

    def correct(changes: dict[str, Any], reason: str = "见原件。") -> Any:
        return decision.record_correct(record=record, actor=house.at(0), changes=changes, reason=reason)

    assert refused(lambda: correct({"conduct": "新。"}, " ")) == {"reason"}
    assert refused(lambda: correct({"conduct": " "})) == {"conduct"}
    assert refused(lambda: correct({"conduct": record.conduct})) == {""}
    assert refused(lambda: correct({"finding_date": today(), "last_day": date(2030, 1, 1)})) == {""}
    assert refused(lambda: correct({"finding_number": "甲2号"})) == {"finding_number"}
    assert refused(lambda: correct({"respondent_name": "名" * 121})) == {"respondent_name"}
    after = correct({"respondent_name": " 更正集团 ", "finding_date": today()})
    assert (after.respondent_name, after.finding_date) == ("更正集团", record.finding_date)
    event = after.events.get(verb="record_corrected")
    assert event.payload["before"] == {"respondent_name": record.respondent_name}


def test_a_record_whose_decision_was_not_to_publish_stays_unpublished(house: CreditHouse) -> None:
    record = house.decided(publish=False)
    assert not record.deadlines.filter(code="credit.delivery").exists()
    assert refused(lambda: decision.record_publish(record=record, actor=house.at(0))) == {""}


def test_what_is_over_is_neither_decided_nor_published(house: CreditHouse) -> None:
    yesterday = today() - timedelta(days=1)
    submitted, decided = house.submitted(), house.decided()
    CreditRecord.objects.filter(pk__in=[submitted.pk, decided.pk]).update(last_day=yesterday)
    head = Actor.person(house.head)
    decide: dict[str, Any] = {"record": submitted, "actor": head, "reasons": "查明。", "publish": False}
    assert refused(lambda: decision.record_decide(**decide)) == {""}
    assert refused(lambda: decision.record_publish(record=decided, actor=house.at(0))) == {""}


def test_a_finding_that_was_set_aside_is_neither_put_forward_nor_decided(house: CreditHouse) -> None:
    served = house.served()
    DEEDS["set_aside"].do(Scene(house, served), house.at(0))
    assert refused(lambda: hearing.record_put_forward(record=served, actor=house.at(0))) == {""}
    submitted = house.submitted()
    DEEDS["set_aside"].do(Scene(house, submitted), house.at(0))
    decide: dict[str, Any] = {
        "record": submitted,
        "actor": house.at(0, house.head),
        "reasons": "查明。",
        "publish": False,
    }
    assert refused(lambda: decision.record_decide(**decide)) == {""}
    assert DEEDS["annul"].do(Scene(house, submitted), house.at(0, house.head)).state == "annulled"


def test_an_objection_that_was_right_keeps_the_record_from_being_shown(house: CreditHouse) -> None:
    head = house.at(0, house.head)
    record = house.decided()
    objections.objection_make(record=record, actor=SUBJECT, text="并非本单位。")
    objections.objection_decide(record=record, actor=head, outcome="annulled", reasons="主体有误。")
    assert refused(lambda: decision.record_publish(record=record, actor=house.at(0))) == {""}
    decision.record_withhold(record=record, actor=house.at(0), ground="objection_founded")
    assert refused(lambda: decision.record_show_again(record=record, actor=house.at(0), reason="x")) == {""}
    # Putting a word right doesn't settle what is to be annulled.
    decision.record_correct(record=record, actor=house.at(0), changes={"conduct": "更正。"}, reason="见原件。")
    assert clock(record, "correction")[1] == "running"
    annulled = ending.record_annul(record=record, actor=head, reason="主体有误。")
    assert clock(annulled, "correction")[1] == "met"
    assert annulled.objections.get().carried_out_on == today()


def test_what_is_wrong_twice_is_annulled_once(house: CreditHouse) -> None:
    """One clock of three working days, from the first day on which it was known."""
    head, record = house.at(0, house.head), house.contested()
    objections.objection_decide(record=record, actor=head, outcome="annulled", reasons="主体有误。")
    ending.finding_set_aside(record=record, actor=house.at(0), on=today(), by="江苏省人民政府")
    assert record.deadlines.filter(code="credit.correction").count() == 1
    assert ending.record_annul(record=record, actor=head, reason="已撤销。").state == "annulled"
    assert clock(record, "correction")[1] == "met"


def test_two_objections_that_were_right_run_on_one_clock(house: CreditHouse) -> None:
    head, record = house.at(0, house.head), house.contested()
    objections.objection_decide(record=record, actor=head, outcome="corrected", reasons="有误。")
    objections.objection_make(record=record, actor=SUBJECT, text="另有一处。")
    objections.objection_decide(record=record, actor=head, outcome="corrected", reasons="也有误。")
    decision.record_correct(record=record, actor=house.at(0), changes={"conduct": "更正。"}, reason="见异议。")
    assert set(record.objections.values_list("carried_out_on", flat=True)) == {today()}
    assert clock(record, "correction")[1] == "met"


def test_a_new_code_opens_and_the_old_one_no_longer(house: CreditHouse) -> None:
    record = house.noticed()
    first = hearing.access_code_issue(record=record, actor=house.at(0))
    second = hearing.access_code_issue(record=record, actor=house.at(0))
    kept = house.fresh(record).secret_hash
    assert (hash_secret(second), hash_secret(first) == kept) == (kept, False)
    texts = [str(row.payload) for row in record.events.all()] + [
        str(row.payload) for row in OutboxMessage.objects.all()
    ]
    texts += [str(row.variables) for row in Letter.objects.all()]
    assert not any(first in text or second in text for text in texts)
