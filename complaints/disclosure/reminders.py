"""Reminders of disclosures that are missing: by thresholds, each once, and by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from casework.cases.outbox import NewMessage, outbox_put_many
from casework.parties.models import Department, User
from complaints.disclosure.access import require_running
from complaints.disclosure.law import reminder_days
from complaints.disclosure.mails import obligation_mail
from complaints.disclosure.models import DisclosureObligation, DisclosureReminder
from complaints.disclosure.years import provisional_dues_settle

TEMPLATE = "disclosure_reminder"
BATCH = 200


def reminders_send(today: date | None = None) -> int:
    """Remind every body whose disclosure is missing of each threshold that was reached and not yet marked.

    Args:
        today: in Asia/Shanghai.
    Returns:
        how many mails were written.
    """
    provisional_dues_settle()
    day = today or timezone.localdate()
    dues = missing_obligations().order_by("due_on").values_list("due_on", flat=True).distinct()
    thresholds = reminder_days(day)
    return sum(_remind_due(due, day, thresholds) for due in list(dues))


def missing_obligations() -> QuerySet[DisclosureObligation]:
    """What bodies on a list still owe."""
    return DisclosureObligation.objects.filter(current=None, body__retired_on=None)


def _remind_due(due: date, day: date, thresholds: Sequence[int]) -> int:
    reached = [days for days in thresholds if due + timedelta(days=days) <= day]
    if not reached:
        return 0
    told = 0
    # Whoever was asked after the threshold's day needs no reminder of it: the invitation was one.
    rows = missing_obligations().filter(due_on=due, opened_on__lt=due + timedelta(days=reached[-1]))
    rows = rows.exclude(reminders__days=reached[-1]).order_by("pk")
    while pks := list(rows.values_list("pk", flat=True)[:BATCH]):
        told += _remind_batch(pks, day, reached)
    return told


def _remind_batch(pks: Sequence[int], day: date, reached: Sequence[int]) -> int:
    with transaction.atomic():
        # A disclosure that is being submitted waits, or its body is not reminded.
        rows = list(_with_all(missing_obligations().select_for_update(of=("self",)).filter(pk__in=pks)))
        marks = [mark for row in rows for mark in _new_marks(row, reached, day)]
        DisclosureReminder.objects.bulk_create(marks)
        told = [mark for mark in marks if mark.is_told]
        outbox_put_many([_mail(mark.obligation, day, f"{mark.days}") for mark in told])
    return len(told)


def _with_all(rows: QuerySet[DisclosureObligation]) -> QuerySet[DisclosureObligation]:
    return rows.select_related("body__subject", "body__department", "period").prefetch_related("reminders")


def _new_marks(row: DisclosureObligation, reached: Sequence[int], day: date) -> Iterable[DisclosureReminder]:
    """One mail for what became due since the last sweep, however many thresholds that are."""
    marked = {reminder.days for reminder in row.reminders.all()}
    # Another sweep was here while this one waited for the row.
    if reached[-1] in marked:
        return []
    own = [days for days in reached if row.opened_on < row.due_on + timedelta(days=days)]
    new = [days for days in own if days not in marked]
    return [DisclosureReminder(obligation=row, days=days, sent_on=day, is_told=days == new[-1]) for days in new]


def disclosures_remind(*, department: Department, user: User, year: int) -> int:
    """Remind all bodies of the department's list that have not disclosed for a year, now; once a day at most.

    Returns:
        how many mails were written.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
    """
    require_running(user, department)
    today = timezone.localdate()
    with transaction.atomic():
        rows = missing_obligations().select_for_update(of=("self",)).filter(body__department=department, year=year)
        missing = [row for row in _with_all(rows.order_by("pk")) if not _reminded_by_hand(row, today)]
        DisclosureReminder.objects.bulk_create(
            [DisclosureReminder(obligation=row, days=None, sent_on=today, sent_by=user) for row in missing]
        )
        outbox_put_many([_mail(row, today, f"hand-{today:%Y%m%d}") for row in missing])
    return len(missing)


def _reminded_by_hand(row: DisclosureObligation, today: date) -> bool:
    return any(reminder.days is None and reminder.sent_on == today for reminder in row.reminders.all())


def _mail(row: DisclosureObligation, day: date, occasion: str) -> NewMessage:
    return obligation_mail(row, TEMPLATE, f"disclosure-remind-{row.pk}-{occasion}", is_late=row.due_on < day)
