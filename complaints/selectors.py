"""Reading arrears complaints: for the complainant by secret, for staff through visible_to."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils import timezone

from casework.cases.actions import Actions
from casework.cases.notify import Address
from casework.cases.reading import case_by_secret
from casework.cases.transfer.hops import return_is_ready
from casework.parties.perms import AnyUser
from complaints.closing.selectors import can_be_reopened
from complaints.flow import FLOW
from complaints.models import ArrearsComplaint
from complaints.money.selectors import money_of
from complaints.review.services import correction_ran_out

# What a move waits for beside state and role; its service refuses without it too.
ARREARS_ACTIONS = Actions(
    FLOW,
    {
        "lapse": lambda complaint: correction_ran_out(complaint, timezone.localdate()),
        "take_back": return_is_ready,
        "follow_up": lambda complaint: money_of(complaint).is_plan_open,
        "reopen": can_be_reopened,
        "reopen_for_transfer": can_be_reopened,
    },
)
available_actions, is_possible = ARREARS_ACTIONS.available, ARREARS_ACTIONS.is_possible


def complaints_visible_to(user: AnyUser) -> QuerySet[ArrearsComplaint]:
    """The complaints that the user may see, with what every list shows."""
    return ArrearsComplaint.objects.visible_to(user).select_related(
        "receiving_department", "handling_department", "division", "assigned_to"
    )


def complaint_by_secret(reference: str, secret: str) -> ArrearsComplaint:
    """The complaint that a reference and its secret open.

    Raises:
        CaseNotFound: unknown reference or wrong secret; the two are told apart to nobody.
    """
    return case_by_secret(ArrearsComplaint.objects.all(), reference, secret)


def contact_addresses(case_ids: Collection[int]) -> dict[int, Address]:
    """Where the complainants of these cases want to be told, in one query; without those who gave none."""
    given = ArrearsComplaint.objects.filter(pk__in=case_ids).exclude(contact_email="", contact_phone="")
    rows = given.values_list("pk", "contact_email", "contact_name", "contact_phone")
    return {pk: Address(email, name, phone) for pk, email, name, phone in rows}
