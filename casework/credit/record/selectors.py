"""Reading records: for staff through visible_to, for everybody by the day, for the subject by secret."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from casework.cases.models import Case
from casework.cases.notify import Address
from casework.credit.flow import EFFECTIVE, State
from casework.credit.objections.models import Objection
from casework.credit.record.models import CreditRecord
from casework.parties.models import Subject
from casework.parties.perms import AnyUser


def records_visible_to(user: AnyUser) -> QuerySet[CreditRecord]:
    """The records that the user may see, with what every list shows."""
    return CreditRecord.objects.visible_to(user).select_related(
        "receiving_department", "handling_department", "division", "assigned_to", "subject", "severity"
    )


def subjects_visible_to(user: AnyUser) -> QuerySet[Subject]:
    """Organisations from open registers, and those of records that the user may see."""
    seen = CreditRecord.objects.visible_to(user).values("subject")
    return Subject.objects.filter(Q(is_listed=True) | Q(pk__in=seen)).select_related("division")


def effective_on(today: date) -> QuerySet[CreditRecord]:
    """Those that have an effect on a day, published or not: nothing counts a day too long, sweep or no sweep."""
    return CreditRecord.objects.filter(state__in=EFFECTIVE, last_day__gte=today, set_aside_on=None)


def public_on(today: date) -> QuerySet[CreditRecord]:
    """What everybody may read on a day: published, not withheld, not set aside, not a day too long."""
    return effective_on(today).filter(state=State.PUBLISHED, withheld_since=None)


def with_mark(records: QuerySet[CreditRecord]) -> QuerySet[CreditRecord]:
    """With `is_contested`: an objection is open. Every display shows it."""
    waiting = Objection.objects.filter(record=OuterRef("pk"), outcome=Objection.Outcome.OPEN)
    return records.annotate(is_contested=Exists(waiting))


def is_told(case: Case) -> bool:
    """Whether the subject may know of a record: from its prior notice on, never of a proposal or a dropped one."""
    return CreditRecord.objects.filter(pk=case.pk).exclude(noticed_on=None).exists()


def contact_addresses(case_ids: Collection[int]) -> dict[int, Address]:
    """Where the subjects of these records want to be told, in one query; without those of whom no e-mail is known."""
    rows = CreditRecord.objects.filter(pk__in=case_ids).exclude(contact_email="")
    return {pk: Address(email, name) for pk, email, name in rows.values_list("pk", "contact_email", "respondent_name")}
