"""The start page: how the user's queue stands, what comes first in it, and what is new in the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.admin_menu import CASE_ROLES
from casework.cases.inbox import notification_text
from casework.cases.models import Notification, OutboxMessage
from casework.cases.outbox import relay_lag_seconds
from casework.cases.worklog.selectors import tasks_for
from casework.desk.queue import ASSIGNED, default_scope, scoped, works_on_cases
from casework.desk.words import due_of
from casework.desk.worklog import task_line
from casework.parties.admin_perms import is_system_administrator
from casework.parties.models import User
from casework.parties.perms import has_role
from complaints.admin.words import STATE_TONES
from complaints.flow import State
from complaints.measures.selectors import supervisory_letters_due_by_department
from complaints.models import ArrearsComplaint
from complaints.selectors import complaints_visible_to

SHOWN = 8


@dataclass(frozen=True)
class Number:
    """A count that leads to its list."""

    label: str
    count: int
    link: str
    tone: str


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add to unfold's start page what this user works with."""
    assert isinstance(request.user, User)
    user = request.user
    sees_cases = has_role(user, *CASE_ROLES)
    return {
        **context,
        "sees_cases": sees_cases,
        "numbers": _numbers(user) if sees_cases else [],
        "tasks": _tasks(user) if sees_cases else [],
        "tasks_title": _("Due first in my department") if works_on_cases(user) else _("Due first"),
        "my_tasks": [task_line(task) for task in tasks_for(user)[:SHOWN]] if sees_cases else [],
        "letters_due": supervisory_letters_due_by_department(user) if sees_cases else [],
        "inbox": _inbox(user),
        "system": _system() if is_system_administrator(user) else [],
    }


def _numbers(user: User) -> list[Number]:
    today = timezone.localdate()
    queue = scoped(complaints_visible_to(user), default_scope(user), user).order_by()
    counts = queue.aggregate(
        late=Count("pk", filter=Q(next_due__lt=today)),
        three=Count("pk", filter=Q(next_due__range=(today, today + timedelta(days=3)))),
        seven=Count("pk", filter=Q(next_due__range=(today, today + timedelta(days=7)))),
        new=Count("pk", filter=Q(state=State.SUBMITTED)),
        mine=Count("pk", filter=Q(assigned_to=user.pk)),
    )
    rows = [
        Number(_("Late"), counts["late"], _queue("due=late"), "late"),
        Number(_("Due within 3 days"), counts["three"], _queue("due=3"), "soon"),
        Number(_("Due within 7 days"), counts["seven"], _queue("due=7"), "calm"),
        Number(_("New, to be reviewed"), counts["new"], _queue(f"state={State.SUBMITTED}"), "calm"),
    ]
    if works_on_cases(user):
        rows.append(Number(_("Assigned to me"), counts["mine"], _queue(f"queue={ASSIGNED}"), "calm"))
    return rows


def _tasks(user: User) -> list[dict[str, Any]]:
    """The first cases of the queue, those assigned to the user before the others."""
    today = timezone.localdate()
    queue = scoped(complaints_visible_to(user), default_scope(user), user).filter(next_due__isnull=False)
    rows = queue.order_by(F("next_due").asc(), "id")[:SHOWN]
    return [_task(row, today) for row in rows]


def _task(complaint: ArrearsComplaint, today: Any) -> dict[str, Any]:
    assert complaint.next_due is not None
    return {
        "complaint": complaint,
        "due": due_of(complaint.next_due, today, provisional=complaint.next_due_provisional),
        "tone": STATE_TONES.get(complaint.state, ""),
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


def _queue(query: str) -> str:
    return f"{reverse('admin:complaints_arrearscomplaint_changelist')}?{query}"
