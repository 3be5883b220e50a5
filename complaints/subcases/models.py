"""Side matters of a complaint."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.documents.models import Letter
from casework.parties.models import Department, User


class SubCase(models.Model):
    """A dispute about the enterprise's size (Decree 802 art. 29) or a receivable to be confirmed (art. 16)."""

    class Kind(models.TextChoices):
        SIZE_DISPUTE = "size_dispute", _("dispute about the size")
        RECEIVABLE = "receivable", _("confirmation of a receivable")

    class Status(models.TextChoices):
        OPEN = "open", _("open")
        DECIDED = "decided", _("decided")
        DROPPED = "dropped", _("dropped")

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="subcases")
    kind = models.CharField(_("matter"), max_length=12, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    asked_of = models.CharField(_("asked of"), max_length=200)
    asked_department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    request = models.TextField(_("what is asked"), max_length=5000)
    begun_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("begun by"))
    begun_on = models.DateField(_("begun on"))
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)
    outcome_amount = models.DecimalField(
        _("confirmed amount (yuan)"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    outcome_note = models.TextField(_("reasons"), max_length=5000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    decided_on = models.DateField(_("decided on"), null=True)

    class Meta:
        verbose_name = _("side matter")
        verbose_name_plural = _("side matters")
        ordering = ["complaint_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "kind", "number"], name="subcase_number_once"),
            models.UniqueConstraint(fields=["complaint", "kind"], condition=Q(status="open"), name="subcase_one_open"),
            models.CheckConstraint(condition=Q(kind__in=["size_dispute", "receivable"]), name="subcase_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind} {self.number}"
