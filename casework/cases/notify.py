"""Telling people: e-mail to the complainant, the inbox to staff and account holders, each through the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES
from casework.cases.models import Case, Notification, OutboxMessage
from casework.cases.outbox import outbox_put, register_channel
from casework.cases.verbs import Verb
from casework.parties.models import Department


@dataclass(frozen=True)
class Address:
    """Where a complainant wants to be told."""

    email: str
    name: str = ""


def notify_complainant(*, case: Case, to: Address, verb: Verb, payload: Mapping[str, object], key: str) -> None:
    """Tell the complainant by e-mail (if an address is known) and in the inbox of the account that filed.

    Args:
        key: the same for the same occasion.
        payload: what the mail template `templates/mail/<verb>.txt` may use; never the secret.
    """
    if to.email:
        outbox_put(
            channel="email",
            key=f"email-{key}",
            case=case,
            payload={"to": to.email, "name": to.name, "template": str(verb), "context": dict(payload)},
        )
    if case.complainant_user_id:
        _put_inbox(case=case, user_ids=[case.complainant_user_id], verb=verb, payload=payload, key=f"{key}-filer")


def notify_department(
    *, case: Case, department: Department, verb: Verb, payload: Mapping[str, object], key: str
) -> None:
    """Tell everybody who works on cases in a department, in their inbox; other roles there see no case (art. 25(5))."""
    working = department.memberships.filter(user__is_active=True, role__in={*RECEIVING_ROLES, *HANDLING_ROLES})
    user_ids = sorted(set(working.values_list("user_id", flat=True)))
    if user_ids:
        _put_inbox(case=case, user_ids=user_ids, verb=verb, payload=payload, key=f"{key}-d{department.pk}")


def _put_inbox(*, case: Case, user_ids: list[int], verb: Verb, payload: Mapping[str, object], key: str) -> None:
    outbox_put(
        channel="inbox",
        key=f"inbox-{key}",
        case=case,
        payload={"users": user_ids, "verb": str(verb), "payload": dict(payload), "key": key},
    )


def deliver_inbox(message: OutboxMessage) -> None:
    """Write the inbox rows; a repeat finds them there."""
    content = message.payload
    Notification.objects.bulk_create(
        [
            Notification(
                user_id=user_id,
                case=message.case,
                key=f"{content['key']}-{user_id}",
                verb=content["verb"],
                payload=content["payload"],
                created_at=timezone.now(),
            )
            for user_id in content["users"]
        ],
        ignore_conflicts=True,
    )


def deliver_email(message: OutboxMessage) -> None:
    """Send one mail; its Message-ID is the outbox key, by which a receiver recognises a repeat."""
    content = message.payload
    case = message.case
    context = {
        **content["context"],
        "name": content["name"],
        "reference": case.reference if case else "",
        "tracking_url": f"{settings.SITE_URL}/track/",
        "is_development": bool(case and case.is_development),
    }
    with translation.override("zh-hans"):
        text = render_to_string(f"mail/{content['template']}.txt", context)
    subject, _blank, body = text.partition("\n")
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
    EmailMessage(
        subject=subject.strip(),
        body=body.strip() + "\n",
        to=[content["to"]],
        headers={"Message-ID": f"<{message.key}@{host}>", "Idempotency-Key": message.key},
    ).send()


def register() -> None:
    """Attach the channels of this room."""
    register_channel("email", deliver_email)
    register_channel("inbox", deliver_inbox)
