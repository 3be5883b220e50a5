"""Bringing codes to people. The digits are made as the message leaves, so that no table and no log holds them."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from casework.accounts import codes
from casework.accounts.models import FirmInvitation, OneTimeCode, Way
from casework.cases.models import OutboxMessage
from casework.cases.notify import deliver_email
from casework.cases.outbox import register_channel
from casework.cases.references import derive_secret
from casework.cases.telling.sms import CHANNEL, deliver_sms, sms_adapter
from casework.product import PRODUCT_NAME

INVITATION_CHANNEL = "firm_invitation"


def register() -> None:
    """Attach the channels."""
    register_channel(codes.CHANNEL, deliver_code)
    register_channel(INVITATION_CHANNEL, deliver_invitation)


def phone_is_offered() -> bool:
    """Whether codes can go to phones."""
    return sms_adapter() is not None


def deliver_code(message: OutboxMessage) -> None:
    """Send a code by its way, unless it is used or too old by now."""
    row = OneTimeCode.objects.filter(pk=message.payload["code"], used_at=None, expires_at__gt=timezone.now()).first()
    if row is None:
        return
    code = codes.code_of(row.key)
    if row.way == Way.EMAIL:
        content = {"to": row.value, "name": "", "template": "account_code", "context": {"code": code}}
        deliver_email(OutboxMessage(key=message.key, channel="email", payload=content))
        return
    text = f"【{PRODUCT_NAME}】验证码 {code}，10分钟内有效。工作人员不会向您索要验证码。"
    deliver_sms(OutboxMessage(key=message.key, channel=CHANNEL, payload={"to": row.value, "text": text}))


def invitation_code(key: str) -> str:
    """The code of an invitation, 100 bits, derived as a case's secret is."""
    return derive_secret(f"firm-invitation|{key}")


def deliver_invitation(message: OutboxMessage) -> None:
    """Send an invitation its code, unless it was taken or withdrawn."""
    row = FirmInvitation.objects.select_related("firm", "made_by").filter(pk=message.payload["invitation"]).first()
    if row is None or not row.is_open():
        return
    code = invitation_code(row.key)
    # In the fragment, which browsers never send.
    context = {
        "firm": row.firm.name,
        "by": str(row.made_by),
        "code": code,
        "url": f"{settings.SITE_URL}{reverse('account:join')}#{code}",
        "until": timezone.localtime(row.expires_at).strftime("%Y-%m-%d %H:%M"),
        "development": row.firm.is_development,
    }
    content = {"to": row.email, "name": "", "template": "firm_invitation", "context": context}
    deliver_email(OutboxMessage(key=message.key, channel="email", payload=content))
