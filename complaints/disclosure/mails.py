"""Mails to obliged bodies, through the outbox. An access code never stands in it: its mail is made as it leaves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from casework.cases.models import OutboxMessage
from casework.cases.notify import deliver_email
from casework.cases.outbox import NewMessage, outbox_put
from casework.cases.references import derive_secret
from complaints.disclosure.models import DisclosureObligation, ObligedBody

CODE_CHANNEL = "disclosure_code"


def derived_code(code_key: str) -> str:
    """The access code, 100 bits, from what is stored and the server's FILING_KEY."""
    return derive_secret(f"disclosure|{code_key}")


def body_url(body: ObligedBody) -> str:
    """The address of the body's page."""
    return f"{settings.SITE_URL}{reverse('portal:disclosure_body', args=[body.reference])}"


def put_code_mail(body: ObligedBody) -> None:
    """Write the message that brings a body its access code; in the caller's transaction."""
    payload = {"body": body.pk, "code_key": body.code_key}
    outbox_put(channel=CODE_CHANNEL, key=f"disclosure-code-{body.pk}-{body.code_key}", payload=payload)


def deliver_code(message: OutboxMessage) -> None:
    """Send a body its access code, unless it has a newer one by now."""
    rows = ObligedBody.objects.select_related("subject", "department")
    body = rows.filter(pk=message.payload["body"], code_key=message.payload["code_key"]).first()
    if body is None:
        return
    code = derived_code(body.code_key)
    # In the fragment, which browsers never send.
    context = {**_about(body), "code": code, "url": f"{body_url(body)}#{code}"}
    content = {"to": body.contact_email, "name": body.contact_name, "template": CODE_CHANNEL, "context": context}
    deliver_email(OutboxMessage(key=message.key, channel="email", payload=content))


def obligation_mail(row: DisclosureObligation, template: str, key: str, **context: object) -> NewMessage:
    """A mail about a year: the invitation, a reminder, a question.

    Args:
        row: with its body, subject, department and rule.
        key: the same for the same occasion.
    """
    body = row.body
    about = {"year": row.year, "due": row.due_on.isoformat(), "citation": row.period.citation}
    content = {**_about(body), **about, **context}
    payload = {"to": body.contact_email, "name": body.contact_name, "template": template, "context": content}
    return NewMessage("email", key, payload)


def _about(body: ObligedBody) -> dict[str, Any]:
    return {
        "body": body.subject.name,
        "body_reference": body.reference,
        "department": body.department.name,
        "url": body_url(body),
        "development": body.subject.is_development,
    }
