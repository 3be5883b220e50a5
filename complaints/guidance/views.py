"""Pages that explain: help by question, how days are counted, who is competent, and the two statements."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.cases.terms import terms_in_force
from casework.clocks.calculator import rules_in_force
from casework.clocks.calendar_changes import exceptions_in_force
from casework.clocks.models import CalendarYear, StatutoryPeriod
from casework.clocks.rule_words import amount_words, days_words, event_words, rule_name, subject_words
from casework.clocks.year_picture import by_date, runs, year_picture
from casework.documents.evidence import STAGED_DAYS
from casework.parties.models import Division
from casework.portal.drafts.models import KEPT_DAYS
from complaints.guidance.examples import examples
from complaints.journey.limits import limits
from complaints.journey.start import WAYS


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Questions and their answers, on one page that the browser's own search finds everything in."""
    return render(request, "portal/help/index.html", {"kept_days": KEPT_DAYS, "periods": limits()})


@require_safe
def counting_days(request: HttpRequest) -> HttpResponse:
    """What is a day, where counting begins and ends: from the rules and the calendar in force, with live examples."""
    today = timezone.localdate()
    row = CalendarYear.objects.filter(year=today.year).first()
    exceptions = by_date(exceptions_in_force(today.year, ""))
    context = {
        "terms": terms_in_force("help.days", today),
        "examples": examples(today.year),
        "rules": [_rule_row(period) for period in rules_in_force(today)],
        "row": row,
        "picture": year_picture(today.year, [], exceptions),
        "runs": runs(exceptions.values()),
        "weekdays": _weekdays(),
    }
    return render(request, "portal/help/counting_days.html", context)


def _rule_row(period: StatutoryPeriod) -> dict[str, Any]:
    return {
        "period": period,
        "subject": subject_words(period),
        "name": rule_name(period),
        "amount": amount_words(period),
        "longest": days_words(period, period.hard_cap) if period.hard_cap else "",
        "event": event_words(period),
        "place": Division.objects.filter(pk=period.division).first() if period.division else None,
    }


def _weekdays() -> list[dict[str, object]]:
    short = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
    return [{"short": head, "full": WEEKDAYS[place]} for place, head in enumerate(short)]


@require_safe
def competent(request: HttpRequest) -> HttpResponse:
    """The ways that the start questions lead to, all on one page, each with its source."""
    return render(request, "portal/help/competent.html", {"terms": terms_in_force(WAYS, timezone.localdate())})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was tested and how, what is known to fall short, and whom to tell."""
    return render(request, "portal/help/accessibility.html", {"organisation": settings.ORGANISATION})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Which data, why, on what legal ground, how long, who sees it, and the rights; only what the code does."""
    context = {
        "organisation": settings.ORGANISATION,
        "terms": terms_in_force("help.privacy", timezone.localdate()),
        "kept_days": KEPT_DAYS,
        "staged_days": STAGED_DAYS,
        "session_hours": settings.SESSION_COOKIE_AGE // 3600,
    }
    return render(request, "portal/help/privacy.html", context)
