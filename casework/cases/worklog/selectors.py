"""Reading tasks."""

from __future__ import annotations

from django.db.models import QuerySet

from casework.cases.models import Case
from casework.cases.worklog.models import Task
from casework.parties.models import User


def tasks_of(case: Case) -> QuerySet[Task]:
    """A case's tasks, those to be done first."""
    return case.tasks.select_related("assigned_to", "created_by", "done_by").order_by("-done_at", "due_on", "id")


def tasks_for(user: User) -> QuerySet[Task]:
    """What the user has to do on cases that the user may see, the earliest first."""
    visible = Case.objects.visible_to(user).filter(ended_on=None)
    open_tasks = Task.objects.filter(assigned_to=user, done_at=None, case__in=visible)
    return open_tasks.select_related("case").order_by("due_on", "id")
