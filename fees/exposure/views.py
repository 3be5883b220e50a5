"""The public pages: the list, a case to read and print, the feed."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from casework.staff_site import CappedPaginator
from fees.exposure.forms import CasesForm
from fees.exposure.models import TypicalCase
from fees.exposure.selectors import published_cases, shown_case

PAGE = 20
ITEMS_IN_FEED = 30
GONE = 410


@require_safe
def typical_cases(request: HttpRequest) -> HttpResponse:
    """Published cases by words, kind, place and batch."""
    form = CasesForm(request.GET)
    if not form.is_valid():
        return render(request, "fees/typical_cases.html", {"form": form}, status=400)
    page = CappedPaginator(published_cases(**form.wanted()), PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "query": query.urlencode(), "is_filtered": any(form.wanted().values())}
    return render(request, "fees/typical_cases.html", context)


@require_safe
def typical_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case; of a withdrawn one only that it is gone."""
    case = shown_case(pk)
    if case is None:
        raise Http404
    if case.status == TypicalCase.Status.WITHDRAWN:
        return render(request, "fees/typical_withdrawn.html", {"withdrawn_on": case.withdrawn_on}, status=GONE)
    return render(request, "fees/typical_case.html", {"case": case})


class TypicalCasesFeed(Feed):
    """The newest cases, for feed readers."""

    title = gettext_lazy("Typical cases of unlawful fees")
    description = gettext_lazy("Each newly published case.")

    def link(self) -> str:
        """The list."""
        return reverse("fees:typical_cases")

    def items(self) -> QuerySet[TypicalCase]:
        """The newest first."""
        return published_cases()[:ITEMS_IN_FEED]

    def item_title(self, item: TypicalCase) -> str:
        """The title."""
        return item.title

    def item_description(self, item: TypicalCase) -> str:
        """Payee and kinds of violation."""
        note = _("Development data without legal effect.") if item.is_development else ""
        return f"{item.published_name} · {item.category_words} {note}".strip()

    def item_link(self, item: TypicalCase) -> str:
        """Its page."""
        return reverse("fees:typical_case", args=[item.pk])

    def item_pubdate(self, item: TypicalCase) -> Any:
        """The day of publication, as its first moment."""
        assert item.published_on is not None
        return timezone.make_aware(datetime.combine(item.published_on, time.min))
