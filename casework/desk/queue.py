"""What a queue shows: scopes, filters, search. All of them narrow what `visible_to` gave; none widens it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES
from casework.cases.models import DRAFT
from casework.parties.models import Division, division_prefix
from casework.parties.perms import AnyUser, departments_with, has_role

Queue = QuerySet[Any]
# A part of the queue that only one kind has: key, label, and what narrows the queue to it.
Part = tuple[str, Any, Callable[[Queue], Queue]]
MINE, ASSIGNED, OPEN, ENDED, ALL = "mine", "assigned", "open", "ended", "all"
_CREDIT_CODE = re.compile(r"[0-9A-Z]{18}")


def works_on_cases(user: AnyUser) -> bool:
    """Whether the user's department receives or handles cases through the user's role."""
    return has_role(user, *RECEIVING_ROLES, *HANDLING_ROLES)


def in_my_departments(queue: Queue, user: AnyUser) -> Queue:
    """Cases that a department of the user received or handles."""
    return queue.filter(
        Q(receiving_department__in=departments_with(user, *RECEIVING_ROLES))
        | Q(handling_department__in=departments_with(user, *HANDLING_ROLES))
    )


def default_scope(user: AnyUser) -> str:
    """Where the queue opens: at the department's open cases, for oversight at all open ones."""
    return MINE if works_on_cases(user) else OPEN


def scoped(queue: Queue, scope: str, user: AnyUser) -> Queue:
    """The part of the queue that a tab shows."""
    if scope == MINE:
        return in_my_departments(queue, user).filter(ended_on=None)
    if scope == ASSIGNED:
        return queue.filter(assigned_to=user.pk, ended_on=None)
    if scope == OPEN:
        return queue.filter(ended_on=None)
    return queue.exclude(ended_on=None) if scope == ENDED else queue


class ScopeFilter(admin.SimpleListFilter):
    """Which part of the visible cases; the tabs above the list set the same parameter.

    Attributes:
        extra: parts of the kind's own.
    """

    extra: tuple[Part, ...] = ()
    title = _("part")
    parameter_name = "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The parts that make sense for this user."""
        self.default = default_scope(request.user)
        self.searching = bool(request.GET.get(SEARCH_VAR))
        return scope_labels(request.user, self.extra)

    def queryset(self, request: HttpRequest, queryset: Queue) -> Queue:
        """Without a choice the default; a search looks through everything visible."""
        scope = self.value() or (ALL if self.searching else self.default)
        for key, _label, narrow in self.extra:
            if key == scope:
                return narrow(queryset)
        return scoped(queryset, scope, request.user)

    def choices(self, changelist: Any) -> Any:
        """The parts without a separate "all": one of them is it."""
        current = self.value() or (ALL if self.searching else self.default)
        for key, label in self.lookup_choices:
            yield {
                "selected": key == current,
                "query_string": changelist.get_query_string({self.parameter_name: key}),
                "display": label,
            }


def scope_labels(user: AnyUser, extra: Iterable[Part] = ()) -> list[tuple[str, Any]]:
    """The tabs of a user.

    Args:
        extra: parts of the kind's own.
    """
    work = [(MINE, _("My department, open")), (ASSIGNED, _("Assigned to me"))] if works_on_cases(user) else []
    rest = [] if works_on_cases(user) else [(OPEN, _("Open cases"))]
    own = [(key, label) for key, label, _narrow in extra]
    return [*work, *rest, *own, (ENDED, _("Ended")), (ALL, _("All"))]


class StateFilter(admin.SimpleListFilter):
    """One state.

    Attributes:
        states: the kind's.
    """

    states: type[models.TextChoices]
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Every state but the draft, which staff never sees."""
        return [(state.value, state.label) for state in self.states if state.value != DRAFT]

    def queryset(self, request: HttpRequest, queryset: Queue) -> Queue:
        """Cases in that state."""
        return queryset.filter(state=self.value()) if self.value() else queryset


class DueFilter(admin.SimpleListFilter):
    """When the next deadline falls."""

    title = _("next deadline")
    parameter_name = "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Late, or within some days from today."""
        return [
            ("late", _("late")),
            ("3", _("within 3 days")),
            ("7", _("within 7 days")),
            ("30", _("within 30 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: Queue) -> Queue:
        """Cases whose next deadline falls there."""
        return due_within(queryset, self.value() or "")


def due_within(queue: Queue, span: str) -> Queue:
    """Cases that are late, or due from today on within a number of days; "" leaves the queue as it is."""
    today = timezone.localdate()
    if span == "late":
        return queue.filter(next_due__lt=today)
    if span.isdigit():
        return queue.filter(next_due__range=(today, today + timedelta(days=int(span[:4]))))
    return queue


class DivisionFilter(admin.SimpleListFilter):
    """The respondent's division: those right below the user's own, and below the one chosen."""

    title = _("division")
    parameter_name = "division"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Codes and names, read in one query."""
        chosen = request.GET.get(self.parameter_name, "")
        parents = {held.department.division_id for held in getattr(request.user, "held_roles", ())} | {chosen}
        rows = Division.objects.filter(Q(parent__in=parents) | Q(pk=chosen)).order_by("code")
        return [(row.code, row.name) for row in rows]

    def queryset(self, request: HttpRequest, queryset: Queue) -> Queue:
        """Cases in the subtree of the chosen division."""
        chosen = self.value() or ""
        return queryset.filter(division__code__startswith=division_prefix(chosen)) if chosen else queryset


def search(queue: Queue, words: str) -> Queue:
    """Cases that hold every word in the reference or a name, or whose party has the code.

    LIKE and not ILIKE by way of UPPER(): only the former uses the trigram index.
    """
    for word in words.split():
        upper = word.upper()
        if _CREDIT_CODE.fullmatch(upper):
            queue = queue.filter(Q(complainant_code=upper) | Q(respondent_code=upper))
            continue
        found = Q(reference__contains=upper)
        for text in {word, upper}:
            found |= Q(complainant_name__contains=text) | Q(respondent_name__contains=text)
        queue = queue.filter(found)
    return queue
