"""E-mail addresses and phones as people type them, and as they are kept: one form for each."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from casework.accounts.models import Way

# Text messages go to mobile phones of the mainland only.
_MOBILE = re.compile(r"^1[3-9]\d{9}$")


def clean_address(typed: str) -> tuple[Way, str]:
    """What was typed, told apart and brought into its one form.

    Raises:
        ValidationError: neither an e-mail address nor a mobile number, with the remedy.
    """
    text = typed.strip().replace("＠", "@")
    return (Way.EMAIL, _clean_email(text)) if "@" in text else (Way.PHONE, _clean_phone(text))


def _clean_email(text: str) -> str:
    validate_email(text)
    return text.lower()


def _clean_phone(text: str) -> str:
    digits = re.sub(r"[\s\-－]", "", text).removeprefix("+86").removeprefix("0086")
    if not _MOBILE.match(digits):
        raise ValidationError(_("Give an e-mail address, or a mobile number with 11 digits such as 13800000000."))
    return digits


def masked(way: str, value: str) -> str:
    """The address as others may see it: z***@example.com, 138****0000."""
    if way == Way.PHONE:
        return f"{value[:3]}****{value[-4:]}"
    name, _at, host = value.partition("@")
    return f"{name[:1]}***@{host}"
