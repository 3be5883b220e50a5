"""Who asked about which subject, for which department and purpose (Decree 802 art. 25(5): secrecy in the work)."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.parties.models import Department, Role, User
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with


class SubjectLookupQuerySet(models.QuerySet["SubjectLookup"]):
    """Look-ups, narrowed by who reads the log."""

    def visible_to(self, user: AnyUser) -> Self:
        """Heads see those of their own department, auditors those of the departments in their division."""
        seen = Q(department__in=departments_with(user, Role.DEPARTMENT_HEAD))
        for prefix in division_prefixes_with(user, Role.AUDITOR):
            seen |= Q(department__division__code__startswith=prefix)
        return self.filter(seen)


class SubjectLookup(models.Model):
    """One answered question. No foreign key to the subject: codes that nobody knows are asked for too."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("user"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    code = models.CharField(_("unified social credit code"), max_length=18)
    purpose = models.CharField(_("purpose"), max_length=200)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = SubjectLookupQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit look-up")
        verbose_name_plural = _("credit look-ups")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["department", "-id"], name="lookup_department"),
            models.Index(fields=["code", "-id"], name="lookup_code"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(purpose=""), name="lookup_says_why"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.department} → {self.code}"
