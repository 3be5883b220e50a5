"""Notes among the staff of a case, and tasks."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.parties.models import User


class Note(models.Model):
    """A note among the staff of a case; never shown to the parties, never changed."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=5000)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("author"))
    at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.author_id}"


class Task(models.Model):
    """Something to be done on a case by a person or a department, by a day."""

    class Source(models.TextChoices):
        MANUAL = "manual", _("written by a person")
        INSTALMENT = "instalment", _("instalment of a repayment plan")
        FOLLOW_UP = "follow_up", _("follow-up")
        SUPERVISION = "supervision", _("supervision")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="tasks")
    title = models.CharField(_("what is to be done"), max_length=200)
    due_on = models.DateField(pgettext_lazy("task", "by"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="case_tasks", verbose_name=_("assigned to")
    )
    source = models.CharField(_("origin"), max_length=12, choices=Source.choices, default=Source.MANUAL)
    # The same for the same occasion: an instalment makes one task, however often it is looked at.
    key = models.CharField(max_length=80, unique=True, null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("written by"))
    created_at = models.DateTimeField(_("written at"))
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("done by"))
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(done_at=None), name="case_task_open")]

    def __str__(self) -> str:
        return self.title
