"""The queue and the case page of arrears complaints."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from casework.cases.actors import Actor
from casework.cases.pages import register_case_page
from casework.desk.admin import CaseAdmin
from casework.desk.queue import DivisionFilter, DueFilter
from casework.desk.start import StartQueue, register_start_queue
from casework.desk.tabs import register_queue
from casework.templatetags.portal import yuan
from complaints.admin import extending as extending
from complaints.admin.actions import DESK, MOVES
from complaints.admin.assessing import assess
from complaints.admin.bulk import BULKS
from complaints.admin.case_page import case_context, head_context
from complaints.admin.queue import PARTS, ScopeFilter, StateFilter
from complaints.admin.words import STATE_TONES
from complaints.flow import KIND, State
from complaints.measures.selectors import supervisory_letters_due_by_department
from complaints.models import ArrearsComplaint
from complaints.selectors import complaints_visible_to

CASE_PAGE, LIST = "admin:complaints_arrearscomplaint_change", "admin:complaints_arrearscomplaint_changelist"
register_case_page(KIND, CASE_PAGE)
register_queue("complaints.arrearscomplaint", LIST, PARTS)
register_start_queue(
    KIND,
    StartQueue(gettext_lazy("Complaints"), LIST, 1, State.SUBMITTED, STATE_TONES, shows_filer=True),
    lambda user: {"letters_due": supervisory_letters_due_by_department(user)},
)


@admin.register(ArrearsComplaint)
class ArrearsComplaintAdmin(CaseAdmin):
    """Due first; a row opens the case page."""

    desk, moves, bulks = DESK, MOVES, BULKS
    visible_to = complaints_visible_to
    queue_title = gettext_lazy("Complaints")
    page_template = "admin/complaints/arrearscomplaint/case.html"
    not_listed = ("facts", "request", "result", "correction_items", "correction_note")
    list_display = ("shown_reference", "complains", "owes", "owed", "stands", "due", "person")
    list_filter = (ScopeFilter, StateFilter, DueFilter, DivisionFilter)

    def page_of(self, case: Any, actor: Actor) -> dict[str, Any]:
        """Everything on the case page, for this actor."""
        return case_context(case, actor)

    def head_of(self, case: Any) -> dict[str, Any]:
        """The head above every form."""
        return head_context(case)

    @display(description=gettext_lazy("complainant"), ordering="complainant_name")
    def complains(self, complaint: ArrearsComplaint) -> str:
        """Who complains."""
        return complaint.complainant_name

    @display(description=gettext_lazy("respondent"), ordering="respondent_name")
    def owes(self, complaint: ArrearsComplaint) -> str:
        """Who is said to owe."""
        return complaint.respondent_name

    @display(description=gettext_lazy("amount (yuan)"), ordering="amount")
    def owed(self, complaint: ArrearsComplaint) -> str:
        """The principal claimed."""
        return format_html('<span class="cw-number">{}</span>', yuan(complaint.amount))

    @display(
        description=gettext_lazy("state"),
        ordering="state",
        label={key: tone for key, tone in STATE_TONES.items() if tone},
    )
    def stands(self, complaint: ArrearsComplaint) -> tuple[str, str]:
        """The state, coloured."""
        return complaint.state, complaint.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        """Besides those of every kind, the correction of an assessment."""
        view = self.admin_site.admin_view(self.assess_view)
        own = path("<path:object_id>/assess/<slug:kind>/", view, name="complaints_arrearscomplaint_assess")
        return [own, *super().get_urls()]

    def assess_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """The correction of an assessment."""
        return assess(request, self.seen(request, object_id), kind, self.acts_page())


def case_address(complaint: ArrearsComplaint) -> str:
    """The case page's address."""
    return reverse(CASE_PAGE, args=[complaint.pk])
