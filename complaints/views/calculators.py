"""The public calculators: their list, and when a deadline falls. Nothing is stored; every answer has an address."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.clocks.calculator import Answer, Refused, calculate
from casework.clocks.periods import render_step
from casework.clocks.picture import Month
from casework.clocks.rule_words import amount_words, days_words, event_words, rule_name
from casework.parties.models import Division
from complaints.calculator_forms import DeadlineForm
from complaints.services import TRANSFER

# Longer clocks show where they begin and where they end: a wall of months hides both.
MOST_MONTHS = 8


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The calculators that there are."""
    return render(request, "portal/calculators/index.html")


@require_safe
def deadline(request: HttpRequest) -> HttpResponse:
    """A rule and a day in the address; the due day, how it was counted, and the months in between."""
    asked = any(name in request.GET for name in DeadlineForm.base_fields)
    form = DeadlineForm(request.GET) if asked else DeadlineForm(initial={"start": timezone.localdate()})
    if not asked:
        context = {"form": form, "example": _example()}
    elif form.is_valid():
        context = {"form": form, **_answer_context(form.answer)}
    else:
        return render(request, "portal/calculators/deadline.html", {"form": form}, status=400)
    return render(request, "portal/calculators/deadline.html", context)


def _answer_context(answer: Answer) -> dict[str, Any]:
    months, is_cut = _shown(answer.months())
    return {
        "answer": answer,
        "name": rule_name(answer.period),
        "amount": days_words(answer.period, answer.total_days or answer.period.amount),
        "event": event_words(answer.period),
        "place": Division.objects.filter(pk=answer.period.division or None).first(),
        "steps": [render_step(step) for step in answer.computed.steps],
        "longest": days_words(answer.period, answer.period.hard_cap or 0),
        "months": months,
        "is_cut": is_cut,
        "weekdays": _weekdays(),
    }


def _weekdays() -> list[dict[str, object]]:
    """Heads of a calendar's columns, Monday first."""
    short = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
    return [{"short": head, "full": WEEKDAYS[place]} for place, head in enumerate(short)]


def _shown(months: list[Month]) -> tuple[list[Month], bool]:
    """The months to show, and whether those between the first and the last are left out."""
    if len(months) <= MOST_MONTHS:
        return months, False
    return [months[0], months[-1]], True


def _example() -> dict[str, Any] | None:
    """What a complaint accepted today would give; None where the rule is not loaded."""
    with suppress(Refused):
        answer = calculate(TRANSFER, timezone.localdate())
        return {"answer": answer, "amount": amount_words(answer.period)}
    return None
