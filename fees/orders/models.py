"""Rectification orders and refund orders with their payers (价格违法行为行政处罚规定 art. 16)."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.cases.access import staff_scope
from casework.cases.models import Case
from casework.documents.models import Letter
from casework.parties.models import User
from casework.parties.perms import AnyUser
from casework.parties.validators import validate_credit_code
from fees.report.models import FeeReport


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders, narrowed through the report they belong to."""

    def visible_to(self, user: AnyUser) -> Self:
        """Only those of reports that the user may see."""
        return self.filter(report__in=Case.objects.visible_to(user))

    def announced(self) -> Self:
        """Refund orders whose payers are looked for by public notice."""
        return self.filter(kind=Order.Kind.REFUND, announced_on__isnull=False)


class Order(models.Model):
    """One order to the payee of a report, with its letter, due day and outcome."""

    class Kind(models.TextChoices):
        RECTIFICATION = "rectification", _("rectification order")
        REFUND = "refund", _("refund order")

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("carried out")
        PARTLY = "partly", _("partly carried out")
        NOT_DONE = "not_done", _("not carried out")
        REVOKED = "revoked", _("revoked")

    report = models.ForeignKey(FeeReport, models.PROTECT, related_name="orders")
    kind = models.CharField(_("order"), max_length=14, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("what is ordered"), max_length=5000)
    due_on = models.DateField(_("due on"))
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    issued_on = models.DateField(_("issued on"))
    # Refund orders only. Payers that can't be found are looked for by public notice (art. 16).
    payers_unknown = models.BooleanField(_("payers are hard to find"), default=False)
    announced_on = models.DateField(_("public notice from"), null=True, blank=True)
    announced_until = models.DateField(_("public notice until"), null=True, blank=True)
    announcement = models.TextField(_("public notice"), max_length=2000, blank=True)
    claim_at = models.CharField(_("where payers come forward"), max_length=300, blank=True)
    overdue_told_on = models.DateField(_("found overdue on"), null=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    outcome_note = models.TextField(_("what came of it"), max_length=5000, blank=True)
    # What was not given back goes to the treasury; payers may still sue (art. 16).
    confiscated = models.DecimalField(_("confiscated (yuan)"), max_digits=16, decimal_places=2, default=Decimal(0))
    outcome_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outcome_on = models.DateField(_("outcome on"), null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("order to a payee")
        verbose_name_plural = _("orders to payees")
        ordering = ["report_id", "id"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(outcome="open"), name="fee_order_open"),
            models.Index(fields=["-announced_on", "-id"], condition=Q(kind="refund"), name="fee_order_announced"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "number"], name="fee_order_number_once"),
            models.CheckConstraint(condition=Q(kind__in=["rectification", "refund"]), name="fee_order_kind"),
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "done", "partly", "not_done", "revoked"]), name="fee_order_outcome"
            ),
            models.CheckConstraint(condition=Q(confiscated__gte=0), name="fee_order_confiscated"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="fee_order_due"),
            models.CheckConstraint(
                condition=Q(announced_on=None) | Q(announced_until__gte=F("announced_on")), name="fee_order_notice_days"
            ),
            models.CheckConstraint(
                condition=Q(kind="refund") | Q(payers_unknown=False, announced_on=None), name="fee_order_refund_only"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.kind} {self.number}"


class PayerQuerySet(models.QuerySet["Payer"]):
    """Payers, narrowed by who looks: never the reporter, who may be a competitor of the others."""

    def visible_to(self, user: AnyUser) -> Self:
        """For the staff whom their roles let see the report."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        return self.filter(order__report__in=Case.objects.filter(staff_scope(user)))


class Payer(models.Model):
    """Somebody to whom a refund order gives money back. Personal and business data: never public."""

    order = models.ForeignKey(Order, models.PROTECT, related_name="payers")
    number = models.PositiveIntegerField(_("number"))
    name = models.CharField(_("payer"), max_length=120)
    code = models.CharField(
        _("unified social credit code"), max_length=18, blank=True, validators=[validate_credit_code]
    )
    amount = models.DecimalField(_("to be refunded (yuan)"), max_digits=16, decimal_places=2)
    refunded = models.DecimalField(_("refunded (yuan)"), max_digits=16, decimal_places=2, default=Decimal(0))
    refunded_on = models.DateField(_("refunded on"), null=True, blank=True)
    voucher = models.CharField(_("proof"), max_length=120, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PayerQuerySet.as_manager()

    class Meta:
        verbose_name = _("payer")
        verbose_name_plural = _("payers")
        ordering = ["order_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="payer_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payer_amount"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("amount")), name="payer_refunded_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(refunded=0) | Q(refunded_on__isnull=False), name="payer_refunded_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.number}: {self.name}"
