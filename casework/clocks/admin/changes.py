"""A change of the calendar as pages: the draft with its days, its effect on the open deadlines, its application."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.decorators import display

from casework.clocks.admin.calendar import layer_codes
from casework.clocks.admin.calendar_forms import ConfirmForm, DraftForm, day_of
from casework.clocks.admin.common import (
    REFUSALS,
    SHEETS,
    PlacedList,
    ReadOnly,
    clipped,
    effect_context,
    effect_words,
    runs_system,
    show_page,
    texts_of,
    weekdays,
)
from casework.clocks.admin.places import place_name
from casework.clocks.calendar_changes import (
    KIND_WORDS,
    CalendarTableError,
    DayException,
    change_apply,
    change_discard,
    change_fingerprint,
    change_preview,
    change_write,
    exceptions_in_force,
    exceptions_of,
    write_table,
    written_kinds,
)
from casework.clocks.models import CalendarChange, CalendarYear
from casework.clocks.year_picture import (
    Exceptions,
    by_date,
    differences,
    rests_without,
    runs,
    toggled,
    year_picture,
)

LIST = "admin:clocks_calendarchange_changelist"
PAGE = "admin:clocks_calendarchange_change"
PREVIEW = "admin:clocks_calendarchange_preview"
SATURDAY = 5
# The occasions of article 2 of the holiday rules, offered while days are clicked.
OCCASIONS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")


@admin.register(CalendarChange)
class CalendarChangeAdmin(ReadOnly, ModelAdmin):
    """Drafts, and what was applied: who loaded which notice, and what it moved."""

    list_display = ("shown_year", "place", "stands", "notice", "who", "moved", "settled")
    list_display_links = ("shown_year",)
    list_filter = ("status", "year")
    list_select_related = ("drafted_by", "applied_by")
    ordering = ("-id",)
    list_per_page = 50

    class Media:
        css = SHEETS

    @display(description=gettext_lazy("year"), ordering="year")
    def shown_year(self, change: CalendarChange) -> str:
        """Plain: a year has no thousands separator."""
        return str(change.year)

    @display(description=gettext_lazy("division"), ordering="division")
    def place(self, change: CalendarChange) -> str:
        """By name."""
        return str(change.place)  # type: ignore[attr-defined]

    @display(description=gettext_lazy("status"), label={"draft": "warning", "applied": "success"})
    def stands(self, change: CalendarChange) -> tuple[str, str]:
        """Coloured."""
        return change.status, change.get_status_display()

    @display(description=gettext_lazy("source notice"))
    def notice(self, change: CalendarChange) -> str:
        """The notice."""
        return clipped(change.source_notice)

    @display(description=gettext_lazy("by"))
    def who(self, change: CalendarChange) -> str:
        """Who applied it, or is writing it; with the time of the application."""
        if change.applied_at is None:
            return str(change.drafted_by or "—")
        return f"{change.applied_by} · {timezone.localtime(change.applied_at):%Y-%m-%d %H:%M}"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PlacedList]:
        """Our list."""
        return PlacedList

    def get_urls(self) -> list[URLPattern]:
        """List, draft or record, the effect with its button, and the question before a draft is thrown away."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(require_safe(self.changelist_view)), name="clocks_calendarchange_changelist"),
            path("<int:object_id>/change/", wrap(self.draft_view), name="clocks_calendarchange_change"),
            path("<int:object_id>/preview/", wrap(self.preview_view), name="clocks_calendarchange_preview"),
            path("<int:object_id>/discard/", wrap(self.discard_view), name="clocks_calendarchange_discard"),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The history."""
        extra = {"title": capfirst(str(self.opts.verbose_name_plural)), **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, extra)
        return response

    def draft_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Write a draft, or read what was applied."""
        change = self._change(request, object_id)
        if change.status == CalendarChange.Status.APPLIED:
            return self._applied_page(request, change)
        if request.method == "POST":
            return self._write(request, change)
        return self._draft_page(request, change, DraftForm(change=change))

    def _write(self, request: HttpRequest, change: CalendarChange) -> HttpResponse:
        form = DraftForm(request.POST, request.FILES, change=change)
        if not form.is_valid():
            return self._draft_page(request, change, form, status=400)
        day = day_of(request.POST.get("toggle", ""), change.year)
        if day is not None:
            lower = _lower(change)
            form.days = toggled(form.days, day, form.cleaned_data["occasion"], rests=rests_without(day, lower))
        try:
            change_write(
                change=change,
                days=form.days,
                source_notice=form.cleaned_data["source_notice"],
                user=request.user,
                seen=form.cleaned_data["seen"],
            )
        except CalendarTableError as error:
            form.add_error("file" if form.cleaned_data["file"] else "table", error.faults)
            return self._draft_page(request, change, form, status=400)
        except ValidationError as error:
            return self._overtaken(request, change, form, error)
        return self._after_writing(request, change, f"#m{day.month}" if day else "")

    def _overtaken(
        self, request: HttpRequest, change: CalendarChange, form: DraftForm, error: ValidationError
    ) -> HttpResponse:
        """Somebody else was first: keep what was typed, and let it be saved over theirs once that is known."""
        current = CalendarChange.objects.filter(pk=change.pk, status=CalendarChange.Status.DRAFT).first()
        if current is None:
            messages.error(request, texts_of(error)[0])
            return redirect(LIST)
        form.data = {**request.POST.dict(), "seen": change_fingerprint(current)}
        form.add_error(None, error)
        form.add_error(None, _("What you typed stands below. Saving it again replaces what the other person saved."))
        return self._draft_page(request, current, form, status=409)

    def _after_writing(self, request: HttpRequest, change: CalendarChange, anchor: str) -> HttpResponse:
        if "preview" in request.POST:
            return redirect(PREVIEW, change.pk)
        if not anchor:
            messages.success(request, _("The draft is saved. Nothing is in force yet."))
        kept = urlencode({"occasion": request.POST.get("occasion", "")})
        return redirect(f"{reverse(PAGE, args=[change.pk])}?{kept}{anchor}")

    def _draft_page(
        self, request: HttpRequest, change: CalendarChange, form: DraftForm, status: int = 200
    ) -> HttpResponse:
        form.initial["occasion"] = request.GET.get("occasion", "")
        days = form.days if form.is_bound and hasattr(form, "days") else exceptions_of(change)
        context = {
            **_context(change, days),
            "title": _("Draft: calendar of %(year)s") % {"year": change.year},
            "form": form,
            "weekdays": weekdays(),
            "today": timezone.localdate(),
            "kind_words": KIND_WORDS,
            "occasions": OCCASIONS,
            "example": _example(change.year),
            "writes": dict(zip(("holiday", "workday"), written_kinds(chinese=_in_chinese()), strict=True)),
        }
        return show_page(self, request, "calendarchange/draft.html", context, status)

    def _applied_page(self, request: HttpRequest, change: CalendarChange) -> HttpResponse:
        context = {
            **_context(change, exceptions_of(change)),
            "title": _("Applied: calendar of %(year)s") % {"year": change.year},
            "runs": runs(exceptions_of(change)),
        }
        return show_page(self, request, "calendarchange/applied.html", context)

    def preview_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What the draft would do; with the box ticked, do it."""
        change = self._change(request, object_id)
        if change.status == CalendarChange.Status.APPLIED:
            messages.warning(request, _("This change was applied already."))
            return redirect(PAGE, change.pk)
        form = ConfirmForm(
            request.POST if request.method == "POST" else None, initial={"seen": change_fingerprint(change)}
        )
        if form.is_bound and form.is_valid():
            return self._apply(request, change, form.cleaned_data["seen"])
        return self._preview_page(request, change, form, 400 if form.is_bound else 200)

    def _preview_page(
        self, request: HttpRequest, change: CalendarChange, form: ConfirmForm, status: int
    ) -> HttpResponse:
        context = {
            **_context(change, exceptions_of(change)),
            "title": _("Effect: calendar of %(year)s") % {"year": change.year},
            "form": form,
        }
        try:
            context |= effect_context(change_preview(change))
        except REFUSALS as refusal:
            context["problems"] = texts_of(refusal)
        if not change.source_notice:
            context["problems"] = [_("Give the title and number of the notice first.")]
        return show_page(self, request, "calendarchange/preview.html", context, status)

    def _apply(self, request: HttpRequest, change: CalendarChange, seen: str) -> HttpResponse:
        try:
            _change, effect = change_apply(change=change, user=request.user, seen=seen)
        except REFUSALS as refusal:
            for text in texts_of(refusal):
                messages.error(request, text)
            return redirect(_where_it_stands(change))
        said = _("The calendar is changed.")
        messages.success(request, f"{said} {effect_words(effect)}")
        return redirect(PAGE, change.pk)

    def discard_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The question, and the deed on its answer."""
        change = self._change(request, object_id)
        if change.status == CalendarChange.Status.APPLIED:
            messages.warning(request, _("This change was applied already."))
            return redirect(PAGE, change.pk)
        if request.method == "POST":
            try:
                change_discard(change=change)
            except ValidationError as error:
                messages.error(request, error.messages[0])
            else:
                messages.success(request, _("The draft is thrown away. The calendar stays as it is."))
            return redirect(_year_address(change))
        context = {**_context(change, exceptions_of(change)), "title": _("Discard the draft")}
        return show_page(self, request, "calendarchange/discard.html", context)

    def _change(self, request: HttpRequest, pk: int) -> CalendarChange:
        if not runs_system(request):
            raise PermissionDenied
        rows = CalendarChange.objects.select_related("drafted_by", "applied_by")
        return get_object_or_404(rows, pk=pk)


def _in_chinese() -> bool:
    return get_language() != "en"


def _example(year: int) -> str:
    """Two rows as the table has them: a day off, and a Saturday that is worked."""
    saturday = next(day for day in (date(year, 2, n) for n in range(15, 22)) if day.weekday() == SATURDAY)
    days = [DayException(date(year, 1, 1), "holiday", OCCASIONS[0]), DayException(saturday, "workday", OCCASIONS[1])]
    return write_table(days, chinese=_in_chinese())


def _lower(change: CalendarChange) -> Exceptions:
    """The exceptions of the divisions above the one that changes; the nation has none above it."""
    lower: dict[Any, DayException] = {}
    if change.division:
        for code in layer_codes(change.division)[:-1]:
            lower.update(by_date(exceptions_in_force(change.year, code)))
    return lower


def _context(change: CalendarChange, days: list[DayException]) -> dict[str, Any]:
    """What every page of a change shows."""
    before, after = by_date(exceptions_in_force(change.year, change.division)), by_date(days)
    lower = _lower(change)
    return {
        "change": change,
        "place": place_name(change.division),
        "picture": year_picture(change.year, [lower], after, before),
        "differences": differences(before, after),
        "year_address": _year_address(change),
    }


def _year_address(change: CalendarChange) -> str:
    row = CalendarYear.objects.filter(year=change.year).first()
    if row is None:
        return reverse("admin:clocks_calendaryear_changelist")
    address = reverse("admin:clocks_calendaryear_change", args=[row.pk])
    return f"{address}?division={change.division}" if change.division else address


def _where_it_stands(change: CalendarChange) -> str:
    """The draft or record, or the list when it is gone."""
    exists = CalendarChange.objects.filter(pk=change.pk).exists()
    return reverse(PAGE, args=[change.pk]) if exists else reverse(LIST)
