"""Opening a year: every body of a place that is on the department's list is asked, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.cases.outbox import outbox_put_many
from casework.parties.models import Department, Division, Subject, User
from complaints.disclosure.access import require_running
from complaints.disclosure.law import Due, disclosure_due
from complaints.disclosure.mails import obligation_mail
from complaints.disclosure.models import OBLIGED_KINDS, DisclosureObligation, ObligedBody

INVITATION = "disclosure_invitation"


def year_open(
    *, department: Department, user: User, year: int, division: Division | None = None, on: date | None = None
) -> int:
    """Ask the bodies of the department's list about a year that is over; asked again, only those that are new since.

    Args:
        division: only the bodies in it; all without it.
        on: the day of the opening; today without it. Only seeding sets it.
    Returns:
        how many are asked now.
    Raises:
        ActionNotAllowed: the user doesn't work in the department.
        InvalidInput: the year isn't over, no rule asks about it, or the list has nobody there.
    """
    require_running(user, department)
    day = on or timezone.localdate()
    if year >= day.year:
        raise InvalidInput({"year": [_("This year isn't over: its figures aren't complete yet.")]})
    with transaction.atomic():
        # Two who open the same year at once: the second finds everybody asked.
        Department.objects.select_for_update(no_key=True).get(pk=department.pk)
        if not listed_bodies(department, division).exists():
            raise InvalidInput({"": [_("Nobody is on the list there. Register obliged bodies first.")]})
        bodies = list(bodies_to_ask(department, year, division).select_related("subject", "department"))
        rows = DisclosureObligation.objects.bulk_create(_obligations(bodies, year, day, user))
        outbox_put_many([obligation_mail(row, INVITATION, f"disclosure-invite-{row.pk}") for row in rows])
    return len(rows)


def _obligations(bodies: Sequence[ObligedBody], year: int, day: date, user: User) -> list[DisclosureObligation]:
    dues: dict[tuple[str, str], Due] = {}
    rows = []
    for body in bodies:
        kind, place = body.subject.kind, body.subject.division_id
        if (kind, place) not in dues:
            dues[kind, place] = disclosure_due(kind, year, place)
        due = dues[kind, place]
        rows.append(
            DisclosureObligation(
                body=body,
                year=year,
                kind=kind,
                period=due.period,
                due_on=due.day,
                due_is_provisional=due.is_provisional,
                opened_on=day,
                opened_by=user,
            )
        )
    return rows


def listed_bodies(department: Department, division: Division | None = None) -> QuerySet[ObligedBody]:
    """The bodies on the department's list in a place."""
    rows = ObligedBody.objects.filter(department=department, retired_on=None)
    return rows.filter(subject__division__code__startswith=division.prefix) if division else rows


def bodies_to_ask(department: Department, year: int, division: Division | None = None) -> QuerySet[ObligedBody]:
    """Those of them that nobody asked about the year."""
    return listed_bodies(department, division).exclude(obligations__year=year).order_by("pk")


def bodies_not_listed(department: Department) -> QuerySet[Subject]:
    """Bodies of the department's place that the open register knows and no list has."""
    rows = Subject.objects.filter(is_listed=True, kind__in=OBLIGED_KINDS)
    rows = rows.filter(division__code__startswith=department.division.prefix)
    return rows.exclude(pk__in=ObligedBody.objects.values("subject")).select_related("division").order_by("name")


def provisional_dues_settle() -> int:
    """Count provisional due days anew, of disclosures that are still missing: the calendar may be announced by now.

    Returns:
        how many changed.
    """
    rows = DisclosureObligation.objects.filter(due_is_provisional=True, current=None)
    changed = 0
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            row = rows.select_for_update(of=("self",)).select_related("body__subject").filter(pk=pk).first()
            if row is not None:
                changed += _settle(row)
    return changed


def _settle(row: DisclosureObligation) -> bool:
    due = disclosure_due(row.kind, row.year, row.body.subject.division_id)
    if (due.day, due.is_provisional) == (row.due_on, row.due_is_provisional):
        return False
    row.due_on, row.due_is_provisional, row.period = due.day, due.is_provisional, due.period
    row.save(update_fields=["due_on", "due_is_provisional", "period"])
    return True
