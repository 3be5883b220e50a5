"""A record through its life: its clocks to the day, its endings, and what can follow on them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from casework.cases.actors import Actor
from casework.cases.timeline import verify_chains
from casework.credit.objections import services as objections
from casework.credit.record import decision, ending, hearing
from casework.credit.record.models import CreditRecord
from casework.credit.repair import services as repair
from tests.credit.asking import clock, on, refused, today
from tests.credit.counting import days_that_differ, working_days_later
from tests.credit.deeds import DEEDS, Scene, actor_named
from tests.credit.house import SUBJECT, CreditHouse, proof

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


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
    assert clock(record, "objection")[0] == working_days_later(today(), 5, days_that_differ())
    objections.objection_forward(record=record, actor=house.at(0), to="某局")
    assert clock(record, "objection")[1] == "cancelled"
    for end in (DEEDS["set_aside"], DEEDS["annul"]):
        end.do(Scene(house, house.fresh(record)), actor_named(end.by, house))
    assert clock(record, "objection_provider")[1] == "cancelled"
    assert set(record.deadlines.values_list("status", flat=True)) <= {"met", "met_late", "cancelled"}


def test_the_departments_own_finding_is_decided_here(house: CreditHouse) -> None:
    record = house.contested(finding_authority=house.keeping.name)
    assert clock(record, "objection") == (working_days_later(today(), 5, days_that_differ()), "running")
    assert refused(lambda: objections.objection_take_on(record=record, actor=house.at(0))) == {""}


def test_a_dropped_record_leaves_no_clock_and_can_be_proposed_again(house: CreditHouse) -> None:
    subject = house.subject()
    record = house.submitted(subject=subject, finding_number="甲1号")
    assert refused(lambda: house.proposed(subject=subject, finding_number="甲1号")) == {"finding_number"}
    record = decision.record_drop(record=record, actor=Actor.person(house.head), reason="告知有误，重新提出。")
    assert (record.state, record.ended_on, record.next_due) == ("dropped", today(), None)
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
        CreditRecord.objects.filter(pk=record.pk).update(last_day=today() - timedelta(days=1))
        assert ending.sweep_records() == 1
    assert refused(lambda: house.proposed(subject=subject, finding_number="甲1号")) == {"finding_number"}
