"""The queue of credit records, and its page of one record."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from casework.admin_menu import CASE_ROLES
from casework.cases.actors import Actor
from casework.cases.pages import register_case_page
from casework.credit.admin.actions import DESK, MOVES
from casework.credit.admin.importing import import_page
from casework.credit.admin.page import head_context, record_context
from casework.credit.admin.proposing import enter_page, may_enter_finding
from casework.credit.admin.words import STATE_TONES
from casework.credit.catalogue.reference import severities_in_force
from casework.credit.flow import KIND, State
from casework.credit.record.models import CreditRecord
from casework.credit.record.selectors import records_visible_to, with_mark
from casework.desk import queue
from casework.desk.admin import CaseAdmin
from casework.desk.bulk import Bulks, shared_bulks
from casework.desk.queue import DivisionFilter, DueFilter
from casework.desk.start import StartQueue, register_start_queue
from casework.desk.tabs import register_queue
from casework.parties.models import Role

PAGE, LIST = "admin:credit_creditrecord_change", "admin:credit_creditrecord_changelist"
register_case_page(KIND, PAGE)
register_queue("credit.creditrecord", LIST)
register_start_queue(KIND, StartQueue(_("Credit records"), LIST, 3, State.PROPOSED, STATE_TONES))


def listed(user: Any) -> Any:
    """The records of a list, each with its mark."""
    return with_mark(records_visible_to(user))


class StateFilter(queue.StateFilter):
    """A record's states."""

    states = State


class SeverityFilter(admin.SimpleListFilter):
    """How grave."""

    title = _("severity")
    parameter_name = "severity"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The classes in force."""
        return [(row.code, row.label) for row in severities_in_force(timezone.localdate())]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those of the class."""
        return queryset.filter(severity__code=self.value()) if self.value() else queryset


@admin.register(CreditRecord)
class CreditRecordAdmin(CaseAdmin):
    """Due first; a row opens the record's page. An officer enters findings that came from elsewhere."""

    desk, moves = DESK, MOVES
    bulks = Bulks("record", records_visible_to, {**shared_bulks()})
    visible_to = listed
    view_roles = (*CASE_ROLES, Role.CREDIT_OFFICER)
    queue_title = _("Credit records")
    page_template = "admin/credit/record.html"
    not_listed = ("conduct", "severity_reasons", "decision_reasons")
    list_display = ("shown_reference", "subject_name", "class_of", "stands", "ends", "due", "person")
    list_filter = (queue.ScopeFilter, StateFilter, SeverityFilter, DueFilter, DivisionFilter)
    search_help_text = _("Reference, name or credit code")

    def page_of(self, case: Any, actor: Actor) -> dict[str, Any]:
        """Everything on the page, for this actor."""
        return record_context(case, actor)

    def head_of(self, case: Any) -> dict[str, Any]:
        """The head above every form."""
        return head_context(case)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who keep records enter findings."""
        return may_enter_finding(request.user)

    @display(description=_("subject"), ordering="respondent_name")
    def subject_name(self, record: CreditRecord) -> str:
        """About whom."""
        return record.respondent_name

    @display(description=_("severity"))
    def class_of(self, record: CreditRecord) -> str:
        """The class."""
        return record.severity.label

    @display(description=_("state"), ordering="state", label={key: tone for key, tone in STATE_TONES.items() if tone})
    def stands(self, record: Any) -> tuple[str, str]:
        """The state, coloured, with the mark of an open objection."""
        words = record.get_state_display()
        return record.state, f"{words} · {_text('contested')}" if record.is_contested else words

    @display(description=_("ends at the latest on"), ordering="creditrecord__last_day")
    def ends(self, record: CreditRecord) -> Any:
        """The last day that it can have."""
        return record.last_day

    def get_urls(self) -> list[URLPattern]:
        """Besides those of every kind, the entry of a finding."""
        wrap = self.admin_site.admin_view
        return [
            path("add/", wrap(self.enter_view), name="credit_creditrecord_add"),
            path("import/", wrap(self.import_view), name="credit_creditrecord_import"),
            *super().get_urls(),
        ]

    def enter_view(self, request: HttpRequest) -> HttpResponse:
        """Enter a finding that came from elsewhere."""
        return enter_page(self, request)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """Enter the findings of a spreadsheet."""
        return import_page(self, request)
