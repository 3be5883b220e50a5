"""Applications for credit repair (NDRC Order 36; 国办发〔2025〕22号)."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.documents.models import Attachment
from casework.parties.models import User


class RepairApplication(models.Model):
    """One application with its two documents, proof of fulfilment and undertaking, and what was decided."""

    class Ground(models.TextChoices):
        FULFILLED = "fulfilled", _("duties fulfilled")
        REORGANISATION = "reorganisation", _("bankruptcy reorganisation or settlement approved by the court")

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        MOOT = "moot", _("the record ended otherwise")

    record = models.ForeignKey("credit.CreditRecord", models.PROTECT, related_name="repairs")
    number = models.PositiveSmallIntegerField(_("number"))
    ground = models.CharField(_("ground"), max_length=16, choices=Ground.choices)
    fulfilment = models.TextField(_("what was fulfilled, and when"), max_length=3000)
    undertaking = models.TextField(_("undertaking"), max_length=3000)
    court_document = models.CharField(_("number of the court's decision"), max_length=80, blank=True)
    proofs = models.ManyToManyField(Attachment, related_name="+", verbose_name=_("proof"))
    asked_on = models.DateField(_("asked on"))
    is_online = models.BooleanField(_("online"), default=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    reasons = models.TextField(_("reasons"), max_length=3000, blank=True)
    decided_on = models.DateField(_("decided on"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("application for repair")
        verbose_name_plural = _("applications for repair")
        ordering = ["record_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="repair_once"),
            models.UniqueConstraint(fields=["record"], condition=Q(outcome="open"), name="repair_one_open"),
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "granted", "refused", "withdrawn", "moot"]), name="repair_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_on=None) | (~Q(outcome="open") & Q(decided_on__isnull=False)),
                name="repair_decided",
            ),
            models.CheckConstraint(condition=~Q(outcome="refused") | ~Q(reasons=""), name="repair_refused_why"),
            models.CheckConstraint(
                condition=~Q(ground="reorganisation") | ~Q(court_document=""), name="repair_court_document"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="asked",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("ground", "fulfilment", "undertaking", "asked_on", "court_document"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.number}: {self.outcome}"
