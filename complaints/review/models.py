"""What the reviewer found about the conditions of acceptance."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casework.parties.models import User


class ConditionCheck(models.Model):
    """What the reviewer found about one acceptance condition (list `arrears.condition`, Decree 802 arts 2, 3, 25)."""

    class Verdict(models.TextChoices):
        MET = "met", pgettext_lazy("condition", "met")
        NOT_MET = "not_met", _("not met")
        UNCLEAR = "unclear", _("not clear yet")

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="checks")
    condition = models.CharField(_("condition"), max_length=40)
    condition_version = models.PositiveSmallIntegerField(_("version"))
    verdict = models.CharField(_("finding"), max_length=10, choices=Verdict.choices)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("checked by"))
    checked_at = models.DateTimeField(_("checked at"))

    class Meta:
        verbose_name = _("checked condition")
        verbose_name_plural = _("checked conditions")
        ordering = ["complaint_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "condition"], name="condition_checked_once"),
            models.CheckConstraint(condition=Q(verdict__in=["met", "not_met", "unclear"]), name="condition_verdict"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.condition}: {self.verdict}"
