"""A record through its life with its clocks, letters and messages, and each command's refusals by field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, CaseError, InvalidInput
from casework.cases.models import Case, OutboxMessage
from casework.cases.notify import deliver_email
from casework.cases.references import hash_secret, new_idempotency_key
from casework.cases.timeline import verify_chains
from casework.credit.catalogue.models import MeasureItem
from casework.credit.measures import services as measures
from casework.credit.measures.models import Measure
from casework.credit.objections import services as objections
from casework.credit.record import decision, ending, hearing, intake
from casework.credit.record.models import CreditRecord
from casework.credit.repair import services as repair
from casework.documents.models import Letter
from tests.credit.counting import days_that_differ, working_days_later
from tests.credit.deeds import DEEDS, Scene, actor_named
from tests.credit.house import LONG_AGO, SUBJECT, CreditHouse, finding, proof
from tests.credit.snapshots import snapshot
from tests.credit.test_two_at_once import STAGES

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = timezone.localdate


def TOMORROW() -> date:
    return TODAY() + timedelta(days=1)


def NOTICED() -> date:
    return TODAY() - timedelta(days=LONG_AGO)


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


def on(actor: Actor, day: str) -> Actor:
    """The same one on another day."""
    at = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=SHANGHAI)
    return Actor(actor.kind, actor.user, actor.label, at)


def clock(case: Case, code: str) -> tuple[date, str]:
    """The last clock of a rule: its day, and how it stands."""
    row = case.deadlines.filter(code=f"credit.{code}").latest("pk")
    return row.due, row.status


def refused(call: Callable[[], Any]) -> set[str]:
    """The fields that a command names when it refuses, having written nothing."""
    before = snapshot()
    with pytest.raises(InvalidInput) as caught:
        call()
    assert snapshot() == before
    return set(caught.value.errors)


def changed_meanwhile(call: Callable[[], Any]) -> None:
    """A command that comes too late or too early writes nothing."""
    before = snapshot()
    with pytest.raises(CaseChanged):
        call()
    assert snapshot() == before


def test_the_clocks_of_a_record_from_proposal_to_repair(house: CreditHouse) -> None:
    """Counted by hand over Labour Day 2026 (1-5 May off, 9 May worked) and the Dragon Boat Festival (19 June off)."""
    officer, head = Actor.person(house.officer), Actor.person(house.head)
    record = house.proposed(actor=on(officer, "2026-04-28"), finding_date=date(2026, 4, 20))
    assert clock(record, "notice") == (date(2026, 5, 14), "running")
    assert (record.next_due, record.next_due_code) == (date(2026, 5, 14), "credit.notice")
    record = hearing.record_give_notice(record=record, actor=on(officer, "2026-04-29"))
    assert clock(record, "notice")[1] == "met"
    assert clock(record, "service") == (date(2026, 5, 6), "running")
    record = hearing.record_serve(
        record=record, actor=on(officer, "2026-05-08"), served_on=date(2026, 4, 30), how="直接送达"
    )
    # Served in time, recorded later; 30 May is a Saturday.
    assert clock(record, "service")[1] == "met"
    assert clock(record, "decision") == (date(2026, 6, 1), "running")
    assert hearing.statement_until(record) == date(2026, 5, 11)
    assert refused(lambda: hearing.record_put_forward(record=record, actor=on(officer, "2026-05-11"))) == {""}
    record = hearing.record_put_forward(record=record, actor=on(officer, "2026-05-12"))
    record = decision.record_decide(record=record, actor=on(head, "2026-05-12"), reasons="查明。", publish=True)
    assert clock(record, "decision")[1] == "met"
    assert clock(record, "delivery") == (date(2026, 6, 9), "running")
    record = decision.record_publish(record=record, actor=on(officer, "2026-06-10"))
    assert clock(record, "delivery")[1] == "met_late"
    assert record.next_due is None
    objections.objection_make(record=record, actor=on(SUBJECT, "2026-06-17"), text="金额有误。")
    assert clock(record, "objection_forward") == (date(2026, 6, 22), "running")
    objections.objection_forward(record=record, actor=on(officer, "2026-06-18"), to="南京市工业和信息化局")
    assert clock(record, "objection_forward")[1] == "met"
    assert clock(record, "objection_provider") == (date(2026, 6, 26), "running")
    objections.objection_decide(record=record, actor=on(head, "2026-06-18"), outcome="corrected", reasons="有误。")
    assert clock(record, "objection_provider")[1] == "met"
    assert clock(record, "correction") == (date(2026, 6, 24), "running")
    record = decision.record_correct(
        record=record, actor=on(officer, "2026-06-24"), changes={"conduct": "更正。"}, reason="见异议。"
    )
    assert clock(record, "correction")[1] == "met"
    ask: dict[str, Any] = {"fulfilment": "裁定批准。", "undertaking": "承诺。", "court_document": "（2026）苏破1号"}
    repair.repair_ask(record=record, actor=on(SUBJECT, "2026-06-15"), ground="reorganisation", uploads=[proof()], **ask)
    assert clock(record, "repair") == (date(2026, 6, 30), "running")
    record = repair.repair_grant(record=house.fresh(record), actor=on(head, "2026-06-30"), reasons="条件具备。")
    assert clock(record, "repair")[1] == "met"
    assert (record.state, record.ended_on, record.next_due) == ("repaired", date(2026, 6, 30), None)
    assert list(verify_chains(record.pk)) == []


@pytest.mark.parametrize("day", ["2026-02-10", "2026-04-01", "2026-04-29", "2026-09-18", "2026-09-30", "2026-10-16"])
def test_the_time_for_a_statement_is_five_whole_working_days(house: CreditHouse, day: str) -> None:
    served = date.fromisoformat(day)
    until = working_days_later(served, 5, days_that_differ())
    record = house.proposed()
    record.served_on = served
    if served < date(2026, 4, 1):
        # No class and no period of records was in force: nothing was served then.
        return
    assert hearing.statement_until(record) == until
    assert hearing.put_forward_fault(record, until)
    assert not hearing.put_forward_fault(record, until + timedelta(days=1))


def test_a_clock_that_another_way_makes_idle_is_cancelled_not_met(house: CreditHouse) -> None:
    record = house.contested()
    objections.objection_take_on(record=record, actor=house.at(0))
    assert clock(record, "objection_forward")[1] == "met"
    # Whoever takes it on decides in time from the day of the objection, not from today.
    assert clock(record, "objection")[0] == working_days_later(TODAY(), 5, days_that_differ())
    objections.objection_forward(record=record, actor=house.at(0), to="某局")
    assert clock(record, "objection")[1] == "cancelled"
    for end in (DEEDS["set_aside"], DEEDS["annul"]):
        end.do(Scene(house, house.fresh(record)), actor_named(end.by, house))
    assert clock(record, "objection_provider")[1] == "cancelled"
    assert set(record.deadlines.values_list("status", flat=True)) <= {"met", "met_late", "cancelled"}


def test_the_departments_own_finding_is_decided_here(house: CreditHouse) -> None:
    record = house.contested(finding_authority=house.keeping.name)
    assert clock(record, "objection") == (working_days_later(TODAY(), 5, days_that_differ()), "running")
    assert refused(lambda: objections.objection_take_on(record=record, actor=house.at(0))) == {""}


def test_a_dropped_record_leaves_no_clock_and_can_be_proposed_again(house: CreditHouse) -> None:
    subject = house.subject()
    record = house.submitted(subject=subject, finding_number="甲1号")
    assert refused(lambda: house.proposed(subject=subject, finding_number="甲1号")) == {"finding_number"}
    record = decision.record_drop(record=record, actor=Actor.person(house.head), reason="告知有误，重新提出。")
    assert (record.state, record.ended_on, record.next_due) == ("dropped", TODAY(), None)
    assert clock(record, "decision")[1] == "cancelled"
    again = house.decided(subject=subject, finding_number="甲1号", finding_date=record.finding_date)
    # One that was in force stays the only one, also after its end.
    ended = ending.record_annul(
        record=DEEDS["set_aside"].do(Scene(house, again), house.at(0)), actor=house.at(0, house.head), reason="撤销。"
    )
    assert ended.state == "annulled"
    assert house.proposed(subject=subject, finding_number="甲1号").state == "proposed"


@pytest.mark.parametrize("end", ["repair", "expire"])
def test_what_was_repaired_or_is_over_does_not_come_again(house: CreditHouse, end: str) -> None:
    subject = house.subject()
    record = house.asked(subject=subject, finding_number="甲1号")
    if end == "repair":
        repair.repair_grant(record=record, actor=house.at(0, house.head), reasons="条件具备。")
    else:
        CreditRecord.objects.filter(pk=record.pk).update(last_day=TODAY() - timedelta(days=1))
        assert ending.sweep_records() == 1
    assert refused(lambda: house.proposed(subject=subject, finding_number="甲1号")) == {"finding_number"}


# --- what is refused, by field -------------------------------------------------------------------------------------


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
    old, subject = TODAY() - timedelta(days=31 * months), house.subject()
    assert refused(lambda: house.proposed(severity, subject=subject, finding_date=old)) == {"finding_date"}
    assert refused(lambda: house.proposed("grave", subject=subject)) == {"severity"}


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

    assert refused(lambda: serve(TODAY(), " ")) == {"how"}
    assert refused(lambda: serve(TOMORROW())) == {"served_on"}
    assert refused(lambda: serve(NOTICED() - timedelta(days=1))) == {"served_on"}
    serve(NOTICED())
    assert refused(lambda: serve(TODAY())) == {"served_on"}
    early = house.proposed()
    changed_meanwhile(lambda: hearing.record_serve(record=early, actor=officer, served_on=TODAY(), how="邮寄"))


def test_statements_are_heard_and_answered_before_anything_is_decided(house: CreditHouse) -> None:
    record, officer = house.served(), house.at(0)

    def say(text: str = "情况不实。", actor: Actor = officer, received_on: date | None = None) -> Any:
        return hearing.statement_make(record=record, actor=actor, text=text, received_on=received_on)

    assert refused(lambda: say(" ")) == {"text"}
    assert refused(lambda: say(received_on=TOMORROW())) == {"received_on"}
    assert refused(lambda: say(received_on=NOTICED() - timedelta(days=1))) == {"received_on"}
    paper = say(received_on=NOTICED())
    # Online the day is today, whatever is sent with it.
    online = say(actor=SUBJECT, received_on=NOTICED())
    assert [(row.number, row.is_online, row.received_on) for row in (paper, online)] == [
        (1, False, NOTICED()),
        (2, True, TODAY()),
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
        ("published", lambda r, a: ending.conduct_corrected(record=r, actor=a, on=TOMORROW(), how="付清。"), "on"),
        ("published", lambda r, a: ending.conduct_corrected(record=r, actor=a, on=TODAY(), how=""), "how"),
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
        ("proposed", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=TODAY(), by="某机关"), ""),
        ("published", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=TODAY(), by=" "), "by"),
        ("published", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=TODAY(), by="局" * 201), "by"),
        ("published", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=TOMORROW(), by="某机关"), "on"),
        ("wrong", lambda r, a: ending.finding_set_aside(record=r, actor=a, on=TODAY(), by="某机关"), ""),
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
    assert refused(lambda: correct({"finding_date": TODAY(), "last_day": date(2030, 1, 1)})) == {""}
    assert refused(lambda: correct({"finding_number": "甲2号"})) == {"finding_number"}
    assert refused(lambda: correct({"respondent_name": "名" * 121})) == {"respondent_name"}
    after = correct({"respondent_name": " 更正集团 ", "finding_date": TODAY()})
    assert (after.respondent_name, after.finding_date) == ("更正集团", record.finding_date)
    event = after.events.get(verb="record_corrected")
    assert event.payload["before"] == {"respondent_name": record.respondent_name}


def test_what_came_on_paper_came_after_the_decision(house: CreditHouse) -> None:
    """Else a clock would begin on a day on which no rule was in force."""
    record, officer = house.decided(severity="minor", publish=False), house.at(0)
    ask: dict[str, Any] = {"ground": "fulfilled", "fulfilment": "付清。", "undertaking": "承诺。"}
    for day in (date(2020, 1, 1), TODAY() - timedelta(days=1), TOMORROW()):
        on_paper: dict[str, Any] = {"record": record, "actor": officer}
        make = partial(objections.objection_make, **on_paper, text="有误。", made_on=day)
        assert refused(make) == {"made_on"}
        assert refused(partial(repair.repair_ask, **on_paper, asked_on=day, uploads=[proof()], **ask)) == {"asked_on"}


def test_an_application_says_and_proves_what_it_has_to(house: CreditHouse) -> None:
    record = house.decided(severity="minor", publish=False)
    whole: dict[str, Any] = {
        "ground": "fulfilled", "fulfilment": "付清。", "undertaking": "承诺。", "uploads": [proof()],
    }  # fmt: skip
    for changes, fields in (
        ({"ground": "mercy"}, {"ground"}),
        ({"fulfilment": " ", "undertaking": ""}, {"fulfilment", "undertaking"}),
        ({"uploads": []}, {"files"}),
        ({"ground": "reorganisation"}, {"court_document"}),
    ):
        given: dict[str, Any] = {"record": record, "actor": SUBJECT, **whole, **changes}
        assert refused(partial(repair.repair_ask, **given)) == fields
    application = repair.repair_ask(record=record, actor=SUBJECT, **whole)
    assert [row.name for row in application.proofs.all()] == ["付款凭证.pdf"]
    again = {**whole, "uploads": [proof()]}
    assert refused(lambda: repair.repair_ask(record=record, actor=SUBJECT, **again)) == {""}


@pytest.mark.parametrize("severity", ["general", "serious"])
def test_no_repair_before_the_least_publicity_is_over_not_even_by_a_day(house: CreditHouse, severity: str) -> None:
    record = house.published(severity=severity)
    given: dict[str, Any] = {"ground": "fulfilled", "fulfilment": "付清。", "undertaking": "承诺。"}

    def ask(first_day: date) -> Any:
        CreditRecord.objects.filter(pk=record.pk).update(repair_from=first_day)
        return repair.repair_ask(record=record, actor=SUBJECT, uploads=[proof()], **given)

    CreditRecord.objects.filter(pk=record.pk).update(repair_from=TOMORROW())
    assert refused(lambda: ask(TOMORROW())) == {""}
    ask(TODAY())
    # And it is asked again when it is granted.
    CreditRecord.objects.filter(pk=record.pk).update(repair_from=TOMORROW())
    grant: dict[str, Any] = {"record": record, "actor": Actor.person(house.head), "reasons": "条件具备。"}
    assert refused(lambda: repair.repair_grant(**grant)) == {""}
    CreditRecord.objects.filter(pk=record.pk).update(repair_from=TODAY())
    assert repair.repair_grant(**grant).state == "repaired"


def test_a_minor_one_is_repaired_at_once_and_a_plan_of_a_court_waits_for_nothing(house: CreditHouse) -> None:
    head = Actor.person(house.head)
    assert repair.repair_grant(record=house.asked("minor"), actor=head, reasons="条件具备。").state == "repaired"
    asked = house.fresh(STAGES["asked"](house))
    assert asked.repair_from > TODAY()
    assert repair.repair_grant(record=asked, actor=head, reasons="裁定属实。").state == "repaired"


def test_a_refused_application_can_be_made_again(house: CreditHouse) -> None:
    record = house.asked()
    row = repair.repair_refuse(record=record, actor=Actor.person(house.head), reasons="尚欠余款。")
    assert (row.outcome, row.decided_by, clock(record, "repair")[1]) == ("refused", house.head, "met")
    DEEDS["enter_repair"].do(Scene(house, house.fresh(record)), SUBJECT)
    assert list(record.repairs.values_list("number", "outcome")) == [(1, "refused"), (2, "open")]


def test_a_record_whose_decision_was_not_to_publish_stays_unpublished(house: CreditHouse) -> None:
    record = house.decided(publish=False)
    assert not record.deadlines.filter(code="credit.delivery").exists()
    assert refused(lambda: decision.record_publish(record=record, actor=house.at(0))) == {""}


def test_what_is_over_is_neither_decided_nor_published(house: CreditHouse) -> None:
    yesterday = TODAY() - timedelta(days=1)
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
    assert annulled.objections.get().carried_out_on == TODAY()


def test_what_is_wrong_twice_is_annulled_once(house: CreditHouse) -> None:
    """One clock of three working days, from the first day on which it was known."""
    head, record = house.at(0, house.head), house.contested()
    objections.objection_decide(record=record, actor=head, outcome="annulled", reasons="主体有误。")
    ending.finding_set_aside(record=record, actor=house.at(0), on=TODAY(), by="江苏省人民政府")
    assert record.deadlines.filter(code="credit.correction").count() == 1
    assert ending.record_annul(record=record, actor=head, reason="已撤销。").state == "annulled"
    assert clock(record, "correction")[1] == "met"


def test_two_objections_that_were_right_run_on_one_clock(house: CreditHouse) -> None:
    head, record = house.at(0, house.head), house.contested()
    objections.objection_decide(record=record, actor=head, outcome="corrected", reasons="有误。")
    objections.objection_make(record=record, actor=SUBJECT, text="另有一处。")
    objections.objection_decide(record=record, actor=head, outcome="corrected", reasons="也有误。")
    decision.record_correct(record=record, actor=house.at(0), changes={"conduct": "更正。"}, reason="见异议。")
    assert set(record.objections.values_list("carried_out_on", flat=True)) == {TODAY()}
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


# --- measures ------------------------------------------------------------------------------------------------------


def test_only_measures_of_the_list_for_this_subject_and_class_are_intended(house: CreditHouse) -> None:
    record, given = house.proposed(), {"actor": house.at(0), "department": house.executing}
    items = {row.code: row for row in MeasureItem.objects.all()}

    def intend(record: CreditRecord, code: str, **changes: Any) -> Any:
        return measures.measure_intend(record=record, item=items[code], **{**given, **changes})

    for code in ("consumption", "office", "funding", "gov_fiscal"):
        assert refused(partial(intend, record, code)) == {"item"}
    general = house.proposed("general")
    assert refused(lambda: intend(general, "honours")) == {"item"}
    organ = house.proposed("general", subject=house.subject("organ"))
    assert intend(organ, "gov_pilots").state == "intended"
    assert refused(lambda: intend(organ, "consumption")) == {"item"}
    assert refused(lambda: intend(record, "honours", extent="围" * 501)) == {"extent"}
    intend(record, "honours")
    assert refused(lambda: intend(record, "honours")) == {"item"}
    closed = CreditHouse().executing
    closed.is_active = False
    closed.save()
    assert refused(lambda: intend(record, "financing", department=closed)) == {"department"}
    noticed = house.noticed()
    assert refused(lambda: intend(noticed, "honours")) == {""}


def test_a_measure_taken_back_stands_in_no_notice_and_can_be_intended_again(house: CreditHouse) -> None:
    record, measure = house.with_measure()
    assert refused(lambda: measures.measure_drop(record=record, actor=house.at(0), measure=0)) == {"measure"}
    measures.measure_drop(record=record, actor=house.at(0), measure=measure.pk)
    assert refused(lambda: measures.measure_drop(record=record, actor=house.at(0), measure=measure.pk)) == {"measure"}
    measures.measure_intend(record=record, actor=house.at(0), item=measure.item, department=house.executing)
    letter = hearing.record_give_notice(record=record, actor=house.at(0)).letters.get()
    assert [row["label"] for row in letter.variables["measures"]] == ["限制融资获取"]


def test_only_what_the_notice_named_and_the_decision_keeps_is_applied(house: CreditHouse) -> None:
    record, kept = house.with_measure()
    other = DEEDS["intend_measure"].do(Scene(house, record), house.at(40))
    foreign = house.with_measure()[1]
    record = house.submitted(record=house.fresh(record))
    decide: dict[str, Any] = {"record": record, "actor": house.at(0, house.head), "reasons": "查明。", "publish": True}
    assert refused(lambda: decision.record_decide(**decide, measures=[foreign.pk])) == {"measures"}
    record = decision.record_decide(**decide, measures=[kept.pk])
    for row in (kept, other, foreign):
        row.refresh_from_db()
    assert (kept.state, kept.starts_on, kept.ends_on) == ("applied", TODAY(), record.last_day)
    assert (other.state, foreign.state) == ("dropped", "intended")
    assert [row["label"] for row in record.letters.get(template="credit_decision").variables["measures"]] == [
        "限制融资获取"
    ]


def test_a_measure_is_acknowledged_and_its_end_too(house: CreditHouse) -> None:
    record, measure = house.with_measure()
    executor = Actor.person(house.executor)

    def acknowledge(done: str = "已停止授信。") -> Any:
        return measures.measure_acknowledge(measure=measure, actor=executor, done=done)

    assert refused(acknowledge) == {""}
    record = house.published(record=record)
    assert refused(lambda: acknowledge(" ")) == {"done"}
    assert refused(lambda: acknowledge("已" * 501)) == {"done"}
    row = acknowledge()
    assert (row.acknowledged_on, row.acknowledged_by, row.acknowledgement) == (TODAY(), house.executor, "已停止授信。")
    assert refused(acknowledge) == {""}
    DEEDS["set_aside"].do(Scene(house, record), house.at(0))
    DEEDS["annul"].do(Scene(house, record), house.at(0, house.head))
    row = acknowledge("已恢复。")
    assert (row.lifted_on, row.lifted_by, row.acknowledgement) == (TODAY(), house.executor, "已停止授信。")
    assert record.events.filter(verb="sanction_acknowledged").latest("seq").payload["done"] == "已恢复。"
    assert refused(acknowledge) == {""}
    assert list(verify_chains(record.pk)) == []


# --- letters and messages ------------------------------------------------------------------------------------------


def test_what_the_letters_say(house: CreditHouse) -> None:
    record, _measure = house.with_measure()
    record = house.published(record=record)
    notice, decided, repairing = record.letters.order_by("pk")
    assert [row.template for row in (notice, decided, repairing)] == [
        "credit_prior_notice",
        "credit_decision",
        "credit_repair_notice",
    ]
    for letter in (notice, decided, repairing):
        said = letter.variables
        assert (said["addressee"], said["subject_code"]) == (record.respondent_name, record.respondent_code)
        assert (said["finding_number"], said["last_day"]) == (record.finding_number, record.last_day.isoformat())
        assert letter.department == house.keeping
    assert (notice.variables["statement_days"], notice.variables["is_published"]) == (5, "是")
    assert notice.variables["measures"][0]["department"] == house.executing.name
    assert decided.variables["served_on"] == NOTICED().isoformat()
    assert repairing.variables["repair_from"] == record.repair_from.isoformat()
    assert (repairing.variables["least_months"], repairing.variables["repair_days"]) == (12, 10)
    assert notice.issued_by == house.officer
    assert {decided.issued_by, repairing.issued_by} == {house.head}


def test_a_minor_record_says_that_it_is_not_published(house: CreditHouse) -> None:
    record = house.decided(severity="minor", publish=False)
    said = {row.template: row.variables for row in record.letters.all()}
    assert said["credit_prior_notice"]["is_published"] == said["credit_decision"]["is_published"] == ""
    assert said["credit_repair_notice"]["repair_from"] == record.finding_date.isoformat()


def test_the_answers_to_objection_and_application(house: CreditHouse) -> None:
    head = house.at(0, house.head)
    record = house.contested()
    objections.objection_decide(record=record, actor=head, outcome="corrected", reasons="核查属实。")
    said = record.letters.get(template="credit_objection_answer").variables
    assert (said["outcome"], said["is_founded"]) == ("异议成立，更正记录内容", "是")
    assert said["correct_by"] == working_days_later(TODAY(), 3, days_that_differ()).isoformat()
    assert said["objection"] == "认定的金额有误，已支付一半。"
    asked = house.asked()
    repair.repair_refuse(record=asked, actor=head, reasons="尚欠余款。")
    said = asked.letters.get(template="credit_repair_decision").variables
    assert (said["is_granted"], said["reasons"]) == ("", "尚欠余款。")
    DEEDS["enter_repair"].do(Scene(house, house.fresh(asked)), SUBJECT)
    repair.repair_grant(record=asked, actor=head, reasons="条件具备。")
    assert asked.letters.filter(template="credit_repair_decision").latest("pk").variables["is_granted"] == "是"


# By deed: the stage before it, the mail to the subject, and whether the keeping department is told in its inbox.
MESSAGES = [
    ("proposed", "give_notice", "record_noticed", False),
    ("proposed", "drop", "", False),
    ("noticed", "serve", "", False),
    ("noticed", "issue_code", "", False),
    ("noticed", "enter_statement", "", True),
    ("noticed", "drop", "record_dropped", False),
    ("said", "answer_statement", "", False),
    ("served", "put_forward", "", True),
    ("submitted", "send_back", "", True),
    ("submitted", "decide", "record_decided", False),
    ("submitted", "drop", "record_dropped", False),
    ("in_force", "publish", "record_published", False),
    ("published", "correct", "record_corrected", False),
    ("published", "set_aside", "", True),
    ("published", "withhold", "", False),
    ("wrong", "annul", "record_annulled", False),
    ("published", "enter_objection", "", True),
    ("contested", "forward_objection", "", False),
    ("contested", "decide_objection", "objection_decided", True),
    ("published", "enter_reorganisation", "", True),
    ("asked", "repair", "record_repaired", False),
    ("asked", "refuse_repair", "repair_decided", False),
]


@pytest.mark.parametrize(("stage", "name", "template", "is_told"), MESSAGES)
def test_who_is_told(house: CreditHouse, stage: str, name: str, template: str, is_told: bool) -> None:
    record = house.fresh(STAGES[stage](house))
    known = set(OutboxMessage.objects.values_list("pk", flat=True))
    DEEDS[name].do(Scene(house, record), actor_named(DEEDS[name].by, house))
    new = list(OutboxMessage.objects.exclude(pk__in=known).exclude(channel="letter.render"))
    mails = [row for row in new if row.channel == "email"]
    assert [(row.payload["to"], row.payload["template"]) for row in mails] == (
        [("subject@example.com", template)] if template else []
    )
    executing = {house.executor.pk}
    inboxes = [set(row.payload["users"]) for row in new if row.channel == "inbox"]
    keeping = {getattr(house, who).pk for who in ("officer", "colleague", "head", "deputy", "clerk")}
    assert inboxes.count(keeping) == (1 if is_told else 0)
    # Those who carry a measure out hear of its beginning and of its end, and of nothing else.
    with_measure = name in ("decide", "annul", "repair")
    assert [users for users in inboxes if users != keeping] == ([executing] if with_measure else [])
    for message in mails:
        deliver_email(message)
    assert len(mail.outbox) == len(mails)
    assert all(record.reference in sent.subject and record.finding_number in sent.body for sent in mail.outbox)


def test_the_proposal_is_told_to_those_who_keep_records_only(house: CreditHouse) -> None:
    house.proposed()
    (message,) = OutboxMessage.objects.all()
    keeping = {getattr(house, who).pk for who in ("officer", "colleague", "head", "deputy", "clerk")}
    assert (message.channel, set(message.payload["users"])) == ("inbox", keeping)


def test_without_an_address_nobody_is_mailed(house: CreditHouse) -> None:
    house.published(contact_email="")
    assert not OutboxMessage.objects.filter(channel="email").exists()


def test_measures_of_a_record_that_was_dropped_never_applied(house: CreditHouse) -> None:
    record, measure = house.with_measure()
    record = house.submitted(record=record)
    decision.record_drop(record=record, actor=house.at(0, house.head), reason="申辩成立。")
    measure.refresh_from_db()
    assert (measure.state, measure.starts_on, measure.ended_on) == ("dropped", None, None)
    assert not Measure.objects.applied_on(TODAY()).exists()
