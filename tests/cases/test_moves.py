"""A change of calendar or rules: what the preview shows is what happens, with timeline, queue and messages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import translation

from casework.cases.actors import Actor
from casework.cases.commands import clock_extend, clock_start
from casework.cases.errors import InvalidInput
from casework.cases.models import Case, OutboxMessage, TimelineEvent
from casework.cases.timeline import event_text, verify_chains
from casework.cases.verbs import Verb
from casework.clocks import calendar_changes, versions
from casework.clocks.calendar_changes import DayException
from casework.clocks.models import CalendarChange, CalendarYear, Deadline, StatutoryPeriod
from casework.clocks.recompute import movements
from casework.clocks.selectors import period_for
from tests.factories import House

HANDLING, TRANSFER = "arrears.handling", "arrears.transfer"
NOTICE = "国务院办公厅关于2027年部分节假日安排的通知（测试用）"
# The days off that a made-up notice for 2027 sets: New Year's Day with the Saturday after it is worked.
DAYS_2027 = [DayException(date(2027, 1, 1), "holiday", "元旦"), DayException(date(2027, 1, 4), "holiday", "元旦")]


@pytest.fixture
def house() -> House:
    return House()


def case_with_clock(house: House, started_on: date, code: str = HANDLING) -> tuple[Case, Deadline]:
    """A case on which one clock runs."""
    case = house.submitted()
    with transaction.atomic():
        Deadline.objects.filter(case=case).delete()
        deadline = clock_start(case=case, code=code, on=started_on, actor=Actor.person(house.clerk))
    return case, deadline


def announce_2027(house: House) -> CalendarChange:
    """The draft of the year 2027, written and ready."""
    change = calendar_changes.change_begin(year=2027, division="", user=house.sysadmin)
    return calendar_changes.change_write(change=change, days=DAYS_2027, source_notice=NOTICE, user=house.sysadmin)


@pytest.mark.django_db
class TestYearLoadedLater:
    """Thirty days from 2026-12-02 end on 2027-01-01, a holiday: provisionally the next working day is the 4th."""

    def test_moves_the_deadline_and_tells_everybody(self, house: House) -> None:
        case, deadline = case_with_clock(house, date(2026, 12, 2))
        assert (deadline.raw_due, deadline.due, deadline.provisional) == (date(2027, 1, 1), date(2027, 1, 4), True)
        change, effect = calendar_changes.change_apply(change=announce_2027(house), user=house.sysadmin)
        deadline.refresh_from_db()
        case.refresh_from_db()
        # The 4th is off now, the 5th is worked and announced.
        assert (deadline.raw_due, deadline.due, deadline.provisional) == (date(2027, 1, 1), date(2027, 1, 5), False)
        assert (case.next_due, case.next_due_provisional) == (date(2027, 1, 5), False)
        assert (effect.moved, change.moved, change.status) == (1, 1, "applied")
        event = case.events.get(verb=Verb.CLOCK_MOVED)
        assert (event.payload["due_before"], event.payload["due"]) == ("2027-01-04", "2027-01-05")
        assert NOTICE in event_text(event)
        assert list(verify_chains(case.pk)) == []
        told = OutboxMessage.objects.filter(case=case, key__contains=f"moved-{event.pk}")
        assert {message.channel for message in told} == {"inbox", "email"}

    def test_a_deadline_that_only_becomes_certain_is_not_written_about(self, house: House) -> None:
        case, deadline = case_with_clock(house, date(2026, 12, 14))
        assert (deadline.due, deadline.provisional) == (date(2027, 1, 13), True)
        with translation.override("zh-hans"):
            assert "2027年1月13日（暂定）" in event_text(case.events.filter(verb=Verb.CLOCK_STARTED).latest("seq"))
        _change, effect = calendar_changes.change_apply(change=announce_2027(house), user=house.sysadmin)
        deadline.refresh_from_db()
        case.refresh_from_db()
        assert (deadline.due, deadline.provisional, case.next_due_provisional) == (date(2027, 1, 13), False, False)
        assert (effect.moved, effect.settled) == (0, 1)
        assert not case.events.filter(verb=Verb.CLOCK_MOVED).exists()

    def test_the_preview_shows_what_happens_then_and_keeps_nothing(self, house: House) -> None:
        _case, deadline = case_with_clock(house, date(2026, 12, 2))
        change = announce_2027(house)
        effect = calendar_changes.change_preview(change)
        (shown,) = effect.shown
        assert (shown.deadline.pk, shown.deadline.due, shown.due, shown.days) == (
            deadline.pk, date(2027, 1, 4), date(2027, 1, 5), 1,
        )  # fmt: skip
        assert not CalendarYear.objects.get(year=2027).announced
        assert not TimelineEvent.objects.filter(verb=Verb.CLOCK_MOVED).exists()
        applied = calendar_changes.change_apply(change=change, user=house.sysadmin)[1]
        assert [(m.deadline.pk, m.raw_due, m.due) for m in applied.shown] == [
            (m.deadline.pk, m.raw_due, m.due) for m in effect.shown
        ]
        assert list(movements()) == []

    def test_without_a_notice_nothing_is_applied(self, house: House) -> None:
        change = calendar_changes.change_begin(year=2027, division="", user=house.sysadmin)
        with pytest.raises(ValidationError):
            calendar_changes.change_apply(change=change, user=house.sysadmin)
        assert not CalendarYear.objects.get(year=2027).announced


@pytest.mark.django_db
class TestHolidayMoved:
    """The announced year itself is changed: 2025-07-03 becomes a day off."""

    def change(self, house: House, day: date, division: str = "") -> CalendarChange:
        change = calendar_changes.change_begin(year=day.year, division=division, user=house.sysadmin)
        days = [*calendar_changes.exceptions_of(change), DayException(day, "holiday", "地方节日")]
        return calendar_changes.change_write(change=change, days=days, source_notice="测试通知", user=house.sysadmin)

    def test_a_missed_deadline_that_moves_runs_again_and_is_noticed_again(self, house: House) -> None:
        _case, deadline = case_with_clock(house, date(2025, 6, 3))
        Deadline.objects.filter(pk=deadline.pk).update(status="breached", next_mark_on=None)
        calendar_changes.change_apply(change=self.change(house, date(2025, 7, 3)), user=house.sysadmin)
        deadline.refresh_from_db()
        assert (deadline.raw_due, deadline.due, deadline.status) == (date(2025, 7, 3), date(2025, 7, 4), "running")
        assert deadline.next_mark_on == date(2025, 6, 26)

    def test_a_region_moves_its_own_alone(self, house: House) -> None:
        _case, deadline = case_with_clock(house, date(2025, 6, 3))
        effect = calendar_changes.change_apply(
            change=self.change(house, date(2025, 7, 3), division="150000"), user=house.sysadmin
        )[1]
        deadline.refresh_from_db()
        assert (effect.moved, deadline.due) == (0, date(2025, 7, 3))
        own = deadline.division[:2] + "0000"
        effect = calendar_changes.change_apply(
            change=self.change(house, date(2025, 7, 3), division=own), user=house.sysadmin
        )[1]
        deadline.refresh_from_db()
        assert (effect.moved, deadline.due) == (1, date(2025, 7, 4))

    def test_a_fault_while_following_leaves_everything_as_it_was(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _case, deadline = case_with_clock(house, date(2025, 6, 3))
        change = self.change(house, date(2025, 7, 3))
        monkeypatch.setattr("casework.cases.moves.notify_departments", lambda notices: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            calendar_changes.change_apply(change=change, user=house.sysadmin)
        deadline.refresh_from_db()
        change.refresh_from_db()
        assert (deadline.due, change.status) == (date(2025, 7, 3), "draft")
        assert not TimelineEvent.objects.filter(verb=Verb.CLOCK_MOVED).exists()


@pytest.mark.django_db
class TestNewVersion:
    """A stricter version of the transfer clock: five working days instead of ten, from a day in the past."""

    def publish(self, house: House, effective_from: date, **values: object) -> StatutoryPeriod:
        draft = versions.period_succeed(period=period_for(TRANSFER, date(2026, 3, 2)), user=house.sysadmin)
        for name, value in {"amount": 5, "effective_from": effective_from, **values}.items():
            setattr(draft, name, value)
        draft = versions.period_draft(period=draft, user=house.sysadmin)
        draft = versions.period_review(period=draft, user=house.head)
        return versions.period_publish(period=draft, user=house.sysadmin)[0]

    def test_moves_the_clocks_that_began_under_it_and_no_others(self, house: House) -> None:
        _before, old = case_with_clock(house, date(2026, 3, 2), TRANSFER)
        case, new = case_with_clock(house, date(2026, 3, 4), TRANSFER)
        published = self.publish(house, date(2026, 3, 3))
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.period.version, old.due) == (1, date(2026, 3, 16))
        assert (new.period_id, new.due) == (published.pk, date(2026, 3, 11))
        assert "v2" in str(case.events.get(verb=Verb.CLOCK_MOVED).payload["cause"])

    def test_an_extended_clock_keeps_the_version_of_its_extension(self, house: House) -> None:
        case, deadline = case_with_clock(house, date(2026, 3, 4))
        with transaction.atomic():
            clock_extend(case=case, code=HANDLING, total_days=60, reason="案情复杂", approver=Actor.person(house.head))
        draft = versions.period_succeed(period=deadline.period, user=house.sysadmin)
        draft.hard_cap, draft.effective_from = 45, date(2026, 3, 3)
        draft = versions.period_review(period=versions.period_draft(period=draft, user=house.sysadmin), user=house.head)
        effect = versions.period_publish(period=draft, user=house.sysadmin)[1]
        deadline.refresh_from_db()
        assert (effect.moved, deadline.period.version, deadline.due) == (0, 1, date(2026, 5, 6))

    def test_nobody_reviews_the_own_draft(self, house: House) -> None:
        draft = versions.period_succeed(period=period_for(TRANSFER, date(2026, 3, 2)), user=house.sysadmin)
        with pytest.raises(ValidationError):
            versions.period_review(period=draft, user=house.sysadmin)
        with pytest.raises(ValidationError):
            versions.period_publish(period=draft, user=house.head)
        draft.refresh_from_db()
        assert draft.status == "draft"

    def test_a_change_after_the_review_asks_for_another(self, house: House) -> None:
        draft = versions.period_succeed(period=period_for(TRANSFER, date(2026, 3, 2)), user=house.sysadmin)
        reviewed = versions.period_review(period=draft, user=house.head)
        changed = versions.period_draft(period=reviewed, user=house.head)
        assert (changed.status, changed.reviewed_by) == ("draft", None)

    def test_one_day_has_one_version(self, house: House) -> None:
        self.publish(house, date(2026, 3, 3))
        with pytest.raises(ValidationError, match="2026-03-03"):
            self.publish(house, date(2026, 3, 3), amount=4)


@pytest.mark.django_db
class TestExtension:
    """Approved by a person, for a reason, at most 90 days in all."""

    def test_is_kept_with_approver_and_reason(self, house: House) -> None:
        case, _deadline = case_with_clock(house, date(2025, 6, 3))
        with transaction.atomic():
            extension = clock_extend(
                case=case, code=HANDLING, total_days=90, reason=" 案情复杂 ", approver=Actor.person(house.head)
            )
        assert (extension.approved_by, extension.reason) == (house.head, "案情复杂")
        assert (extension.due_before, extension.due_after) == (date(2025, 7, 3), date(2025, 9, 1))
        event = case.events.get(verb=Verb.CLOCK_EXTENDED)
        assert (event.actor, event.payload["due"]) == (house.head, "2025-09-01")

    @pytest.mark.parametrize(("total", "reason"), [(91, "案情复杂"), (30, "案情复杂"), (60, " ")])
    def test_beyond_the_law_or_without_a_reason_it_is_refused(self, house: House, total: int, reason: str) -> None:
        case, deadline = case_with_clock(house, date(2025, 6, 3))
        with pytest.raises(InvalidInput), transaction.atomic():
            clock_extend(case=case, code=HANDLING, total_days=total, reason=reason, approver=Actor.person(house.head))
        deadline.refresh_from_db()
        assert (deadline.due, deadline.extensions.count()) == (date(2025, 7, 3), 0)


@pytest.mark.django_db(transaction=True)
def test_a_command_waits_for_a_change_and_counts_by_the_new_rules() -> None:
    """While a change is being applied no clock begins by the old calendar."""
    house = House()
    change = CalendarChange.objects.create(
        year=2025,
        days=[
            *({"date": "2025-07-03", "kind": "holiday", "name": "测试"},),
            *calendar_changes._plain(calendar_changes.exceptions_in_force(2025, "")),
        ],
        source_notice="测试通知",
    )
    started, may_end = Event(), Event()

    def apply() -> None:
        def write() -> None:
            calendar_changes._write_year(change)
            started.set()
            may_end.wait(20)

        try:
            calendar_changes.apply_change(write, lambda: "测试通知")
        finally:
            connection.close()

    def accept() -> date:
        try:
            case = house.submitted()
            with transaction.atomic():
                return clock_start(case=case, code=HANDLING, on=date(2025, 6, 3), actor=Actor.system()).due
        finally:
            connection.close()

    before = calendar_changes.exceptions_in_force(2025, "")
    try:
        with ThreadPoolExecutor(2) as pool:
            applying = pool.submit(apply)
            assert started.wait(20)
            accepting = pool.submit(accept)
            with pytest.raises(TimeoutError):
                accepting.result(timeout=0.3)
            may_end.set()
            applying.result(timeout=20)
            assert accepting.result(timeout=20) == date(2025, 7, 4)
    finally:
        may_end.set()
        CalendarChange.objects.filter(pk=change.pk).update(days=calendar_changes._plain(before))
        change.refresh_from_db()
        calendar_changes._write_year(change)
