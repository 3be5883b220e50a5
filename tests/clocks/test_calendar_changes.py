"""A change of the calendar: tables, days turned over, and every open deadline as a walk over the days has it."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier

import chinese_calendar
import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.clocks import reference, services
from casework.clocks.calendar_changes import (
    CalendarTableError,
    DayException,
    change_apply,
    change_begin,
    change_fingerprint,
    change_preview,
    change_write,
    next_year,
    read_table,
    write_table,
)
from casework.clocks.models import OPEN_STATUSES, CalendarChange, CalendarYear, Deadline
from casework.clocks.recompute import Effect
from casework.clocks.year_picture import ADDED, ALTERED, REMOVED, by_date, differences, runs, toggled, year_picture
from casework.parties.models import User
from tests.factories import House

ONE_DAY = timedelta(days=1)
relaxed = settings(deadline=None, max_examples=200)
days_of_2027 = st.dates(date(2027, 1, 1), date(2027, 12, 31))
# What a person can type into a cell: no control characters, no space around.
names = st.text(st.characters(exclude_categories=("C", "Z")), max_size=12)


@st.composite
def exceptions(draw: st.DrawFn) -> list[DayException]:
    """A year's exceptions, in order."""
    found = draw(st.dictionaries(days_of_2027, st.tuples(st.sampled_from(["holiday", "workday"]), names), max_size=30))
    return [DayException(day, kind, name) for day, (kind, name) in sorted(found.items())]


class TestTable:
    """A small table in, the same days out."""

    @relaxed
    @given(exceptions(), st.booleans())
    def test_what_is_written_is_read_again(self, days: list[DayException], chinese: bool) -> None:
        assert read_table(write_table(days, chinese=chinese), 2027, may_be_empty=True) == days

    @pytest.mark.parametrize(
        "text",
        [
            "2027-01-01,holiday,元旦",
            "date,kind,name\n2027-01-01,休,元旦",
            "\ufeff日期,类型,名称\r\n2027年1月1日,放假,元旦\r\n",
            "名称,类型,日期\n元旦,OFF,2027/1/1",
            "2027-1-1\t休\t元旦",
            "2027-01-01，休，元旦",
            '\n2027.01.01 , 休 ,"元旦"\n\n',
        ],
    )
    def test_ways_to_write_a_day(self, text: str) -> None:
        assert read_table(text, 2027) == [DayException(date(2027, 1, 1), "holiday", "元旦")]

    def test_every_fault_is_named_by_its_row_or_day(self) -> None:
        text = (
            "日期,类型,名称\n2027-13-01,休,a\n2027-01-01,节,b\n,休,c\n2028-01-01,休,d\n2027-05-01,休,e\n2027-05-01,班,f"
        )
        with pytest.raises(CalendarTableError) as error:
            read_table(text, 2027)
        faults = "\n".join(error.value.faults)
        assert len(error.value.faults) == 5
        for named in ("2027-13-01", "节", "2028-01-01", "2027-05-01", "2", "3", "4"):
            assert named in faults

    @pytest.mark.parametrize(
        "text",
        ["", "\n\n", "日期,类型,名称", "x" * 200_000, "2027-01-01,休\n" * 500, f"2027-01-01,休,{'长' * 61}", "\x00"],
    )
    def test_what_is_no_table_of_days_is_refused(self, text: str) -> None:
        with pytest.raises(CalendarTableError):
            read_table(text, 2027)

    @relaxed
    @given(st.text(max_size=200))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        with suppress(CalendarTableError):
            read_table(text, 2027)


class TestPicture:
    """Days turned over, and what differs from before."""

    @relaxed
    @given(exceptions(), days_of_2027, names)
    def test_turning_a_day_over_twice_takes_it_back(self, days: list[DayException], day: date, name: str) -> None:
        days = [other for other in days if other.date != day]
        rests = day.weekday() >= 5
        once = toggled(days, day, name, rests=rests)
        assert by_date(once)[day] == DayException(day, "workday" if rests else "holiday", name)
        assert toggled(once, day, "anything", rests=rests) == days

    @relaxed
    @given(exceptions())
    def test_working_days_are_those_of_a_plain_count(self, days: list[DayException]) -> None:
        kinds = {day.date: day.kind for day in days}
        every = [date(2027, 1, 1) + ONE_DAY * n for n in range(365)]
        worked = sum(kinds.get(day, "workday" if day.weekday() < 5 else "holiday") == "workday" for day in every)
        picture = year_picture(2027, [], by_date(days))
        assert (picture.working_days, picture.days_off) == (worked, 365 - worked)
        shown = [day.date for month in picture.months for week in month.weeks for day in week if day]
        assert shown == every

    @relaxed
    @given(exceptions(), exceptions())
    def test_differences_turn_the_one_into_the_other(self, old: list[DayException], new: list[DayException]) -> None:
        before, after = by_date(old), by_date(new)
        rebuilt = dict(before)
        for change in differences(before, after):
            for n in range((change.last - change.first).days + 1):
                day = change.first + ONE_DAY * n
                if change.change == REMOVED:
                    rebuilt.pop(day)
                elif change.after:
                    assert (day in before) is (change.change == ALTERED)
                    assert change.change in {ADDED, ALTERED}
                    rebuilt[day] = DayException(day, *change.after)
        assert rebuilt == after

    @relaxed
    @given(exceptions())
    def test_runs_hold_every_day_once(self, days: list[DayException]) -> None:
        spread = [
            DayException(run.first + ONE_DAY * n, run.kind, run.name)
            for run in runs(days)
            for n in range((run.last - run.first).days + 1)
        ]
        assert spread == days


@pytest.mark.django_db
class TestDraft:
    """Years in order, drafts that nobody overwrites unseen."""

    @pytest.fixture
    def user(self) -> User:
        return User.objects.create_user("writer")

    def test_the_notices_are_entered_in_the_order_of_their_years(self, user: User) -> None:
        assert next_year() == 2027
        for year in (2003, 2028, 2031):
            with pytest.raises(ValidationError):
                change_begin(year=year, division="", user=user)
        change = change_begin(year=2027, division="", user=user)
        change = change_write(change=change, days=[], source_notice="测试通知", user=user)
        change_apply(change=change, user=user)
        assert next_year() == 2028
        assert change_begin(year=2028, division="", user=user).days

    def test_a_region_adds_days_to_known_years_only(self, user: User) -> None:
        assert change_begin(year=2028, division="530000", user=user).days == []
        with pytest.raises(ValidationError):
            change_begin(year=2031, division="530000", user=user)

    def test_a_draft_changed_meanwhile_is_neither_written_nor_applied(self, user: User) -> None:
        change = change_begin(year=2027, division="", user=user)
        seen = change_fingerprint(change)
        changed = change_write(change=change, days=[], source_notice="测试通知", user=user, seen=seen)
        with pytest.raises(ValidationError):
            change_write(change=change, days=[], source_notice="旧", user=user, seen=seen)
        with pytest.raises(ValidationError):
            change_apply(change=change, user=user, seen=seen)
        assert change_apply(change=changed, user=user, seen=change_fingerprint(changed))[0].status == "applied"


class SlowCalendar:
    """What the test itself knows of the days: the library's years, statutory holidays after them, its own changes."""

    def __init__(self) -> None:
        self.layers: dict[tuple[int, str], dict[date, str]] = {}
        self.announced = 2026
        path = Path(reference.__file__).parent / "data" / "statutory_holidays.toml"
        for year, holidays in tomllib.loads(path.read_text(encoding="utf-8"))["years"].items():
            self.layers[int(year), ""] = {day: "holiday" for days in holidays.values() for day in days}

    def is_worked(self, day: date, division: str) -> bool:
        for place in (division, division[:4] + "00", division[:2] + "0000", ""):
            kind = self.layers.get((day.year, place), {}).get(day)
            if kind:
                return kind == "workday"
        if day.year <= 2026 and (day.year, "") not in self.layers:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < 5

    def due(self, deadline: Deadline) -> tuple[date, date, bool]:
        """Walk day by day from the start; paused days neither count nor end the clock."""
        period, pauses = deadline.period, [(row.first_on, row.last_on) for row in deadline.pauses.all()]
        day, left = deadline.started_on, deadline.total_days or period.amount

        def is_paused(day: date) -> bool:
            return any(first <= day <= last for first, last in pauses)

        while left:
            day += ONE_DAY
            counts = period.unit == "calendar_days" or self.is_worked(day, deadline.division)
            left -= counts and not is_paused(day)
        raw = day
        while not self.is_worked(day, deadline.division) or (day != raw and is_paused(day)):
            day += ONE_DAY
        return raw, day, day >= date(self.announced, 12, 29)


def _open_clocks(house: House, dice: random.Random) -> Iterator[Deadline]:
    """Clocks of several rules and divisions around the turn of the year, some extended, some paused."""
    for number in range(24):
        case = house.submitted()
        code = dice.choice(["arrears.handling", "arrears.transfer", "arrears.review", "fee.penalty_case"])
        start = date(2026, 8, 1) + ONE_DAY * dice.randrange(200)
        with transaction.atomic():
            Deadline.objects.filter(case=case).delete()
            place = dice.choice(["", "320102", "210100", "530000", "532300"])
            deadline = services.deadline_start(case=case, code=code, started_on=start, division=place)
            if code == "arrears.handling" and number % 2:
                services.deadline_extend(
                    deadline=deadline,
                    total_days=dice.randrange(31, 91),
                    approved_by=house.head,
                    approved_on=start,
                    reason="案情复杂",
                )
            if code == "fee.penalty_case" and number % 2:
                first = start + ONE_DAY * dice.randrange(1, 20)
                last = first + ONE_DAY * dice.randrange(15)
                services.deadline_pause(
                    deadline=deadline, first_on=first, last_on=last, reason="鉴定", user=house.sysadmin
                )
        yield deadline


def _random_days(dice: random.Random, year: int, division: str) -> list[DayException]:
    every = [date(year, 1, 1) + ONE_DAY * n for n in range(365)]
    chosen = sorted(dice.sample(every, dice.randrange(0, 120)))
    return [
        DayException(day, "workday" if day.weekday() >= 5 or (division and dice.random() < 0.3) else "holiday", "节")
        for day in chosen
    ]


def _told(effect: Effect) -> tuple[int, int, int, list[tuple[int, date, date, bool]]]:
    shown = [(row.deadline.pk, row.raw_due, row.due, row.provisional) for row in effect.shown]
    return effect.moved, effect.settled, effect.late_at_once, shown


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_after_any_change_every_open_deadline_is_what_the_walk_says(seed: int) -> None:
    """And what the preview said is what the application did."""
    dice, house, slow = random.Random(seed), House(), SlowCalendar()
    clocks = [deadline.pk for deadline in _open_clocks(house, dice)]
    seen_to_move = 0
    for _step in range(12):
        year = dice.choice([2026, 2026, 2027, slow.announced + 1])
        division = dice.choice(["", "", "", "320000", "530000", "532300"])
        if not division:
            year = min(year, slow.announced + 1)
        days = _random_days(dice, year, division)
        change = change_begin(year=year, division=division, user=house.sysadmin)
        change = change_write(change=change, days=days, source_notice="测试通知", user=house.sysadmin)
        before = {row.pk: (row.raw_due, row.due, row.provisional) for row in Deadline.objects.filter(pk__in=clocks)}
        preview = _told(change_preview(change))
        applied = _told(change_apply(change=change, user=house.sysadmin)[1])
        assert preview == applied
        slow.layers[year, division] = {day.date: day.kind for day in days}
        if not division:
            slow.announced = max(slow.announced, year)
        after = Deadline.objects.filter(status__in=OPEN_STATUSES).prefetch_related("pauses").select_related("period")
        assert after.count() == len(clocks)
        for row in after:
            assert (row.raw_due, row.due, row.provisional) == slow.due(row), (seed, row.code, row.division)
        moved = sum(before[row.pk][:2] != (row.raw_due, row.due) for row in after)
        settled = sum(
            before[row.pk][:2] == (row.raw_due, row.due) and before[row.pk][2] != row.provisional for row in after
        )
        assert applied[:2] == (moved, settled)
        seen_to_move += moved
    assert seen_to_move >= len(clocks), seen_to_move


@pytest.mark.django_db
def test_late_at_once_counts_what_was_in_time_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clocks move to an earlier day: one was due today, the other was missed long ago."""
    house = House()
    cases = [house.submitted() for _number in range(2)]
    with transaction.atomic():
        Deadline.objects.all().delete()
        # Ten working days end on Friday 19 June 2026, a day off for the Dragon Boat Festival: on the 22nd.
        today = services.deadline_start(case=cases[0], code="arrears.transfer", started_on=date(2026, 6, 5))
        missed = services.deadline_start(case=cases[1], code="arrears.transfer", started_on=date(2026, 6, 4))
    assert (today.due, missed.due) == (date(2026, 6, 22), date(2026, 6, 18))
    change = change_begin(year=2026, division="", user=house.sysadmin)
    days = [DayException(date(2026, 6, 6), "workday", "补班")]
    change = change_write(change=change, days=days, source_notice="测试通知", user=house.sysadmin)
    monkeypatch.setattr("casework.clocks.recompute.timezone.localdate", lambda: date(2026, 6, 22))
    effect = change_preview(change)
    assert (effect.moved, effect.late_at_once) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_apply_at_once_one_is_told() -> None:
    """Real connections beside each other. The draft holds no days: the calendar, which outlives the test, stays."""
    user = User.objects.create_user("at-once")
    change = change_begin(year=2026, division="659000", user=user)
    change = change_write(change=change, days=[], source_notice="测试通知", user=user)
    barrier = Barrier(2)

    def apply() -> str:
        try:
            barrier.wait(timeout=20)
            change_apply(change=change, user=user, seen=change_fingerprint(change))
        except ValidationError as error:
            return str(error.messages[0])
        finally:
            connection.close()
        return ""

    said = _at_once(apply)
    assert sorted(map(bool, said)) == [False, True]
    assert CalendarChange.objects.filter(status="applied").count() == 1
    assert CalendarYear.objects.filter(year=2026, announced=True).exists()


def _at_once(work: Callable[[], str]) -> list[str]:
    with ThreadPoolExecutor(2) as pool:
        return [future.result(timeout=30) for future in [pool.submit(work) for _n in range(2)]]
