"""The queue of fee reports, and its page of one report."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from casework.cases.access import RECEIVING_ROLES
from casework.cases.actors import Actor
from casework.cases.errors import CaseNotFound
from casework.cases.pages import register_case_page
from casework.cases.reading import log_access
from casework.desk import queue
from casework.desk.admin import CaseAdmin
from casework.desk.bulk import Bulk, BulkForm, Bulks, shared_bulks
from casework.desk.conversation import WAITING
from casework.desk.queue import DivisionFilter, DueFilter
from casework.desk.start import StartQueue, register_start_queue
from casework.desk.tabs import register_queue
from casework.documents.responses import letter_response
from casework.parties.models import User
from fees.admin.reports.actions import DESK, MOVES
from fees.admin.reports.page import head_context, report_context
from fees.admin.reports.registering import may_register, register_page
from fees.admin.reports.words import STATE_TONES
from fees.referral.selectors import referral_letter_for
from fees.report import services
from fees.report.flow import KIND, State
from fees.report.models import FeeReport, Source
from fees.report.selectors import reports_visible_to

PAGE, LIST = "admin:fees_feereport_change", "admin:fees_feereport_changelist"
register_case_page(KIND, PAGE)
PARTS = (WAITING,)
register_queue("fees.feereport", LIST, PARTS)
register_start_queue(KIND, StartQueue(_("Fee reports"), LIST, 2, State.REGISTERED, STATE_TONES))

BULKS = Bulks(
    "report",
    reports_visible_to,
    {
        "accept": Bulk(
            _("Accept"), BulkForm, services.report_accept, _("Each reporter is told by letter."), RECEIVING_ROLES
        ),
        **shared_bulks(),
    },
)


class ScopeFilter(queue.ScopeFilter):
    """With the reports in which a message waits."""

    extra = PARTS


class StateFilter(queue.StateFilter):
    """A report's states."""

    states = State


class SourceFilter(admin.SimpleListFilter):
    """By which way it arrived."""

    title = _("way of arrival")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The ways."""
        return list(Source.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those that came that way."""
        return queryset.filter(source=self.value()) if self.value() else queryset


@admin.register(FeeReport)
class FeeReportAdmin(CaseAdmin):
    """Due first; a row opens the report's page. Staff register what came by phone, letter or petition column."""

    desk, moves, bulks = DESK, MOVES, BULKS
    visible_to = reports_visible_to
    queue_title = _("Fee reports")
    page_template = "admin/fees/report/case.html"
    not_listed = ("facts", "request", "answer")
    list_display = ("shown_reference", "payee", "charged", "sum", "stands", "due", "person")
    list_filter = (ScopeFilter, StateFilter, DueFilter, SourceFilter, DivisionFilter)
    search_help_text = _("Reference, payee, reporter or credit code")

    def page_of(self, case: Any, actor: Actor) -> dict[str, Any]:
        """Everything on the page, for this actor."""
        return report_context(case, actor)

    def head_of(self, case: Any) -> dict[str, Any]:
        """The head above every form."""
        return head_context(case)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who receive reports register them."""
        return may_register(request.user)

    @display(description=_("payee"), ordering="respondent_name")
    def payee(self, report: FeeReport) -> str:
        """Who charged."""
        return report.respondent_name

    @display(description=_("what was charged"))
    def charged(self, report: FeeReport) -> str:
        """The item."""
        return report.item

    @display(description=_("amount (yuan)"), ordering="amount")
    def sum(self, report: FeeReport) -> str:
        """What was charged."""
        return format_html('<span class="cw-number">{}</span>', f"{report.amount:,.2f}")

    @display(description=_("state"), ordering="state", label={key: tone for key, tone in STATE_TONES.items() if tone})
    def stands(self, report: FeeReport) -> tuple[str, str]:
        """The state, coloured."""
        return report.state, report.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        """Besides those of every kind, the registration and the letter of a referral."""
        wrap = self.admin_site.admin_view
        return [
            path("add/", wrap(self.register_view), name="fees_feereport_add"),
            path("<path:object_id>/referral/<int:pk>/", wrap(self.referral_view), name="fees_feereport_referral"),
            *super().get_urls(),
        ]

    def register_view(self, request: HttpRequest) -> HttpResponse:
        """Register a report."""
        return register_page(self, request)

    def referral_view(self, request: HttpRequest, object_id: str, pk: int) -> HttpResponseBase:
        """The letter of a referral, for the few who may know of it; the reading is logged."""
        case = self.seen(request, object_id)
        assert isinstance(request.user, User)
        try:
            letter = referral_letter_for(request.user, pk)
        except CaseNotFound as error:
            raise Http404 from error
        response = letter_response(letter, download=False)
        log_access(case=case, actor=Actor.person(request.user), what="protected")
        return response
