"""Choosing the ways."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.cases.telling.models import Extent, NoticePreference


def notices_choose(*, case: Case, actor: Actor, email: str, sms: str) -> NoticePreference:
    """Say how much is told by which way; from the next event on.

    Args:
        actor: whoever follows the case.
        email: `all` or `act`.
        sms: `all`, `act` or `none`.
    Raises:
        InvalidInput: by field.
    """
    errors = {}
    if email not in (Extent.ALL, Extent.ACT):
        errors["email"] = [_("Choose one of these.")]
    if sms not in Extent.values:
        errors["sms"] = [_("Choose one of these.")]
    if errors:
        raise InvalidInput(errors)
    with transaction.atomic():
        row, _is_new = NoticePreference.objects.update_or_create(
            case=case, defaults={"email": email, "sms": sms, "changed_at": actor.moment}
        )
    return row
