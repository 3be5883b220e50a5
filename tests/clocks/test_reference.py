"""The calendar and the rules as stored data: versions, divisions, freshness in every process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import chinese_calendar
import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone, translation

from casework.clocks.calendar import CalendarRangeError
from casework.clocks.models import CalendarDay, CalendarYear, StatutoryPeriod
from casework.clocks.reference import load_reference
from casework.clocks.selectors import PeriodNotFound, current_calendar, division_chain, period_for
from casework.parties.models import User

WORKING_DAY = date(2026, 3, 4)
Kind = CalendarDay.Kind


def add_day_off(day: date = WORKING_DAY, division: str = "", kind: str = Kind.HOLIDAY) -> CalendarDay:
    """An exception to the week."""
    year = CalendarYear.objects.get(year=day.year)
    return CalendarDay.objects.create(year=year, date=day, kind=kind, name="古尔邦节", division=division)


@pytest.mark.django_db
class TestCalendar:
    """What the tables say is what is counted."""

    def test_the_stored_calendar_is_the_announced_one(self) -> None:
        calendar = current_calendar()
        days = [date(2004, 1, 1) + timedelta(days=n) for n in range(23 * 366)]
        wrong = [
            day for day in days if day.year < 2027 and calendar.is_working_day(day) != chinese_calendar.is_workday(day)
        ]
        assert wrong == []

    def test_reaches_two_years_beyond_the_announced_ones(self) -> None:
        calendar = current_calendar()
        assert (calendar.first, calendar.last) == (date(2004, 1, 1), date(2028, 12, 31))
        with pytest.raises(CalendarRangeError):
            calendar.is_working_day(date(2029, 1, 1))

    @pytest.mark.parametrize(
        ("day", "worked"),
        [
            ("2027-01-01", False),
            ("2027-02-05", False),  # New Year's Eve, a holiday since 2025
            ("2027-02-08", False),  # the third day of the year
            ("2027-02-09", True),  # Tuesday; a notice may yet give it off
            ("2027-04-05", False),
            ("2027-06-09", False),
            ("2027-09-15", False),
            ("2027-10-04", True),
            ("2028-01-25", False),
            ("2028-01-31", True),
        ],
    )
    def test_years_to_come_know_the_statutory_holidays_alone(self, day: str, worked: bool) -> None:
        calendar = current_calendar()
        assert calendar.is_working_day(date.fromisoformat(day)) is worked
        assert calendar.is_provisional(date.fromisoformat(day))

    def test_an_announced_year_moves_the_end_of_the_provisional_ones(self) -> None:
        CalendarYear.objects.filter(year=2027).update(announced=True, source_notice="国办发明电〔2026〕X号")
        calendar = current_calendar()
        assert not calendar.is_provisional(date(2027, 6, 1))
        assert calendar.is_provisional(date(2028, 6, 1))
        assert calendar.last == date(2029, 12, 31)

    def test_a_change_is_seen_at_once_however_it_is_made(self) -> None:
        assert current_calendar().is_working_day(WORKING_DAY)
        row = add_day_off()
        assert not current_calendar().is_working_day(WORKING_DAY)
        CalendarDay.objects.filter(pk=row.pk).update(date=WORKING_DAY + timedelta(days=1))
        assert current_calendar().is_working_day(WORKING_DAY)
        CalendarDay.objects.filter(pk=row.pk).delete()
        assert current_calendar().is_working_day(WORKING_DAY + timedelta(days=1))

    def test_a_change_taken_back_is_not_kept(self) -> None:
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            add_day_off()
            assert not current_calendar().is_working_day(WORKING_DAY)
            raise ZeroDivisionError
        assert current_calendar().is_working_day(WORKING_DAY)

    def test_is_built_once_for_each_state(self) -> None:
        assert current_calendar() is current_calendar("110000")

    def test_a_division_adds_its_own_days(self) -> None:
        add_day_off(division="650000")
        assert current_calendar().is_working_day(WORKING_DAY)
        assert current_calendar("320000").is_working_day(WORKING_DAY)
        assert not current_calendar("650000").is_working_day(WORKING_DAY)
        assert not current_calendar("650102").is_working_day(WORKING_DAY)

    def test_the_smaller_division_has_the_last_word(self) -> None:
        add_day_off(division="650000")
        add_day_off(division="650100", kind=Kind.WORKDAY)
        assert not current_calendar("650200").is_working_day(WORKING_DAY)
        assert current_calendar("650102").is_working_day(WORKING_DAY)


@pytest.mark.django_db(transaction=True)
def test_a_change_by_another_process_is_seen_at_once() -> None:
    def elsewhere() -> int:
        try:
            return add_day_off().pk
        finally:
            connection.close()

    assert current_calendar().is_working_day(WORKING_DAY)
    with ThreadPoolExecutor(1) as pool:
        pk = pool.submit(elsewhere).result(timeout=30)
    try:
        assert not current_calendar().is_working_day(WORKING_DAY)
    finally:
        CalendarDay.objects.filter(pk=pk).delete()
    assert current_calendar().is_working_day(WORKING_DAY)


@pytest.mark.parametrize(
    ("division", "chain"),
    [
        ("", []),
        ("000000", []),
        ("210000", ["210000"]),
        ("210100", ["210000", "210100"]),
        ("210102", ["210000", "210100", "210102"]),
    ],
)
def test_division_chain(division: str, chain: list[str]) -> None:
    assert division_chain(division) == chain


@pytest.mark.django_db
class TestPeriods:
    """The version of the start day, of the smallest division that has one."""

    @pytest.mark.parametrize(
        ("division", "amount"),
        [("", 10), ("000000", 10), ("320000", 10), ("210000", 7), ("210100", 7), ("210102", 7)],
    )
    def test_of_a_division(self, division: str, amount: int) -> None:
        assert period_for("arrears.review", date(2026, 3, 2), division).amount == amount

    def test_of_the_start_day(self) -> None:
        new = period_for("arrears.transfer", date(2026, 3, 2))
        new.pk, new.version, new.amount, new.effective_from = None, 2, 5, date(2026, 5, 1)
        new.save(force_insert=True)
        assert period_for("arrears.transfer", date(2026, 4, 30)).version == 1
        assert period_for("arrears.transfer", date(2026, 5, 1)).version == 2

    @pytest.mark.parametrize("status", [StatutoryPeriod.Status.DRAFT, StatutoryPeriod.Status.REVIEWED])
    def test_a_version_not_published_does_not_hold(self, status: str) -> None:
        new = period_for("arrears.transfer", date(2026, 3, 2))
        new.pk, new.version, new.status = None, 2, status
        if status == StatutoryPeriod.Status.REVIEWED:
            new.reviewed_by, new.reviewed_at = User.objects.create_user("second-person"), timezone.now()
        new.save(force_insert=True)
        assert period_for("arrears.transfer", date(2026, 3, 2)).version == 1

    def test_a_repealed_one_ends(self) -> None:
        StatutoryPeriod.objects.filter(code="arrears.transfer").update(effective_to=date(2026, 4, 30))
        assert period_for("arrears.transfer", date(2026, 4, 30)).version == 1
        with pytest.raises(PeriodNotFound):
            period_for("arrears.transfer", date(2026, 5, 1))

    @pytest.mark.parametrize(
        "change", [{"amount": 9}, {"hard_cap": 60}, {"citation": ""}, {"status": "draft"}, {"stops_on": []}]
    )
    def test_a_published_one_never_changes(self, change: dict[str, object]) -> None:
        with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
            StatutoryPeriod.objects.filter(code="arrears.transfer").update(**change)
        with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
            StatutoryPeriod.objects.filter(code="arrears.transfer").delete()

    def test_the_form_says_why(self) -> None:
        with translation.override("en"), pytest.raises(ValidationError, match="never changes"):
            period_for("arrears.transfer", date(2026, 3, 2)).full_clean()

    def test_a_draft_may_be_changed(self) -> None:
        published = StatutoryPeriod.objects.get(code="arrears.respondent_reply")
        published.pk, published.version, published.status = None, 2, "draft"
        published.save(force_insert=True)
        drafts = StatutoryPeriod.objects.filter(code="arrears.respondent_reply", status="draft")
        assert drafts.update(amount=5) == 1

    def test_what_the_decree_gives_no_number_for_is_our_default_and_says_so(self) -> None:
        for code in ("arrears.respondent_reply", "arrears.supervisory_reply"):
            period = period_for(code, date(2026, 3, 2))
            assert (period.certainty, "未规定" in period.citation) == ("I", True)


@pytest.mark.django_db
def test_loading_again_changes_nothing() -> None:
    CalendarYear.objects.filter(year=2027).update(announced=True, source_notice="国办发明电〔2026〕X号")
    before = (CalendarDay.objects.count(), StatutoryPeriod.objects.count())
    assert load_reference() == "0 calendar years and 0 statutory periods added"
    assert (CalendarDay.objects.count(), StatutoryPeriod.objects.count()) == before
    assert CalendarYear.objects.get(year=2027).announced


@pytest.mark.django_db
def test_a_draft_of_an_earlier_release_is_brought_up_to_date_unless_somebody_wrote_on_it() -> None:
    published = StatutoryPeriod.objects.get(code="arrears.respondent_reply")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE clocks_statutoryperiod SET status = 'draft', amount = 3 WHERE id = %s", [published.pk])
        load_reference()
        published.refresh_from_db()
        assert (published.status, published.amount) == ("published", 10)
        author = User.objects.create_user("author")
        cursor.execute(
            "UPDATE clocks_statutoryperiod SET status = 'draft', amount = 3, drafted_by_id = %s WHERE id = %s",
            [author.pk, published.pk],
        )
        load_reference()
        published.refresh_from_db()
        assert (published.status, published.amount) == ("draft", 3)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2025, ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"]),
        (2026, ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]),
    ],
)
def test_make_up_days_are_those_of_the_notice(year: int, days: list[str]) -> None:
    stored = CalendarDay.objects.filter(year__year=year, kind=Kind.WORKDAY).values_list("date", flat=True)
    assert [day.isoformat() for day in stored] == days
    assert "content_" in CalendarYear.objects.get(year=year).source_notice
