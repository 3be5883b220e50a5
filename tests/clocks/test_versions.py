"""Versions of a rule: which one a running clock gets when another is published, against a plain search through all."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from casework.clocks import services
from casework.clocks.models import Deadline, StatutoryPeriod
from casework.clocks.selectors import period_for
from casework.clocks.versions import (
    draft_after,
    period_draft,
    period_fingerprint,
    period_preview,
    period_publish,
    period_review,
    period_succeed,
    version_before,
)
from casework.parties.models import User
from tests.factories import House

ONE_DAY = timedelta(days=1)
TRANSFER, PENALTY = "arrears.transfer", "fee.penalty_case"


@pytest.fixture
def house() -> House:
    return House()


def clock(house: House, code: str, on: date, division: str = "") -> Deadline:
    """A clock that runs alone on a case of its own."""
    case = house.submitted()
    with transaction.atomic():
        Deadline.objects.filter(case=case).delete()
        return services.deadline_start(case=case, code=code, started_on=on, division=division)


def reviewed(house: House, before: StatutoryPeriod, **values: object) -> StatutoryPeriod:
    """The next version, ready to be published."""
    draft = period_succeed(period=before, user=house.sysadmin)
    for name, value in values.items():
        setattr(draft, name, value)
    return period_review(period=period_draft(period=draft, user=house.sysadmin), user=house.head)


def slow_version(versions: list[StatutoryPeriod], deadline: Deadline) -> StatutoryPeriod:
    """Of the published versions that apply to the place, the smallest place's own; of these the last to begin."""
    places = ["", deadline.division[:2] + "0000", deadline.division] if deadline.division else [""]
    for place in reversed(places):
        own = [row for row in versions if row.division == place and row.effective_from <= deadline.started_on]
        if own:
            return max(own, key=lambda row: row.effective_from)
    return deadline.period


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_a_running_clock_gets_the_version_of_its_start_day(house: House, seed: int) -> None:
    """National and provincial versions published one after the other, with days in the past and in the future."""
    dice = random.Random(seed)
    clocks = [
        clock(house, TRANSFER, date(2026, 2, 1) + ONE_DAY * dice.randrange(120), dice.choice(["", "320102", "370000"]))
        for _number in range(14)
    ]
    first = period_for(TRANSFER, date(2026, 2, 1))
    last_of = {"": first}
    published = [first]
    begins = date(2026, 2, 1)
    for _step in range(4):
        begins += ONE_DAY * dice.randrange(1, 50)
        place = dice.choice(["", "320000"])
        before = last_of.get(place)
        if before is None:
            own = StatutoryPeriod(**{name: getattr(first, name) for name in _fields()}, division=place)
            own.effective_from, own.amount = begins, dice.randrange(1, 15)
            before = period_draft(period=own, user=house.sysadmin)
            version = period_review(period=before, user=house.head)
        else:
            version = reviewed(house, before, effective_from=begins, amount=dice.randrange(1, 15))
        preview = period_preview(version)
        version, effect = period_publish(period=version, user=house.sysadmin, seen=period_fingerprint(version))
        assert [(row.deadline.pk, row.due) for row in preview.shown] == [
            (row.deadline.pk, row.due) for row in effect.shown
        ]
        assert (preview.moved, preview.settled) == (effect.moved, effect.settled)
        last_of[place] = version
        published.append(version)
        for row in Deadline.objects.filter(pk__in=[clock.pk for clock in clocks]).select_related("period"):
            expected = slow_version(published, row)
            assert row.period_id == expected.pk
            assert row.raw_due == _walk(row.started_on, expected.amount)


def _fields() -> tuple[str, ...]:
    return (
        "code", "name", "unit", "start_day_excluded", "roll_forward", "starts_on", "stops_on", "responsible",
        "warning_leads", "citation", "certainty",
    )  # fmt: skip


def _walk(day: date, amount: int) -> date:
    """Day by day over the year 2026 as its notice has it, written down by hand."""
    off = {*_days(4, 6), *_days(5, 1), *_days(5, 4, 5), *_days(6, 19), *_days(2, 16, 20), *_days(2, 23)}
    worked = {*_days(2, 14), *_days(2, 28), *_days(5, 9)}
    while amount:
        day += ONE_DAY
        amount -= day in worked or (day.weekday() < 5 and day not in off)
    return day


def _days(month: int, first: int, last: int = 0) -> list[date]:
    return [date(2026, month, day) for day in range(first, (last or first) + 1)]


@pytest.mark.django_db
class TestWhatWasDecidedUnderAVersionKeepsIt:
    """A clock that was paused or extended isn't judged by a rule that came later."""

    def test_a_paused_clock_keeps_a_version_that_lets_it_pause(self, house: House) -> None:
        deadline = clock(house, PENALTY, date(2026, 9, 1))
        with transaction.atomic():
            services.deadline_pause(
                deadline=deadline,
                first_on=date(2026, 9, 10),
                last_on=date(2026, 9, 19),
                reason="鉴定",
                user=house.sysadmin,
            )
        deadline.refresh_from_db()
        before = (deadline.due, deadline.period_id)
        plain = clock(house, PENALTY, date(2026, 9, 1))
        version = reviewed(house, deadline.period, pausable=False, amount=60, effective_from=date(2026, 8, 1))
        effect = period_publish(period=version, user=house.sysadmin)[1]
        deadline.refresh_from_db()
        plain.refresh_from_db()
        assert (deadline.due, deadline.period_id) == before
        assert (effect.moved, plain.period_id, plain.raw_due) == (1, version.pk, date(2026, 10, 31))


@pytest.mark.django_db
class TestNeighbours:
    """Which version stands before, which one is being prepared."""

    def test_before_and_after(self, house: House) -> None:
        first = period_for(TRANSFER, date(2026, 3, 2))
        assert (version_before(first), draft_after(first)) == (None, None)
        second = reviewed(house, first, effective_from=date(2026, 3, 3))
        assert (version_before(second), draft_after(first)) == (first, second)
        period_publish(period=second, user=house.sysadmin)
        assert draft_after(first) is None
        province = period_for("arrears.review", date(2026, 3, 2), "210000")
        assert version_before(province) is None


@pytest.mark.django_db
def test_a_version_changed_meanwhile_is_neither_reviewed_nor_published(house: House) -> None:
    draft = period_succeed(period=period_for(TRANSFER, date(2026, 3, 2)), user=house.sysadmin)
    seen = period_fingerprint(draft)
    draft.amount = 3
    draft = period_draft(period=draft, user=house.sysadmin)
    with pytest.raises(ValidationError):
        period_review(period=draft, user=house.head, seen=seen)
    draft = period_review(period=draft, user=house.head, seen=period_fingerprint(draft))
    with pytest.raises(ValidationError):
        period_publish(period=draft, user=house.head, seen=seen)
    draft.refresh_from_db()
    assert draft.status == "reviewed"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_is_told() -> None:
    """Real connections beside each other."""
    users = [User.objects.create_user(f"at-once-{number}") for number in range(2)]
    draft = period_succeed(period=period_for(TRANSFER, date(2026, 3, 2)), user=users[0])
    version = period_review(period=draft, user=users[1])
    barrier = Barrier(2)

    def publish() -> str:
        try:
            barrier.wait(timeout=20)
            period_publish(period=version, user=users[0])
        except ValidationError as error:
            return str(error.messages[0])
        finally:
            connection.close()
        return ""

    try:
        assert sorted(map(bool, _at_once(publish))) == [False, True]
    finally:
        # Rules outlive a test, the users that they name don't; and what is published is protected.
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            cursor.execute("DELETE FROM clocks_statutoryperiod WHERE id = %s", [version.pk])
            cursor.execute("SET session_replication_role = DEFAULT")


def _at_once(work: Callable[[], str]) -> list[str]:
    with ThreadPoolExecutor(2) as pool:
        return [future.result(timeout=30) for future in [pool.submit(work) for _n in range(2)]]
