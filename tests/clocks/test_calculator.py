"""The calculator's choice of a rule, its refusals, and its picture against a walk over the days with the library."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.clocks import picture
from casework.clocks.calculator import Refused, calculate, rules_in_force, rules_to_choose
from casework.clocks.calendar import WorkingCalendar
from casework.clocks.models import StatutoryPeriod
from casework.clocks.periods import PeriodRule, Unit, compute

ONE_DAY = timedelta(days=1)
TODAY = date(2026, 3, 2)
# Far enough from the end that no count below leaves the announced years.
starts = st.dates(date(2004, 1, 2), date(2026, 3, 31))
counting_units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])


def rule(unit: Unit, amount: int, **extra: Any) -> PeriodRule:
    return PeriodRule("test", "期限", 1, amount, unit, "第一条", **extra)


def slow_counted(unit: Unit, start: date, amount: int, start_counts: bool) -> list[date]:
    """The counted days by walking and asking the library about each; nothing here is ours."""
    counted: list[date] = []
    day = start if start_counts else start + ONE_DAY
    while len(counted) < amount:
        if unit is Unit.CALENDAR_DAYS or chinese_calendar.is_workday(day):
            counted.append(day)
        day += ONE_DAY
    return counted


@settings(deadline=None, max_examples=200)
@given(starts, st.integers(1, 130), counting_units, st.booleans())
def test_every_day_counts_or_does_not_as_a_walk_says(
    announced: WorkingCalendar, start: date, amount: int, unit: Unit, start_counts: bool
) -> None:
    asked = rule(unit, amount, start_day_excluded=not start_counts)
    computed = compute(asked, start, announced)
    days = list(picture.days(asked, start, computed, announced))
    assert [day.date for day in days] == [start + ONE_DAY * n for n in range((computed.due - start).days + 1)]
    counted = {day.date: day.number for day in days if day.number is not None}
    expected = slow_counted(unit, start, amount, start_counts)
    assert counted == {day: number for number, day in enumerate(expected, start=1)}
    assert len(counted) == amount
    assert [day.date for day in days if day.is_raw_due] == [expected[-1]]
    assert [day.date for day in days if day.is_due] == [days[-1].date]
    assert [day.date for day in days if day.is_start] == [start]
    for day in days:
        assert day.inside
        assert day.is_off is not chinese_calendar.is_workday(day.date)
        assert day.is_make_up is (day.date.weekday() > 4 and chinese_calendar.is_workday(day.date))
        if day.date > expected[-1] and not day.is_due:
            assert day.is_off, "between the last day by count and the due day nobody works"


@settings(deadline=None, max_examples=60)
@given(starts, st.integers(1, 130), counting_units)
def test_months_hold_each_of_their_days_once_under_its_weekday(
    announced: WorkingCalendar, start: date, amount: int, unit: Unit
) -> None:
    asked = rule(unit, amount)
    computed = compute(asked, start, announced)
    months = picture.months(asked, start, computed, announced)
    shown = [day for month in months for week in month.weeks for day in week if day]
    assert [day for day in shown if day.inside] == list(picture.days(asked, start, computed, announced))
    first = start.replace(day=1)
    after = (computed.due.replace(day=1) + timedelta(days=32)).replace(day=1)
    assert [day.date for day in shown] == [first + ONE_DAY * n for n in range((after - first).days)]
    for month in months:
        for week in month.weeks:
            assert [place for place, day in enumerate(week) if day] == [day.date.weekday() for day in week if day]
            assert len(week) == 7


def test_the_picture_of_a_named_day_counts_nothing(announced: WorkingCalendar) -> None:
    asked = rule(Unit.YEARLY_DATE, 1, due_month=3, due_day=31, roll_forward=False)
    computed = compute(asked, date(2026, 1, 1), announced)
    days = list(picture.days(asked, date(2026, 1, 1), computed, announced))
    assert [day.number for day in days] == [None] * 90
    assert days[-1].is_due and days[-1].is_raw_due


@pytest.mark.django_db
def test_holidays_and_make_up_days_of_a_month_are_named() -> None:
    (month,) = calculate("arrears.transfer", date(2026, 2, 9)).months()
    assert [(run.first, run.last, run.names) for run in month.holidays] == [
        (date(2026, 2, 15), date(2026, 2, 23), ("春节",))
    ]
    assert month.make_up_days == ((date(2026, 2, 14), "春节"), (date(2026, 2, 28), "春节"))


def refusal(code: str, start: date, division: str = "", total_days: int | None = None) -> Refused:
    with pytest.raises(Refused) as caught:
        calculate(code, start, division, total_days)
    return caught.value


def publish(code: str, **changes: Any) -> StatutoryPeriod:
    """A published rule of our own."""
    values: dict[str, Any] = {
        "name": "试验期限",
        "amount": 5,
        "unit": "working_days",
        "starts_on": "tested",
        "responsible": "receiving_clerk",
        "effective_from": date(2020, 1, 1),
        "citation": "第一条",
        "certainty": "I",
        "status": "published",
    }
    return StatutoryPeriod.objects.create(code=code, **{**values, **changes})


@pytest.mark.django_db
def test_a_division_s_own_rule_comes_before_the_national_one() -> None:
    national = calculate("arrears.review", date(2026, 4, 28))
    liaoning = calculate("arrears.review", date(2026, 4, 28), "210200")
    assert (national.period.division, national.computed.due) == ("", date(2026, 5, 14))
    assert (liaoning.period.division, liaoning.computed.due) == ("210000", date(2026, 5, 11))


@pytest.mark.django_db
def test_before_its_first_day_a_rule_says_when_it_starts() -> None:
    error = refusal("arrears.transfer", date(2025, 5, 31))
    assert error.field == "start"
    assert "2025-06-01" in error.message
    assert calculate("arrears.transfer", date(2025, 6, 1)).period.version == 1


@pytest.mark.django_db
def test_after_its_last_day_a_rule_says_when_it_ended() -> None:
    publish("test.ended", effective_to=date(2023, 6, 30))
    error = refusal("test.ended", date(2023, 7, 1))
    assert error.field == "start"
    assert "2023-06-30" in error.message
    assert calculate("test.ended", date(2023, 6, 30)).computed.due == date(2023, 7, 7)


@pytest.mark.django_db
def test_between_two_versions_the_next_start_is_named() -> None:
    publish("test.gap", effective_to=date(2021, 12, 31))
    publish("test.gap", version=2, amount=7, effective_from=date(2022, 3, 1))
    assert "2022-03-01" in refusal("test.gap", date(2022, 1, 15)).message
    assert calculate("test.gap", date(2021, 12, 1)).period.version == 1
    assert calculate("test.gap", date(2022, 3, 1)).period.version == 2


@pytest.mark.django_db
def test_a_rule_of_one_division_only() -> None:
    publish("test.regional", division="210000")
    assert refusal("test.regional", date(2026, 3, 2)).field == "rule"
    assert refusal("test.regional", date(2026, 3, 2), "320000").field == "rule"
    assert calculate("test.regional", date(2026, 3, 2), "210000").period.division == "210000"


@pytest.mark.django_db
def test_drafts_and_unknown_codes_are_no_rules() -> None:
    publish("test.draft", status="draft")
    assert refusal("test.draft", date(2026, 3, 2)).field == "rule"
    assert refusal("nothing", date(2026, 3, 2)).field == "rule"


@pytest.mark.django_db
@pytest.mark.parametrize("start", [date(2003, 12, 31), date(2029, 1, 1), date(1, 1, 1), date(9999, 12, 31)])
def test_a_start_outside_the_calendar(start: date) -> None:
    error = refusal("arrears.transfer", start)
    assert error.field == "start"
    assert "2004-01-01" in error.message
    assert "2028-12-31" in error.message


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["arrears.transfer", "arrears.handling"])
def test_a_deadline_outside_the_calendar(code: str) -> None:
    error = refusal(code, date(2028, 12, 20))
    assert error.field == "start"
    assert "2028-12-31" in error.message


@pytest.mark.django_db
def test_extensions_up_to_the_cap_and_only_where_the_rule_has_one() -> None:
    assert calculate("arrears.handling", date(2025, 6, 3), "", 90).computed.raw_due == date(2025, 9, 1)
    for days in (30, 91):
        assert refusal("arrears.handling", date(2025, 6, 3), "", days).field == "total_days"
    assert refusal("arrears.transfer", date(2026, 3, 2), "", 20).field == "total_days"
    assert refusal("disclosure.annual", date(2026, 1, 1), "", 2).field == "total_days"


@pytest.mark.django_db
def test_the_lists_of_rules() -> None:
    publish("test.ended", effective_to=date(2023, 6, 30))
    publish("test.future", effective_from=date(2030, 1, 1))
    publish("test.twice", effective_from=date(2021, 1, 1))
    publish("test.twice", version=2, amount=9, effective_from=date(2024, 1, 1))
    publish("test.draft", status="draft")
    publish("test.twice", version=1, amount=3, division="210000", effective_from=date(2025, 1, 1))
    in_force = [(period.code, period.division, period.version) for period in rules_in_force(TODAY)]
    assert len(in_force) == len(set(in_force))
    assert in_force[:2] == [("arrears.review", "", 1), ("arrears.review", "210000", 1)]
    assert in_force[-2:] == [("test.twice", "", 2), ("test.twice", "210000", 1)]
    assert not {"test.ended", "test.future", "test.draft"} & {code for code, *_rest in in_force}
    offered = {period.code: period for period in rules_to_choose(TODAY)}
    assert {"test.ended", "test.future"} < set(offered)
    assert "test.draft" not in offered
    assert (offered["test.twice"].division, offered["test.twice"].version) == ("", 2)
    assert offered["arrears.review"].division == ""
