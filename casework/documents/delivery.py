"""That a letter reached somebody: opened on a page, sent by post, handed over. Kept as it happens, never changed."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.documents.models import Letter, LetterDelivery

Way = LetterDelivery.Way
# What somebody tells us; the other ways the system sees itself.
TOLD_WAYS = (Way.POST, Way.HAND, Way.EMAIL)


def letter_opened(*, letter: Letter, way: str, actor: Actor) -> None:
    """Keep the first time that this reader opened a letter in this way; the access log keeps every time."""
    reader = actor.label or str(actor.kind)
    if not letter.deliveries.filter(way=way, recipient=reader, recorded_by=actor.user).exists():
        LetterDelivery.objects.create(letter=letter, way=way, recipient=reader, recorded_by=actor.user, at=actor.moment)


def delivery_record(
    *, letter: Letter, way: str, recipient: str, at: datetime, actor: Actor, remark: str = ""
) -> LetterDelivery:
    """Record that a letter was delivered outside the system.

    Args:
        way: post, hand or email.
        recipient: who got it, by name.
        at: when it arrived.
    Raises:
        InvalidInput: another way, nobody named, or a time before the letter or to come.
    """
    errors = {}
    if way not in TOLD_WAYS:
        errors["way"] = [_("Choose one of these.")]
    if not recipient.strip():
        errors["recipient"] = [_("Say who got it.")]
    if at > actor.moment or timezone.localdate(at) < letter.issued_on:
        errors["at"] = [_("The delivery lies between the day of issue and now.")]
    if errors:
        raise InvalidInput(errors)
    return LetterDelivery.objects.create(
        letter=letter, way=way, recipient=recipient.strip(), remark=remark.strip(), recorded_by=actor.user, at=at
    )
