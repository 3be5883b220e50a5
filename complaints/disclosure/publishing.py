"""What everybody may see: who disclosed what and where, and who has not, as far as that may be said.

As missing is named only who is on a list, was reminded, and let the due day pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.parties.models import division_prefix
from complaints.disclosure.models import DisclosureObligation, DisclosureReminder


class Status(StrEnum):
    """How a year of a body stands."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSING = "missing"
    WAITING = "waiting"


STATUS_WORDS: dict[Status, Promise] = {
    Status.IN_TIME: _("disclosed in time"),
    Status.LATE: _("disclosed late"),
    Status.MISSING: _("not registered by the due day"),
    Status.WAITING: _("still has time"),
}
PUBLIC_STATUSES = (Status.IN_TIME, Status.LATE, Status.MISSING)


def status_of(row: DisclosureObligation, today: date) -> Status:
    """How it stands on a day; the body's own word says when it published."""
    if row.published_on is not None:
        return Status.LATE if row.is_late else Status.IN_TIME
    return Status.MISSING if row.due_on < today else Status.WAITING


def with_status(status: str, today: date) -> Q:
    """The obligations that stand so on a day."""
    return {
        Status.IN_TIME: Q(published_on__lte=F("due_on")),
        Status.LATE: Q(published_on__gt=F("due_on")),
        Status.MISSING: Q(current=None, due_on__lt=today),
        Status.WAITING: Q(current=None, due_on__gte=today),
    }[Status(status)]


def public_rows(
    *, words: str = "", year: int | None = None, division: str = "", kind: str = "", status: str = ""
) -> QuerySet[DisclosureObligation]:
    """The public table, by place and name.

    Args:
        words: each of them has to occur in name or credit code.
        division: of this place and the places in it; "" of every place.
        status: of `PUBLIC_STATUSES`.
    """
    today = timezone.localdate()
    reminded = Exists(DisclosureReminder.objects.filter(obligation=OuterRef("pk"), is_told=True))
    missing = Q(current=None, due_on__lt=today, body__retired_on=None) & Q(reminded)
    rows = DisclosureObligation.objects.filter(Q(current__isnull=False) | missing)
    for word in words.split():
        rows = rows.filter(Q(body__subject__name__icontains=word) | Q(body__subject__code__icontains=word))
    if year:
        rows = rows.filter(year=year)
    if division:
        rows = rows.filter(body__subject__division__code__startswith=division_prefix(division))
    if kind:
        rows = rows.filter(kind=kind)
    if status:
        rows = rows.filter(with_status(status, today))
    rows = rows.select_related("body__subject__division__parent__parent", "current", "period")
    return rows.order_by("-year", "body__subject__division", "body__subject__name", "pk")


def public_years() -> list[int]:
    """The years that the public table has, the newest first."""
    years = public_rows().order_by("-year").values_list("year", flat=True)
    return list(years.distinct())


COLUMNS: tuple[tuple[str, Promise], ...] = (
    ("year", _("year")),
    ("name", _("name")),
    ("code", _("unified social credit code")),
    ("kind", _("kind")),
    ("division", _("place code")),
    ("place", _("place")),
    ("due_on", _("due on")),
    ("status", _("status")),
    ("nothing_overdue", _("nothing was overdue")),
    ("contracts", _("contracts with overdue payments")),
    ("amount", _("overdue amount (yuan)")),
    ("disputed", _("of it disputed (yuan)")),
    ("longest_days", _("longest overdue (days)")),
    ("medium", _("published in")),
    ("where", _("where exactly")),
    ("published_on", _("published on")),
    ("version", _("version")),
    ("development", _("development data")),
)


def public_fields(row: DisclosureObligation, today: date) -> dict[str, Any]:
    """What is public of a row, by the names in `COLUMNS`; codes where a list has codes. None: nothing is disclosed."""
    said, subject = row.current, row.body.subject
    disclosed = {
        name: getattr(said, source) if said else None
        for name, source in (
            ("nothing_overdue", "nothing_overdue"),
            ("contracts", "contracts"),
            ("amount", "amount"),
            ("disputed", "disputed"),
            ("longest_days", "longest_days"),
            ("medium", "medium"),
            ("where", "place"),
            ("published_on", "published_on"),
            ("version", "number"),
        )
    }
    return {
        "year": row.year,
        "name": subject.name,
        "code": subject.code,
        "kind": row.kind,
        "division": subject.division_id,
        "place": subject.division.full_name,
        "due_on": row.due_on,
        "status": str(status_of(row, today)),
        **disclosed,
        "development": subject.is_development,
    }


def worded_fields(row: DisclosureObligation, today: date) -> Iterator[Any]:
    """The same for a table that people read: words for codes, empty for what is not said, in the order of `COLUMNS`."""
    fields = public_fields(row, today)
    fields["kind"] = row.get_kind_display()
    fields["status"] = str(STATUS_WORDS[Status(fields["status"])])
    fields["medium"] = row.current.get_medium_display() if row.current else None
    for name, _label in COLUMNS:
        value = fields[name]
        yield "" if value is None else (str(_("yes")) if value else str(_("no"))) if isinstance(value, bool) else value
