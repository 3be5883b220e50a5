"""Checks of identifiers that law gives to enterprises and bodies."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as StdnumError

phone_validator = RegexValidator(
    r"^\+?[0-9][0-9\- ]{5,18}[0-9]$", _("Give a phone number in digits, such as 13800000000 or 025-83000000.")
)


def clean_credit_code(value: str) -> str:
    """The unified social credit code without spaces, in capitals (GB 32100)."""
    return uscc.compact(value).upper()


def validate_credit_code(value: str) -> None:
    """Refuse a code whose length, characters or checksum break GB 32100-2015.

    Raises:
        ValidationError: with the remedy.
    """
    try:
        uscc.validate(clean_credit_code(value))
    except StdnumError as error:
        raise ValidationError(
            _("This isn't a valid unified social credit code: check the 18 characters on the business licence."),
            code="credit_code",
        ) from error
