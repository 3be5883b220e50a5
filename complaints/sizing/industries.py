"""Which industry is meant: by its slug, a Chinese or English name, or a code of GB/T 4754-2017."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from complaints.sizing.standards import Industry, Section, Standard, sections

_CODE = re.compile(r"([a-t]?)([0-9]{2,4})?")
_IGNORED = re.compile(r"[\s、,;_/()\-]+")


class IndustryUnknown(LookupError):
    """Nothing is called so."""


class IndustryAmbiguous(IndustryUnknown):
    """A code or name that stands for several industries of the standard.

    Attributes:
        choices: those that it may mean.
    """

    def __init__(self, text: str, choices: tuple[Industry, ...]) -> None:
        super().__init__(text)
        self.choices = choices


def find_industry(standard: Standard, text: str) -> Industry:
    """The industry that a text names.

    Args:
        text: a slug (`software`), a name (软件和信息技术服务业, 软件), or a code with or without the section's
            letter (`I65`, `6510`, `C`). Of a code, section, division and the groups that the standard tells apart
            are checked; whether a deeper class exists is not.

    Raises:
        IndustryAmbiguous: it covers several of the standard's industries, as section F does wholesale and retail.
        IndustryUnknown: there is no such name or code.
    """
    key = _key(text)
    if industry := _names(standard).get(key):
        return industry
    if section := next((section for section in sections() if _key(section.label) == key), None):
        key = section.code.lower()
    match = _CODE.fullmatch(key)
    if not key or not match:
        raise IndustryUnknown(text)
    choices = _by_code(standard, match[1].upper(), match[2] or "")
    if not choices:
        raise IndustryUnknown(text)
    if len(choices) > 1:
        raise IndustryAmbiguous(text, choices)
    return choices[0]


@cache
def _names(standard: Standard) -> dict[str, Industry]:
    return {
        _key(name): industry
        for industry in standard.industries
        for name in (industry.slug, industry.label, industry.label_en, *industry.aliases)
    }


def _key(text: str) -> str:
    """What is compared: full-width forms, case, spaces and separators don't matter."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).casefold())


def _by_code(standard: Standard, letter: str, digits: str) -> tuple[Industry, ...]:
    """The industries that a code lies in or, where it is too short, contains."""
    section = _section(letter, digits)
    if section is None:
        return ()
    owners = {code: industry for industry in standard.industries for code in industry.codes}
    for prefix in (digits[:3], digits[:2], section.code):
        if prefix in owners:
            return (owners[prefix],)
    inside = [owner for code, owner in owners.items() if _section("", code) == section and code.startswith(digits)]
    return tuple(dict.fromkeys(inside))


def _section(letter: str, digits: str) -> Section | None:
    """The section of a code; None if there is none, or the letter is that of another section."""
    for section in sections():
        is_named = letter in ("", section.code)
        if digits[:1].isdigit() and is_named and section.first <= int(digits[:2]) <= section.last:
            return section
        if not digits and letter == section.code:
            return section
    return None
