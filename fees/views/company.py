"""What applies to my company: industry, place and business matter lead to the fees that it may be asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fees.catalogue.forms import CompanyForm
from fees.catalogue.selectors import entries_for_company

TEMPLATE = "fees/company.html"
MOST_SHOWN = 500


@require_safe
def company(request: HttpRequest) -> HttpResponse:
    """A company in the address; the entries in force today, to print."""
    if not any(name in request.GET for name in CompanyForm.base_fields):
        return render(request, TEMPLATE, {"form": CompanyForm()})
    form = CompanyForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=400)
    today = timezone.localdate()
    rows = list(entries_for_company(**form.wanted(), day=today)[: MOST_SHOWN + 1])
    context = {
        "form": form,
        "rows": rows[:MOST_SHOWN],
        "is_cut": len(rows) > MOST_SHOWN,
        "today": today,
        "asked": form.words(),
    }
    return render(request, TEMPLATE, context)
