"""Points, rounds and returns: what the services do, refuse and keep."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.models import CitedTerm, OutboxMessage
from casework.cases.outbox import relay_lane
from casework.parties.models import Role
from fees.monitoring import services
from fees.monitoring.alarms import alarm_close, alarm_take
from fees.monitoring.answers import (
    point_by_code,
    return_of,
    return_save_draft,
    return_submit,
    rows_of_quarter_before,
)
from fees.monitoring.models import Alarm, MonitoringPoint, PaidItem, QuarterlyReturn, Reminder, Submission
from fees.monitoring.quarters import Quarter
from fees.monitoring.reminders import reminders_send, round_remind
from tests.at_once import at_once, errors
from tests.factories import department, division, member
from tests.fees.conftest import Desk
from tests.fees.monitoring.conftest import QUARTER, Watch, payment

pytestmark = pytest.mark.django_db


def mails() -> list[str]:
    return [message.payload["template"] for message in OutboxMessage.objects.filter(channel="email").order_by("pk")]


def test_a_code_opens_its_point_and_stands_nowhere_in_the_database(watch: Watch) -> None:
    point = watch.point()
    code = watch.codes[point.pk]
    assert point_by_code(point.reference, code.lower().replace("-", " ")) == point
    kept = str(MonitoringPoint.objects.values().get()) + str(list(OutboxMessage.objects.values()))
    assert code not in kept
    assert code.replace("-", "") not in kept
    with pytest.raises(CaseNotFound):
        point_by_code(point.reference, "00000-00000-00000-00000")
    with pytest.raises(CaseNotFound):
        point_by_code("JC2026-999999-9", code)


def test_the_code_goes_out_by_mail_and_a_renewed_one_ends_the_old(watch: Watch) -> None:
    point = watch.point()
    _point, newer = services.point_code_renew(point=point, user=watch.handler)
    relay_lane("default")
    # The first code was renewed before its mail left: only the newer one is sent.
    sent = [message.body for message in mail.outbox if point.reference in message.body]
    assert len(sent) == 1
    assert newer in sent[0]
    assert f"/fees/monitoring/{point.reference}/#{newer}" in sent[0]
    with pytest.raises(CaseNotFound):
        point_by_code(point.reference, watch.codes[point.pk])
    assert point_by_code(point.reference, newer) == point


def test_only_the_departments_own_people_run_it(watch: Watch) -> None:
    point = watch.point()
    strangers = [
        member(Role.RECEIVING_CLERK, department("320100")),
        member(Role.SUPERVISOR, watch.department),
        member(Role.CATALOGUE_EDITOR, watch.department),
        member(Role.SYSTEM_ADMINISTRATOR, watch.department),
    ]
    for stranger in strangers:
        with pytest.raises(ActionNotAllowed):
            services.point_register(department=watch.department, user=stranger, data=watch.data())
        with pytest.raises(ActionNotAllowed):
            services.point_code_renew(point=point, user=stranger)
        with pytest.raises(ActionNotAllowed):
            services.round_open(department=watch.department, user=stranger, quarter=QUARTER)


def test_what_a_point_must_have(watch: Watch) -> None:
    first = watch.point()
    for changes, field in (
        ({"credit_code": "91320000000000000X"}, "credit_code"),
        ({"credit_code": first.credit_code}, "credit_code"),
        ({"contact_email": "x"}, "contact_email"),
        ({"contact_email": ""}, "contact_email"),
        ({"industry": "?"}, "industry"),
        ({"division": division("320500")}, "division"),
        ({"contact_phone": "abc"}, "contact_phone"),
    ):
        with pytest.raises(InvalidInput) as refused:
            watch.point(**changes)
        assert field in refused.value.errors
    assert MonitoringPoint.objects.count() == 1


def test_a_round_asks_every_active_point_once(watch: Watch) -> None:
    asked, retired = watch.point(), watch.point()
    services.point_retire(point=retired, user=watch.clerk, reason="企业已注销")
    Watch("320100").point()
    row = watch.round()
    assert [one.point for one in row.returns.all()] == [asked]
    assert mails() == ["fee_monitoring_invitation"]
    # 20 days by the list of thresholds.
    assert row.due_on == timezone.localdate() + timedelta(days=20)
    with pytest.raises(InvalidInput) as twice:
        watch.round()
    assert "" in twice.value.errors
    later = watch.point()
    assert services.round_invite(row=row, user=watch.clerk) == 1
    assert services.round_invite(row=row, user=watch.clerk) == 0
    assert QuarterlyReturn.objects.filter(point=later, round=row).count() == 1


def test_a_round_needs_a_quarter_that_is_over_and_somebody_to_ask(watch: Watch) -> None:
    with pytest.raises(InvalidInput):
        watch.round()
    watch.point()
    with pytest.raises(InvalidInput) as early:
        watch.round(Quarter.of(timezone.localdate()))
    assert "quarter" in early.value.errors
    with pytest.raises(InvalidInput) as short:
        watch.round(due_on=timezone.localdate())
    assert "due_on" in short.value.errors
    watch.round()


def test_a_draft_keeps_what_was_typed_however_wrong(watch: Watch) -> None:
    row = watch.asked()
    rows = [{"item": "会费", "amount": "一千二", "unknown": "x"}, {"item": "  "}]
    saved = return_save_draft(row=row, rows=rows, nothing_paid=False, remark="待核", version=0)
    assert (saved.version, saved.status) == (1, "draft")
    assert [(one["item"], one["amount"]) for one in saved.draft_rows] == [("会费", "一千二")]
    assert "unknown" not in saved.draft_rows[0]
    with pytest.raises(CaseChanged):
        return_save_draft(row=row, rows=[], nothing_paid=False, remark="", version=0)
    assert PaidItem.objects.count() == 0


def test_a_submission_keeps_the_verdict_of_its_day(watch: Watch, listed: Desk) -> None:
    row = watch.asked()
    road = payment(
        "城市道路占用费",
        payee="公安部门",
        payee_type="organ",
        amount=Decimal("60"),
        quantity=Decimal(10),
        unit="平方米·日",
    )
    watch.submitted(row, road, payment())
    first, second = PaidItem.objects.order_by("position")
    # 10 × 5 yuan may be charged.
    assert (first.verdict, first.excess, first.entry_version) == ("above_standard", Decimal("10.00"), 1)
    assert first.entry is not None
    assert first.entry.name == "城市道路占用费"
    assert {"code": "exceeds", "params": {"amount": "60", "allowed": "50", "excess": "10"}} in first.steps
    assert (second.verdict, second.entry, second.excess) == ("not_in_catalogue", None, None)
    row.refresh_from_db()
    assert row.status == "submitted"
    assert Submission.objects.get().rows[0]["quantity"] == "10"


def test_a_name_that_is_merely_alike_counts_as_unlisted(watch: Watch, listed: Desk) -> None:
    row = watch.asked()
    watch.submitted(row, payment("城市道路清洁服务费"))
    assert PaidItem.objects.get().verdict == "not_in_catalogue"


def test_nothing_paid_and_payments_exclude_each_other(watch: Watch) -> None:
    row = watch.asked()
    for payments, nothing in (([payment()], True), ([], False), ([payment()] * 41, False)):
        with pytest.raises(InvalidInput):
            return_submit(row=row, payments=payments, nothing_paid=nothing, remark="", version=0)
    assert watch.submitted(row).nothing_paid


def test_a_correction_replaces_the_payments_until_the_round_closes(watch: Watch) -> None:
    row = watch.asked()
    watch.submitted(row, payment(), payment("评比费"))
    watch.submitted(row, payment(amount=Decimal("900")))
    assert [item.amount for item in PaidItem.objects.all()] == [Decimal("900")]
    assert [len(one.rows) for one in Submission.objects.order_by("number")] == [2, 1]
    services.round_close(row=row.round, user=watch.head)
    with pytest.raises(CaseChanged):
        watch.submitted(row, payment())
    with pytest.raises(CaseChanged):
        services.round_close(row=row.round, user=watch.head)


def test_a_reopened_return_is_written_again_after_the_end(watch: Watch) -> None:
    row = watch.asked()
    watch.submitted(row, payment())
    services.round_close(row=row.round, user=watch.head)
    with pytest.raises(InvalidInput):
        services.return_reopen(row=row, user=watch.head, reason=" ")
    services.return_reopen(row=row, user=watch.head, reason="金额有误")
    assert mails()[-1] == "fee_monitoring_reopened"
    watch.submitted(row, payment(amount=Decimal("1")))
    with pytest.raises(CaseChanged):
        watch.submitted(row, payment())


def test_what_the_point_may_write_anyway_is_not_reopened(watch: Watch) -> None:
    row = watch.asked()
    with pytest.raises(CaseChanged):
        services.return_reopen(row=row, user=watch.head, reason="金额有误")
    with pytest.raises(ActionNotAllowed):
        services.return_reopen(row=row, user=member(Role.AUDITOR, watch.department), reason="金额有误")


def test_every_mail_says_what_it_is_for(watch: Watch) -> None:
    row = watch.asked()
    watch.submitted(row, payment())
    services.return_reopen(row=row, user=watch.head, reason="请核对金额")
    round_remind(row=row.round, user=watch.clerk)
    relay_lane("default")
    assert OutboxMessage.objects.exclude(status=OutboxMessage.Status.SENT).count() == 0
    subjects = [message.subject for message in mail.outbox]
    quarter = f"{QUARTER.year}年第{'一二三四'[QUARTER.number - 1]}季度"
    assert [quarter in subject for subject in subjects] == [False, True, True, True]
    assert all(row.point.reference in message.body for message in mail.outbox)
    assert "请核对金额" in mail.outbox[2].body
    # Nobody can know an enterprise's code from the mails that come again and again.
    code = watch.codes[row.point_id]
    assert [code in message.body for message in mail.outbox] == [True, False, False, False]


def test_last_quarters_rows_come_without_days_and_amounts(watch: Watch) -> None:
    point = watch.point()
    watch.round(QUARTER.before)
    before = return_of(point, QUARTER.before)
    watch.submitted(before, payment(charged_on=QUARTER.before.last_day, unit="年"))
    watch.round()
    (copied,) = rows_of_quarter_before(return_of(point, QUARTER))
    assert (copied["item"], copied["payee"], copied["unit"]) == ("行业协会年度会费", "示例行业协会", "年")
    assert copied["amount"] == copied["charged_on"] == copied["quantity"] == ""


def test_reminders_go_out_once_for_each_threshold(watch: Watch) -> None:
    row = watch.asked()
    answered = watch.point()
    services.round_invite(row=row.round, user=watch.clerk)
    watch.submitted(return_of(answered, QUARTER))
    due = row.round.due_on
    days = (-8, -7, -7, -6, -1, 0, 3, 4, 30)
    assert [reminders_send(due + timedelta(days=day)) for day in days] == [0, 1, 0, 0, 1, 0, 1, 0, 0]
    assert mails().count("fee_monitoring_reminder") == 3
    assert [one.days for one in Reminder.objects.filter(quarterly_return=row)] == [-7, -1, 3]
    assert not Reminder.objects.exclude(quarterly_return=row).exists()


def test_a_sweep_that_was_down_sends_one_mail_for_all_it_missed(watch: Watch) -> None:
    row = watch.asked()
    assert reminders_send(row.round.due_on + timedelta(days=9)) == 1
    assert [(one.days, one.is_told) for one in Reminder.objects.all()] == [(-7, False), (-1, False), (3, True)]
    relay_lane("default")
    assert any("已过截止日" in message.subject for message in mail.outbox)


def test_thresholds_before_the_opening_are_left_to_the_invitation(watch: Watch) -> None:
    watch.point()
    row = watch.round(due_on=timezone.localdate() + timedelta(days=3))
    assert reminders_send(timezone.localdate()) == 0
    assert reminders_send(row.due_on - timedelta(days=1)) == 1


def test_closed_rounds_and_retired_points_are_not_reminded(watch: Watch) -> None:
    row = watch.asked()
    retired = watch.point()
    services.round_invite(row=row.round, user=watch.clerk)
    services.point_retire(point=retired, user=watch.clerk, reason="停业", on=timezone.localdate() - timedelta(days=1))
    assert reminders_send(row.round.due_on) == 1
    services.round_close(row=row.round, user=watch.clerk)
    assert reminders_send(row.round.due_on + timedelta(days=5)) == 0


def test_a_reminder_by_hand_once_a_day(watch: Watch) -> None:
    row = watch.asked()
    assert round_remind(row=row.round, user=watch.clerk) == 1
    assert round_remind(row=row.round, user=watch.handler) == 0


def test_an_alarm_when_enough_points_paid_what_no_list_has(watch: Watch, listed: Desk) -> None:
    points = [watch.point("320102"), watch.point("320102"), watch.point("320104"), watch.point("320104")]
    watch.round()
    rows = [return_of(point, QUARTER) for point in points]
    # The same item however it is typed; a listed item makes no alarm.
    road = payment("城市道路占用费", payee="公安部门", amount=Decimal("50"), quantity=Decimal(10), unit="平方米·日")
    for row, name in zip(rows[:2], ("行业协会年度会费", "行业协会 年度会费"), strict=True):
        watch.submitted(row, payment(name), payment(name), road)
    assert not Alarm.objects.exists()
    watch.submitted(rows[2], payment("行业协会年度会费。"), road)
    alarm = Alarm.objects.get()
    # Two in one county, one in another: the prefecture is the narrowest place with three.
    assert (alarm.division_id, alarm.points.count(), alarm.threshold) == ("320100", 3, 3)
    watch.submitted(rows[3], payment(), road)
    alarm = Alarm.objects.get()
    assert alarm.points.count() == 4
    # A correction takes its point out again; the alarm stays for whoever looks into it.
    for row in rows[:3]:
        watch.submitted(row, road)
    assert Alarm.objects.get().points.count() == 1


def test_a_wider_alarm_says_it_for_the_narrower_places(watch: Watch) -> None:
    points = [watch.point(place) for place in ("320102", "320104", "320105", "320102", "320102")]
    watch.round()
    for point in points:
        watch.submitted(return_of(point, QUARTER), payment())
    # Three points of one county in the end, but its prefecture had its alarm before.
    assert [(alarm.division_id, alarm.points.count()) for alarm in Alarm.objects.all()] == [("320100", 5)]


def test_the_threshold_is_data(watch: Watch) -> None:
    CitedTerm.objects.filter(vocabulary="fee.monitoring_alarm").update(
        effective_to=timezone.localdate() - timedelta(days=1)
    )
    CitedTerm.objects.create(
        vocabulary="fee.monitoring_alarm", code="1", version=2, label="一", citation="测试", certainty="I",
        effective_from=timezone.localdate(),
    )  # fmt: skip
    watch.submitted(watch.asked(), payment())
    assert Alarm.objects.get().division_id == "320102"


def alarm_of(watch: Watch) -> Alarm:
    points = [watch.point() for _number in range(3)]
    watch.round()
    for point in points:
        watch.submitted(return_of(point, QUARTER), payment())
    return Alarm.objects.get()


def test_an_alarm_is_taken_and_closed_with_what_came_of_it(watch: Watch) -> None:
    alarm = alarm_of(watch)
    stranger = Watch("320100").clerk
    with pytest.raises(ActionNotAllowed):
        alarm_take(alarm=alarm, user=stranger)
    with pytest.raises(CaseChanged):
        alarm_close(alarm=alarm, user=watch.head, outcome="unfounded", result="市场调节价")
    alarm_take(alarm=alarm, user=watch.handler)
    with pytest.raises(CaseChanged):
        alarm_take(alarm=alarm, user=watch.clerk)
    with pytest.raises(InvalidInput):
        alarm_close(alarm=alarm, user=watch.head, outcome="reported", result=" ")
    with pytest.raises(InvalidInput):
        alarm_close(alarm=alarm, user=watch.head, outcome="new", result="x")
    closed = alarm_close(alarm=alarm, user=watch.head, outcome="reported", result="转市场监管部门核查")
    assert (closed.status, closed.closed_by, closed.taken_by) == ("reported", watch.head, watch.handler)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: PaidItem.objects.update(amount=0),
        lambda row: PaidItem.objects.update(payee_type="x"),
        lambda row: PaidItem.objects.update(verdict="x"),
        lambda row: QuarterlyReturn.objects.update(status="submitted", submitted_at=None),
        lambda row: QuarterlyReturn.objects.create(point=row.point, round=row.round),
        lambda row: MonitoringPoint.objects.update(active_to=timezone.localdate()),
        lambda row: MonitoringPoint.objects.update(code_hash=""),
        lambda row: Alarm.objects.create(
            item="x", item_key="x", division=row.point.division, year=2026, quarter_number=1, threshold=3,
            status="reported",
        ),
    ],
)  # fmt: skip
def test_the_database_holds_what_must_be(watch: Watch, change: Any) -> None:
    row = watch.asked()
    watch.submitted(row, payment())
    with pytest.raises(IntegrityError), transaction.atomic():
        change(row)


def test_a_submission_is_never_changed(watch: Watch) -> None:
    watch.submitted(watch.asked(), payment())
    with pytest.raises(Exception, match="append_only"), transaction.atomic():
        Submission.objects.update(remark="x")


@pytest.mark.django_db(transaction=True)
def test_two_submissions_at_once_one_wins(watch: Watch) -> None:
    row = watch.asked()

    def submit(amount: int) -> Any:
        return return_submit(
            row=row, payments=[payment(amount=Decimal(amount))], nothing_paid=False, remark="", version=0
        )

    results = at_once(lambda: submit(1), lambda: submit(2))
    assert errors(results) == [CaseChanged]
    assert PaidItem.objects.count() == Submission.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_points_of_three_departments_at_once_make_one_alarm() -> None:
    """Nothing that their rounds hold keeps them apart: without a lock of its own, each would count the others out."""
    watches = [Watch("320100") for _number in range(3)]
    rows = [watch.asked() for watch in watches]
    at_once(*[lambda w=watch, r=row: w.submitted(r, payment()) for watch, row in zip(watches, rows, strict=True)])
    assert Alarm.objects.get().points.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_and_two_openings_at_once(watch: Watch) -> None:
    watch.point()
    opened = at_once(watch.round, watch.round)
    assert errors(opened) == [InvalidInput]
    row = QuarterlyReturn.objects.select_related("round").get()
    day = row.round.due_on
    sent = at_once(lambda: reminders_send(day), lambda: reminders_send(day))
    assert sum(sent) == 1
    assert mails().count("fee_monitoring_reminder") == 1
