"""Proof of work, and the confirmation by hand that stands in for it. Both are ours, signed, expire, and count once.

Nobody is told apart by it and nothing is sent to anybody else: a browser spends a fraction of a second for one filing,
a machine that floods spends it for each.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.cache import cache

_CHALLENGE, _CONFIRMATION = "portal.guard.challenge", "portal.guard.confirmation"
_NONCE = re.compile(r"[0-9]{1,12}", re.ASCII)
# What a browser sends as challenge is never longer.
_LONGEST = 500


def new_challenge(form: str, bits: int) -> str:
    """A challenge for one sending of a form."""
    return signing.dumps({"form": form, "bits": bits, "once": secrets.token_hex(8)}, salt=_CHALLENGE)


def new_confirmation(form: str) -> str:
    """What the button of the page that asks for a confirmation sends."""
    return signing.dumps({"form": form, "once": secrets.token_hex(8)}, salt=_CONFIRMATION)


def spend_proof(form: str, challenge: str, nonce: str) -> bool:
    """Whether the challenge was ours for this form, solved, in time, and not used before; from now on it is used."""
    known = _read(form, challenge, _CHALLENGE)
    if known is None or not _NONCE.fullmatch(nonce) or zero_bits(challenge, nonce) < known["bits"]:
        return False
    return _spend(known)


def spend_confirmation(form: str, confirmation: str) -> bool:
    """The same for a confirmation by hand."""
    known = _read(form, confirmation, _CONFIRMATION)
    return known is not None and _spend(known)


def zero_bits(challenge: str, nonce: str) -> int:
    """With how many zero bits the digest of both begins."""
    digest = hashlib.sha256(f"{challenge}.{nonce}".encode()).digest()
    return 256 - int.from_bytes(digest, "big").bit_length()


def _read(form: str, text: str, salt: str) -> dict[str, Any] | None:
    if not 0 < len(text) <= _LONGEST:
        return None
    try:
        known: dict[str, Any] = signing.loads(text, salt=salt, max_age=settings.GUARD.challenge_seconds)
    except signing.BadSignature:
        return None
    return known if known["form"] == form else None


def _spend(known: dict[str, Any]) -> bool:
    # `add` tells one of two at the same moment that it came second.
    return bool(cache.add(f"guard-spent-{known['once']}", 1, settings.GUARD.challenge_seconds))
