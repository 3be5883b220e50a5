"""Requests for more time and their decisions."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.clocks.models import DeadlineExtension
from casework.parties.models import User


class ExtensionRequest(models.Model):
    """One request. Who asks never decides."""

    class Ground(models.TextChoices):
        COMPLEX = "complex", _("the matter is complex")
        SPECIAL = "special", _("other special reason")

    class Status(models.TextChoices):
        PENDING = "pending", _("to be decided")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="extension_requests")
    code = models.CharField(_("period"), max_length=40)
    ground = models.CharField(_("ground"), max_length=10, choices=Ground.choices)
    reason = models.TextField(_("reason"), max_length=1000)
    # In the rule's own unit, the first period included.
    total_days = models.PositiveSmallIntegerField(_("days in all from receipt"))
    due_before = models.DateField(_("due before"))
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("requested by"))
    asked_on = models.DateField(_("asked on"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"))
    decided_on = models.DateField(_("decided on"), null=True)
    decision_note = models.TextField(_("decision"), max_length=1000, blank=True)
    extension = models.OneToOneField(DeadlineExtension, models.PROTECT, null=True, related_name="+")
    letter = models.ForeignKey(
        "documents.Letter", models.PROTECT, null=True, related_name="+", verbose_name=_("approval form")
    )

    class Meta:
        verbose_name = _("request for an extension")
        verbose_name_plural = _("requests for an extension")
        ordering = ["case_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "code"], condition=Q(status="pending"), name="extension_pending_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name="extension_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(status="pending", decided_by=None) | Q(status__in=["approved", "declined"]),
                name="extension_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code} {self.total_days}: {self.status}"
