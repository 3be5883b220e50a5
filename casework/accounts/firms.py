"""Firms: founding, inviting, joining, leaving. The members' rows are kept: who could read a case, and when."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.accounts.delivery import INVITATION_CHANNEL, invitation_code
from casework.accounts.models import Firm, FirmInvitation, FirmMember, FirmRole
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.outbox import outbox_put
from casework.cases.references import hash_secret
from casework.parties.models import User
from casework.parties.validators import clean_credit_code

INVITATION_VALID = timedelta(days=7)
MOST_OPEN_INVITATIONS = 20
MOST_FIRMS = 50


def firm_found(*, user: User, name: str, code: str, is_development: bool = False) -> Firm:
    """Make a firm with its first owner.

    Raises:
        ActionNotAllowed: staff.
        InvalidInput: by field; the code is wrong, or the account has this firm already.
    """
    if user.is_staff:
        raise ActionNotAllowed
    firm = Firm(
        name=name.strip(), code=clean_credit_code(code), made_by=user, made_at=timezone.now(),
        is_development=is_development,
    )  # fmt: skip
    try:
        firm.clean_fields()
    except ValidationError as error:
        raise InvalidInput(error.message_dict) from error
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        mine = Firm.objects.visible_to(user)
        if mine.filter(code=firm.code).exists():
            raise InvalidInput({"code": [_("You are in a firm with this code already.")]})
        if mine.count() >= MOST_FIRMS:
            raise InvalidInput(
                {"": [_("An account is in 50 firms at most. For others, act with a power of attorney.")]}
            )
        firm.save()
        FirmMember.objects.create(firm=firm, user=user, role=FirmRole.OWNER, joined_at=timezone.now())
    return firm


def member_of(firm: Firm, user: User, *roles: str) -> FirmMember:
    """The user's present membership.

    Raises:
        ActionNotAllowed: none, or not in one of the roles.
    """
    rows = FirmMember.objects.filter(firm=firm, user=user, left_at=None)
    member = (rows.filter(role__in=roles) if roles else rows).first()
    if member is None or not user.is_active:
        raise ActionNotAllowed
    return member


def firm_invite(*, firm: Firm, user: User, email: str, role: str = FirmRole.MEMBER) -> FirmInvitation:
    """Invite somebody by e-mail; whoever enters the code from the mail joins.

    Raises:
        ActionNotAllowed: not an owner.
        InvalidInput: by field.
    """
    address, now, key = email.strip().lower(), timezone.now(), secrets.token_urlsafe(24)
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInput({"email": list(error.messages)}) from error
    if role not in FirmRole.values:
        raise InvalidInput({"role": [_("Choose owner or member.")]})
    with transaction.atomic():
        _locked(firm)
        member_of(firm, user, FirmRole.OWNER)
        opened = firm.invitations.filter(taken_at=None, withdrawn_at=None, expires_at__gt=now)
        # A second mail makes the first one's code worthless, so that only one is about.
        opened.filter(email=address).update(withdrawn_at=now)
        if opened.count() >= MOST_OPEN_INVITATIONS:
            raise InvalidInput({"email": [_("Twenty invitations are open. Withdraw one first.")]})
        row = FirmInvitation.objects.create(
            firm=firm, email=address, role=role, key=key, code_hash=hash_secret(invitation_code(key)),
            made_by=user, made_at=now, expires_at=now + INVITATION_VALID,
        )  # fmt: skip
        outbox_put(channel=INVITATION_CHANNEL, key=f"firm-invitation-{row.pk}", payload={"invitation": row.pk})
    return row


def invitation_withdraw(*, invitation: FirmInvitation, user: User) -> None:
    """Make an open invitation's code worthless.

    Raises:
        ActionNotAllowed: not an owner.
    """
    with transaction.atomic():
        _locked(invitation.firm)
        member_of(invitation.firm, user, FirmRole.OWNER)
        open_ones = FirmInvitation.objects.filter(pk=invitation.pk, taken_at=None, withdrawn_at=None)
        open_ones.update(withdrawn_at=timezone.now())


def firm_join(*, user: User, code: str) -> Firm:
    """Take an invitation; once.

    Raises:
        ActionNotAllowed: staff.
        InvalidInput: for `code`; unknown, used, withdrawn or too old: the four are told apart to nobody.
    """
    if user.is_staff:
        raise ActionNotAllowed
    with transaction.atomic():
        known = FirmInvitation.objects.select_related("firm").select_for_update(of=("self",))
        row = known.filter(code_hash=hash_secret(code)).first()
        if row is None or not row.is_open():
            raise InvalidInput({"code": [_("This code is not valid, or no longer. Ask for a new invitation.")]})
        _locked(row.firm)
        row.taken_at, row.taken_by = timezone.now(), user
        row.save(update_fields=["taken_at", "taken_by"])
        joined = {"role": row.role, "joined_at": timezone.now()}
        FirmMember.objects.get_or_create(firm=row.firm, user=user, left_at=None, defaults=joined)
    return row.firm


def member_set_role(*, member: FirmMember, user: User, role: str) -> None:
    """Make a member an owner, or an owner a member.

    Raises:
        ActionNotAllowed: not an owner.
        InvalidInput: the last owner would be none.
    """
    with transaction.atomic():
        _locked(member.firm)
        member_of(member.firm, user, FirmRole.OWNER)
        row = FirmMember.objects.get(pk=member.pk)
        if role not in FirmRole.values or row.left_at is not None:
            raise ActionNotAllowed
        if role != FirmRole.OWNER:
            _refuse_last_owner(row)
        row.role = role
        row.save(update_fields=["role"])


def member_remove(*, member: FirmMember, user: User) -> None:
    """End a membership: one's own, or as an owner another's. The firm's cases are closed to that account at once.

    Raises:
        ActionNotAllowed: neither.
        InvalidInput: the last owner, while there are other members.
    """
    with transaction.atomic():
        _locked(member.firm)
        row = FirmMember.objects.get(pk=member.pk)
        if row.user_id != user.pk:
            member_of(row.firm, user, FirmRole.OWNER)
        if row.left_at is not None:
            return
        if FirmMember.objects.filter(firm=row.firm, left_at=None).exclude(pk=row.pk).exists():
            _refuse_last_owner(row)
        row.left_at, row.ended_by = timezone.now(), user
        row.save(update_fields=["left_at", "ended_by"])


def _refuse_last_owner(row: FirmMember) -> None:
    others = FirmMember.objects.filter(firm=row.firm, left_at=None, role=FirmRole.OWNER).exclude(pk=row.pk)
    if row.role == FirmRole.OWNER and not others.exists():
        raise InvalidInput({"": [_("A firm needs an owner. Make another member an owner first.")]})


def _locked(firm: Firm) -> Firm:
    """Two owners at once wait for each other: otherwise each could remove the other."""
    return Firm.objects.select_for_update().get(pk=firm.pk)
