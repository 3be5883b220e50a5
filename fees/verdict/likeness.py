"""How like two names of a fee are: shared pairs of characters, without what every fee's name ends in. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from fees.catalogue.contents import plain_name

# Whether somebody writes 登记, 登记费 or 登记收费 tells no two fees apart.
_ENDINGS = ("收费标准", "收费", "费用", "费")
# A name that holds the other one whole is like it at least so much, if the shorter one says enough to mean something.
_CONTAINED, _ENOUGH = 0.6, 3
_BODY_SEPARATORS = re.compile(r"[、，,；;/\s]+")
_LINK_WORDS = re.compile("[和与及]")


@lru_cache(maxsize=4096)
def bare_name(text: str) -> str:
    """A name without blanks, punctuation and a general ending."""
    plain = plain_name(text)
    for ending in _ENDINGS:
        if plain.endswith(ending) and plain != ending:
            return plain.removesuffix(ending)
    return plain


def likeness(one: str, other: str) -> float:
    """From 0, nothing in common, to 1, the same name; the share of common pairs of neighbours (Dice)."""
    a, b = bare_name(one), bare_name(other)
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    pairs = [Counter("".join(pair) for pair in pairwise(f" {name} ")) for name in (a, b)]
    shared = sum((pairs[0] & pairs[1]).values())
    like = round(2 * shared / (pairs[0].total() + pairs[1].total()), 4)
    shorter, longer = sorted((a, b), key=len)
    return max(like, _CONTAINED) if len(shorter) >= _ENOUGH and shorter in longer else like


def best_likeness(item: str, names: Iterable[str]) -> float:
    """The likeness to the most like of several names."""
    return max((likeness(item, name) for name in names if name), default=0.0)


def names_body(payee: str, bodies: str) -> bool:
    """Whether a payee is one of the bodies that an entry names: 南京市公安局 is 公安.

    Args:
        bodies: as the list writes them, separated by 、 or a slash.
    """
    given = _LINK_WORDS.sub("", plain_name(payee))
    named = [_LINK_WORDS.sub("", plain_name(body)) for body in _BODY_SEPARATORS.split(bodies) if body]
    return any(body in given or given in body for body in named if body)
