"""Measures against a respondent (Decree 802 art. 25(3))."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.documents.models import Letter
from casework.parties.models import User


class Measure(models.Model):
    """One step, with its own letter, due day and outcome. Each comes only after the one before it."""

    class Kind(models.TextChoices):
        SUPERVISORY_LETTER = "supervisory_letter", _("supervisory letter")
        INTERVIEW = "interview", _("interview")
        CIRCULAR = "circular", _("circular")
        RECTIFICATION = "rectification", _("rectification order")

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        COMPLIED = "complied", _("complied with")
        PARTLY = "partly", _("partly complied with")
        IGNORED = "ignored", _("not complied with")

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="measures")
    kind = models.CharField(_("measure"), max_length=20, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.JSONField(_("content"), default=dict)
    # What a supervisory letter answers: the request that stayed without feedback, or without the required one.
    feedback_request = models.ForeignKey(
        "complaints.FeedbackRequest", models.PROTECT, null=True, related_name="measures", editable=False
    )
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))
    minutes = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("minutes"))
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    outcome_note = models.TextField(_("what came of it"), max_length=5000, blank=True)
    outcome_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outcome_on = models.DateField(_("outcome on"), null=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["complaint_id", "id"]
        indexes = [models.Index(fields=["kind", "due_on"], condition=Q(outcome="open"), name="measure_open")]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "kind", "number"], name="measure_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["supervisory_letter", "interview", "circular", "rectification"]),
                name="measure_kind",
            ),
            models.UniqueConstraint(
                fields=["feedback_request"],
                condition=Q(kind="supervisory_letter"),
                name="one_supervisory_letter_for_a_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind} {self.number}"
