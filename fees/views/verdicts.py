"""A verdict of the catalogue as the public pages show it, fresh or kept with a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fees.verdict.engine import Verdict, VerdictCode
from fees.verdict.storage import KeptVerdict
from fees.verdict.words import step_words, verdict_words

_GOOD, _OPEN = (VerdictCode.CONSISTENT,), (VerdictCode.STANDARD_NOT_COMPUTABLE, VerdictCode.NOT_YET_IN_FORCE)


def shown_verdicts(verdicts: Iterable[Verdict | KeptVerdict]) -> list[dict[str, Any]]:
    """Each verdict with its words, tone and steps, for `fees/verdict.html`."""
    return [_shown(number, verdict) for number, verdict in enumerate(verdicts, 1)]


def _shown(number: int, verdict: Verdict | KeptVerdict) -> dict[str, Any]:
    tone = "yes" if verdict.code in _GOOD else "open" if verdict.code in _OPEN else "no"
    return {
        "number": number,
        "verdict": verdict,
        "words": verdict_words(verdict.code),
        "tone": tone,
        "percent": round(verdict.likeness * 100),
        "steps": [step_words(step) for step in verdict.steps],
    }
