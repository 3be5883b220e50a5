"""The start page: how the user's queues stand, what comes first in them, and what is new in the inbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from casework.admin_menu import CASE_ROLES
from casework.cases.access import officer_roles
from casework.cases.inbox import notification_text
from casework.cases.models import Case, Notification, OutboxMessage
from casework.cases.outbox import relay_lag_seconds
from casework.cases.pages import case_page, state_label
from casework.cases.worklog.selectors import tasks_for
from casework.desk.queue import ASSIGNED, default_scope, scoped, works_on_cases
from casework.desk.words import due_of
from casework.desk.worklog import task_line
from casework.parties.admin_perms import is_system_administrator
from casework.parties.models import User
from casework.parties.perms import has_role

SHOWN = 8


@dataclass(frozen=True)
class Number:
    """A count that leads to its list."""

    label: str
    count: int
    link: str
    tone: str


@dataclass(frozen=True)
class QueueNumbers:
    """How one queue stands."""

    title: str
    link: str
    rows: list[Number]


@dataclass(frozen=True)
class StartQueue:
    """What the start page has to know of a kind's queue.

    Attributes:
        url_name: of its list.
        position: among the queues of the page.
        entry_state: in which a case waits for its first decision; "" where none does.
        tones: unfold's label variant by state.
        shows_filer: whether who filed a case may stand beside it in a list.
    """

    title: str | Promise
    url_name: str
    position: int
    entry_state: str = ""
    tones: Mapping[str, str] = field(default_factory=dict)
    shows_filer: bool = False


# What a kind adds to the page's context, for those who see cases.
StartPart = Callable[[User], dict[str, Any]]
_queues: dict[str, StartQueue] = {}
_parts: list[StartPart] = []


def register_start_queue(kind: str, queue: StartQueue, part: StartPart | None = None) -> None:
    """Say how the start page counts a kind of case, and what else it shows of it."""
    _queues[kind] = queue
    if part:
        _parts.append(part)


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to unfold's start page what this user works with."""
    assert isinstance(request.user, User)
    user = request.user
    sees_cases = has_role(user, *CASE_ROLES, *officer_roles())
    return {
        **context,
        "sees_cases": sees_cases,
        "tasks_title": _("Due first in my department") if works_on_cases(user) else _("Due first"),
        "inbox": _inbox(user),
        "system": _system() if is_system_administrator(user) else [],
        **(_work(user) if sees_cases else {"queues": [], "tasks": []}),
    }


def _work(user: User) -> dict[str, Any]:
    work = scoped(Case.objects.visible_to(user).filter(kind__in=_queues), default_scope(user), user).order_by()
    parts = {key: value for part in _parts for key, value in part(user).items()}
    tasks = [task_line(task) for task in tasks_for(user)[:SHOWN]]
    return {"queues": _numbers(work, user), "tasks": _tasks(work), "my_tasks": tasks, **parts}


def _numbers(work: QuerySet[Case], user: User) -> list[QueueNumbers]:
    """Queues in which something is open; all of them while nothing is."""
    counted = {row["kind"]: row for row in _counts(work, user, timezone.localdate())}
    shown = sorted(counted.keys() or _queues, key=lambda kind: _queues[kind].position)
    return [_queue_numbers(_queues[kind], counted.get(kind, {}), user) for kind in shown]


def _counts(work: QuerySet[Case], user: User, today: date) -> Any:
    """One row for each kind, in one query."""
    new = Q(pk__in=[])
    for kind, queue in _queues.items():
        new |= Q(kind=kind, state=queue.entry_state)
    return work.values("kind").annotate(
        late=Count("pk", filter=Q(next_due__lt=today)),
        three=Count("pk", filter=Q(next_due__range=(today, today + timedelta(days=3)))),
        seven=Count("pk", filter=Q(next_due__range=(today, today + timedelta(days=7)))),
        new=Count("pk", filter=new),
        mine=Count("pk", filter=Q(assigned_to=user.pk)),
    )


def _queue_numbers(queue: StartQueue, counts: Mapping[str, int], user: User) -> QueueNumbers:
    address = reverse(queue.url_name)

    def number(label: str, name: str, query: str, tone: str = "calm") -> Number:
        return Number(label, counts.get(name, 0), f"{address}?{query}", tone)

    rows = [
        number(_("Late"), "late", "due=late", "late"),
        number(_("Due within 3 days"), "three", "due=3", "soon"),
        number(_("Due within 7 days"), "seven", "due=7"),
    ]
    if queue.entry_state:
        rows.append(number(_("New, to be reviewed"), "new", f"state={queue.entry_state}"))
    if works_on_cases(user):
        rows.append(number(_("Assigned to me"), "mine", f"queue={ASSIGNED}"))
    return QueueNumbers(str(queue.title), address, rows)


def _tasks(work: QuerySet[Case]) -> list[dict[str, Any]]:
    """The cases that are due first, whatever kind they are."""
    today = timezone.localdate()
    rows = work.filter(next_due__isnull=False).order_by(F("next_due").asc(), "id")[:SHOWN]
    return [_task(row, today) for row in rows]


def _task(case: Case, today: date) -> dict[str, Any]:
    assert case.next_due is not None
    queue = _queues[case.kind]
    names = [case.complainant_name, case.respondent_name] if queue.shows_filer else [case.respondent_name]
    return {
        "case": case,
        "page": case_page(case),
        "queue": queue.title,
        "names": " → ".join(name for name in names if name),
        "state": state_label(case),
        "due": due_of(case.next_due, today, provisional=case.next_due_provisional),
        "tone": queue.tones.get(case.state, ""),
    }


def _inbox(user: User) -> list[dict[str, Any]]:
    rows = Notification.objects.filter(user=user, read_at=None).select_related("case")[:SHOWN]
    return [{"row": row, "text": notification_text(row)} for row in rows]


def _system() -> list[Number]:
    outbox = reverse("admin:cases_outboxmessage_changelist")
    dead = OutboxMessage.objects.filter(status=OutboxMessage.Status.DEAD).count()
    lag = round(relay_lag_seconds())
    return [
        Number(_("Messages given up"), dead, f"{outbox}?status=dead", "late" if dead else "calm"),
        Number(_("Oldest waiting message (seconds)"), lag, f"{outbox}?status=pending", "soon" if lag > 60 else "calm"),
    ]
