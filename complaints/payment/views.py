"""The public interest calculator. Nothing is stored; every answer has an address."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rest_framework.request import Request
from rest_framework.views import APIView

from casework.api.throttles import CalculatorThrottle
from casework.clocks.selectors import current_calendar
from casework.documents.pdf import render_pdf
from casework.documents.responses import PDF, guard_file
from complaints.payment.engine import calculate
from complaints.payment.forms import InterestForm
from complaints.payment.picture import draw
from complaints.payment.selectors import lpr_table
from complaints.payment.telling import tell

TEMPLATE = "portal/calculators/interest.html"
SHEET, SHEET_LAYOUT = "portal/calculators/interest_sheet.html", "sheet_v1"


@require_safe
def interest(request: HttpRequest) -> HttpResponse:
    """A claim in the address; due date and interest with their reasons."""
    if not any(name in request.GET for name in InterestForm.base_fields):
        return render(request, TEMPLATE, {"form": InterestForm(), "lpr_loaded_on": lpr_table().last_loaded_on})
    if not all(request.GET.values()):
        return redirect(f"{request.path}?{_without_blanks(request)}")
    form = InterestForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form}, status=400)
    return render(request, TEMPLATE, {"form": form, "query": request.GET.urlencode(), **_answer(form)})


@require_safe
def interest_sheet(request: HttpRequest) -> HttpResponse:
    """The calculation as a PDF to print, in Chinese; a claim that is not right leads back to the form."""
    form = InterestForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('portal:interest_calculator')}?{request.GET.urlencode()}")
    if not CalculatorThrottle().allow_request(Request(request), APIView()):
        return HttpResponse(_("Too many sheets at once. Wait a minute and try again."), status=429)
    with translation.override("zh-hans"):
        html = render_to_string(SHEET, {"made_on": timezone.localdate(), **_answer(form)})
    content = render_pdf(html, layout=SHEET_LAYOUT)
    return guard_file(HttpResponse(content), name=_("Interest calculation.pdf"), content_type=PDF, inline=True)


def _without_blanks(request: HttpRequest) -> str:
    """The query without the fields that were left empty: a short address to keep."""
    query = request.GET.copy()
    for name, values in request.GET.lists():
        query.setlist(name, [value for value in values if value])
    return query.urlencode()


def _answer(form: InterestForm) -> dict[str, Any]:
    inputs = form.inputs()
    result = calculate(inputs, form.last_day(), current_calendar(), lpr_table())
    return {"inputs": inputs, "result": result, "picture": draw(inputs, result), **tell(inputs, result)}
