"""The public page 我是中小企业吗. Nothing is stored; every answer has an address."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.cases.terms import term_in_force
from complaints.sizing.engine import Classification
from complaints.sizing.forms import SizeForm
from complaints.sizing.words import comparison_words, industry_words, missing_words, note_words, size_words

TEMPLATE = "portal/calculators/size.html"
# The ground that a complaint of an enterprise that is no SME meets, in the list arrears.refusal.
NOT_AN_SME = "R1"


@require_safe
def size(request: HttpRequest) -> HttpResponse:
    """Figures in the address; the class, the comparisons and the source."""
    if not any(name in request.GET for name in SizeForm.base_fields):
        return render(request, TEMPLATE, {"form": SizeForm()})
    form = SizeForm(request.GET.dict())
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=400)
    return render(request, TEMPLATE, {"form": form, **_answer_context(form.classification())})


def _answer_context(found: Classification) -> dict[str, Any]:
    is_large = found.is_sme is False
    return {
        "found": found,
        "industry": industry_words(found.industry),
        "note": note_words(found.industry),
        "size": size_words(found.possible) if found.is_sme is not None else "",
        "missing": missing_words(found),
        "ground": term_in_force("arrears.refusal", NOT_AN_SME, timezone.localdate()) if is_large else None,
        "steps": [
            {"size": step, "is_reached": step == found.size, "rows": [*map(comparison_words, comparisons)]}
            for step, comparisons in groupby(found.comparisons, key=lambda comparison: comparison.size)
        ],
    }
