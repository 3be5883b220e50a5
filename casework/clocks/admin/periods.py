"""Statutory periods in the admin: drafted, reviewed by a second person, published after a look at the effect."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin
from unfold.decorators import display

from casework.clocks.admin.calendar_forms import ConfirmForm
from casework.clocks.admin.common import (
    REFUSALS,
    SHEETS,
    PlacedList,
    ReadOnly,
    effect_context,
    effect_words,
    runs_system,
    show_page,
    texts_of,
)
from casework.clocks.admin.period_forms import PeriodForm
from casework.clocks.admin.period_words import compared
from casework.clocks.admin.places import place_name
from casework.clocks.models import OPEN_STATUSES, Deadline, StatutoryPeriod
from casework.clocks.rule_words import days_words, rule_name
from casework.clocks.versions import (
    draft_after,
    period_draft,
    period_fingerprint,
    period_preview,
    period_publish,
    period_return,
    period_review,
    period_succeed,
    version_before,
)

Status = StatutoryPeriod.Status
PAGE = "admin:clocks_statutoryperiod_change"


class PeriodList(PlacedList):
    """Versions with the number of open deadlines that run under each: one more question for the page."""

    def get_results(self, request: HttpRequest) -> None:
        """Read the page and count."""
        super().get_results(request)
        open_ones = Deadline.objects.filter(status__in=OPEN_STATUSES).order_by()
        counts = dict(open_ones.values_list("period").annotate(count=Count("pk")))
        for period in self.result_list:
            period.open_deadlines = counts.get(period.pk, 0)


@admin.register(StatutoryPeriod)
class StatutoryPeriodAdmin(ReadOnly, ModelAdmin):
    """Versions of the legal periods: drafts are written here; a published version never changes."""

    form = PeriodForm
    change_form_template = "admin/clocks/statutoryperiod/change_form.html"
    list_display = ("rule", "shown_status", "place", "length", "since", "running", "certainty")
    list_display_links = ("rule",)
    list_filter = ("status", "certainty", "division", "unit")
    list_per_page = 50
    search_fields = ("code", "name", "citation")
    fieldsets = (
        (None, {"fields": ("name", ("code", "division"))}),
        (
            gettext_lazy("Length"),
            {
                "fields": (
                    ("amount", "unit"),
                    ("due_month", "due_day"),
                    "hard_cap",
                    "start_day_excluded",
                    "roll_forward",
                    "pausable",
                )
            },
        ),
        (gettext_lazy("Run"), {"fields": ("starts_on", "stops_on", "responsible", "warning_leads")}),
        (gettext_lazy("Source"), {"fields": (("effective_from", "effective_to"), "citation", "certainty")}),
    )

    class Media:
        css = SHEETS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A rule of its own begins as a draft."""
        return runs_system(request)

    def has_change_permission(self, request: HttpRequest, obj: StatutoryPeriod | None = None) -> bool:
        """A draft may be changed."""
        return runs_system(request) and obj is not None and obj.status == Status.DRAFT

    def has_delete_permission(self, request: HttpRequest, obj: StatutoryPeriod | None = None) -> bool:
        """A draft may be deleted."""
        return self.has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: StatutoryPeriod | None = None) -> tuple[str, ...]:
        """Which rule a version belongs to is settled when it begins."""
        return ("code", "division") if obj else ()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[PeriodList]:
        """Our list."""
        return PeriodList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The versions."""
        extra = {"title": capfirst(str(self.opts.verbose_name_plural)), **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, extra)
        return response

    @display(description=gettext_lazy("rule"), ordering="code")
    def rule(self, period: StatutoryPeriod) -> str:
        """Name, version and code."""
        text = '<span class="cw-rule">{} <span class="cw-quiet">v{}</span><span class="cw-quiet">{}</span></span>'
        return format_html(text, rule_name(period), period.version, period.code)

    @display(description=gettext_lazy("division"), ordering="division")
    def place(self, period: StatutoryPeriod) -> str:
        """By name."""
        return str(period.place)  # type: ignore[attr-defined]

    @display(description=gettext_lazy("in force from"), ordering="effective_from")
    def since(self, period: StatutoryPeriod) -> str:
        """The first day, and the last one where it has one."""
        last = f"–{period.effective_to.isoformat()}" if period.effective_to else ""
        return format_html('<span class="cw-number">{}{}</span>', period.effective_from.isoformat(), last)

    @display(description=gettext_lazy("length"))
    def length(self, period: StatutoryPeriod) -> str:
        """Amount, unit and the longest total."""
        text = days_words(period, period.amount)
        return f"{text} ≤ {period.hard_cap}" if period.hard_cap else text

    @display(description=gettext_lazy("open deadlines"))
    def running(self, period: StatutoryPeriod) -> str:
        """How many run under this version."""
        return str(period.open_deadlines or "—")  # type: ignore[attr-defined]

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={Status.DRAFT: "warning", Status.REVIEWED: "info", Status.PUBLISHED: "success"},
    )
    def shown_status(self, period: StatutoryPeriod) -> tuple[str, str]:
        """Coloured."""
        return period.status, period.get_status_display()

    def get_urls(self) -> list[URLPattern]:
        """The steps of a version beside the form."""
        wrap, name = self.admin_site.admin_view, "clocks_statutoryperiod"
        return [
            path("<int:object_id>/succeed/", wrap(require_POST(self.succeed_view)), name=f"{name}_succeed"),
            path("<int:object_id>/review/", wrap(self.review_view), name=f"{name}_review"),
            path("<int:object_id>/return/", wrap(require_POST(self.return_view)), name=f"{name}_return"),
            path("<int:object_id>/publish/", wrap(self.publish_view), name=f"{name}_publish"),
            *super().get_urls(),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form of a draft, or a version to read; with its steps and the version before it."""
        known = StatutoryPeriod.objects.select_related("drafted_by", "reviewed_by", "published_by")
        period = known.filter(pk=int(object_id)).first() if object_id and object_id.isdecimal() else None
        if period and period.status != Status.DRAFT and request.method == "GET":
            return self._version_page(request, period)
        extra = {**(_compared_context(request, period) if period else {}), **(extra_context or {})}
        try:
            response: HttpResponse = super().changeform_view(request, object_id, form_url, extra)
        except (ValidationError, IntegrityError) as error:
            # Between the form's check and its saving somebody reviewed it, or took the version's number.
            self._refuse(request, error)
            return redirect(request.path)
        return response

    def _version_page(self, request: HttpRequest, period: StatutoryPeriod) -> HttpResponse:
        if not self.has_view_permission(request, period):
            raise PermissionDenied
        context = {
            **_compared_context(request, period),
            "title": str(period),
            "successor": draft_after(period) if period.status == Status.PUBLISHED else None,
        }
        return show_page(self, request, "statutoryperiod/version.html", context)

    def save_model(self, request: HttpRequest, obj: StatutoryPeriod, form: Any, change: bool) -> None:
        """Through the service: whoever wrote last is the drafter."""
        period_draft(period=obj, user=request.user)

    def succeed_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Begin the next version, or open the one that is being prepared."""
        period = self._period(request, object_id)
        draft = draft_after(period)
        if draft is None:
            draft = period_succeed(period=period, user=request.user)
            self.log_addition(
                request, draft, _("Begun as a copy of version %(version)s.") % {"version": period.version}
            )
            messages.success(request, _("A draft of the next version is begun as a copy of this one."))
        else:
            messages.info(request, _("The next version is being prepared already: here it is."))
        return redirect(PAGE, draft.pk)

    def review_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The draft beside the version before it; with the box ticked, it is reviewed."""
        period = self._period(request, object_id)
        if period.status != Status.DRAFT:
            messages.warning(request, _("This version is no draft any more."))
            return redirect(PAGE, period.pk)
        form = self._confirm_form(request, period)
        if form.is_bound and form.is_valid():
            try:
                row = period_review(period=period, user=request.user, seen=form.cleaned_data["seen"])
            except ValidationError as error:
                self._refuse(request, error)
            else:
                self.log_change(request, row, _("Reviewed."))
                messages.success(request, _("The draft is reviewed. It can be published now."))
            return redirect(PAGE, period.pk)
        context = {
            **_compared_context(request, period),
            "title": _("Review: %(name)s") % {"name": period},
            "form": form,
        }
        return show_page(self, request, "statutoryperiod/review.html", context, 400 if form.is_bound else 200)

    def return_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Put a reviewed version back to draft."""
        period = self._period(request, object_id)
        try:
            self.log_change(request, period_return(period=period, user=request.user), _("Put back to draft."))
        except ValidationError as error:
            self._refuse(request, error)
        else:
            messages.success(request, _("The version is a draft again. It needs another review."))
        return redirect(PAGE, period.pk)

    def publish_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """What publishing would do; with the box ticked, do it."""
        period = self._period(request, object_id)
        if period.status != Status.REVIEWED:
            said = _("This version was published already.") if period.status == Status.PUBLISHED else None
            messages.warning(request, said or _("Only a reviewed version is published."))
            return redirect(PAGE, period.pk)
        form = self._confirm_form(request, period)
        if form.is_bound and form.is_valid():
            return self._publish(request, period, form.cleaned_data["seen"])
        context = {
            **_compared_context(request, period),
            "title": _("Publish: %(name)s") % {"name": period},
            "form": form,
        }
        try:
            context |= effect_context(period_preview(period))
        except REFUSALS as refusal:
            context["problems"] = texts_of(refusal)
        return show_page(self, request, "statutoryperiod/publish.html", context, 400 if form.is_bound else 200)

    def _publish(self, request: HttpRequest, period: StatutoryPeriod, seen: str) -> HttpResponse:
        try:
            row, effect = period_publish(period=period, user=request.user, seen=seen)
        except REFUSALS as refusal:
            self._refuse(request, refusal)
        else:
            logged, said, moved = _("Published."), _("The version is published."), effect_words(effect)
            self.log_change(request, row, f"{logged} {moved}")
            messages.success(request, f"{said} {moved}")
        return redirect(PAGE, period.pk)

    def _confirm_form(self, request: HttpRequest, period: StatutoryPeriod) -> ConfirmForm:
        data = request.POST if request.method == "POST" else None
        return ConfirmForm(data, initial={"seen": period_fingerprint(period)})

    def _refuse(self, request: HttpRequest, refusal: Exception) -> None:
        if isinstance(refusal, IntegrityError):
            refusal = ValidationError(_("Somebody else saved a version of this rule at the same moment. Try again."))
        for text in texts_of(refusal):
            messages.error(request, text)

    def _period(self, request: HttpRequest, pk: int) -> StatutoryPeriod:
        if not runs_system(request):
            raise PermissionDenied
        rows = StatutoryPeriod.objects.select_related("drafted_by", "reviewed_by", "published_by")
        return get_object_or_404(rows, pk=pk)


def _compared_context(request: HttpRequest, period: StatutoryPeriod) -> dict[str, Any]:
    before = version_before(period)
    rows = compared(before, period)
    return {
        "period": period,
        "place": place_name(period.division),
        "before": before,
        "rows": rows,
        "changed": sum(row.differs for row in rows),
        "is_drafter": period.drafted_by_id == request.user.pk,
        "back": reverse(PAGE, args=[period.pk]),
    }
