"""Deleting an account: what names or reaches the person goes, what the law keeps stays.

A case is a record of the authorities (Decree 802 art. 25): it stays, and so does, without a name, that an account filed
it. Deleting an account follows from the person's right under the Personal Information Protection Law, art. 47.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.accounts.firms import member_remove
from casework.accounts.models import FirmInvitation, FirmMember, FirmRole, Mandate, OneTimeCode
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.parties.models import User
from casework.portal.drafts.models import Draft
from casework.portal.drafts.services import draft_discard

CLOSED_NAME = "已注销账户"


def account_close(*, user: User) -> None:
    """Delete an account.

    Raises:
        ActionNotAllowed: staff.
        InvalidInput: it is the only owner of a firm with other members.
    """
    if user.is_staff:
        raise ActionNotAllowed
    with transaction.atomic():
        row = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        for member in FirmMember.objects.filter(user=row, left_at=None).select_related("firm"):
            _leave(member, row)
        Mandate.objects.filter(agent=row, revoked_at=None).update(revoked_at=timezone.now(), revoked_by=row)
        FirmInvitation.objects.filter(made_by=row, taken_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
        OneTimeCode.objects.filter(user=row).delete()
        for draft in Draft.objects.filter(owner=row):
            draft_discard(draft=draft)
        row.sign_in_addresses.all().delete()
        row.external_identities.all().delete()
        row.notifications.all().delete()
        row.email = row.phone = row.first_name = row.last_name = ""
        row.display_name, row.is_active = CLOSED_NAME, False
        row.save()


def _leave(member: FirmMember, user: User) -> None:
    try:
        member_remove(member=member, user=user)
    except InvalidInput as error:
        text = _("You are the only owner of %(firm)s. Make another member an owner first.") % {"firm": member.firm}
        raise InvalidInput({"": [text]}) from error


def is_last_of(member: FirmMember) -> bool:
    """Whether nobody would be left in the firm: its cases could then be opened by no account."""
    others = FirmMember.objects.filter(firm=member.firm, left_at=None).exclude(pk=member.pk)
    return member.role == FirmRole.OWNER and not others.exists()
