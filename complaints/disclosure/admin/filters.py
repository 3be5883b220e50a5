"""Filters of the list of years: by city, and by how a year stands."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.parties.models import Division, division_prefix
from complaints.disclosure.publishing import STATUS_WORDS, with_status

CITY_DIGITS = 4


class PlaceFilter(admin.SimpleListFilter):
    """The cities, and provinces for bodies of their own, that the reader's rows lie in."""

    title = _("place")
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Code and name."""
        rows = model_admin.get_queryset(request).order_by()
        cities = rows.annotate(city=Left("body__subject__division", CITY_DIGITS)).values_list("city", flat=True)
        codes = {f"{city}00" for city in cities.distinct()}
        names = Division.objects.filter(pk__in=codes).order_by("pk")
        return [(row.code, row.name) for row in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows in the place."""
        code = self.value()
        if not code:
            return queryset
        return queryset.filter(body__subject__division__code__startswith=division_prefix(str(code)))


class StatusFilter(admin.SimpleListFilter):
    """In time, late, missing, still time."""

    title = _("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """As the column names them."""
        return [(status.value, words) for status, words in STATUS_WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that stand so today."""
        status = self.value()
        return queryset.filter(with_status(status, timezone.localdate())) if status in STATUS_WORDS else queryset
