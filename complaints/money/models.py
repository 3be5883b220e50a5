"""Parts of the claim, payments, and the repayment plan."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.documents.models import Attachment
from casework.parties.models import User

_LEAST = MinValueValidator(Decimal("0.01"))


class ClaimPart(models.Model):
    """A part of the claim, disputed or not; the undisputed ones are to be paid in time (Decree 802 art. 15)."""

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="claim_parts")
    label = models.CharField(_("part"), max_length=200)
    amount = models.DecimalField(_("amount (yuan)"), max_digits=16, decimal_places=2, validators=[_LEAST])
    disputed = models.BooleanField(_("disputed"), default=False)
    reason = models.TextField(_("reason of the dispute"), max_length=1000, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("part of the claim")
        verbose_name_plural = _("parts of the claim")
        ordering = ["complaint_id", "position", "id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="claim_part_amount")]

    def __str__(self) -> str:
        return self.label


class RepaymentPlan(models.Model):
    """What both sides signed: instalments and their days. A new plan replaces the one before."""

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="plans")
    signed_on = models.DateField(_("signed on"))
    document = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True)

    class Meta:
        verbose_name = _("repayment plan")
        verbose_name_plural = _("repayment plans")
        ordering = ["complaint_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["complaint"], condition=Q(replaced_at=None), name="plan_one_in_force")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.signed_on}"


class RecordedPayment(models.Model):
    """A payment during the case, with its proof; it counts once the complainant has confirmed it."""

    class Status(models.TextChoices):
        REPORTED = "reported", _("reported, to be confirmed by the complainant")
        CONFIRMED = "confirmed", _("confirmed")
        DENIED = "denied", _("denied by the complainant")

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="payments")
    paid_on = models.DateField(_("paid on"))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=16, decimal_places=2, validators=[_LEAST])
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    proof = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.REPORTED)
    # In force when it was recorded; what was recorded before a plan was taken off what the plan promises.
    plan = models.ForeignKey(RepaymentPlan, models.PROTECT, null=True, related_name="+", verbose_name=_("plan"))
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer_note = models.CharField(_("complainant's remark"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["complaint_id", "paid_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="recorded_payment_amount"),
            models.CheckConstraint(
                condition=Q(status__in=["reported", "confirmed", "denied"]), name="recorded_payment_status"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on} {self.amount}"


class Instalment(models.Model):
    """One promised payment. Whether it is met follows from the payments, in the order of the days."""

    plan = models.ForeignKey(RepaymentPlan, models.PROTECT, related_name="instalments")
    due_on = models.DateField(_("due on"))
    amount = models.DecimalField(_("amount (yuan)"), max_digits=16, decimal_places=2, validators=[_LEAST])
    # The day on which its being missed was noticed; a missed one is told once.
    missed_noticed_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        ordering = ["plan_id", "due_on", "id"]
        indexes = [models.Index(fields=["due_on"], condition=Q(missed_noticed_on=None), name="instalment_due")]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_amount")]

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount}"
