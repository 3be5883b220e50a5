"""A classification in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from complaints.sizing.engine import Classification, Comparison
from complaints.sizing.industries import IndustryAmbiguous, IndustryUnknown
from complaints.sizing.sizes import Indicator, Size
from complaints.sizing.standards import TEN_THOUSAND, Industry


def industry_words(industry: Industry) -> str:
    """Its name."""
    return industry.label_en if _is_english() else industry.label


def note_words(industry: Industry) -> str:
    """What else is to say about it; may be empty."""
    return industry.note_en if _is_english() else industry.note


def figure_words(indicator: Indicator, value: int | Decimal) -> str:
    """A figure with its unit: people; amounts in 万元 as the standard has them, in English in yuan.

    Args:
        value: persons, or yuan.
    """
    if indicator == Indicator.EMPLOYEES:
        return _("%(number)s people") % {"number": f"{value:,}"}
    if _is_english():
        return f"{_plain(Decimal(value))} yuan"
    return f"{_plain(Decimal(value) / TEN_THOUSAND)} 万元"


def comparison_words(comparison: Comparison) -> dict[str, Any]:
    """A comparison as templates show it; `value` is "" if the figure isn't given."""
    value = comparison.value
    return {
        "size": comparison.size.label,
        "indicator": comparison.indicator.label,
        "value": "" if value is None else figure_words(comparison.indicator, value),
        "threshold": figure_words(comparison.indicator, comparison.threshold),
        "met": comparison.met,
    }


def size_words(sizes: Iterable[Size]) -> str:
    """The classes that are open, such as "Medium, small or micro enterprise"."""
    *others, last = [str(size.label) for size in sizes]
    if _is_english():
        return f"{' or '.join(filter(None, (', '.join(others), last))).capitalize()} enterprise"
    return f"{'或'.join(filter(None, ('、'.join(others), last)))}企业"


def list_words(names: Iterable[str]) -> str:
    """An enumeration."""
    return ("; " if _is_english() else "、").join(names)


def missing_words(found: Classification) -> str:
    """The figures without which the class can't be told."""
    return list_words(str(indicator.label) for indicator in found.missing)


def answer_words(found: Classification) -> str:
    """The answer in a sentence or two."""
    if not found.is_covered:
        text = _("The size standard does not cover this industry: %(industry)s.")
        return sentences(text % {"industry": industry_words(found.industry)}, note_words(found.industry))
    if not found.missing:
        texts = {True: _("%(size)s: an SME."), False: _("%(size)s: not an SME.")}
        return texts[bool(found.is_sme)] % {"size": size_words(found.possible)}
    missing = _("To tell the class, this is missing: %(missing)s.") % {"missing": missing_words(found)}
    if found.is_sme:
        return sentences(_("%(size)s: an SME in any case.") % {"size": size_words(found.possible)}, missing)
    return missing


def sentences(*texts: str) -> str:
    """Sentences one after the other; empty ones are left out."""
    return (" " if _is_english() else "").join(filter(None, texts))


def fault_words(error: IndustryUnknown) -> str:
    """Why a name or code was not taken, with the remedy."""
    if isinstance(error, IndustryAmbiguous):
        choices = list_words(industry_words(industry) for industry in error.choices)
        return _("This covers several industries: %(choices)s. Name one of them, or give a longer code.") % {
            "choices": choices
        }
    return _("Unknown industry. Give a slug or a name from the list of industries, or a GB/T 4754-2017 code.")


def _plain(amount: Decimal) -> str:
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_english() -> bool:
    return get_language() == "en"
