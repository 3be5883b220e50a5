"""The first page: what this is, the two ways in, the limits that the law sets, what to have ready."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from casework.cases.terms import terms_in_force
from casework.clocks.models import StatutoryPeriod
from casework.clocks.selectors import PeriodNotFound, period_for
from complaints.services import HANDLING, REVIEW, TRANSFER


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page."""
    today = timezone.localdate()
    context = {"periods": list(_periods()), "materials": terms_in_force("arrears.material", today)}
    return render(request, "portal/home.html", context)


def _periods() -> list[StatutoryPeriod]:
    """The three limits that a complainant waits for, in the version in force today; those that are loaded."""
    found = []
    for code in (REVIEW, TRANSFER, HANDLING):
        try:
            found.append(period_for(code, timezone.localdate()))
        except PeriodNotFound:
            continue
    return found
