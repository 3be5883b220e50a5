"""E-mail into files, one for each idempotency key: for the demo and the tests, where a repeat must change nothing."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class KeyedFileBackend(BaseEmailBackend):
    """Writes `<key>.eml` whole or not at all into EMAIL_FILE_PATH."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each message; a message with a known key is replaced by itself."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            key = message.extra_headers.get("Idempotency-Key") or message.message()["Message-ID"].strip("<>")
            target = folder / f"{key}.eml"
            part = target.with_suffix(f".{os.getpid()}.part")
            part.write_bytes(message.message().as_bytes())
            part.replace(target)
        return len(email_messages)
