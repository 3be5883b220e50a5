"""Measures: of the list, named in the notice, applied by the decision, acknowledged, ended."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from casework.cases.actors import Actor
from casework.cases.timeline import verify_chains
from casework.credit.catalogue.models import MeasureItem
from casework.credit.measures import services as measures
from casework.credit.measures.models import Measure
from casework.credit.record import decision, hearing
from casework.credit.record.models import CreditRecord
from tests.credit.asking import refused, today
from tests.credit.deeds import DEEDS, Scene
from tests.credit.house import CreditHouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


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
    assert (kept.state, kept.starts_on, kept.ends_on) == ("applied", today(), record.last_day)
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
    assert (row.acknowledged_on, row.acknowledged_by, row.acknowledgement) == (today(), house.executor, "已停止授信。")
    assert refused(acknowledge) == {""}
    DEEDS["set_aside"].do(Scene(house, record), house.at(0))
    DEEDS["annul"].do(Scene(house, record), house.at(0, house.head))
    row = acknowledge("已恢复。")
    assert (row.lifted_on, row.lifted_by, row.acknowledgement) == (today(), house.executor, "已停止授信。")
    assert record.events.filter(verb="sanction_acknowledged").latest("seq").payload["done"] == "已恢复。"
    assert refused(acknowledge) == {""}
    assert list(verify_chains(record.pk)) == []


def test_measures_of_a_record_that_was_dropped_never_applied(house: CreditHouse) -> None:
    record, measure = house.with_measure()
    record = house.submitted(record=record)
    decision.record_drop(record=record, actor=house.at(0, house.head), reason="申辩成立。")
    measure.refresh_from_db()
    assert (measure.state, measure.starts_on, measure.ended_on) == ("dropped", None, None)
    assert not Measure.objects.applied_on(today()).exists()
