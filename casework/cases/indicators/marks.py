"""What makes two contacts or texts the same, once for the database's indexes and once for Python; both must agree."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import CharField, Func
from django.db.models.expressions import Combinable

# Ten digits are a number in the country, an eleventh or a country code stands before them.
_PHONE_DIGITS = 10
LEAST_PHONE = 7
LEAST_TEXT = 40
LEAST_PLACE = 6
_SPACES = re.compile(r"[ \t\n\r\f\v\u3000]+")


class PhoneDigits(Func):
    """The last digits of a phone number, however it was written."""

    template = rf"RIGHT(REGEXP_REPLACE(%(expressions)s, '[^0-9]', '', 'g'), {_PHONE_DIGITS})"
    output_field = CharField()


class MailWord(Func):
    """An e-mail address in small letters."""

    template = "LOWER(%(expressions)s)"
    output_field = CharField()


class Unspaced(Func):
    """A text without its spaces."""

    template = "REGEXP_REPLACE(%(expressions)s, '[ \t\n\r\f\v\u3000]+', '', 'g')"
    output_field = CharField()


class TextDigest(Func):
    """The digest of a text without its spaces; an index holds no text of several thousand characters."""

    template = "MD5(REGEXP_REPLACE(%(expressions)s, '[ \t\n\r\f\v\u3000]+', '', 'g'))"
    output_field = CharField()


def phone_digits(value: str) -> str:
    """As `PhoneDigits`; "" when there are too few to mean one connection."""
    digits = re.sub(r"[^0-9]", "", value)
    return digits[-_PHONE_DIGITS:] if len(digits) >= LEAST_PHONE else ""


def mail_word(value: str) -> str:
    """As `MailWord`."""
    return value.lower()


def unspaced(value: str) -> str:
    """As `Unspaced`."""
    return _SPACES.sub("", value)


def place_words(value: str) -> str:
    """An address without spaces; "" for the bare name of a town."""
    bare = unspaced(value)
    return bare if len(bare) >= LEAST_PLACE else ""


def text_digest(value: str) -> str:
    """As `TextDigest`; "" for a text so short that many write it by chance."""
    bare = unspaced(value)
    return hashlib.md5(bare.encode(), usedforsecurity=False).hexdigest() if len(bare) >= LEAST_TEXT else ""


@dataclass(frozen=True)
class Mark:
    """A field by which cases are compared.

    Attributes:
        expression: the indexed form of the field.
        value: the same of a value.
    """

    field: str
    expression: Callable[[str], Combinable]
    value: Callable[[str], str]


def phone(field: str) -> Mark:
    """A phone number."""
    return Mark(field, PhoneDigits, phone_digits)


def mail(field: str) -> Mark:
    """An e-mail address."""
    return Mark(field, MailWord, mail_word)


def place(field: str) -> Mark:
    """A postal address."""
    return Mark(field, Unspaced, place_words)


def text(field: str) -> Mark:
    """A long text."""
    return Mark(field, TextDigest, text_digest)
