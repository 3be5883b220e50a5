"""Text messages: an adapter that SMS_URL names, behind the outbox, so that each is sent once however often it is tried.

`file://` writes them into a folder, for the demonstration and the tests; `https://` posts them to a gateway. Without
either there are none, and nobody is offered any.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from django.conf import settings

from casework.cases.models import OutboxMessage
from casework.cases.outbox import register_channel

CHANNEL = "sms"
TIMEOUT_SECONDS = 10
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")


class SmsAdapter(Protocol):
    """What brings a text to a phone."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Send it.

        Args:
            to: a mobile number of eleven digits.
            key: the same for the same message; the receiver recognises a repeat by it.
        Raises:
            OSError: not now; the outbox tries again.
        """


class FileAdapter:
    """One file for each message; a repeat changes nothing."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Write it, whole or not at all."""
        folder = sms_folder()
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{key}.part"
        part.write_text(f"{to}\n{text}\n", encoding="utf-8")
        part.replace(folder / f"{key}.txt")


class GatewayAdapter:
    """POST {"to", "text", "key"} as JSON, the key as Idempotency-Key too, with SMS_TOKEN as bearer token."""

    def send(self, *, to: str, text: str, key: str) -> None:
        """Send it; any answer but 2xx raises."""
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {settings.SMS_TOKEN}",
            "Idempotency-Key": key,
        }
        body = json.dumps({"to": to, "text": text, "key": key}, ensure_ascii=False).encode()
        request = urllib.request.Request(settings.SMS_URL, body, headers, method="POST")  # noqa: S310 - from the settings
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - as above
            answer.read()


def sms_adapter() -> SmsAdapter | None:
    """The one that the settings name; None without."""
    if settings.SMS_URL.startswith("file:"):
        return FileAdapter()
    return GatewayAdapter() if settings.SMS_URL else None


def sms_folder() -> Path:
    """Where the file adapter writes."""
    return Path(settings.VAR_DIR) / "sms"


def mobile_number(phone: str) -> str:
    """The eleven digits of a mobile number of mainland China; "" for any other phone, which gets no messages."""
    found = _MOBILE.fullmatch(re.sub(r"[\s()-]", "", phone))
    return found[1] if found else ""


def deliver_sms(message: OutboxMessage) -> None:
    """Send one; without an adapter it stays undelivered and is shown among the dead letters.

    Raises:
        RuntimeError: text messages were switched off after it was written.
    """
    adapter = sms_adapter()
    if adapter is None:
        raise RuntimeError("SMS_URL names no adapter any more.")
    content: Mapping[str, str] = message.payload
    adapter.send(to=content["to"], text=content["text"], key=message.key)


def register() -> None:
    """Attach the channel."""
    register_channel(CHANNEL, deliver_sms)
