"""The queue and the case page. What is visible is `visible_to`'s word; what may be done is the flow table's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.decorators import display

from casework.admin_menu import CASE_ROLES
from casework.cases.actors import Actor
from casework.cases.pages import register_case_page
from casework.cases.reading import log_access
from casework.desk.acts import Page, act
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import User
from casework.staff_site import StaffChangeList, StaffModelAdmin
from complaints.admin.actions import DESK, flow_act
from complaints.admin.assessing import assess
from complaints.admin.bulk import bulks_for, confirm, run
from complaints.admin.case_page import case_context, head_context
from complaints.admin.queue import DivisionFilter, DueFilter, ScopeFilter, StateFilter, search
from complaints.admin.words import STATE_TONES, due_of
from complaints.flow import KIND
from complaints.models import ArrearsComplaint
from complaints.selectors import complaints_visible_to
from complaints.templatetags.portal import yuan

CASE_PAGE = "admin:complaints_arrearscomplaint_change"
register_case_page(KIND, CASE_PAGE)
# The queue is read by GET; the choice of many cases comes by POST and leads to a page that asks again.
require_list = require_http_methods(["GET", "HEAD", "POST"])
_NOT_LISTED = ("facts", "request", "result", "correction_items", "correction_note")


class QueueList(StaffChangeList):
    """A page of the queue; long texts stay in the database."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[ArrearsComplaint]:
        """The filtered rows without what a list doesn't show."""
        rows: QuerySet[ArrearsComplaint] = super().get_queryset(request, exclude_parameters)
        return rows.defer(*_NOT_LISTED)


def _ask(name: str) -> Callable[..., HttpResponse]:
    def ask(
        model_admin: ArrearsComplaintAdmin, request: HttpRequest, queryset: QuerySet[ArrearsComplaint]
    ) -> HttpResponse:
        return confirm(request, name, queryset, model_admin.list_context(request))

    return ask


@admin.register(ArrearsComplaint)
class ArrearsComplaintAdmin(RolePermissions, StaffModelAdmin):
    """Due first; a row opens the case page. Nothing is added, changed or deleted by an admin form."""

    view_roles = CASE_ROLES
    list_display = ("shown_reference", "complains", "owes", "owed", "stands", "due", "person")
    list_display_links = ("shown_reference",)
    list_filter = (ScopeFilter, StateFilter, DueFilter, DivisionFilter)
    search_fields = ("reference", "complainant_name", "respondent_name", "complainant_code", "respondent_code")
    search_help_text = gettext_lazy("Reference, name or credit code")
    ordering = (F("next_due").asc(nulls_last=True), "id")
    list_fullwidth = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[ArrearsComplaint]:
        """What the user may see, and nothing else decides it."""
        return complaints_visible_to(request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StaffChangeList]:
        """Our list."""
        return QueueList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What the user's roles can do to many cases at once; each leads to a page that asks first."""
        assert isinstance(request.user, User)
        return {name: (_ask(name), name, str(bulk.label)) for name, bulk in bulks_for(request.user).items()}

    def bulk_view(self, request: HttpRequest, action: str) -> HttpResponse:
        """Do it to the confirmed cases."""
        if not self.has_view_permission(request):
            raise Http404
        return run(request, action, self.list_context(request))

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """What a page over several cases needs."""
        request.current_app = self.admin_site.name
        return {**self.admin_site.each_context(request), "opts": self.opts, "subtitle": None}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ArrearsComplaint], search_term: str
    ) -> tuple[QuerySet[ArrearsComplaint], bool]:
        """The trigram-backed search."""
        return search(queryset, search_term), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue."""
        extra = {"title": _("Complaints"), **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, extra)
        return response

    @display(description=gettext_lazy("reference"), ordering="reference")
    def shown_reference(self, complaint: ArrearsComplaint) -> str:
        """The reference, never broken over two lines."""
        return format_html('<span class="cw-code">{}</span>', complaint.reference)

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

    @display(description=gettext_lazy("next deadline"), ordering="next_due")
    def due(self, complaint: ArrearsComplaint) -> str:
        """Day, days left or late in words, and whether the day may still move."""
        if complaint.next_due is None:
            return "—"
        due = due_of(complaint.next_due, timezone.localdate(), provisional=complaint.next_due_provisional)
        mark = _("provisional") if due.provisional else ""
        return format_html(
            '<span class="cw-due cw-{}"><b>{}</b> <span>{}</span> <i>{}</i></span>',
            due.tone,
            due.words,
            due.day.isoformat(),
            mark,
        )

    @display(description=gettext_lazy("assigned to"))
    def person(self, complaint: ArrearsComplaint) -> str:
        """The person, before there is one the department."""
        if complaint.assigned_to is not None:
            return str(complaint.assigned_to)
        department = complaint.handling_department or complaint.receiving_department
        return department.short_name or department.name

    def get_urls(self) -> list[URLPattern]:
        """The case page at Django's own address, and one address for each action; nothing else."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(require_list(self.changelist_view)), name="complaints_arrearscomplaint_changelist"),
            path("bulk/<slug:action>/", wrap(require_POST(self.bulk_view)), name="complaints_arrearscomplaint_bulk"),
            path("<path:object_id>/act/<slug:action>/", wrap(self.act_view), name="complaints_arrearscomplaint_act"),
            path("<path:object_id>/do/<slug:action>/", wrap(self.do_view), name="complaints_arrearscomplaint_do"),
            path(
                "<path:object_id>/assess/<slug:kind>/",
                wrap(self.assess_view),
                name="complaints_arrearscomplaint_assess",
            ),
            path(
                "<path:object_id>/change/",
                wrap(require_safe(self.change_view)),
                name="complaints_arrearscomplaint_change",
            ),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The case page; opening it is logged (Decree 802 art. 25(5))."""
        complaint = self._visible(request, object_id)
        assert isinstance(request.user, User)
        actor = Actor.person(request.user)
        log_access(case=complaint, actor=actor, what="page")
        context = {**self._context(request, complaint), **case_context(complaint, actor), **(extra_context or {})}
        return TemplateResponse(request, "admin/complaints/arrearscomplaint/case.html", context)

    def act_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """An action's form."""
        page = Page(desk=DESK, address=case_address, reread=self._reread, context=self._head)
        return act(request, self._visible(request, object_id), flow_act(action), page)

    def do_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """The form of what doesn't move the state."""
        page = Page(desk=DESK, address=case_address, reread=self._reread, context=self._head)
        return act(request, self._visible(request, object_id), DESK.acts.get(action), page)

    def assess_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponse:
        """The correction of an assessment."""
        page = Page(desk=DESK, address=case_address, reread=self._reread, context=self._head)
        return assess(request, self._visible(request, object_id), kind, page)

    def _visible(self, request: HttpRequest, object_id: str) -> ArrearsComplaint:
        if not self.has_view_permission(request):
            raise Http404
        complaint = self._reread(request, unquote(object_id))
        if complaint is None:
            raise Http404
        return complaint

    def _reread(self, request: HttpRequest, pk: int | str) -> ArrearsComplaint | None:
        if not str(pk).isdecimal():
            return None
        return self.get_queryset(request).filter(Q(pk=int(pk))).first()

    def _head(self, request: HttpRequest, complaint: ArrearsComplaint) -> dict[str, Any]:
        return {**self._context(request, complaint), **head_context(complaint)}

    def _context(self, request: HttpRequest, complaint: ArrearsComplaint) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "title": complaint.reference,
            "subtitle": None,
            "opts": self.opts,
            "original": complaint,
            "media": self.media,
        }


def case_address(complaint: ArrearsComplaint) -> str:
    """The case page's address."""
    return reverse(CASE_PAGE, args=[complaint.pk])
