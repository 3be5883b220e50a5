"""Proving a letter genuine: a random code on its paper, and what the public page may say about it.

The code is random, not counted and not derived from the number: a number can be guessed, and a key that derives codes
could never be changed while paper is in circulation.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date

from django.conf import settings

from casework.documents.models import Letter

# Without letters and digits that look alike in print.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


@dataclass(frozen=True)
class Genuine:
    """What the public page tells about a letter: nothing of its content, nothing of its case.

    Attributes:
        sha256: "" until the file is rendered.
        replaced_by: number of the letter that stands in its place; "" for none.
    """

    title: str
    number: str
    department: str
    issued_on: date
    sha256: str
    replaced_by: str


def new_code() -> str:
    """A code for a letter, 59 random bits."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def clean_code(typed: str) -> str:
    """A code as it was typed from paper: small letters, spaces and hyphens don't matter."""
    return "".join(character for character in typed.upper() if character.isalnum())[: CODE_LENGTH + 1]


def verify_url(code: str) -> str:
    """The public page's address, as the QR code on the letter holds it."""
    return f"{settings.SITE_URL}/verify/{code}/"


def genuine_letter(code: str) -> Genuine | None:
    """The letter of a code; None for a code that no letter has."""
    letter = Letter.objects.select_related("department", "replaced_by").filter(verify_code=code).first()
    if letter is None:
        return None
    successor = getattr(letter, "replaced_by", None)
    return Genuine(
        title=letter.title,
        number=letter.number,
        department=letter.department.name,
        issued_on=letter.issued_on,
        sha256=letter.sha256,
        replaced_by=successor.number if successor else "",
    )
