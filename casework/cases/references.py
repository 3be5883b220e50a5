"""Case references and the secrets that open a case to its complainant."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from django.conf import settings
from django.db import connection

# Crockford's alphabet: no I, L, O, U, so that nothing read from paper can be mistaken.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET_LENGTH = 20
_CONFUSED = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def next_reference(prefix: str, year: int) -> str:
    """A new reference such as QK2026-000123-7; the last digit is a check digit against typing errors.

    A sequence gives the number: unique under any concurrency, and a rolled-back filing leaves a harmless gap.

    Args:
        prefix: two letters for the kind of case.
        year: calendar year of the filing in Asia/Shanghai.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('case_reference_seq')")
        number = cursor.fetchone()[0]
    body = f"{prefix}{year}-{number:06d}"
    return f"{body}-{check_digit(body)}"


def check_digit(body: str) -> int:
    """Luhn digit over the digits of `body`."""
    total = 0
    for place, digit in enumerate(reversed([int(c) for c in body if c.isdigit()])):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return -total % 10


def new_idempotency_key() -> str:
    """A random key for one filing."""
    return secrets.token_urlsafe(24)


def derive_secret(idempotency_key: str) -> str:
    """The filing's secret, 100 bits, in groups of five: the same again for a retried request, never stored.

    Args:
        idempotency_key: the filing's key; not secret by itself, so the server's FILING_KEY goes in.
    """
    digest = hmac.new(settings.FILING_KEY.encode(), f"filing|{idempotency_key}".encode(), hashlib.sha256).digest()
    number = int.from_bytes(digest, "big")
    return _grouped("".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(SECRET_LENGTH)))


def new_secret() -> str:
    """A random secret of the same form, 100 bits, that nothing can bring back."""
    return _grouped("".join(secrets.choice(ALPHABET) for _place in range(SECRET_LENGTH)))


def _grouped(characters: str) -> str:
    return "-".join(characters[i : i + 5] for i in range(0, SECRET_LENGTH, 5))


def clean_secret(secret: str) -> str:
    """What was typed, in capitals, without separators, with confused letters put right."""
    return re.sub(r"[\s\-－—]", "", secret).upper().translate(_CONFUSED)


def hash_secret(secret: str) -> str:
    """SHA-256 of the cleaned secret; 100 random bits need no slow hash."""
    return hashlib.sha256(clean_secret(secret).encode()).hexdigest()


def secret_matches(secret: str, stored_hash: str) -> bool:
    """Compare in constant time."""
    return bool(stored_hash) and hmac.compare_digest(hash_secret(secret), stored_hash)
