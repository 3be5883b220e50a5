"""The public page 这笔收费合规吗. Nothing is stored; every answer has an address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fees.verdict.engine import Verdict, VerdictCode
from fees.verdict.forms import CheckForm
from fees.verdict.words import disclaimer, step_words, verdict_words

TEMPLATE = "fees/check.html"
_GOOD, _OPEN = (VerdictCode.CONSISTENT,), (VerdictCode.STANDARD_NOT_COMPUTABLE, VerdictCode.NOT_YET_IN_FORCE)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """A charge in the address; one verdict for each entry that may be meant."""
    # An entry's page leads here with its name: that is a form begun, not a charge.
    if "amount" not in request.GET:
        return render(request, TEMPLATE, {"form": CheckForm(begun=request.GET.dict())})
    form = CheckForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=400)
    verdicts = [_shown(verdict) for verdict in form.verdicts()]
    return render(request, TEMPLATE, {"form": form, "verdicts": verdicts, "disclaimer": disclaimer()})


def _shown(verdict: Verdict) -> dict[str, Any]:
    tone = "yes" if verdict.code in _GOOD else "open" if verdict.code in _OPEN else "no"
    return {
        "verdict": verdict,
        "words": verdict_words(verdict.code),
        "tone": tone,
        "percent": round(verdict.likeness * 100),
        "steps": [step_words(step) for step in verdict.steps],
    }
