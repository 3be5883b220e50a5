"""Reminders of returns that are missing: by thresholds, each once, and by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from casework.cases.outbox import NewMessage, outbox_put_many
from casework.parties.models import User
from fees.monitoring.access import require_running
from fees.monitoring.mails import return_mail
from fees.monitoring.models import QuarterlyReturn, Reminder, Round
from fees.monitoring.terms import reminder_days

TEMPLATE = "fee_monitoring_reminder"


def reminders_send(today: date | None = None) -> int:
    """Remind every point whose return is missing of each threshold that was reached and not yet marked.

    Args:
        today: in Asia/Shanghai.
    Returns:
        how many mails were written.
    """
    day = today or timezone.localdate()
    thresholds = reminder_days(day)
    rounds = Round.objects.filter(closed_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(_remind_round(pk, day, thresholds) for pk in list(rounds))


def _remind_round(pk: int, day: date, thresholds: Sequence[int]) -> int:
    with transaction.atomic():
        # Closing waits; a sweep that runs at the same time leaves the round to this one.
        row = Round.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, closed_at=None).first()
        if row is None:
            return 0
        reached = [days for days in thresholds if row.opens_on < row.due_on + timedelta(days=days) <= day]
        if not reached:
            return 0
        marks = [mark for missing in missing_returns(row) for mark in _new_marks(missing, reached, day)]
        Reminder.objects.bulk_create(marks)
        told = [mark for mark in marks if mark.is_told]
        outbox_put_many([_mail(mark.quarterly_return, day, f"{mark.days}") for mark in told])
        return len(told)


def _new_marks(missing: QuarterlyReturn, reached: Sequence[int], day: date) -> Iterable[Reminder]:
    """One mail for what became due since the last sweep, however many thresholds that are."""
    marked = {reminder.days for reminder in missing.reminders.all()}
    if reached[-1] in marked:
        return []
    new = [days for days in reached if days not in marked]
    return [Reminder(quarterly_return=missing, days=days, sent_on=day, is_told=days == new[-1]) for days in new]


def missing_returns(row: Round) -> Iterable[QuarterlyReturn]:
    """Returns that the round's points still owe; those of retired points are not waited for."""
    today = timezone.localdate()
    active = Q(point__active_to=None) | Q(point__active_to__gte=today)
    found = QuarterlyReturn.objects.filter(active, round=row, status=QuarterlyReturn.Status.DRAFT)
    return found.select_related("point__department", "round").prefetch_related("reminders").order_by("pk")


def round_remind(*, row: Round, user: User) -> int:
    """Remind all points that have not submitted, now; once a day at most.

    Returns:
        how many mails were written.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
    """
    require_running(user, row.department)
    today = timezone.localdate()
    with transaction.atomic():
        locked = Round.objects.select_for_update(of=("self",)).filter(pk=row.pk, closed_at=None).first()
        if locked is None:
            return 0
        missing = [one for one in missing_returns(locked) if not _reminded_by_hand(one, today)]
        Reminder.objects.bulk_create(
            [Reminder(quarterly_return=one, days=None, sent_on=today, sent_by=user) for one in missing]
        )
        outbox_put_many([_mail(one, today, f"hand-{today:%Y%m%d}") for one in missing])
        return len(missing)


def _reminded_by_hand(missing: QuarterlyReturn, today: date) -> bool:
    return any(reminder.days is None and reminder.sent_on == today for reminder in missing.reminders.all())


def _mail(missing: QuarterlyReturn, day: date, occasion: str) -> NewMessage:
    left = (missing.round.due_on - day).days
    key = f"monitoring-remind-{missing.pk}-{occasion}"
    return return_mail(missing, TEMPLATE, key, days_left=left, is_late=left < 0)
