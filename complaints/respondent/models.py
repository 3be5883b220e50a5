"""Requests for feedback to the respondent, and the answers (Decree 802 art. 25(3))."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.documents.models import Letter
from casework.parties.models import User


class FeedbackRequest(models.Model):
    """One request. The respondent opens it by a link that works once; only its hash is stored."""

    class Status(models.TextChoices):
        OPEN = "open", _("waiting for the answer")
        ANSWERED = "answered", _("answered, to be judged")
        SUFFICIENT = "sufficient", _("answered as required")
        INSUFFICIENT = "insufficient", _("not answered as required")
        SILENT = "silent", _("not answered in time")
        ENDED = "ended", _("handling ended before an answer")

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="feedback_requests")
    number = models.PositiveSmallIntegerField(_("number"))
    questions = models.TextField(_("what is asked"), max_length=5000)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("asked by"))
    asked_on = models.DateField(_("asked on"))
    due_on = models.DateField(_("answer due on"))
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    opened_at = models.DateTimeField(_("opened at"), null=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.OPEN)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("judged by"))
    judged_at = models.DateTimeField(_("judged at"), null=True)
    judgement = models.TextField(_("judgement"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("request for feedback")
        verbose_name_plural = _("requests for feedback")
        ordering = ["complaint_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "number"], name="feedback_number_once"),
            models.UniqueConstraint(
                fields=["complaint"], condition=Q(status__in=["open", "answered"]), name="feedback_one_open"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "answered", "sufficient", "insufficient", "silent", "ended"]),
                name="feedback_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.number}"


class FeedbackAnswer(models.Model):
    """What the respondent answered. Never changed; a further answer needs a further request."""

    request = models.OneToOneField(FeedbackRequest, models.PROTECT, related_name="answer")
    contact_name = models.CharField(_("contact person"), max_length=40)
    contact_phone = models.CharField(_("phone"), max_length=20)
    statement = models.TextField(_("statement"), max_length=5000)
    at = models.DateTimeField(_("answered at"))

    class Meta:
        verbose_name = _("respondent's answer")
        verbose_name_plural = _("respondent's answers")

    def __str__(self) -> str:
        return str(self.request)


class AnsweredPart(models.Model):
    """Part by part: accepted with a day of payment, or disputed with a reason (Decree 802 art. 15)."""

    class Position(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DISPUTED = "disputed", _("disputed")

    answer = models.ForeignKey(FeedbackAnswer, models.PROTECT, related_name="parts")
    label = models.CharField(_("part"), max_length=200)
    amount = models.DecimalField(
        _("amount (yuan)"), max_digits=16, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    position = models.CharField(_("position"), max_length=10, choices=Position.choices)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    pay_by = models.DateField(_("will be paid by"), null=True, blank=True)

    class Meta:
        verbose_name = _("answered part")
        verbose_name_plural = _("answered parts")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="answered_part_amount")]

    def __str__(self) -> str:
        return self.label
