"""Who may see and run the disclosures: the responsible department's people, and those who oversee the place.

`visible_to` is the one definition that lists, pages and exports use; what everybody sees is `publishing.public_rows`.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.errors import ActionNotAllowed
from casework.parties.models import Department, Role, User
from casework.parties.perms import AnyUser, departments_with
from casework.parties.scope import WORKING_ROLES, ScopedQuerySet


class BodyQuerySet(ScopedQuerySet):
    """Obliged bodies."""

    division_path = "subject__division"


class ObligationQuerySet(ScopedQuerySet):
    """Obligations belong where their body belongs."""

    department_path = "body__department"
    division_path = "body__subject__division"


class CorrectionQuerySet(ScopedQuerySet):
    """Requests for correction belong where their body belongs."""

    department_path = "obligation__body__department"
    division_path = "obligation__body__subject__division"


def may_run(user: AnyUser, department: Department) -> bool:
    """Whether the user keeps the department's list and registers what is disclosed."""
    return department.pk in departments_with(user, *WORKING_ROLES)


def may_decide(user: AnyUser, department: Department) -> bool:
    """Whether the user heads the department; that somebody else proposed is asked when it is decided."""
    return department.pk in departments_with(user, Role.DEPARTMENT_HEAD)


def require_running(user: User, department: Department) -> None:
    """Let only the department's own people go on.

    Raises:
        ActionNotAllowed: the user works elsewhere.
    """
    if not may_run(user, department):
        raise ActionNotAllowed(_("Only those who work in the department that is responsible for the body may do this."))
