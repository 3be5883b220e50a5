"""Messages on a case. They decide nothing, set no clock, and replace no letter."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.cases.models import Case
from casework.parties.models import Department, User
from casework.parties.perms import AnyUser

MOST_CHARACTERS = 5000


class MessageQuerySet(models.QuerySet["CaseMessage"]):
    """Messages, narrowed through the case they belong to."""

    def visible_to(self, user: AnyUser) -> Self:
        """Only those on cases that the user may see."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def waiting(self) -> Self:
        """What the filer wrote and nobody has answered or laid aside."""
        return self.filter(side=CaseMessage.Side.FILER, settled_at=None)


class CaseMessage(models.Model):
    """One message. What was written never changes; only that it was answered or opened is added once.

    Attributes:
        settled_at: of the filer's, when the department answered it or said that no answer is needed; of the
            department's, when the filer opened it.
        files: of the filer's, the names of the files that came with it, as they stand among the evidence.
    """

    class Side(models.TextChoices):
        FILER = "filer", _("from the filer")
        DEPARTMENT = "department", _("from the department")

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages", verbose_name=_("case"))
    side = models.CharField(_("written by"), max_length=10, choices=Side.choices)
    text = models.TextField(_("message"), max_length=MOST_CHARACTERS, blank=True)
    files = models.JSONField(_("files"), default=list)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", verbose_name=_("department")
    )
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("author"))
    author_label = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(_("written at"))
    settled_at = models.DateTimeField(_("answered or opened at"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        indexes = [models.Index(fields=["case"], condition=Q(side="filer", settled_at=None), name="message_waiting")]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=["filer", "department"]), name="message_side"),
            # The department's name is what the filer reads; the person behind it stays inside.
            models.CheckConstraint(
                condition=Q(side="filer", department=None)
                | Q(side="department", department__isnull=False, author__isnull=False),
                name="message_author",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="text_stays", exclude=["settled_at"]),
            pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.side}"
