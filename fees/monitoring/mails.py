"""Mails to monitoring points, through the outbox. An access code never stands in it: its mail is made as it leaves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from casework.cases.models import OutboxMessage
from casework.cases.notify import deliver_email
from casework.cases.outbox import NewMessage, outbox_put
from casework.cases.references import derive_secret
from fees.monitoring.models import MonitoringPoint, QuarterlyReturn

CODE_CHANNEL = "fee_monitoring_code"


def derived_code(code_key: str) -> str:
    """The access code, 100 bits, from what is stored and the server's FILING_KEY."""
    return derive_secret(f"monitoring|{code_key}")


def point_url(point: MonitoringPoint) -> str:
    """The address of the point's page."""
    return f"{settings.SITE_URL}{reverse('fees:monitoring_point', args=[point.reference])}"


def put_code_mail(point: MonitoringPoint) -> None:
    """Write the message that brings a point its access code; in the caller's transaction."""
    payload = {"point": point.pk, "code_key": point.code_key}
    outbox_put(channel=CODE_CHANNEL, key=f"monitoring-code-{point.pk}-{point.code_key}", payload=payload)


def deliver_code(message: OutboxMessage) -> None:
    """Send a point its access code, unless it has a newer one by now."""
    point = MonitoringPoint.objects.filter(pk=message.payload["point"], code_key=message.payload["code_key"]).first()
    if point is None:
        return
    code = derived_code(point.code_key)
    # In the fragment, which browsers never send.
    context = {**_about(point), "code": code, "url": f"{point_url(point)}#{code}"}
    content = {"to": point.contact_email, "name": point.contact_name, "template": CODE_CHANNEL, "context": context}
    deliver_email(OutboxMessage(key=message.key, channel="email", payload=content))


def return_mail(row: QuarterlyReturn, template: str, key: str, **context: object) -> NewMessage:
    """A mail about a return: the invitation, a reminder, that it is open again.

    Args:
        row: with its point and round.
        key: the same for the same occasion.
    """
    point = row.point
    content = {**_about(point), "quarter": _quarter_words(row), "due": row.round.due_on.isoformat(), **context}
    payload = {"to": point.contact_email, "name": point.contact_name, "template": template, "context": content}
    return NewMessage("email", key, payload)


def _about(point: MonitoringPoint) -> dict[str, Any]:
    return {
        "enterprise": point.name,
        "point_reference": point.reference,
        "department": point.department.name,
        "url": point_url(point),
        "development": point.is_development,
    }


def _quarter_words(row: QuarterlyReturn) -> str:
    """Mails are Chinese whoever wrote them."""
    return f"{row.round.year}年第{'一二三四'[row.round.quarter_number - 1]}季度"
