"""Deadlines on cases: started by the right rule, met, missed, extended, and noticed once each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import translation

from casework.cases.models import Case
from casework.clocks import marking, services
from casework.clocks.models import Deadline, DeadlineMark
from casework.clocks.periods import PeriodCapError
from casework.clocks.selectors import PeriodNotFound, explain, open_deadlines
from casework.parties.models import User
from tests.factories import House

HANDLING = "arrears.handling"
# 30 calendar days from Tuesday 3 June 2025 end on Thursday 3 July; warnings 7, 3 and 1 days before.
START, DUE = date(2025, 6, 3), date(2025, 7, 3)
DAY = timedelta(days=1)
T = TypeVar("T")


def start(case: Case, code: str = HANDLING, on: date = START, division: str = "") -> Deadline:
    """A clock that runs on the case."""
    with transaction.atomic():
        return services.deadline_start(case=case, code=code, started_on=on, division=division)


def extend(deadline: Deadline, total_days: int) -> Deadline:
    """The clock, lengthened by the approval of a head."""
    head, _made = User.objects.get_or_create(username="approving-head")
    services.deadline_extend(
        deadline=deadline, total_days=total_days, approved_by=head, approved_on=START, reason="案情复杂"
    )
    return Deadline.objects.get(pk=deadline.pk)


def claim(today: date, batch: int = 1000) -> list[tuple[int, str]]:
    """One sweep: (deadline, kind) of what it returned."""
    with transaction.atomic():
        marks = marking.claim_due_marks(today=today, batch=batch)
        return [(mark.deadline_id, mark.kind) for mark in marks]


def marked(deadline: Deadline) -> list[tuple[str, date]]:
    """What was noticed of a deadline, in order."""
    return list(deadline.marks.order_by("pk").values_list("kind", "due"))


@pytest.mark.django_db
class TestLife:
    """From start to end."""

    @pytest.fixture
    def case(self) -> Case:
        return House().submitted()

    def test_the_chain_of_a_case(self, case: Case) -> None:
        """Filed 2026-09-14, ten working days twice, thirty days, and ninety with the extension."""
        with transaction.atomic():
            services.deadlines_cancel_all(case=case, ended_on=date(2026, 9, 14))
        assert start(case, "arrears.review", date(2026, 9, 14)).due == date(2026, 9, 28)
        assert start(case, "arrears.transfer", date(2026, 9, 28)).due == date(2026, 10, 16)
        handling = start(case, HANDLING, date(2026, 10, 16))
        assert (handling.raw_due, handling.due) == (date(2026, 11, 15), date(2026, 11, 16))
        assert not handling.provisional
        extended = extend(handling, 90)
        assert (extended.due, extended.provisional) == (date(2027, 1, 14), True)

    def test_runs_once_at_a_time(self, case: Case) -> None:
        start(case)
        with pytest.raises(IntegrityError, match="deadline_open_once"):
            start(case)
        services.deadline_meet(case=case, code=HANDLING, met_on=DUE)
        assert start(case).status == Deadline.Status.RUNNING

    @pytest.mark.parametrize(
        ("on", "met_on", "status"),
        [
            (START, DUE, "met"),
            (START, DUE + DAY, "met_late"),
            # 3 July + 30 is Saturday 2 August 2025: Monday the 4th is still in time.
            (date(2025, 7, 3), date(2025, 8, 4), "met"),
            (date(2025, 7, 3), date(2025, 8, 5), "met_late"),
        ],
    )
    def test_is_met_up_to_the_rolled_day(self, case: Case, on: date, met_on: date, status: str) -> None:
        start(case, on=on)
        met = services.deadline_meet(case=case, code=HANDLING, met_on=met_on)
        assert met is not None
        assert (met.status, met.ended_on) == (status, met_on)
        assert claim(date(2026, 1, 1)) == []

    def test_a_missed_one_is_still_owed_and_met_late(self, case: Case) -> None:
        deadline = start(case)
        claim(DUE + DAY)
        assert deadline.pk in open_deadlines().values_list("pk", flat=True)
        met = services.deadline_meet(case=case, code=HANDLING, met_on=DUE + 5 * DAY)
        assert met is not None
        assert met.status == Deadline.Status.MET_LATE

    def test_work_done_in_time_but_noted_later_is_met(self, case: Case) -> None:
        start(case)
        claim(DUE + DAY)
        met = services.deadline_meet(case=case, code=HANDLING, met_on=DUE)
        assert met is not None
        assert met.status == Deadline.Status.MET

    def test_a_clock_that_does_not_run_is_none(self, case: Case) -> None:
        assert services.deadline_meet(case=case, code=HANDLING, met_on=DUE) is None
        assert services.deadline_cancel(case=case, code=HANDLING, ended_on=DUE) is None

    def test_cancelling_ends_all(self, case: Case) -> None:
        start(case)
        ended = services.deadlines_cancel_all(case=case, ended_on=START)
        assert {row.code for row in ended} == {"arrears.review", HANDLING}
        assert not case.deadlines.exclude(status="cancelled", ended_on=START).exists()
        assert claim(date(2027, 6, 1)) == []

    def test_an_extension_ends_at_the_cap_and_leaves_the_clock(self, case: Case) -> None:
        deadline = start(case)
        with pytest.raises(PeriodCapError):
            extend(deadline, 91)
        deadline.refresh_from_db()
        assert (deadline.due, deadline.total_days) == (DUE, None)

    def test_an_ended_clock_is_not_extended(self, case: Case) -> None:
        deadline = start(case)
        services.deadline_meet(case=case, code=HANDLING, met_on=START)
        with pytest.raises(ValueError, match="has ended"):
            extend(deadline, 60)

    def test_a_province_may_be_stricter(self, case: Case) -> None:
        services.deadline_cancel(case=case, code="arrears.review", ended_on=START)
        deadline = start(case, "arrears.review", date(2026, 4, 28), division="210100")
        assert (deadline.due, deadline.period.division) == (date(2026, 5, 11), "210000")

    def test_before_the_rule_was_in_force(self, case: Case) -> None:
        with pytest.raises(PeriodNotFound):
            start(case, on=date(2025, 5, 31))

    def test_explains_itself(self, case: Case) -> None:
        deadline = start(case, on=date(2026, 7, 5))
        deadline = extend(deadline, 90)
        with translation.override("en"):
            texts = explain(deadline)
        assert len(texts) == 5
        assert "第二十五条第二款" in texts[1]
        assert "90 days in all" in texts[2]
        assert "国庆节" in texts[4]

    def test_the_database_keeps_every_running_clock_in_sight(self, case: Case) -> None:
        deadline = start(case)
        with pytest.raises(IntegrityError, match="deadline_running_is_watched"), transaction.atomic():
            Deadline.objects.filter(pk=deadline.pk).update(next_mark_on=None)


@pytest.mark.django_db
class TestSweep:
    """Every warning and every breach is noticed once, whenever the sweep comes."""

    @pytest.fixture
    def deadline(self) -> Deadline:
        return start(House().submitted())

    def test_day_by_day(self, deadline: Deadline) -> None:
        days = [START + DAY * n for n in range(60)]
        noticed = [(day, kind) for day in days for _pk, kind in [*claim(day), *claim(day)]]
        assert noticed == [
            (date(2025, 6, 26), "warning_7"),
            (date(2025, 6, 30), "warning_3"),
            (date(2025, 7, 2), "warning_1"),
            (date(2025, 7, 4), "breached"),
        ]
        deadline.refresh_from_db()
        assert deadline.status == Deadline.Status.BREACHED

    def test_missed_nights_are_caught_up_with_the_gravest(self, deadline: Deadline) -> None:
        assert claim(date(2025, 7, 1)) == [(deadline.pk, "warning_3")]
        assert claim(date(2025, 9, 1)) == [(deadline.pk, "breached")]
        assert {kind for kind, _due in marked(deadline)} == {"warning_7", "warning_3", "warning_1", "breached"}
        assert claim(date(2025, 12, 1)) == []

    def test_a_killed_sweep_has_noticed_nothing(self, deadline: Deadline) -> None:
        with pytest.raises(KeyboardInterrupt), transaction.atomic():
            marking.claim_due_marks(today=DUE + DAY)
            raise KeyboardInterrupt
        assert claim(DUE + DAY) == [(deadline.pk, "breached")]

    def test_moving_the_deadline_arms_it_again(self, deadline: Deadline) -> None:
        claim(DUE + DAY)
        moved = extend(deadline, 60)
        assert (moved.status, moved.due) == (Deadline.Status.RUNNING, date(2025, 8, 4))
        assert claim(DUE + DAY) == []
        assert claim(date(2025, 7, 26)) == [(deadline.pk, "warning_7")]
        assert claim(date(2025, 8, 5)) == [(deadline.pk, "breached")]
        assert marked(deadline)[-1] == ("breached", date(2025, 8, 4))

    def test_a_mark_that_is_there_is_not_made_again(self, deadline: Deadline) -> None:
        """Whatever the other columns say, the unique mark has the last word."""
        DeadlineMark.objects.create(deadline=deadline, kind="breached", due=DUE)
        Deadline.objects.filter(pk=deadline.pk).update(next_mark_on=DUE + DAY)
        assert [kind for _pk, kind in claim(DUE + DAY)] == ["warning_1"]
        assert DeadlineMark.objects.filter(deadline=deadline, kind="breached").count() == 1

    def test_takes_no_more_than_the_batch(self) -> None:
        house = House()
        deadlines = [start(house.submitted()) for _ in range(5)]
        made = [claim(DUE + DAY, batch=2) for _ in range(4)]
        assert [len(batch) for batch in made] == [2, 2, 1, 0]
        assert sorted(pk for batch in made for pk, _kind in batch) == sorted(row.pk for row in deadlines)

    def test_brings_what_the_caller_writes_about(self, deadline: Deadline) -> None:
        with transaction.atomic():
            (mark,) = marking.claim_due_marks(today=DUE + DAY)
        assert DeadlineMark.objects.get(pk=mark.pk).kind == services.BREACHED
        assert "period" in mark.deadline._state.fields_cache
        assert "case" in mark.deadline._state.fields_cache


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Real connections beside each other."""

    def test_two_sweeps_never_double_and_never_lose(self) -> None:
        house = House()
        deadlines = [start(house.submitted()) for _ in range(30)]
        barrier = Barrier(4)

        def sweep() -> list[tuple[int, str]]:
            try:
                barrier.wait(timeout=30)
                made: list[tuple[int, str]] = []
                while batch := claim(DUE + DAY, batch=3):
                    made += batch
                return made
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            made = [mark for future in [pool.submit(sweep) for _ in range(4)] for mark in future.result(timeout=60)]
        # A sweep that met only rows held by the others has ended early: the next minute's takes what is left.
        made += claim(DUE + DAY)
        assert sorted(made) == sorted((row.pk, "breached") for row in deadlines)

    def test_a_case_in_other_hands_is_left_for_the_next_sweep(self) -> None:
        deadline = start(House().submitted())
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=deadline.case_id)
            assert in_a_thread(lambda: claim(DUE + DAY)) == []
        assert claim(DUE + DAY) == [(deadline.pk, "breached")]

    def test_outside_a_transaction_nothing_moves(self) -> None:
        case = House().submitted()
        with pytest.raises(TransactionManagementError):
            services.deadline_start(case=case, code=HANDLING, started_on=START)
        with pytest.raises(TransactionManagementError):
            marking.claim_due_marks(today=START)


def in_a_thread(command: Callable[[], T]) -> T:
    """Run it on a connection of its own."""

    def run() -> T:
        try:
            return command()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=30)
