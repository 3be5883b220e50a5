"""The public page 这笔收费合规吗. Nothing is stored; every answer has an address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fees.verdict.forms import CheckForm
from fees.verdict.words import disclaimer
from fees.views.verdicts import shown_verdicts

TEMPLATE = "fees/check.html"


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """A charge in the address; one verdict for each entry that may be meant."""
    # An entry's page leads here with its name: that is a form begun, not a charge.
    if "amount" not in request.GET:
        return render(request, TEMPLATE, {"form": CheckForm(begun=request.GET.dict())})
    form = CheckForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=400)
    context = {
        "form": form,
        "charge": form.cleaned_data,
        "verdicts": shown_verdicts(form.verdicts()),
        "query": request.GET.urlencode(),
        "disclaimer": disclaimer(),
    }
    return render(request, TEMPLATE, context)
