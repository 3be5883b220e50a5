"""Reading fee reports: for the reporter by secret, for staff through visible_to."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from casework.cases.notify import Address
from casework.parties.perms import AnyUser
from fees.report.models import FeeReport
from fees.verdict.likeness import best_likeness

# From here on two reports are shown as perhaps the same; our own measure.
LIKE_ENOUGH = 0.6
MOST_LIKE = 10


def reports_visible_to(user: AnyUser) -> QuerySet[FeeReport]:
    """The reports that the user may see, with what every list shows."""
    return FeeReport.objects.visible_to(user).select_related(
        "receiving_department", "handling_department", "division", "assigned_to"
    )


def contact_addresses(case_ids: Collection[int]) -> dict[int, Address]:
    """Where the reporters of these cases want to be told, in one query; without those who gave none."""
    given = FeeReport.objects.filter(pk__in=case_ids).exclude(contact_email="", contact_phone="")
    rows = given.values_list("pk", "contact_email", "contact_name", "contact_phone")
    return {pk: Address(email, name, phone) for pk, email, name, phone in rows}


def reports_like(report: FeeReport) -> list[FeeReport]:
    """Other reports of the same department about the same payee and a like charge, newest first.

    The clerk decides whether it is the same fact (SAMR Order 121 art. 35).
    """
    payee = Q(respondent_name=report.respondent_name)
    if report.respondent_code:
        payee |= Q(respondent_code=report.respondent_code)
    rows = FeeReport.objects.filter(payee, receiving_department=report.receiving_department_id)
    near = rows.exclude(pk=report.pk).exclude(state="draft").order_by("-id")[:50]
    return [row for row in near if best_likeness(report.item, (row.item,)) >= LIKE_ENOUGH][:MOST_LIKE]


def is_same_reporter(one: FeeReport, other: FeeReport) -> bool:
    """Whether two reports name the same reporter; of anonymous ones nobody can tell."""
    if one.is_anonymous or other.is_anonymous:
        return False
    if one.complainant_code and other.complainant_code:
        return one.complainant_code == other.complainant_code
    return one.complainant_name == other.complainant_name
