"""Reminders: each threshold once, a missed night loses none, nobody who disclosed is reminded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.cases.errors import ActionNotAllowed
from casework.cases.models import OutboxMessage
from casework.cases.outbox import relay_lane
from complaints.disclosure.bodies import body_retire
from complaints.disclosure.models import DisclosureReminder
from complaints.disclosure.reminders import disclosures_remind, reminders_send
from tests.at_once import at_once
from tests.complaints.disclosure.conftest import YEAR, Bureau

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 31)
# As the list says: 30, 7 and 1 days before, 1 and 10 days after.
THRESHOLDS = [date(2026, 3, 1), date(2026, 3, 24), date(2026, 3, 30), date(2026, 4, 1), date(2026, 4, 10)]


def told(row: Any) -> list[date]:
    rows = DisclosureReminder.objects.filter(obligation=row, is_told=True).order_by("pk")
    return list(rows.values_list("sent_on", flat=True))


def test_each_threshold_is_told_on_its_day(bureau: Bureau) -> None:
    row = bureau.asked()
    for offset in range(-60, 40):
        reminders_send(DUE + timedelta(days=offset))
    assert told(row) == THRESHOLDS


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offsets=st.lists(st.integers(-40, 20), max_size=8))
def test_whenever_the_sweep_ran_the_latest_threshold_is_told_once(bureau: Bureau, offsets: list[int]) -> None:
    row = bureau.asked()
    expected: list[date] = []
    reached = 0
    for day in sorted(DUE + timedelta(days=offset) for offset in offsets):
        reminders_send(day)
        now = sum(threshold <= day for threshold in THRESHOLDS)
        if now > reached:
            expected.append(day)
        reached = max(now, reached)
    assert told(row) == expected


def test_who_was_asked_late_is_not_reminded_of_what_lies_before(bureau: Bureau) -> None:
    body = bureau.body()
    bureau.open(on=date(2026, 3, 25))
    reminders_send(date(2026, 3, 26))
    row = body.obligations.get()
    assert told(row) == []
    reminders_send(date(2026, 3, 30))
    assert told(row) == [date(2026, 3, 30)]


def test_nobody_is_reminded_who_disclosed_or_is_off_the_list(bureau: Bureau) -> None:
    done, gone = bureau.asked(), bureau.body()
    bureau.open()
    bureau.disclosed(done)
    body_retire(body=gone, user=bureau.clerk, reason="已撤销")
    assert reminders_send(date(2026, 4, 2)) == 0


def test_the_mail_says_whether_the_day_is_past(bureau: Bureau, mailoutbox: list[Any]) -> None:
    bureau.asked()
    reminders_send(date(2026, 3, 24))
    reminders_send(date(2026, 4, 1))
    relay_lane("default")
    subjects = [mail.subject for mail in mailoutbox][-2:]
    assert subjects == [
        "【逾期未付信息公示】2025年度信息的公示期限为2026年3月31日",
        "【逾期未付信息公示】2025年度信息的公示期限已过",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_one_mail(bureau: Bureau) -> None:
    bureau.asked()
    day = date(2026, 4, 1)
    assert sorted(at_once(lambda: reminders_send(day), lambda: reminders_send(day))) == [0, 1]
    assert OutboxMessage.objects.filter(key__startswith="disclosure-remind-").count() == 1


def test_by_hand_once_a_day(bureau: Bureau) -> None:
    row = bureau.asked()
    call: dict[str, Any] = {"department": bureau.department, "user": bureau.clerk, "year": YEAR}
    assert [disclosures_remind(**call), disclosures_remind(**call)] == [1, 0]
    assert told(row) == [timezone.localdate()]
    with pytest.raises(ActionNotAllowed):
        disclosures_remind(**{**call, "user": Bureau("320500").clerk})


def test_a_sweep_asks_no_more_for_more_bodies(bureau: Bureau, django_assert_max_num_queries: Any) -> None:
    for _number in range(12):
        bureau.body()
    bureau.open()
    with django_assert_max_num_queries(18):
        assert reminders_send(date(2026, 4, 1)) == 12
    with django_assert_max_num_queries(6):
        assert reminders_send(date(2026, 4, 1)) == 0
