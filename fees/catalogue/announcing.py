"""Telling subscribers of a new version, by mail through the outbox. A subscription counts once it is confirmed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from casework.cases.outbox import NewMessage, outbox_put, outbox_put_many
from casework.parties.models import Division, division_prefix
from fees.catalogue.compare import Change, compare_entries
from fees.catalogue.models import CatalogueList, CatalogueVersion, Subscription
from fees.catalogue.selectors import version_before

_SALT = "fees.subscription"


def subscription_token(subscription: Subscription) -> str:
    """What proves in an address that its owner got our mail; it is derived, not stored."""
    return signing.dumps(subscription.pk, salt=_SALT)


def subscription_of(token: str) -> Subscription | None:
    """The subscription of a token that we made; None for any other, and for one that was ended."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Subscription.objects.filter(pk=pk).select_related("fee_list", "division").first()


def subscription_ask(
    *, email: str, fee_list: CatalogueList | None = None, division: Division | None = None
) -> Subscription:
    """Ask for news; one mail a day at most asks the address to confirm. A confirmed one is left as it is."""
    with transaction.atomic():
        row, _created = Subscription.objects.get_or_create(email=email.lower(), fee_list=fee_list, division=division)
        if row.confirmed_at is None:
            _put(row, "fee_subscription", f"fee-subscription-{row.pk}-{timezone.localdate():%Y%m%d}", {})
    return row


def subscription_confirm(*, subscription: Subscription) -> None:
    """The address said yes."""
    Subscription.objects.filter(pk=subscription.pk, confirmed_at=None).update(confirmed_at=timezone.now())


def subscription_end(*, subscription: Subscription) -> None:
    """The address said no; nothing of it is kept."""
    subscription.delete()


def announce_version(version: CatalogueVersion) -> None:
    """Write the mails to everybody who follows the list, or a place that it stands for; called with the publication."""
    fee_list = version.fee_list
    places = Q(division__code__startswith=division_prefix(fee_list.division_id))
    follows = Q(fee_list=fee_list) | Q(fee_list=None) & (Q(division=None) | places)
    rows = Subscription.objects.filter(follows, confirmed_at__isnull=False).select_related("fee_list", "division")
    # One mail for an address, however many of its subscriptions cover the list.
    told = {row.email: row for row in rows.order_by("-id")}
    if not told:
        return
    context = _news(version)
    messages = [
        _message(row, "fee_list_published", f"fee-news-{version.pk}-{row.pk}", context) for row in told.values()
    ]
    outbox_put_many(messages)


def _news(version: CatalogueVersion) -> dict[str, Any]:
    before = version_before(version)
    found = compare_entries(before.entries.all() if before else (), version.entries.all())
    counts = Counter(difference.change for difference in found)
    return {
        "list": version.fee_list.name,
        "number": version.number,
        "effective_from": version.effective_from.isoformat(),
        "counts": {change.value: counts[change] for change in Change},
        "url": f"{settings.SITE_URL}{reverse('fees:version', args=[version.fee_list.code, version.number])}",
    }


def _put(row: Subscription, template: str, key: str, context: dict[str, Any]) -> None:
    message = _message(row, template, key, context)
    outbox_put(channel=message.channel, key=message.key, payload=message.payload)


def _message(row: Subscription, template: str, key: str, context: dict[str, Any]) -> NewMessage:
    address = reverse("fees:subscription", args=[subscription_token(row)])
    what = row.fee_list.name if row.fee_list else (row.division.full_name if row.division else "")
    content = {**context, "what": what, "subscription_url": f"{settings.SITE_URL}{address}"}
    return NewMessage("email", key, {"to": row.email, "name": "", "template": template, "context": content})
