"""What the complainant says after the result."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.parties.models import User


class Satisfaction(models.Model):
    """The complainant's word on how the case was handled, given once."""

    complaint = models.OneToOneField("complaints.ArrearsComplaint", models.PROTECT, related_name="satisfaction")
    score = models.PositiveSmallIntegerField(_("satisfied? (1 to 5)"))
    text = models.TextField(_("remark"), max_length=1000, blank=True)
    at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("satisfaction")
        verbose_name_plural = _("satisfaction")
        constraints = [models.CheckConstraint(condition=Q(score__range=(1, 5)), name="satisfaction_score")]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.score}"


class NewFacts(models.Model):
    """New facts on a case that has ended: only they can reopen it, and they merge into it."""

    class Status(models.TextChoices):
        PENDING = "pending", _("to be decided")
        ACCEPTED = "accepted", _("the case was reopened")
        DECLINED = "declined", _("no new facts")

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="new_facts")
    text = models.TextField(_("new facts"), max_length=5000)
    at = models.DateTimeField(_("told at"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision_note = models.TextField(_("decision"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("new facts")
        verbose_name_plural = _("new facts")
        ordering = ["complaint_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(status="pending"), name="new_facts_one_pending")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.status}"
