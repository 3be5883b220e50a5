"""Who may see and run the monitoring: the responsible department's people, and those who oversee the division.

`visible_to` is the one definition that lists, pages, figures, exports and the API use.
"""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from casework.cases.errors import ActionNotAllowed
from casework.parties.models import Department, User
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with, has_role
from casework.parties.scope import READING_ROLES as READING_ROLES
from casework.parties.scope import WATCHING_ROLES, ScopedQuerySet
from casework.parties.scope import WORKING_ROLES as WORKING_ROLES


class PointQuerySet(ScopedQuerySet):
    """Monitoring points."""


class RoundQuerySet(ScopedQuerySet):
    """Rounds lie where their department lies."""

    division_path = "department__division"


class ReturnQuerySet(ScopedQuerySet):
    """Returns belong where their point belongs."""

    department_path = "point__department"
    division_path = "point__division"


class PaidItemQuerySet(ScopedQuerySet):
    """What points paid."""

    department_path = "quarterly_return__point__department"
    division_path = "quarterly_return__point__division"


class AlarmQuerySet(models.QuerySet[Any]):
    """Alarms."""

    def visible_to(self, user: AnyUser) -> Self:
        """Those of points of the user's departments, and those within a division that the user oversees."""
        own = self.model.points.through.objects.filter(
            monitoringpoint__department__in=departments_with(user, *WORKING_ROLES)
        )
        scope = Q(pk__in=own.values("alarm"))
        for prefix in division_prefixes_with(user, *WATCHING_ROLES):
            scope |= Q(division__code__startswith=prefix)
        return self.filter(scope)


def may_read(user: AnyUser) -> bool:
    """Whether the user's roles reach any monitoring."""
    return has_role(user, *READING_ROLES)


def may_run(user: AnyUser, department: Department) -> bool:
    """Whether the user registers the department's points and opens its rounds."""
    return department.pk in departments_with(user, *WORKING_ROLES)


def require_running(user: User, department: Department) -> None:
    """Let only the department's own people go on.

    Raises:
        ActionNotAllowed: the user works elsewhere.
    """
    if not may_run(user, department):
        raise ActionNotAllowed(
            _("Only those who work in the department that is responsible for the monitoring points may do this.")
        )
