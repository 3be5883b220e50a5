"""Penalty cases: their clock, the time that isn't counted, extension, outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.sweep import sweep_deadlines
from casework.cases.timeline import verify_chains
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline, DeadlineMark
from fees.penalty import services
from fees.penalty.models import PenaltyCase, PenaltyPause
from fees.penalty.selectors import penalty_is_open, penalty_of
from fees.report.models import FeeReport
from fees.report.services import report_close, report_conclude, report_feed_back
from tests.at_once import at_once, errors
from tests.fees.house import REPORTER, FeeHouse

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
ARRIVED, FILED = date(2026, 5, 20), date(2026, 6, 1)
ONE_DAY = timedelta(days=1)


@pytest.fixture
def house() -> FeeHouse:
    return FeeHouse()


@pytest.fixture
def report(house: FeeHouse) -> FeeReport:
    """A violation found in November of what was reported in May."""
    return reported(house)


def reported(house: FeeHouse) -> FeeReport:
    return house.violation_found(actor=replace(REPORTER, at=at(ARRIVED)))


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)


def on(house: FeeHouse, day: date) -> Actor:
    return Actor.person(house.handler, at(day))


def opened(house: FeeHouse, report: FeeReport, filed_on: date = FILED, **changes: Any) -> PenaltyCase:
    given = {
        "actor": Actor.person(house.handler),
        "department": house.verifying,
        "grounds": "违反《价格违法行为行政处罚规定》第九条。",
        "filed_on": filed_on,
        "filing_number": "宁市监立〔2026〕1号",
        **changes,
    }
    return services.penalty_open(report=report, **given)


def paused(
    house: FeeHouse, report: FeeReport, first: date, last: date, ground: str = "P4", **changes: Any
) -> PenaltyPause:
    given = {"actor": Actor.person(house.handler), "ground": ground, **changes}
    return services.penalty_pause(report=report, first_on=first, last_on=last, **given)


def resumed(house: FeeHouse, report: FeeReport, last: date, **changes: Any) -> PenaltyPause:
    return services.penalty_resume(report=report, **{"actor": Actor.person(house.handler), "last_on": last, **changes})


def ended(house: FeeHouse, report: FeeReport, outcome: str = "penalty", **changes: Any) -> PenaltyCase:
    given = {"actor": Actor.person(house.handler), "decision_number": "宁市监罚〔2026〕1号", **changes}
    return services.penalty_end(report=report, outcome=outcome, **given)


def clock(report: FeeReport) -> Deadline:
    return report.deadlines.filter(code="fee.penalty_case").latest("pk")


def refused(command: Callable[[], Any]) -> set[str]:
    with pytest.raises(InvalidInput) as refusal:
        command()
    return set(refusal.value.errors)


def walk(start: date, amount: int, spans: list[tuple[date, date]]) -> date:
    """Day by day: one counts unless it is paused; the last one moves on to a day that is worked and not paused."""

    def is_paused(day: date) -> bool:
        return any(first <= day <= last for first, last in spans)

    day, left = start, amount
    while left:
        day += ONE_DAY
        left -= not is_paused(day)
    while not chinese_calendar.is_workday(day) or is_paused(day):
        day += ONE_DAY
    return day


def test_ninety_days_run_from_the_day_it_was_filed(house: FeeHouse, report: FeeReport) -> None:
    """2026-06-01 + 90 days = 2026-08-30, a Sunday: 2026-08-31."""
    penalty = opened(house, report)
    assert (penalty.number, penalty.outcome, penalty.opened_by) == (1, "open", house.handler)
    assert (clock(report).raw_due, clock(report).due) == (date(2026, 8, 30), date(2026, 8, 31))
    report.refresh_from_db()
    assert (report.next_due, report.next_due_code) == (date(2026, 8, 31), "fee.penalty_case")
    assert report.events.get(verb=Verb.PENALTY_OPENED).payload == {"department": house.verifying.name}
    assert penalty_of(report) == penalty
    assert refused(lambda: opened(house, report)) == {""}


def test_what_opens_no_penalty_case(house: FeeHouse, report: FeeReport) -> None:
    today = timezone.localdate()
    assert refused(lambda: opened(house, report, grounds=" ")) == {"grounds"}
    assert refused(lambda: opened(house, report, ARRIVED - ONE_DAY)) == {"filed_on"}
    assert refused(lambda: opened(house, report, today + ONE_DAY)) == {"filed_on"}
    house.finance.is_active = False
    assert refused(lambda: opened(house, report, department=house.finance)) == {"department"}
    for other in (house.verifying_(), house.nothing_found(), house.closed()):
        with pytest.raises(CaseChanged):
            opened(house, other, today)
    assert not PenaltyCase.objects.exists()


@pytest.mark.parametrize("state", ["violation_found", "concluded", "fed_back"])
def test_it_may_be_opened_until_the_report_is_closed(house: FeeHouse, state: str) -> None:
    report = getattr(house, state)()
    opened(house, report, timezone.localdate())
    assert penalty_is_open(report)


def test_closing_waits_for_it(house: FeeHouse, report: FeeReport) -> None:
    actor = Actor.person(house.handler)
    opened(house, report)
    report_conclude(report=report, actor=actor)
    report_feed_back(report=report, actor=actor, answer="已立案。")
    close = partial(report_close, report=report, actor=actor, reason="C1")
    assert refused(close) == {""}
    ended(house, report)
    assert close().state == "closed"


def test_a_pause_puts_off_the_end_and_its_real_end_sets_it(house: FeeHouse, report: FeeReport) -> None:
    """Ten days of appraisal estimated: 08-30 + 10 = 09-09. Only four it were: 09-03."""
    penalty = opened(house, report)
    pause = paused(house, report, date(2026, 7, 1), date(2026, 7, 10))
    assert (pause.code, pause.label, pause.ended_on) == ("P4", "检测、检验、检疫、鉴定", None)
    assert clock(report).raw_due == date(2026, 9, 9)
    payload = report.events.get(verb=Verb.CLOCK_PAUSED).payload
    assert (payload["first_on"], payload["last_on"], payload["due"]) == ("2026-07-01", "2026-07-10", "2026-09-09")
    assert payload["reason"] == "P4 检测、检验、检疫、鉴定"
    assert refused(lambda: paused(house, report, date(2026, 8, 1), date(2026, 8, 2))) == {""}
    assert refused(lambda: resumed(house, report, date(2026, 6, 30))) == {"last_on"}
    assert refused(lambda: resumed(house, report, timezone.localdate() + ONE_DAY)) == {"last_on"}
    assert refused(lambda: ended(house, report)) == {""}
    assert resumed(house, report, date(2026, 7, 4)).ended_on == date(2026, 7, 4)
    assert clock(report).due == date(2026, 9, 3)
    report.refresh_from_db()
    assert report.next_due == date(2026, 9, 3)
    assert report.events.get(verb=Verb.CLOCK_RESUMED).payload["last_on"] == "2026-07-04"
    assert refused(lambda: resumed(house, report, date(2026, 7, 4))) == {""}
    assert penalty.pauses.count() == 1
    assert list(verify_chains(report.pk)) == []


def test_a_pause_longer_than_estimated_puts_the_end_off_further(house: FeeHouse, report: FeeReport) -> None:
    """Twenty days: 08-30 + 20 = 09-19, a Saturday, and 09-20 is worked in its stead."""
    opened(house, report)
    paused(house, report, date(2026, 7, 1), date(2026, 7, 2))
    resumed(house, report, date(2026, 7, 20))
    assert (clock(report).raw_due, clock(report).due) == (date(2026, 9, 19), date(2026, 9, 20))


def test_days_and_grounds_that_do_not_fit(house: FeeHouse, report: FeeReport) -> None:
    pause = partial(paused, house, report)
    with pytest.raises(CaseChanged):
        pause(date(2026, 7, 1), date(2026, 7, 2))
    opened(house, report)
    assert refused(lambda: pause(date(2026, 7, 1), date(2026, 7, 2), "P9")) == {"ground"}
    assert refused(lambda: pause(date(2026, 7, 2), date(2026, 7, 1))) == {"first_on"}
    assert refused(lambda: pause(FILED - ONE_DAY, FILED)) == {"first_on"}
    assert refused(lambda: pause(date(2026, 9, 1), date(2026, 9, 2))) == {"first_on"}  # the clock had run out
    tomorrow = timezone.localdate() + ONE_DAY
    assert refused(lambda: pause(tomorrow, tomorrow)) == {"first_on"}
    pause(date(2026, 7, 1), date(2026, 7, 5))
    resumed(house, report, date(2026, 7, 5))
    assert refused(lambda: pause(date(2026, 7, 5), date(2026, 7, 6))) == {"first_on"}  # overlaps
    pause(date(2026, 6, 20), date(2026, 6, 21))
    assert refused(lambda: resumed(house, report, date(2026, 7, 1))) == {"last_on"}  # into the other pause
    assert PenaltyPause.objects.count() == 2


spans = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 15), st.integers(0, 15)), max_size=3)


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    filed=st.integers(0, 30).map(lambda days: FILED + timedelta(days)),
    spans=spans,
    total=st.none() | st.integers(91, 120),
)
def test_the_end_agrees_with_a_walk_over_the_days(
    house: FeeHouse, report: FeeReport, filed: date, spans: list[tuple[int, int, int]], total: int | None
) -> None:
    """After each pause with its estimate, after each real end, and after an extension."""
    with transaction.atomic():
        opened(house, report, filed)
        real: list[tuple[date, date]] = []
        free = filed
        for gap, estimate, length in spans:
            first = free + timedelta(gap)
            paused(house, report, first, first + timedelta(estimate))
            assert clock(report).due == walk(filed, 90, [*real, (first, first + timedelta(estimate))])
            resumed(house, report, first + timedelta(length))
            real.append((first, first + timedelta(length)))
            assert clock(report).due == walk(filed, 90, real)
            free = first + timedelta(length) + ONE_DAY
        if total:
            services.penalty_extend(report=report, actor=Actor.person(house.head), reason="复杂", total_days=total)
            assert clock(report).due == walk(filed, total, real)
        assert list(verify_chains(report.pk)) == []
        transaction.set_rollback(True)


def test_a_missed_clock_that_pauses_runs_again_and_is_told_again(house: FeeHouse, report: FeeReport) -> None:
    opened(house, report)
    sweep_deadlines(date(2026, 9, 1))
    assert clock(report).status == "breached"
    paused(house, report, date(2026, 8, 20), date(2026, 8, 29))
    assert (clock(report).status, clock(report).due) == ("running", date(2026, 9, 9))
    sweep_deadlines(date(2026, 9, 9))
    assert clock(report).status == "running"
    sweep_deadlines(date(2026, 9, 10))
    assert clock(report).status == "breached"
    breaches = DeadlineMark.objects.filter(deadline=clock(report), kind="breached")
    assert set(breaches.values_list("due", flat=True)) == {date(2026, 8, 31), date(2026, 9, 9)}
    # The real end lies where it was before: nobody is told the same a second time.
    resumed(house, report, date(2026, 8, 20))
    sweep_deadlines(date(2026, 9, 10))
    assert clock(report).status == "breached"
    told = report.events.filter(verb=Verb.DEADLINE_BREACHED, payload__code="fee.penalty_case")
    assert [event.payload["due"] for event in told.order_by("seq")] == ["2026-08-31", "2026-09-09"]


def test_a_head_of_the_handling_department_extends_to_120_days(house: FeeHouse, report: FeeReport) -> None:
    opened(house, report)
    extend = partial(services.penalty_extend, report=report, reason="案情复杂", total_days=120)
    for user in (house.handler, house.colleague, house.clerk, house.clerks_head, house.supervisor):
        with pytest.raises(ActionNotAllowed):
            extend(actor=Actor.person(user))
    head = Actor.person(house.head)
    assert refused(lambda: extend(actor=head, total_days=121)) == {"total_days"}
    assert refused(lambda: extend(actor=head, total_days=90)) == {"total_days"}
    assert refused(lambda: extend(actor=head, reason=" ")) == {"reason"}
    assert extend(actor=head).due_after == date(2026, 9, 29) == clock(report).due
    ended(house, report)
    with pytest.raises(CaseChanged):
        extend(actor=head)


@pytest.mark.parametrize(("decided", "status"), [(date(2026, 8, 31), "met"), (date(2026, 9, 1), "met_late")])
def test_the_decision_stops_the_clock(house: FeeHouse, report: FeeReport, decided: date, status: str) -> None:
    opened(house, report)
    penalty = ended(house, report, fine=Decimal("50000.00"), confiscated=Decimal("210000.00"), decided_on=decided)
    assert (penalty.outcome, penalty.fine + penalty.confiscated) == ("penalty", Decimal(260000))
    assert (penalty.decided_on, penalty.recorded_by) == (decided, house.handler)
    assert (clock(report).status, clock(report).ended_on) == (status, decided)
    assert report.events.get(verb=Verb.PENALTY_ENDED).payload["code"] == "penalty"
    assert not penalty_is_open(report)
    with pytest.raises(CaseChanged):
        ended(house, report)
    assert opened(house, report, timezone.localdate()).number == 2


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"outcome": "x", "note": "x"}, {"outcome"}),
        ({"outcome": "open", "note": "x"}, {"outcome"}),
        ({"decision_number": " "}, {"decision_number"}),
        ({"outcome": "dropped"}, {"note"}),
        ({"outcome": "no_penalty", "note": "轻微", "fine": Decimal(1)}, {"fine"}),
        ({"outcome": "no_penalty", "note": "轻微", "confiscated": Decimal(1)}, {"confiscated"}),
        ({"fine": Decimal(-1)}, {"fine"}),
        ({"fine": Decimal("0.001")}, {"fine"}),
        ({"decided_on": FILED - ONE_DAY}, {"decided_on"}),
        ({"decided_on": timezone.localdate() + ONE_DAY}, {"decided_on"}),
    ],
)
def test_ends_that_can_not_be(house: FeeHouse, report: FeeReport, changes: dict[str, Any], fields: set[str]) -> None:
    opened(house, report)
    assert refused(lambda: ended(house, report, **changes)) == fields
    assert penalty_is_open(report)


def test_only_the_handling_department_works_on_it(house: FeeHouse, report: FeeReport) -> None:
    opened(house, report)
    day = date(2026, 7, 1)
    others = (
        house.clerk, house.clerks_head, house.financier, house.supervisor, house.auditor, house.editor,
        house.credit_officer, house.sysadmin, house.stranger,
    )  # fmt: skip
    for actor in (*map(Actor.person, others), REPORTER):
        commands: list[Callable[[], Any]] = [
            partial(opened, house, report, actor=actor),
            partial(paused, house, report, day, day, actor=actor),
            partial(resumed, house, report, day, actor=actor),
            partial(services.penalty_extend, report=report, actor=actor, reason="x", total_days=100),
            partial(ended, house, report, actor=actor),
        ]
        for command in commands:
            with pytest.raises(ActionNotAllowed):
                command()
    for user in (house.handler, house.colleague, house.head):
        with transaction.atomic():
            actor = Actor.person(user)
            paused(house, report, day, day, actor=actor)
            resumed(house, report, day, actor=actor)
            ended(house, report, actor=actor)
            opened(house, report, actor=actor)
            transaction.set_rollback(True)


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": "x"},
        {"fine": Decimal(-1)},
        {"outcome": "dropped", "decided_on": FILED, "fine": Decimal(1)},
        {"outcome": "dropped"},
        {"decided_on": FILED},
    ],
)
def test_the_database_refuses_penalty_cases_that_can_not_be(
    house: FeeHouse, report: FeeReport, values: dict[str, Any]
) -> None:
    penalty = opened(house, report)
    with pytest.raises(IntegrityError), transaction.atomic():
        PenaltyCase.objects.filter(pk=penalty.pk).update(**values)


def test_the_database_knows_one_open_case_and_one_running_pause(house: FeeHouse, report: FeeReport) -> None:
    penalty = opened(house, report)
    pause = paused(house, report, FILED, FILED)
    penalty.pk, penalty.number = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        penalty.save()
    pause.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        pause.save()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_open_pause_resume_and_end_once() -> None:
    house = FeeHouse()
    report = reported(house)
    open_ = partial(opened, house, report)
    assert errors(at_once(open_, open_)) == [InvalidInput]
    pause = partial(paused, house, report, date(2026, 7, 1), date(2026, 7, 9))
    assert errors(at_once(pause, pause)) == [InvalidInput]
    resume = partial(resumed, house, report, date(2026, 7, 3))
    assert errors(at_once(resume, resume)) == [InvalidInput]
    assert clock(report).due == walk(FILED, 90, [(date(2026, 7, 1), date(2026, 7, 3))])
    finish = partial(ended, house, report)
    assert errors(at_once(finish, finish)) == [CaseChanged]
    assert list(verify_chains(report.pk)) == []
