"""What must hold whatever writes: each wrong row tried by `update()` or SQL, past every service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from casework.cases.models import Case
from casework.credit.catalogue.models import MeasureItem, SeverityClass
from casework.credit.measures.models import Measure
from casework.credit.objections.models import Objection
from casework.credit.record.models import CreditRecord, Statement
from casework.credit.repair.models import RepairApplication
from tests.credit.house import LONG_AGO, CreditHouse

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> CreditHouse:
    return CreditHouse()


def refused(write: Callable[[], Any]) -> bool:
    """Whether the database refuses it."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError:
        return True
    return False


def change(record: CreditRecord, **values: Any) -> Callable[[], Any]:
    """A write that asks no service."""
    return lambda: CreditRecord.objects.filter(pk=record.pk).update(**values)


@pytest.mark.parametrize("state", ["closed", "registered", "", "PUBLISHED"])
def test_no_unknown_state(house: CreditHouse, state: str) -> None:
    record = house.proposed()
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET state = %s WHERE id = %s", [state, record.pk])


def test_no_publication_before_the_decision(house: CreditHouse) -> None:
    today = timezone.localdate()
    for record in (house.proposed(), house.noticed(), house.submitted()):
        assert refused(change(record, published_on=today, to_be_published=True))
        assert refused(change(record, published_on=today))


def test_no_publication_that_was_not_decided_nor_after_the_last_day(house: CreditHouse) -> None:
    today = timezone.localdate()
    assert refused(change(house.decided(publish=False), published_on=today))
    record = house.decided()
    assert refused(change(record, published_on=record.last_day + timedelta(days=1)))
    assert refused(change(record, published_on=timezone.localdate() - timedelta(days=1)))
    assert not refused(change(record, published_on=record.last_day))


def test_no_decision_without_service_or_before_it(house: CreditHouse) -> None:
    today = timezone.localdate()
    assert refused(change(house.noticed(), decided_on=today))
    record = house.served()
    assert refused(change(record, decided_on=timezone.localdate() - timedelta(days=LONG_AGO + 1)))
    assert not refused(change(record, decided_on=record.served_on))


def test_no_decision_by_those_who_proposed_or_put_forward(house: CreditHouse) -> None:
    record = house.submitted(actor=house.at(40, house.colleague))
    assert (record.proposed_by, record.put_forward_by) == (house.colleague, house.officer)
    assert refused(change(record, decided_by=house.colleague))
    assert refused(change(record, decided_by=house.officer))
    assert not refused(change(record, decided_by=house.head))


@pytest.mark.parametrize("name", ["finding_number", "finding_authority", "legal_basis", "conduct"])
def test_no_record_without_its_finding(house: CreditHouse, name: str) -> None:
    assert refused(change(house.proposed(), **{name: ""}))


def test_no_end_before_the_finding(house: CreditHouse) -> None:
    record = house.proposed()
    assert refused(change(record, last_day=record.finding_date - timedelta(days=1)))


def test_one_finding_about_one_subject_once(house: CreditHouse) -> None:
    subject = house.subject()
    one = house.proposed(subject=subject, finding_number="甲1号")
    other = house.proposed(subject=subject, finding_number="甲2号")
    assert refused(change(other, finding_number=one.finding_number))
    assert not refused(change(other, finding_number=one.finding_number, finding_authority="另一机关"))


def test_no_measure_applies_without_a_record_in_force(house: CreditHouse) -> None:
    today = timezone.localdate()
    applied = {"state": "applied", "starts_on": today, "ends_on": today}
    for make in (house.with_measure, lambda: _until(house, house.noticed), lambda: _until(house, house.submitted)):
        record, measure = make()
        assert refused(partial(Measure.objects.filter(pk=measure.pk).update, **applied)), record.state


def _until(house: CreditHouse, step: Callable[..., CreditRecord]) -> tuple[CreditRecord, Measure]:
    record, measure = house.with_measure()
    return step(record=record), measure


def test_no_measure_applies_again_after_the_end(house: CreditHouse) -> None:
    record, measure = _until(house, house.decided)
    Case.objects.filter(pk=record.pk).update(state="expired")
    rows = Measure.objects.filter(pk=measure.pk)
    assert refused(lambda: rows.update(extent="另一范围"))
    Case.objects.filter(pk=record.pk).update(state="in_force")
    assert not refused(lambda: rows.update(extent="另一范围"))


def test_no_measure_outlasts_its_record_or_begins_before_it(house: CreditHouse) -> None:
    record, measure = _until(house, house.decided)
    rows = Measure.objects.filter(pk=measure.pk)
    assert refused(lambda: rows.update(ends_on=record.last_day + timedelta(days=1)))
    assert refused(lambda: rows.update(starts_on=timezone.localdate() - timedelta(days=1)))
    assert refused(lambda: rows.update(ends_on=timezone.localdate() - timedelta(days=1)))
    assert refused(lambda: rows.update(state="ended", ended_on=None))
    assert refused(lambda: rows.update(state="forever"))


def test_a_measure_of_the_list_once(house: CreditHouse) -> None:
    record, measure = house.with_measure()
    twin = {"record": record, "item": measure.item, "department": measure.department}
    assert refused(lambda: Measure.objects.create(**twin))
    assert not refused(lambda: Measure.objects.create(**twin, state="dropped"))


def test_one_open_objection_and_one_open_application(house: CreditHouse) -> None:
    today = timezone.localdate()
    contested, asked = house.contested(), house.asked()
    more: dict[str, Any] = {"number": 2, "text": "又一", "made_on": today}
    assert refused(lambda: Objection.objects.create(record=contested, **more))
    more = {"number": 2, "ground": "fulfilled", "fulfilment": "x", "undertaking": "y", "asked_on": today}
    assert refused(lambda: RepairApplication.objects.create(record=asked, **more))
    more = {**more, "number": 1, "outcome": "moot", "decided_on": today}
    assert refused(lambda: RepairApplication.objects.create(record=asked, **more))


def test_what_was_decided_has_a_day_and_stays_decided(house: CreditHouse) -> None:
    today = timezone.localdate()
    objections = Objection.objects.filter(record=house.contested())
    repairs = RepairApplication.objects.filter(record=house.asked())
    assert refused(lambda: objections.update(outcome="rejected"))
    assert refused(lambda: objections.update(outcome="perhaps", decided_on=today))
    assert refused(lambda: repairs.update(outcome="granted"))
    assert refused(lambda: repairs.update(outcome="refused", decided_on=today))
    assert refused(lambda: repairs.update(ground="reorganisation"))
    objections.update(outcome="rejected", decided_on=today)
    assert refused(lambda: objections.update(outcome="annulled"))


def test_what_was_said_stays_and_nothing_is_deleted(house: CreditHouse) -> None:
    contested, asked, (record, measure) = house.contested(), house.asked(), house.with_measure()
    noticed = house.noticed()
    statement = Statement.objects.create(record=noticed, number=1, text="x", received_on=timezone.localdate())
    kept: list[tuple[Any, dict[str, Any], dict[str, Any]]] = [
        (Statement, {"pk": statement.pk}, {"text": "y"}),
        (Objection, {"record": contested}, {"text": "y"}),
        (RepairApplication, {"record": asked}, {"undertaking": "y"}),
        (Measure, {"pk": measure.pk}, {}),
    ]
    for model, key, changed in kept:
        rows = model.objects.filter(**key)
        assert rows.count() == 1
        assert refused(rows.delete), model
        assert not changed or refused(partial(rows.update, **changed)), model
    assert refused(lambda: Statement.objects.filter(pk=statement.pk).update(answer="未署日期"))
    assert record.state == "proposed"


def test_classes_and_list_in_use_never_change() -> None:
    lists: list[tuple[Any, dict[str, Any]]] = [
        (SeverityClass.objects.filter(code="serious"), {"most_months": 60}),
        (MeasureItem.objects.filter(code="financing"), {"severities": ["minor"]}),
    ]
    for rows, changed in lists:
        assert refused(partial(rows.update, **changed))
        assert refused(rows.delete)
        assert not refused(partial(rows.update, effective_to=timezone.localdate()))
