"""Counting days: the checked-in vectors, and properties against a slow day-by-day oracle over 2004-2026."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.clocks.calendar import CalendarRangeError, WorkingCalendar
from casework.clocks.periods import PeriodCapError, PeriodRule, Unit, compute, render_step

ONE_DAY = timedelta(days=1)
FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
# Far enough from the end that no count of up to 250 working days or 365 days leaves the announced years.
starts = st.dates(FIRST, date(2025, 10, 31))
amounts = st.integers(1, 250)
# Hypothesis may call a slow first example; the session's calendar is only read, so sharing it between examples is safe.
relaxed = settings(deadline=None, max_examples=300)


def rule(unit: Unit, amount: int, **extra: object) -> PeriodRule:
    """A rule for counting alone."""
    return PeriodRule("test", "期限", 1, amount, unit, "第一条", **extra)  # type: ignore[arg-type]


def slow_nth_working_day(start: date, amount: int) -> date:
    """Walk the days one by one and ask the library about each; nothing here is ours."""
    day = start
    while amount:
        day += ONE_DAY
        amount -= chinese_calendar.is_workday(day)
    return day


def slow_roll(day: date) -> date:
    """Walk on to the first day worked."""
    while not chinese_calendar.is_workday(day):
        day += ONE_DAY
    return day


# The vectors of the domain rules: (event, working days, last day), counted by hand on the State Council's notices.
@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        ("2026-02-09", 10, "2026-02-28"),  # a make-up Saturday
        ("2026-09-21", 10, "2026-10-12"),
        ("2025-09-26", 10, "2025-10-16"),
        ("2025-06-02", 10, "2025-06-16"),  # the event falls on a holiday
        ("2026-04-28", 7, "2026-05-11"),
        ("2026-04-30", 7, "2026-05-13"),
        ("2026-09-30", 15, "2026-10-27"),
        ("2026-09-14", 10, "2026-09-28"),  # the chain: review
        ("2026-09-28", 10, "2026-10-16"),  # the chain: transfer
    ],
)
def test_working_day_vectors(announced: WorkingCalendar, start: str, amount: int, due: str) -> None:
    result = compute(rule(Unit.WORKING_DAYS, amount), date.fromisoformat(start), announced)
    assert (result.raw_due, result.due, result.provisional) == (date.fromisoformat(due), date.fromisoformat(due), False)


@pytest.mark.parametrize(
    ("start", "amount", "raw_due", "due"),
    [
        ("2025-06-03", 30, "2025-07-03", "2025-07-03"),
        ("2025-06-03", 60, "2025-08-02", "2025-08-04"),
        ("2025-08-04", 60, "2025-10-03", "2025-10-09"),
        ("2025-12-03", 30, "2026-01-02", "2026-01-04"),  # to a Sunday that is worked
        ("2026-07-05", 90, "2026-10-03", "2026-10-08"),
        ("2026-10-16", 30, "2026-11-15", "2026-11-16"),  # the chain: handling
    ],
)
def test_calendar_day_vectors(announced: WorkingCalendar, start: str, amount: int, raw_due: str, due: str) -> None:
    result = compute(rule(Unit.CALENDAR_DAYS, amount), date.fromisoformat(start), announced)
    assert (result.raw_due, result.due) == (date.fromisoformat(raw_due), date.fromisoformat(due))


@relaxed
@given(starts, amounts)
def test_working_days_agree_with_a_walk_over_the_days(announced: WorkingCalendar, start: date, amount: int) -> None:
    assert announced.add_working_days(start, amount) == slow_nth_working_day(start, amount)


@relaxed
@given(starts, st.integers(1, 365))
def test_calendar_days_roll_as_a_walk_does(announced: WorkingCalendar, start: date, amount: int) -> None:
    result = compute(rule(Unit.CALENDAR_DAYS, amount), start, announced)
    assert (result.raw_due - start).days == amount
    assert result.due == slow_roll(result.raw_due)


def test_every_day_of_the_announced_years_is_as_the_library_says(announced: WorkingCalendar) -> None:
    days = [FIRST + ONE_DAY * n for n in range((LAST - FIRST).days + 1)]
    assert [day for day in days if announced.is_working_day(day) != chinese_calendar.is_workday(day)] == []
    # The State Council's days of 2026 end on an ordinary Thursday: every day has a working day on or after it.
    assert [day for day in days if announced.next_working_day_on_or_after(day) != slow_roll(day)] == []


def test_working_days_of_a_year(announced: WorkingCalendar) -> None:
    """Counted on the notices: 251 in 2024, 248 in 2025 and in 2026."""
    for year, expected in {2024: 251, 2025: 248, 2026: 248}.items():
        last = announced.add_working_days(date(year - 1, 12, 31), expected)
        assert last.year == year
        assert slow_nth_working_day(last, 1).year == year + 1 if year < 2026 else last == date(2026, 12, 31)


@relaxed
@given(starts, st.integers(1, 249))
def test_a_later_start_or_a_longer_period_never_ends_earlier(
    announced: WorkingCalendar, start: date, amount: int
) -> None:
    due = announced.add_working_days(start, amount)
    assert announced.add_working_days(start + ONE_DAY, amount) >= due
    assert announced.add_working_days(start, amount + 1) > due > start


@relaxed
@given(starts, amounts, st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS]))
def test_counting_the_start_day_is_counting_from_the_day_before(
    announced: WorkingCalendar, start: date, amount: int, unit: Unit
) -> None:
    if start == FIRST:
        start += ONE_DAY
    counted = compute(rule(unit, amount, start_day_excluded=False), start, announced)
    excluded = compute(rule(unit, amount), start - ONE_DAY, announced)
    assert (counted.raw_due, counted.due) == (excluded.raw_due, excluded.due)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [("2024-01-30", 30, "2024-02-29"), ("2023-01-30", 30, "2023-03-01"), ("2024-02-28", 1, "2024-02-29")],
)
def test_month_and_leap_year_ends(announced: WorkingCalendar, start: str, amount: int, due: str) -> None:
    result = compute(rule(Unit.CALENDAR_DAYS, amount), date.fromisoformat(start), announced)
    assert result.raw_due == date.fromisoformat(due)


def test_without_rolling_the_last_day_stays(announced: WorkingCalendar) -> None:
    saturday = date(2025, 8, 2)
    result = compute(rule(Unit.CALENDAR_DAYS, 60, roll_forward=False), date(2025, 6, 3), announced)
    assert result.due == result.raw_due == saturday


class TestExtension:
    """Decree 802 art. 25(2): 30 days, with approval longer, 90 in all."""

    handling = rule(Unit.CALENDAR_DAYS, 30, hard_cap=90)

    def test_counts_in_all_from_the_start_and_rolls(self, announced: WorkingCalendar) -> None:
        result = compute(self.handling, date(2026, 7, 5), announced, total_days=90)
        assert (result.raw_due, result.due) == (date(2026, 10, 3), date(2026, 10, 8))

    @pytest.mark.parametrize("total_days", [91, 120])
    def test_ends_at_the_cap(self, announced: WorkingCalendar, total_days: int) -> None:
        with pytest.raises(PeriodCapError):
            compute(self.handling, date(2026, 7, 5), announced, total_days=total_days)

    @pytest.mark.parametrize("total_days", [0, 29, 30])
    def test_is_longer_than_the_first_period(self, announced: WorkingCalendar, total_days: int) -> None:
        with pytest.raises(PeriodCapError):
            compute(self.handling, date(2026, 7, 5), announced, total_days=total_days)

    def test_counts_in_the_unit_of_the_rule(self, announced: WorkingCalendar) -> None:
        verification = rule(Unit.WORKING_DAYS, 15, hard_cap=30)
        result = compute(verification, date(2026, 4, 28), announced, total_days=30)
        assert result.due == slow_nth_working_day(date(2026, 4, 28), 30)


class TestRange:
    """A day that no calendar knows is an error with the range in it, never a guess."""

    @pytest.mark.parametrize(
        ("start", "amount"), [("2003-12-31", 1), ("1970-01-01", 10), ("2026-12-31", 1), ("2027-01-01", 1)]
    )
    def test_working_days(self, announced: WorkingCalendar, start: str, amount: int) -> None:
        with pytest.raises(CalendarRangeError) as error:
            announced.add_working_days(date.fromisoformat(start), amount)
        assert (error.value.first, error.value.last) == (FIRST, LAST)
        assert "2004-01-01" in str(error.value)
        assert "2026-12-31" in str(error.value)

    def test_calendar_days(self, announced: WorkingCalendar) -> None:
        with pytest.raises(CalendarRangeError):
            compute(rule(Unit.CALENDAR_DAYS, 30), date(2026, 12, 15), announced)

    def test_a_start_before_the_calendar(self, announced: WorkingCalendar) -> None:
        with pytest.raises(CalendarRangeError):
            compute(rule(Unit.WORKING_DAYS, 3), date(2003, 12, 1), announced)

    @pytest.mark.parametrize("amount", [0, -1, -500])
    def test_no_period_of_no_days(self, announced: WorkingCalendar, amount: int) -> None:
        with pytest.raises(ValueError, match="at least one day"):
            announced.add_working_days(date(2026, 3, 2), amount)


class TestSteps:
    """The explanation names what a person would have to check."""

    def test_of_a_period_over_spring_festival(self, announced: WorkingCalendar) -> None:
        steps = {step.code: step for step in compute(rule(Unit.WORKING_DAYS, 10), date(2026, 2, 9), announced).steps}
        assert list(steps) == ["event", "rule", "working_days", "skipped", "make_up"]
        # Off from Sunday the 15th to Monday the 23rd for the Spring Festival; the Saturdays around it are worked.
        assert [(first, last) for first, last, _names in steps["skipped"].params["days"]] == [
            ("2026-02-15", "2026-02-23")
        ]
        assert [first for first, _last, _names in steps["make_up"].params["days"]] == ["2026-02-14", "2026-02-28"]

    def test_of_a_last_day_in_a_holiday(self, announced: WorkingCalendar) -> None:
        steps = compute(rule(Unit.CALENDAR_DAYS, 90), date(2026, 7, 5), announced).steps
        assert [step.code for step in steps] == ["event", "rule", "calendar_days", "rolled"]
        assert steps[-1].date == date(2026, 10, 8)

    def test_every_step_has_words(self, announced: WorkingCalendar) -> None:
        rules = [
            (rule(Unit.WORKING_DAYS, 10), date(2026, 2, 9), None),
            (rule(Unit.CALENDAR_DAYS, 30, hard_cap=90), date(2026, 7, 5), 90),
            (rule(Unit.CALENDAR_DAYS, 30, start_day_excluded=False), date(2026, 11, 29), 31),
        ]
        texts = [
            (step.code, render_step(step))
            for period, start, total in rules
            for step in compute(period, start, announced, total).steps
        ]
        assert {code for code, _text in texts} == {
            "event", "event_counted", "rule", "extended", "working_days", "calendar_days", "skipped", "make_up",
            "rolled", "provisional",
        }  # fmt: skip
        assert [text for _code, text in texts if "%" in text or not text] == []


@pytest.mark.parametrize(("day", "provisional"), [("2026-12-28", False), ("2026-12-29", True), ("2026-12-31", True)])
def test_the_last_days_of_the_announced_years_may_still_move(
    announced: WorkingCalendar, day: str, provisional: bool
) -> None:
    """The notice for 2019 made Saturday 2018-12-29 a working day and Monday the 31st a day off."""
    assert announced.is_provisional(date.fromisoformat(day)) is provisional
