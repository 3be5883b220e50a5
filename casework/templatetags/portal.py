"""Small helpers of the portal's templates."""

from __future__ import annotations

from decimal import Decimal
from pathlib import PurePath

from django import template
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import get_language

from casework.product import PRODUCT_NAME

register = template.Library()


@register.simple_tag
def is_demo() -> bool:
    """Whether this site holds example data only."""
    return settings.ENVIRONMENT in ("demo", "development")


@register.simple_tag
def product_name() -> str:
    """What the product is called in the reader's language; a tag, because error pages have no context."""
    return str(PRODUCT_NAME)


@register.simple_tag
def other_language() -> tuple[str, str]:
    """Code and own name of the language to switch to."""
    return ("zh-hans", "简体中文") if get_language() == "en" else ("en", "English")


@register.filter
def plain(value: object) -> str:
    """A number as a program reads it, without thousands separators."""
    return str(value)


@register.filter
def yuan(amount: Decimal) -> str:
    """An amount with its fen and thousands separators, the same in every language."""
    return f"{amount:,.2f}"


@register.filter
def is_choice(field: BoundField) -> bool:
    """Whether the field is a group of radio buttons."""
    return bool(field.use_fieldset)


@register.filter
def term_label(term: object) -> str:
    """A cited term's wording in the reader's language."""
    label = str(getattr(term, "label", ""))
    return (getattr(term, "label_en", "") or label) if get_language() == "en" else label


@register.filter
def file_ending(name: str) -> str:
    """The ending of a file's name in capitals, as the sign of a file without a picture."""
    return PurePath(name).suffix[1:5].upper() or "?"
