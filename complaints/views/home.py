"""The first page: what this is, the two ways in, the limits that the law sets, what to have ready."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.cases.terms import terms_in_force
from complaints.journey.limits import limits


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page."""
    today = timezone.localdate()
    context = {"periods": limits(), "materials": terms_in_force("arrears.material", today)}
    return render(request, "portal/home.html", context)
