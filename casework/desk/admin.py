"""The queue and the case page of a kind of case: `visible_to` says what is seen, the flow what may be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

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
from casework.cases.models import Case
from casework.cases.reading import log_access
from casework.desk.acts import Desk, Page, act
from casework.desk.bulk import Bulks
from casework.desk.moves import Moves
from casework.desk.queue import search
from casework.desk.words import due_of
from casework.parties.admin_perms import RolePermissions
from casework.parties.models import Role, User
from casework.staff_site import StaffChangeList, StaffModelAdmin

# The queue is read by GET; the choice of many cases comes by POST and leads to a page that asks again.
require_list = require_http_methods(["GET", "HEAD", "POST"])


class QueueList(StaffChangeList):
    """A page of the queue; long texts stay in the database."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """The filtered rows without what a list doesn't show."""
        rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        return rows.defer(*self.model_admin.not_listed)


def _ask(name: str) -> Callable[..., HttpResponse]:
    def ask(model_admin: CaseAdmin, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return model_admin.bulks.confirm(request, name, queryset, model_admin.list_context(request))

    return ask


class CaseAdmin(RolePermissions, StaffModelAdmin):
    """Due first; a row opens the case page. Nothing is added, changed or deleted by an admin form.

    Attributes:
        desk, moves, bulks: what can be done on a case, and on many.
        visible_to: the kind's cases that a user may see.
        queue_title: the heading of the list.
        page_template: the case page.
        not_listed: long texts.
    """

    desk: ClassVar[Desk]
    moves: ClassVar[Moves]
    bulks: ClassVar[Bulks]
    visible_to: ClassVar[Callable[[Any], QuerySet[Any]]]
    queue_title: ClassVar[Any]
    page_template: ClassVar[str]
    not_listed: ClassVar[tuple[str, ...]] = ()

    view_roles: tuple[Role, ...] = CASE_ROLES
    list_display_links = ("shown_reference",)
    search_fields = ("reference", "complainant_name", "respondent_name", "complainant_code", "respondent_code")
    search_help_text = gettext_lazy("Reference, name or credit code")
    ordering = (F("next_due").asc(nulls_last=True), "id")
    list_fullwidth = True

    def page_of(self, case: Any, actor: Actor) -> dict[str, Any]:
        """Everything on the case page, for this actor."""
        raise NotImplementedError

    def head_of(self, case: Any) -> dict[str, Any]:
        """The head above every form."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """What the user may see, and nothing else decides it."""
        return type(self).visible_to(request.user)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StaffChangeList]:
        """Our list."""
        return QueueList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What the user's roles can do to many cases at once; each leads to a page that asks first."""
        assert isinstance(request.user, User)
        return {name: (_ask(name), name, str(bulk.label)) for name, bulk in self.bulks.for_user(request.user).items()}

    def bulk_view(self, request: HttpRequest, action: str) -> HttpResponse:
        """Do it to the confirmed cases."""
        if not self.has_view_permission(request):
            raise Http404
        return self.bulks.run(request, action, self.list_context(request))

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """What a page over several cases needs."""
        request.current_app = self.admin_site.name
        return {**self.admin_site.each_context(request), "opts": self.opts, "pages": self.pages, "subtitle": None}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The trigram-backed search."""
        return search(queryset, search_term), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue."""
        extra = {"title": self.queue_title, **(extra_context or {})}
        response: HttpResponse = super().changelist_view(request, extra)
        return response

    @display(description=gettext_lazy("reference"), ordering="reference")
    def shown_reference(self, case: Case) -> str:
        """The reference, never broken over two lines."""
        return format_html('<span class="cw-code">{}</span>', case.reference)

    @display(description=gettext_lazy("next deadline"), ordering="next_due")
    def due(self, case: Case) -> str:
        """Day, days left or late in words, and whether the day may still move."""
        if case.next_due is None:
            return "—"
        due = due_of(case.next_due, timezone.localdate(), provisional=case.next_due_provisional)
        mark = _("provisional") if due.provisional else ""
        return format_html(
            '<span class="cw-due cw-{}"><b>{}</b> <span>{}</span> <i>{}</i></span>',
            due.tone,
            due.words,
            due.day.isoformat(),
            mark,
        )

    @display(description=gettext_lazy("assigned to"))
    def person(self, case: Case) -> str:
        """The person, before there is one the department."""
        if case.assigned_to is not None:
            return str(case.assigned_to)
        department = case.handling_department or case.receiving_department
        return department.short_name or department.name

    def get_urls(self) -> list[URLPattern]:
        """The case page at Django's own address, and one address for each action; nothing else."""
        wrap = self.admin_site.admin_view
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            path("", wrap(require_list(self.changelist_view)), name=f"{name}_changelist"),
            path("bulk/<slug:action>/", wrap(require_POST(self.bulk_view)), name=f"{name}_bulk"),
            path("<path:object_id>/act/<slug:action>/", wrap(self.act_view), name=f"{name}_act"),
            path("<path:object_id>/do/<slug:action>/", wrap(self.do_view), name=f"{name}_do"),
            path("<path:object_id>/change/", wrap(require_safe(self.change_view)), name=f"{name}_change"),
        ]

    @property
    def pages(self) -> dict[str, str]:
        """The names of the kind's addresses, for `reverse()` and the templates."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        return {
            "list": f"{name}_changelist",
            "change": f"{name}_change",
            "act": f"{name}_act",
            "do": f"{name}_do",
            "bulk": f"{name}_bulk",
        }

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The case page; opening it is logged (Decree 802 art. 25(5))."""
        case = self.seen(request, object_id)
        assert isinstance(request.user, User)
        actor = Actor.person(request.user)
        log_access(case=case, actor=actor, what="page")
        context = {**self._context(request, case), **self.page_of(case, actor), **(extra_context or {})}
        return TemplateResponse(request, self.page_template, context)

    def act_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """An action's form."""
        return act(request, self.seen(request, object_id), self.moves.act(action), self.acts_page())

    def do_view(self, request: HttpRequest, object_id: str, action: str) -> HttpResponse:
        """The form of what doesn't move the state."""
        return act(request, self.seen(request, object_id), self.desk.acts.get(action), self.acts_page())

    def acts_page(self) -> Page:
        """How acts are shown here."""
        return Page(desk=self.desk, address=self.address, reread=self._reread, context=self._head)

    def address(self, case: Any) -> str:
        """The case page's address."""
        return reverse(self.pages["change"], args=[case.pk])

    def seen(self, request: HttpRequest, object_id: str) -> Any:
        """The case.

        Raises:
            Http404: no such case, or not for this user.
        """
        if not self.has_view_permission(request):
            raise Http404
        case = self._reread(request, unquote(object_id))
        if case is None:
            raise Http404
        return case

    def _reread(self, request: HttpRequest, pk: int | str) -> Any:
        if not str(pk).isdecimal():
            return None
        return self.get_queryset(request).filter(Q(pk=int(pk))).first()

    def _head(self, request: HttpRequest, case: Any) -> dict[str, Any]:
        return {**self._context(request, case), **self.head_of(case)}

    def _context(self, request: HttpRequest, case: Any) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "title": case.reference,
            "subtitle": None,
            "opts": self.opts,
            "original": case,
            "media": self.media,
            "pages": self.pages,
        }
