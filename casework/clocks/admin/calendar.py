"""The working-day calendar in the admin: its years, a year as twelve months, and the way into a change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.decorators import display

from casework.clocks.admin.calendar_forms import BeginForm
from casework.clocks.admin.common import SHEETS, ReadOnly, clipped, runs_system, show_page, weekdays
from casework.clocks.admin.places import PlaceField, PlaceInput, place_names
from casework.clocks.calendar_changes import change_begin, exceptions_in_force, next_year
from casework.clocks.models import CalendarChange, CalendarDay, CalendarYear
from casework.clocks.selectors import division_chain
from casework.clocks.year_picture import by_date, runs, year_picture

_DRAFTS = CalendarChange.objects.filter(status=CalendarChange.Status.DRAFT)


@admin.register(CalendarYear)
class CalendarYearAdmin(ReadOnly, ModelAdmin):
    """The years and their notices. A year changes by way of a draft, whose effect is seen before it is applied."""

    list_display = ("shown_year", "is_announced", "exceptions", "regions", "has_draft", "notice")
    list_display_links = ("shown_year",)
    list_filter = ("announced",)
    list_before_template = "admin/clocks/calendaryear/ways.html"
    ordering = ("-year",)
    list_per_page = 50

    class Media:
        css = SHEETS

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarYear]:
        """With the number of days that differ from the week, of regions, and whether a draft waits."""
        return (
            super()
            .get_queryset(request)
            .annotate(
                exceptions=Count("days", filter=Q(days__division="")),
                regions=Count("days__division", filter=~Q(days__division=""), distinct=True),
                drafted=Exists(_DRAFTS.filter(year=OuterRef("year"))),
            )
        )

    @display(description=gettext_lazy("year"), ordering="year")
    def shown_year(self, year: CalendarYear) -> str:
        """Plain: a year has no thousands separator."""
        return str(year.year)

    @display(
        description=gettext_lazy("announced"), ordering="announced", label={"announced": "success", "open": "warning"}
    )
    def is_announced(self, year: CalendarYear) -> tuple[str, str]:
        """Coloured."""
        return ("announced", _("announced")) if year.announced else ("open", _("not announced"))

    @display(description=gettext_lazy("days that differ from the week"), ordering="exceptions")
    def exceptions(self, year: CalendarYear) -> int:
        """Of the nation."""
        return int(year.exceptions)  # type: ignore[attr-defined]

    @display(description=gettext_lazy("regions with days of their own"), ordering="regions")
    def regions(self, year: CalendarYear) -> str:
        """How many."""
        return str(year.regions or "—")  # type: ignore[attr-defined]

    @display(description=gettext_lazy("draft"))
    def has_draft(self, year: CalendarYear) -> str:
        """Whether a change waits."""
        return _("draft") if year.drafted else "—"  # type: ignore[attr-defined]

    @display(description=gettext_lazy("source notice"))
    def notice(self, year: CalendarYear) -> str:
        """The notice."""
        return clipped(year.source_notice)

    def get_urls(self) -> list[URLPattern]:
        """List, year page, and the question which year to change."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(require_safe(self.changelist_view)), name="clocks_calendaryear_changelist"),
            path("begin/", wrap(self.begin_view), name="clocks_calendaryear_begin"),
            path("<int:object_id>/change/", wrap(require_safe(self.year_view)), name="clocks_calendaryear_change"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The years, with what comes next."""
        extra = {
            "title": capfirst(str(self.opts.verbose_name_plural)),
            "next_year": next_year(),
            "drafts": _shown_drafts(_DRAFTS.order_by("year", "division")),
        }
        response: HttpResponse = super().changelist_view(request, {**extra, **(extra_context or {})})
        return response

    def year_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A year as twelve months, of the nation or of a division."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(CalendarYear, pk=object_id)
        division, fault = _chosen_division(request)
        return show_page(self, request, "calendaryear/year.html", _year_context(row, division, fault))

    def begin_view(self, request: HttpRequest) -> HttpResponse:
        """Ask which year and division to change, and begin its draft."""
        if not runs_system(request):
            raise PermissionDenied
        data = request.POST if request.method == "POST" else None
        form = BeginForm(data, initial={"year": timezone.localdate().year})
        if form.is_bound and form.is_valid():
            try:
                change = change_begin(**form.cleaned_data, user=request.user)
            except ValidationError as error:
                form.add_error(None if not hasattr(error, "error_dict") else "year", error.messages)
            else:
                return redirect("admin:clocks_calendarchange_change", change.pk)
        context = {"title": _("Change the calendar"), "form": form, "back": _list_address()}
        return show_page(self, request, "calendaryear/begin.html", context)


def _list_address() -> str:
    return reverse("admin:clocks_calendaryear_changelist")


def _chosen_division(request: HttpRequest) -> tuple[str, str]:
    """The division that the address asks for, and what is wrong with it."""
    try:
        return PlaceField(required=False).clean(request.GET.get("division", "")), ""
    except ValidationError as error:
        return "", error.messages[0]


def _year_context(row: CalendarYear, division: str, fault: str) -> dict[str, Any]:
    layers = [by_date(exceptions_in_force(row.year, code)) for code in layer_codes(division)]
    own = CalendarDay.objects.filter(year=row).exclude(division="").order_by("division")
    codes = list(own.values_list("division", flat=True).distinct())
    beside = dict(CalendarYear.objects.filter(year__in=(row.year - 1, row.year + 1)).values_list("year", "pk"))
    drafts = _shown_drafts(_DRAFTS.filter(year=row.year).order_by("division"))
    names = place_names(list(dict.fromkeys(["", division, *codes])))
    return {
        "title": _("Working calendar of %(year)s") % {"year": row.year},
        "row": row,
        "division": division,
        "place": names[division],
        "places": [(code, names[code]) for code in dict.fromkeys(["", *codes, division])],
        "place_input": PlaceInput().render("division", "", {"id": "id_division"}),
        "fault": fault,
        "picture": year_picture(row.year, layers[:-1], layers[-1]),
        "runs": runs(layers[-1].values()),
        "weekdays": weekdays(),
        "today": timezone.localdate(),
        "earlier": (row.year - 1, beside.get(row.year - 1)),
        "later": (row.year + 1, beside.get(row.year + 1)),
        "drafts": drafts,
        "draft": next((draft for draft in drafts if draft.division == division), None),
        "may_change": bool(division) or row.announced or row.year == next_year(),
        "next_year": next_year(),
        "history": _shown_drafts(
            CalendarChange.objects.filter(year=row.year, status=CalendarChange.Status.APPLIED).order_by("-applied_at")
        ),
        "back": _list_address(),
    }


def layer_codes(division: str) -> list[str]:
    """Whose exceptions make a division's calendar: the nation's first, its own last."""
    return ["", *(code for code in division_chain(division) if code != division), *([division] if division else [])]


def _shown_drafts(changes: QuerySet[CalendarChange]) -> list[CalendarChange]:
    """Changes with their division's name as `place`."""
    rows = list(changes.select_related("drafted_by", "applied_by"))
    names = place_names([row.division for row in rows])
    for row in rows:
        row.place = names[row.division]  # type: ignore[attr-defined]
    return rows
