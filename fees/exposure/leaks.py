"""What must not become public: names, contacts, numbers of persons. Knows no database.

Names are looked for as people read them: full-width letters, capitals and spaces make no difference.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class LeakKind(StrEnum):
    """What was found."""

    REPORTER = "reporter"
    CONTACT = "contact"
    REFERENCE = "reference"
    PAYEE = "payee"
    PAYER = "payer"
    PERSON = "person"
    PHONE = "phone"
    EMAIL = "email"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that must not occur.

    Attributes:
        instead: what to write in its place; "" where nothing can be proposed.
    """

    kind: LeakKind
    text: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Leak:
    """Where something was found."""

    field: str
    kind: LeakKind
    found: str
    instead: str = ""


# Before and after a number stands no further digit: amounts and document numbers are no phones.
_PATTERNS = (
    (LeakKind.EMAIL, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        LeakKind.IDENTITY,
        re.compile(r"(?<!\d)\d{6}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dxX](?!\d)"),
    ),
    (LeakKind.PHONE, re.compile(r"(?<!\d)(?:\+?86)?1[3-9]\d{9}(?!\d)")),
    (LeakKind.PHONE, re.compile(r"(?<!\d)0\d{2,3}-?[2-9]\d{6,7}(?!\d)")),
)
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s\-‐‑–—]+(?=\d)")
_SHORTEST = 2


def find_leaks(texts: Mapping[str, str], secrets: Iterable[Secret], *, unscanned: Iterable[str] = ()) -> list[Leak]:
    """What the texts give away.

    Args:
        texts: by the name of the field.
        unscanned: fields that hold long numbers by nature; only secrets are looked for there.
    Returns:
        each thing once for each field, in the order of the fields.
    """
    known = [(secret, _folded(secret.text)) for secret in secrets if len(_folded(secret.text)) >= _SHORTEST]
    skipped = set(unscanned)
    leaks = []
    for field, text in texts.items():
        folded = _folded(text)
        leaks += [Leak(field, secret.kind, secret.text, secret.instead) for secret, word in known if word in folded]
        if field not in skipped:
            leaks += [Leak(field, kind, found) for kind, found in _numbers(text)]
    return list(dict.fromkeys(leaks))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _numbers(text: str) -> Iterator[tuple[LeakKind, str]]:
    plain = unicodedata.normalize("NFKC", text)
    # 138 0000 0000 is the same phone as 13800000000.
    for reading in (plain, _BETWEEN_DIGITS.sub("", plain)):
        for kind, pattern in _PATTERNS:
            yield from ((kind, found) for found in pattern.findall(reading))
