"""What everybody reads: records that are public today, and one of them. Nothing is shown a day too long."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from casework.clocks.models import StatutoryPeriod
from casework.clocks.selectors import PeriodNotFound, period_for
from casework.credit.record.models import CreditRecord
from casework.credit.record.publication import (
    Mark,
    following,
    has_ended,
    public_record,
    public_records,
    seconds_of_validity,
)
from casework.credit.views.forms import RecordsForm

PAGE = 20
GONE = 410
# A search engine's copy would outlive the record.
NO_COPIES = "noindex, nofollow, noarchive"


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Records in force by name or code, class, place and kind of subject."""
    now, form = timezone.localtime(), RecordsForm(request.GET)
    if not form.is_valid():
        return _discreet(render(request, "credit/records.html", {"form": form}, status=400))
    mark, wanted = Mark.read(request.GET.get("before", "")), form.wanted()
    rows = list(following(public_records(now.date(), wanted), mark)[: PAGE + 1])
    context = {
        "form": form,
        "rows": [_dated(row, now.date()) for row in rows[:PAGE]],
        "today": now.date(),
        "is_filtered": any((wanted.code, wanted.words, wanted.severity, wanted.division, wanted.kind)),
        "is_continued": mark is not None,
        "first": _address(request, None),
        "next": _address(request, Mark.after(rows[PAGE - 1])) if len(rows) > PAGE else "",
    }
    return _discreet(_fresh(render(request, "credit/records.html", context), now))


@require_safe
def record_public(request: HttpRequest, reference: str) -> HttpResponse:
    """One record; of one that has ended only that it is no longer published."""
    now = timezone.localtime()
    record = public_record(reference.upper(), now.date())
    if record is None:
        return _gone(request, reference, now.date())
    division = record.receiving_department.division_id
    context = {
        "record": _dated(record, now.date()),
        "today": now.date(),
        "objection_period": _period("credit.objection", now.date(), division),
        "repair_period": _period("credit.repair", now.date(), division),
    }
    return _discreet(_fresh(render(request, "credit/record.html", context), now))


@never_cache
def _gone(request: HttpRequest, reference: str, today: date) -> HttpResponse:
    if not has_ended(reference.upper(), today):
        raise Http404
    return _discreet(render(request, "credit/gone.html", status=GONE))


def _dated(record: Any, today: date) -> CreditRecord:
    """With the days that are left, the last one counted."""
    record.days_left = (record.last_day - today).days + 1
    return record


def _period(code: str, today: date, division: str) -> StatutoryPeriod | None:
    try:
        return period_for(code, today, division)
    except PeriodNotFound:
        return None


def _address(request: HttpRequest, mark: Mark | None) -> str:
    query = request.GET.copy()
    query.pop("before", None)
    if mark is not None:
        query["before"] = str(mark)
    return f"?{query.urlencode()}"


def _fresh(response: HttpResponse, now: datetime) -> HttpResponse:
    """The page holds the reader's language form, so no shared cache keeps it; the reader's own not past midnight."""
    response.headers["Cache-Control"] = f"private, max-age={seconds_of_validity(now)}, must-revalidate"
    return response


def _discreet(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = NO_COPIES
    return response
