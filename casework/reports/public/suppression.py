"""Small numbers are hidden, and so is whatever would give them away by subtraction.

A reader who knows the total and all shown parts can say of a hidden part only that it lies between 1 and a number of at
least `LEAST`: so no hidden part can be told to be small, let alone be computed. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# A number from 1 to 4 might let somebody recognise a firm.
LEAST: Final = 5


@dataclass(frozen=True)
class Hidden:
    """Parts of a whole as they may be shown.

    Attributes:
        parts: None is hidden, and at least 1.
        total: None where nothing of the table may be shown at all.
    """

    parts: tuple[int | None, ...]
    total: int | None

    @property
    def withheld(self) -> bool:
        """Whether the whole table has to stay away, its rows included."""
        return self.total is None


def hide(counts: Sequence[int]) -> Hidden:
    """The parts that may be shown; the smallest others are hidden with the small ones until nothing can be computed.

    Args:
        counts: all parts of one whole, none of which overlap.
    """
    total = sum(counts)
    hidden = {place for place, count in enumerate(counts) if 0 < count < LEAST}
    spare = sorted((count, place) for place, count in enumerate(counts) if count >= LEAST)
    while hidden and not _is_safe(counts, hidden):
        if not spare:
            return Hidden((None,) * len(counts), None)
        hidden.add(spare.pop(0)[1])
    return Hidden(tuple(None if place in hidden else count for place, count in enumerate(counts)), total)


def _is_safe(counts: Sequence[int], hidden: set[int]) -> bool:
    """Whether each hidden part could be `LEAST` or more: all others of them could be 1."""
    together = sum(counts[place] for place in hidden)
    return len(hidden) > 1 and together - (len(hidden) - 1) >= LEAST


def may_show_sum(amounts: Sequence[object]) -> bool:
    """Whether a sum of money may be shown: enough cases, and none of them more than half of it."""
    values = [float(str(amount)) for amount in amounts]
    return len(values) >= LEAST and max(values) * 2 <= sum(values)
