"""Rows that belong to a department and a place: its own people work on them, those above the place read them."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from casework.parties.models import Role
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with

WORKING_ROLES = (Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER, Role.DEPARTMENT_HEAD)
WATCHING_ROLES = (Role.SUPERVISOR, Role.AUDITOR)
READING_ROLES = (*WORKING_ROLES, *WATCHING_ROLES)


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a department and a division, which the two class attributes say how to reach."""

    department_path = "department"
    division_path = "division"

    def visible_to(self, user: AnyUser) -> Self:
        """Only the rows of the user's departments, and of the divisions that the user oversees."""
        scope = Q(**{f"{self.department_path}__in": departments_with(user, *WORKING_ROLES)})
        for prefix in division_prefixes_with(user, *WATCHING_ROLES):
            scope |= Q(**{f"{self.division_path}__code__startswith": prefix})
        return self.filter(scope)
