"""The link that opens a draft on another device."""

from __future__ import annotations

import segno
from django.conf import settings
from django.urls import reverse

from casework.portal.drafts.models import Draft


def draft_link(draft: Draft) -> str:
    """The address with the code in its fragment, which browsers never send: no log keeps it."""
    return f"{settings.SITE_URL}{reverse('portal:drafts')}?number={draft.number}#{draft.code}"


def draft_link_code(draft: Draft) -> str:
    """The same as a QR code, as the address of an image."""
    return segno.make(draft_link(draft), error="m", micro=False).svg_data_uri(border=0)
