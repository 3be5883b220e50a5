"""From when to when a record has an effect: against counting on the fingers, and the same wherever it is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from casework.cases.models import Case
from casework.credit.catalogue.models import SeverityClass
from casework.credit.measures.models import Measure
from casework.credit.record import ending
from casework.credit.record.decision import record_withhold
from casework.credit.record.models import CreditRecord
from casework.credit.record.publicity import add_months, publicity
from casework.credit.record.selectors import effective_on, public_on
from casework.credit.repair.services import repair_fault
from tests.credit.house import CreditHouse

ONE_DAY = timedelta(days=1)
DAYS = st.dates(date(1999, 1, 1), date(2060, 12, 31))


def months_later(start: date, months: int) -> date:
    """Turning the pages of a calendar, day by day, until the month is reached and in it the number of the day."""
    day, turned = start, 0
    while turned < months:
        day += ONE_DAY
        turned += day.day == 1
    while day.day != start.day and (day + ONE_DAY).day != 1:
        day += ONE_DAY
    return day


@given(start=DAYS, months=st.integers(0, 48))
@example(start=date(2024, 2, 29), months=12)
@example(start=date(2024, 2, 29), months=48)
@example(start=date(2023, 11, 30), months=3)
@example(start=date(2026, 1, 31), months=1)
@example(start=date(2025, 12, 31), months=12)
@example(start=date(2096, 2, 29), months=48)
def test_months_are_those_of_the_calendar(start: date, months: int) -> None:
    assert add_months(start, months) == months_later(start, months)


# By hand, of the three classes: (date of the document, least, most) -> (first day of repair, last day).
BY_HAND = [
    (date(2026, 4, 15), 0, 3, date(2026, 4, 15), date(2026, 7, 15)),
    (date(2026, 11, 30), 0, 3, date(2026, 11, 30), date(2027, 2, 28)),
    (date(2026, 4, 15), 3, 12, date(2026, 7, 16), date(2027, 4, 15)),
    (date(2027, 11, 30), 3, 12, date(2028, 3, 1), date(2028, 11, 30)),
    (date(2026, 4, 15), 12, 36, date(2027, 4, 16), date(2029, 4, 15)),
    (date(2028, 2, 29), 12, 36, date(2029, 3, 1), date(2031, 2, 28)),
]


@pytest.mark.parametrize(("start", "least", "most", "repair_from", "last_day"), BY_HAND)
def test_by_hand(start: date, least: int, most: int, repair_from: date, last_day: date) -> None:
    assert publicity(start, least, most) == publicity(start, least, most).__class__(repair_from, last_day)


@given(start=DAYS, least=st.integers(0, 24), more=st.integers(1, 24))
def test_repair_is_possible_before_the_end_and_only_after_the_least_publicity(
    start: date, least: int, more: int
) -> None:
    days = publicity(start, least, least + more)
    assert start <= days.repair_from <= days.last_day
    assert days.last_day == months_later(start, least + more)
    # The whole of the least period has passed by the day before, and its last day is not itself a day of repair.
    assert days.repair_from == (months_later(start, least) + ONE_DAY if least else start)
    assert not days.is_over(days.last_day)
    assert days.is_over(days.last_day + ONE_DAY)


@pytest.mark.django_db
def test_the_classes_are_those_of_the_order() -> None:
    """NDRC Order 36: minor in principle not published, three months at most; general 3-12; serious 12-36."""
    found = {
        row.code: (row.least_months, row.most_months, row.publishes, row.platforms)
        for row in SeverityClass.objects.all()
    }
    assert found == {
        "minor": (0, 3, False, []),
        "general": (3, 12, True, []),
        "serious": (12, 36, True, ["credit_china", "enterprise_publicity"]),
    }


def _as_on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_args: day)


def _withheld(house: CreditHouse) -> CreditRecord:
    return record_withhold(record=house.published(), actor=house.at(0), ground="execution_suspended")


def _set_aside(house: CreditHouse) -> CreditRecord:
    record = house.published()
    return ending.finding_set_aside(record=record, actor=house.at(0), on=timezone.localdate(), by="某复议机关")


# What each is on its days: (how it is made, whether it has an effect, whether everybody may read it).
KINDS = {
    "proposed": (CreditHouse.proposed, False, False),
    "submitted": (CreditHouse.submitted, False, False),
    "in force": (CreditHouse.decided, True, False),
    "published": (CreditHouse.published, True, True),
    "contested": (CreditHouse.contested, True, True),
    "withheld": (_withheld, True, False),
    "set aside": (_set_aside, False, False),
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_row_and_query_agree_on_every_day_around_the_limits(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, effective, public = KINDS[kind]
    pk = make(CreditHouse()).pk  # type: ignore[operator]
    limits = CreditRecord.objects.get(pk=pk)
    days = {day + timedelta(days=step) for day in (limits.last_day, limits.repair_from) for step in range(-2, 3)} | {
        timezone.localdate()
    }
    for day in sorted(days):
        _as_on(monkeypatch, day)
        row, runs = CreditRecord.objects.get(pk=pk), day <= limits.last_day
        assert row.is_effective == effective_on(day).filter(pk=pk).exists() == (effective and runs), day
        assert row.is_public == public_on(day).filter(pk=pk).exists() == (public and runs), day


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["dropped", "repaired", "expired", "annulled"])
def test_what_has_ended_has_no_effect_on_any_day(state: str) -> None:
    record = CreditHouse().published()
    Case.objects.filter(pk=record.pk).update(state=state)
    assert not effective_on(record.last_day).exists()
    assert not public_on(record.finding_date).exists()


@pytest.mark.django_db
def test_measures_apply_on_the_days_of_their_record_only() -> None:
    house = CreditHouse()
    record, measure = house.with_measure()
    record = house.decided(record=record)
    rows, decided_on = Measure.objects.filter(pk=measure.pk), timezone.localdate()
    assert rows.applied_on(record.last_day).exists()
    assert rows.applied_on(decided_on).exists()
    assert not rows.applied_on(decided_on - ONE_DAY).exists()
    assert not rows.applied_on(record.last_day + ONE_DAY).exists()
    ending.finding_set_aside(record=record, actor=house.at(0), on=timezone.localdate(), by="某复议机关")
    assert not rows.applied_on(record.last_day).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("severity", ["general", "serious"])
def test_repair_not_a_day_before_the_least_publicity_is_over(severity: str) -> None:
    record = CreditHouse().proposed(severity)
    first = months_later(record.finding_date, {"general": 3, "serious": 12}[severity]) + ONE_DAY
    assert repair_fault(record, "fulfilled", first - ONE_DAY)
    assert not repair_fault(record, "fulfilled", first)
    assert not repair_fault(record, "reorganisation", record.finding_date)


@pytest.mark.django_db
def test_repair_of_a_minor_one_at_once() -> None:
    record = CreditHouse().proposed("minor")
    assert not repair_fault(record, "fulfilled", record.finding_date)
