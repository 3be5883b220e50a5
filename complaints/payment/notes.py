"""What a calculation says besides numbers: coded notes with their source, told in words by `words.note_text`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands, and how sure we are of it (see casework.clocks.certainty)."""

    citation: str = ""
    certainty: str = ""


NOWHERE = Source()
Params = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Note:
    """One reason, flag or gap.

    Attributes:
        params: what its text needs, as JSON can keep it: dates in ISO form, amounts and rates as decimal strings.
    """

    code: str
    source: Source = NOWHERE
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Findings:
    """The notes of one calculation, collected while it runs.

    Attributes:
        steps: the explanation, in order.
        flags: what somebody should look at.
        missing: why something could not be computed, and which field would help; `field` is in the params.
        notices: choices that the law leaves open, and how they were made.
        court: what a court might use instead.
    """

    steps: list[Note] = field(default_factory=list)
    flags: list[Note] = field(default_factory=list)
    missing: list[Note] = field(default_factory=list)
    notices: list[Note] = field(default_factory=list)
    court: list[Note] = field(default_factory=list)
