"""Objections to a record: by whom, decided here or by whoever provided the finding, with what outcome."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.documents.models import Attachment
from casework.parties.models import User


class Objection(models.Model):
    """One objection. While it is open every display of the record says so."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        REJECTED = "rejected", _("rejected")
        CORRECTED = "corrected", _("the record is to be corrected")
        ANNULLED = "annulled", _("the record is to be annulled")
        WITHDRAWN = "withdrawn", _("withdrawn")
        MOOT = "moot", _("the record ended otherwise")

    record = models.ForeignKey("credit.CreditRecord", models.PROTECT, related_name="objections")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("objection"), max_length=5000)
    files = models.ManyToManyField(Attachment, related_name="+", blank=True, verbose_name=_("files"))
    made_on = models.DateField(_("made on"))
    is_online = models.BooleanField(_("online"), default=False)
    forwarded_to = models.CharField(_("forwarded to"), max_length=120, blank=True)
    forwarded_on = models.DateField(_("forwarded on"), null=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.OPEN)
    reasons = models.TextField(_("reasons"), max_length=5000, blank=True)
    decided_on = models.DateField(_("decided on"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What was to be done about it was done: the record corrected or annulled.
    carried_out_on = models.DateField(_("carried out on"), null=True)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["record_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="objection_once"),
            models.UniqueConstraint(fields=["record"], condition=Q(outcome="open"), name="objection_one_open"),
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "rejected", "corrected", "annulled", "withdrawn", "moot"]),
                name="objection_outcome",
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_on=None) | (~Q(outcome="open") & Q(decided_on__isnull=False)),
                name="objection_decided",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="said", operation=pgtrigger.Update, condition=pgtrigger.AnyChange("text", "made_on", "number")
            ),
            pgtrigger.Protect(
                name="decided_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome="open") & pgtrigger.Q(old__outcome__df=pgtrigger.F("new__outcome")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.number}: {self.outcome}"
