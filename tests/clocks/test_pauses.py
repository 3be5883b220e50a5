"""Pauses and extensions together, and days of the year, against a walk over the days one by one."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.clocks.calendar import WorkingCalendar
from casework.clocks.periods import Pause, PauseError, PeriodCapError, PeriodRule, Unit, compute, render_step

ONE_DAY = timedelta(days=1)
relaxed = settings(deadline=None, max_examples=300)
starts = st.dates(date(2004, 1, 1), date(2023, 6, 30))
counted_units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])


def pausable(unit: Unit, amount: int, **extra: object) -> PeriodRule:
    """A rule that may be paused."""
    return PeriodRule("test", "期限", 1, amount, unit, "第一条", pausable=True, **extra)  # type: ignore[arg-type]


@st.composite
def pauses_after(draw: st.DrawFn, start: date) -> list[Pause]:
    """Up to four pauses around the clock's life, overlapping or not, in any order."""
    spans = draw(st.lists(st.tuples(st.integers(-20, 200), st.integers(0, 60)), max_size=4))
    return [Pause(start + timedelta(first), start + timedelta(first + length)) for first, length in spans]


@st.composite
def clocks(draw: st.DrawFn) -> tuple[PeriodRule, date, int | None, list[Pause]]:
    """A rule, a start, perhaps an extension, some pauses."""
    amount = draw(st.integers(1, 90))
    rule = pausable(draw(counted_units), amount, hard_cap=180)
    start = draw(starts)
    total = draw(st.none() | st.integers(amount + 1, 180))
    return rule, start, total, draw(pauses_after(start))


def is_paused(day: date, pauses: list[Pause]) -> bool:
    return any(pause.first <= day <= pause.last for pause in pauses)


def slow_days(rule: PeriodRule, start: date, amount: int, pauses: list[Pause]) -> tuple[date, date]:
    """Walk day by day: a day counts when the unit counts it and no pause holds it; then walk on to a day worked."""
    day, left = start, amount
    while left:
        day += ONE_DAY
        counts = rule.unit is Unit.CALENDAR_DAYS or chinese_calendar.is_workday(day)
        left -= counts and not is_paused(day, pauses)
    raw = day
    while not chinese_calendar.is_workday(day) or (day != raw and is_paused(day, pauses)):
        day += ONE_DAY
    return raw, day


@relaxed
@given(clocks())
def test_pause_and_extension_agree_with_the_walk(
    announced: WorkingCalendar, clock: tuple[PeriodRule, date, int | None, list[Pause]]
) -> None:
    rule, start, total, pauses = clock
    result = compute(rule, start, announced, total, pauses)
    assert (result.raw_due, result.due) == slow_days(rule, start, total or rule.amount, pauses)


@relaxed
@given(clocks(), st.randoms(use_true_random=False))
def test_the_order_of_pauses_is_of_no_matter(
    announced: WorkingCalendar, clock: tuple[PeriodRule, date, int | None, list[Pause]], random: object
) -> None:
    rule, start, total, pauses = clock
    shuffled = list(pauses)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert compute(rule, start, announced, total, shuffled).due == compute(rule, start, announced, total, pauses).due


@relaxed
@given(clocks(), st.integers(0, 200), st.integers(0, 30))
def test_one_more_pause_never_brings_the_deadline_forward(
    announced: WorkingCalendar, clock: tuple[PeriodRule, date, int | None, list[Pause]], first: int, length: int
) -> None:
    rule, start, total, pauses = clock
    more = [*pauses, Pause(start + timedelta(first), start + timedelta(first + length))]
    assert compute(rule, start, announced, total, more).due >= compute(rule, start, announced, total, pauses).due


def test_a_pause_of_a_case_by_hand(announced: WorkingCalendar) -> None:
    """Ten working days from Monday 2026-03-02 end on the 16th; three of them (4th to 6th) paused: on the 19th."""
    pause = Pause(date(2026, 3, 4), date(2026, 3, 8), "鉴定")
    result = compute(pausable(Unit.WORKING_DAYS, 10), date(2026, 3, 2), announced, pauses=[pause])
    assert (result.raw_due, result.due) == (date(2026, 3, 19), date(2026, 3, 19))
    assert any("鉴定" in render_step(step) for step in result.steps)


def test_the_handling_clock_of_the_decree_knows_no_pause(announced: WorkingCalendar) -> None:
    rule = PeriodRule("arrears.handling", "处理期限", 1, 30, Unit.CALENDAR_DAYS, "第二十五条", hard_cap=90)
    with pytest.raises(PauseError):
        compute(rule, date(2026, 3, 2), announced, pauses=[Pause(date(2026, 3, 4), date(2026, 3, 8))])


YEARLY = PeriodRule(
    "disclosure.annual", "年度公示期限", 1, 1, Unit.YEARLY_DATE, "第十八条", roll_forward=False, due_month=3, due_day=31
)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2025-12-31", "2026-03-31"),
        ("2026-01-01", "2026-03-31"),
        ("2026-03-30", "2026-03-31"),
        ("2024-03-31", "2025-03-31"),  # the day of the event isn't counted
        ("2023-12-31", "2024-03-31"),  # a Sunday: a fixed day doesn't move
        ("2024-02-29", "2024-03-31"),
    ],
)
def test_a_day_of_the_year(announced: WorkingCalendar, start: str, due: str) -> None:
    result = compute(YEARLY, date.fromisoformat(start), announced)
    assert (result.raw_due, result.due) == (date.fromisoformat(due), date.fromisoformat(due))


def test_a_day_of_the_year_is_not_extended(announced: WorkingCalendar) -> None:
    with pytest.raises(PeriodCapError):
        compute(YEARLY, date(2025, 12, 31), announced, total_days=2)
