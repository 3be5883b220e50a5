"""What the settings check; nothing that reads settings itself may be imported here."""

from __future__ import annotations


def sms_faults(url: str, token: str) -> list[tuple[bool, str]]:
    """What production refuses to start with, as (wrong, message)."""
    return [
        (bool(url) and not url.startswith("https://"), "SMS_URL must be an https:// address, or empty"),
        (bool(url) and not token, "SMS_TOKEN must hold the gateway's token"),
    ]
