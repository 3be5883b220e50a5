"""The engine's own lists: inbox, access log, timeline, cited terms, and the outbox with its dead letters."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from unfold.decorators import display

from casework.cases.inbox import notification_text, notifications_mark_read, notifications_of
from casework.cases.models import (
    AccessLog,
    Case,
    CitedTerm,
    IndicatorRule,
    Notification,
    OutboxMessage,
    TimelineEvent,
)
from casework.cases.outbox import outbox_retry
from casework.cases.pages import case_page
from casework.cases.reading import access_text
from casework.cases.timeline import PROTECTED_VERBS, actor_text
from casework.cases.transfer.admin import RouteAdmin as RouteAdmin
from casework.parties.admin_perms import SYSTEM, RolePermissions, may_enter
from casework.parties.models import Role, User
from casework.staff_site import StaffModelAdmin


class ReadOnlyAdmin(RolePermissions, StaffModelAdmin):
    """Rows that are read and never written by hand."""

    list_display_links = None

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is no page for one row."""
        raise Http404

    def linked(self, case: Case | None) -> str:
        """The reference as a link to the case page."""
        if case is None:
            return "—"
        address = case_page(case)
        if not address:
            return case.reference
        return format_html('<a class="cw-link cw-code" href="{}">{}</a>', address, case.reference)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """The user's own inbox."""

    list_display = ("said", "about", "created_at", "is_read")
    list_filter = (("read_at", admin.EmptyFieldListFilter),)
    actions = ("mark_read",)
    ordering = ("-id",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Everybody who enters has an inbox."""
        return may_enter(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notification]:
        """The user's own messages only."""
        assert isinstance(request.user, User)
        return notifications_of(request.user)

    def get_urls(self) -> list[URLPattern]:
        """Opening a message leads to its case."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/open/", wrap(require_POST(self.open_view)), name="cases_notification_open"),
            path("read/", wrap(require_POST(self.read_all_view)), name="cases_notification_read_all"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The inbox."""
        response: HttpResponse = super().changelist_view(
            request, {"title": _("Messages to me"), **(extra_context or {})}
        )
        return response

    def open_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Mark one message as read and go to its case."""
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        assert isinstance(request.user, User)
        notifications_mark_read(user=request.user, rows=Notification.objects.filter(pk=pk))
        return redirect((case_page(row.case) if row.case else "") or "admin:cases_notification_changelist")

    def read_all_view(self, request: HttpRequest) -> HttpResponse:
        """Mark everything as read."""
        assert isinstance(request.user, User)
        self._say(request, notifications_mark_read(user=request.user))
        return redirect("admin:cases_notification_changelist")

    @admin.action(description=gettext_lazy("Mark as read"))
    def mark_read(self, request: HttpRequest, queryset: QuerySet[Notification]) -> None:
        """Mark the chosen messages as read."""
        assert isinstance(request.user, User)
        self._say(request, notifications_mark_read(user=request.user, rows=queryset))

    def _say(self, request: HttpRequest, count: int) -> None:
        text = ngettext("%(count)d message marked as read.", "%(count)d messages marked as read.", count)
        messages.success(request, text % {"count": count})

    @display(description=gettext_lazy("message"))
    def said(self, row: Notification) -> str:
        """What happened; bold until it was read."""
        return format_html('<span class="{}">{}</span>', "" if row.read_at else "cw-unread", notification_text(row))

    @display(description=gettext_lazy("case"))
    def about(self, row: Notification) -> str:
        """The case."""
        return self.linked(row.case)

    @display(description=gettext_lazy("status"), label={"unread": "info"})
    def is_read(self, row: Notification) -> tuple[str, str]:
        """Whether it was read."""
        return ("read", _("read")) if row.read_at else ("unread", _("unread"))


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    """Who read which case: of the cases that the reader of this log may see."""

    view_roles = (Role.DEPARTMENT_HEAD, Role.AUDITOR)
    list_display = ("at", "label", "read", "about")
    search_fields = ("case__reference__startswith", "label__startswith")
    search_help_text = gettext_lazy("Beginning of the reference or of the reader's name")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessLog]:
        """Entries of visible cases."""
        visible = Case.objects.visible_to(request.user)
        return AccessLog.objects.filter(case__in=visible).select_related("case")

    @display(description=gettext_lazy("what was read"))
    def read(self, row: AccessLog) -> str:
        """What was read."""
        return access_text(row.what)

    @display(description=gettext_lazy("case"))
    def about(self, row: AccessLog) -> str:
        """The case."""
        return self.linked(row.case)


@admin.register(TimelineEvent)
class TimelineEventAdmin(ReadOnlyAdmin):
    """Every event of the visible cases, newest first. What it says stands on the case page, where reading is logged."""

    view_roles = (Role.AUDITOR,)
    list_display = ("at", "about", "seq", "verb", "who", "short_hash")
    list_filter = ("verb",)
    search_fields = ("case__reference__startswith",)
    search_help_text = gettext_lazy("Beginning of the reference")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TimelineEvent]:
        """Events of visible cases, without the protected ones."""
        visible = TimelineEvent.objects.filter(case__in=Case.objects.visible_to(request.user))
        return visible.exclude(verb__in=PROTECTED_VERBS).select_related("case")

    @display(description=gettext_lazy("case"))
    def about(self, row: TimelineEvent) -> str:
        """The case."""
        return self.linked(row.case)

    @display(description=gettext_lazy("by"))
    def who(self, row: TimelineEvent) -> str:
        """Who acted."""
        return actor_text(row)

    @display(description=gettext_lazy("hash"))
    def short_hash(self, row: TimelineEvent) -> str:
        """The beginning of the row's hash."""
        return format_html('<span class="cw-code" title="{}">{}</span>', row.hash, row.hash[:12])


@admin.register(CitedTerm)
class CitedTermAdmin(RolePermissions, StaffModelAdmin):
    """Legal lists. An entry never changes and never goes: a new wording is a new version, an old one gets an end."""

    view_roles = add_roles = change_roles = SYSTEM
    list_display = ("label", "vocabulary", "code", "version", "citation", "certainty", "effective_from", "effective_to")
    list_filter = ("vocabulary", "certainty")
    search_fields = ("label", "code", "citation")
    readonly_fields_of_published = (
        "vocabulary", "code", "version", "label", "label_en", "explanation", "citation", "certainty",
        "effective_from", "position",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only the end of an existing entry is open."""
        return self.readonly_fields_of_published if obj else ()


@admin.register(IndicatorRule)
class IndicatorRuleAdmin(RolePermissions, StaffModelAdmin):
    """Numbers and wording of what is worth a look. As a cited term: a new number is a new version."""

    view_roles = add_roles = change_roles = SYSTEM
    list_display = ("label", "version", "threshold", "within_days", "certainty", "effective_from", "effective_to")
    list_filter = ("code", "certainty")
    search_fields = ("label", "citation")
    readonly_fields_of_published = (
        "code", "version", "threshold", "within_days", "label", "label_en", "explanation", "explanation_en",
        "citation", "certainty", "effective_from", "position",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only the end of an existing version is open."""
        return self.readonly_fields_of_published if obj else ()


class StatusFilter(admin.SimpleListFilter):
    """What still has to go out, first; what went out on demand."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The statuses."""
        return list(OutboxMessage.Status.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        """Without a choice everything that is not delivered."""
        return queryset.filter(status=self.value()) if self.value() else queryset.exclude(status="sent")

    def choices(self, changelist: Any) -> Any:
        """The first choice is "not delivered" instead of "all"."""
        first, *rest = super().choices(changelist)
        yield {**first, "display": _("not delivered")}
        yield from rest


@admin.register(OutboxMessage)
class OutboxAdmin(ReadOnlyAdmin):
    """What waits and what was given up. The content stays closed: a system administrator sees no cases (art. 25(5))."""

    view_roles = SYSTEM
    list_display = ("created_at", "channel", "lane", "stands", "attempts", "next_attempt_at", "error", "again")
    list_filter = (StatusFilter, "lane")
    search_fields = ("key__startswith",)
    actions = ("retry",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxMessage]:
        """Messages without their content."""
        return OutboxMessage.objects.defer("payload")

    def get_urls(self) -> list[URLPattern]:
        """The question before a retry."""
        view = self.admin_site.admin_view(self.retry_view)
        return [path("retry/", view, name="cases_outboxmessage_retry"), *super().get_urls()]

    @admin.action(description=gettext_lazy("Deliver again"))
    def retry(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> HttpResponse:
        """Ask, then put the chosen messages back in line."""
        ids = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True)[:500])
        return redirect(f"{reverse('admin:cases_outboxmessage_retry')}?ids={ids}")

    def retry_view(self, request: HttpRequest) -> HttpResponse:
        """The question, and the deed on its answer."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        ids = [int(part) for part in request.GET.get("ids", "").split(",") if part.isdecimal()]
        dead = self.get_queryset(request).filter(pk__in=ids, status=OutboxMessage.Status.DEAD).order_by("pk")
        if request.method == "POST":
            return self._retried(request, list(dead))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deliver again"),
            "opts": self.opts,
            "rows": dead,
            "back": reverse("admin:cases_outboxmessage_changelist"),
        }
        return TemplateResponse(request, "admin/cases/outboxmessage/retry.html", context)

    def _retried(self, request: HttpRequest, rows: list[OutboxMessage]) -> HttpResponse:
        for row in rows:
            outbox_retry(message=row)
        text = ngettext("%(count)d message is in line again.", "%(count)d messages are in line again.", len(rows))
        messages.success(request, text % {"count": len(rows)})
        return redirect("admin:cases_outboxmessage_changelist")

    @display(
        description=gettext_lazy("status"),
        ordering="status",
        label={"pending": "info", "dead": "danger", "sent": "success"},
    )
    def stands(self, row: OutboxMessage) -> tuple[str, str]:
        """The status, coloured."""
        return row.status, row.get_status_display()

    @display(description=gettext_lazy("last error"))
    def error(self, row: OutboxMessage) -> str:
        """The beginning of the error; the whole of it as a hint."""
        return format_html('<span title="{}">{}</span>', row.last_error, row.last_error[:80] or "—")

    @display(description="")
    def again(self, row: OutboxMessage) -> str:
        """The way back into line, for what was given up."""
        if row.status != OutboxMessage.Status.DEAD:
            return ""
        address = f"{reverse('admin:cases_outboxmessage_retry')}?ids={row.pk}"
        return format_html('<a class="cw-link" href="{}">{}</a>', address, _("Deliver again"))
