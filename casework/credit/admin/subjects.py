"""The subject register: organisations by their code, with cases, records, measures and repairs in one view."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from casework.admin_menu import CASE_ROLES
from casework.cases.models import Case
from casework.cases.pages import case_page, kind_choices, state_label
from casework.credit.admin.proposing import may_enter_finding
from casework.credit.flow import KIND
from casework.credit.measures.models import Measure
from casework.credit.record.selectors import records_visible_to, subjects_visible_to, with_mark
from casework.credit.repair.models import RepairApplication
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Role, Subject, SubjectType
from casework.parties.subjects import subjects_found
from casework.staff_pages import show_staff_page
from casework.staff_site import StaffModelAdmin

MOST_ROWS = 50


@admin.register(Subject)
class SubjectAdmin(RolePermissions, StaffModelAdmin):
    """Everybody who works on cases finds an organisation; what is shown about it is what the reader may see."""

    view_roles = (*CASE_ROLES, Role.CREDIT_OFFICER)
    list_display = ("name", "code", "kind", "division")
    list_filter = ("kind",)
    list_select_related = ("division",)
    search_fields = ("name", "code")
    search_help_text = _("Name or unified social credit code")
    ordering = ("name", "code")

    def get_queryset(self, request: HttpRequest) -> Any:
        """What the user may find."""
        return subjects_visible_to(request.user)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By the words of name and code."""
        return subjects_found(search_term, queryset), False

    def get_urls(self) -> list[URLPattern]:
        """The list and the page of a subject."""
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name="parties_subject_changelist"),
            path("<str:code>/change/", wrap(require_safe(self.subject_view)), name="parties_subject_change"),
        ]

    def subject_view(self, request: HttpRequest, code: str) -> HttpResponse:
        """One organisation: what the reader may see of what is known about it."""
        if not self.has_view_permission(request):
            raise Http404
        user: Any = request.user
        subject = subjects_visible_to(user).filter(code=code).first() or _named_by_a_case(user, code)
        if subject is None:
            raise Http404
        records = with_mark(records_visible_to(user)).filter(subject=subject).order_by("-pk")
        context = {
            "title": subject.name,
            "subject": subject,
            "cases": _cases(user, subject),
            "records": records[:MOST_ROWS],
            "measures": Measure.objects.visible_to(user)
            .filter(record__subject=subject)
            .select_related("record", "item", "department")
            .order_by("state", "-id")[:MOST_ROWS],
            "repairs": RepairApplication.objects.filter(record__in=records.values("pk"))
            .select_related("record")
            .order_by("-asked_on", "-id")[:MOST_ROWS],
            "may_enter": may_enter_finding(request.user),
            "today": timezone.localdate(),
        }
        return show_staff_page(self, request, "admin/credit/subject.html", context)


def _named_by_a_case(user: Any, code: str) -> Subject | None:
    """An organisation that isn't in the register, as the newest case that the user may see has it."""
    case = Case.objects.visible_to(user).filter(respondent_code=code).order_by("-pk").first()
    if case is None:
        return None
    return Subject(code=code, name=case.respondent_name, kind=SubjectType.OTHER, division=case.division)


def _cases(user: Any, subject: Subject) -> list[dict[str, Any]]:
    kinds = dict(kind_choices())
    rows = Case.objects.visible_to(user).filter(respondent_code=subject.code).exclude(kind=KIND).order_by("-pk")
    return [
        {"case": row, "kind": kinds.get(row.kind, row.kind), "state": state_label(row), "page": case_page(row)}
        for row in rows[:MOST_ROWS]
    ]
