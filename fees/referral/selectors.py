"""Reading referrals: only through `Referral.objects.visible_to`."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.cases.errors import CaseNotFound
from casework.documents.models import Letter
from casework.parties.perms import AnyUser
from fees.referral.models import Referral
from fees.report.models import FeeReport


def referrals_of(report: FeeReport, user: AnyUser) -> QuerySet[Referral]:
    """The referrals of a report that the user may know of."""
    rows = Referral.objects.visible_to(user).filter(report=report)
    return rows.select_related("department", "letter", "made_by")


def referral_letter_for(user: AnyUser, pk: int) -> Letter:
    """The letter of a referral.

    Args:
        pk: of the referral.
    Raises:
        CaseNotFound: no such referral, or none that the user may know of.
    """
    referral = Referral.objects.visible_to(user).select_related("letter").filter(pk=pk).first()
    if referral is None or referral.letter is None:
        raise CaseNotFound
    return referral.letter
