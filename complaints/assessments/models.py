"""The facts that the two engines need, on the complaint; and every assessment that was made from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.sizing.sizes import MOST_EMPLOYEES
from complaints.sizing.standards import StandardNotFound, standard_on

# A term beyond it is a slip of the pen: ten years.
LONGEST_TERM_DAYS = 3650


class SmeNotice(models.TextChoices):
    """How the buyer learned at signing that the seller is an SME (Decree 802 art. 3); courts asked for the proof."""

    CONTRACT = "contract", _("It stands in the contract or tender.")
    LETTER = "letter", _("By a letter or message that I still have.")
    SPOKEN = "spoken", _("Only by word of mouth.")
    NO = "no", _("It was not told.")


class ClaimFacts(models.Model):
    """What was agreed on payment, and the figures of the year that decide the size. All of it may be left open."""

    agreed_term_days = models.PositiveSmallIntegerField(
        _("agreed payment term (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TERM_DAYS)],
        help_text=_("Days after delivery, acceptance or settlement, as the contract says. Empty: nothing was agreed."),
    )
    agreed_annual_rate = models.DecimalField(
        _("agreed interest for late payment (percent a year)"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
        help_text=_("Empty: nothing was agreed."),
    )
    settlement_confirmed_on = models.DateField(
        _("amount of the settlement confirmed on"),
        null=True,
        blank=True,
        help_text=_("Only if you settle by progress or by period: the day both sides confirmed the amount."),
    )
    acceptance_required = models.BooleanField(_("the contract makes acceptance a condition of payment"), default=False)
    acceptance_due_on = models.DateField(_("agreed last day of the inspection"), null=True, blank=True)
    acceptance_passed_on = models.DateField(_("acceptance passed on"), null=True, blank=True)
    state_owned = models.BooleanField(
        _("the buyer is state-owned"), null=True, blank=True, help_text=_("Only for large enterprises.")
    )
    sme_notice = models.CharField(
        _("Did the buyer know at signing that you are an SME?"), max_length=10, choices=SmeNotice.choices, blank=True
    )
    size_industry = models.CharField(_("your industry"), max_length=40, blank=True)
    size_employees = models.PositiveIntegerField(
        _("employees in the year of signing"), null=True, blank=True, validators=[MaxValueValidator(MOST_EMPLOYEES)]
    )
    size_revenue = models.DecimalField(
        _("operating revenue in the year of signing (yuan)"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    size_assets = models.DecimalField(
        _("total assets in the year of signing (yuan)"),
        max_digits=18,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )

    if TYPE_CHECKING:
        signed_on: date | None

    class Meta:
        abstract = True

    def clean_facts(self, errors: dict[str, object]) -> None:
        """The rules between these fields; each error names its field and the remedy."""
        today = timezone.localdate()
        for name in ("settlement_confirmed_on", "acceptance_passed_on"):
            day = getattr(self, name)
            if day and day > today:
                errors[name] = _("This day lies in the future. Leave it empty until it has happened.")
        if self.size_industry and not _is_industry(self.size_industry, self.signed_on or today):
            errors["size_industry"] = _("Choose an industry of the list.")
        if not self.acceptance_required:
            for name in ("acceptance_due_on", "acceptance_passed_on"):
                if getattr(self, name):
                    errors[name] = _("Tick that acceptance is a condition of payment, or leave this day empty.")


def _is_industry(slug: str, signed_on: date) -> bool:
    """Whether the standard of the day knows it; where none is loaded nothing is refused."""
    try:
        return slug in {industry.slug for industry in standard_on(signed_on).industries}
    except StandardNotFound:
        return True


class Assessment(models.Model):
    """One calculation on a complaint, with its inputs, result, reasons and rule versions. None is ever changed."""

    class Kind(models.TextChoices):
        PAYMENT = "payment", _("due date and interest")
        SIZE = "size", _("enterprise size")

    complaint = models.ForeignKey(
        "complaints.ArrearsComplaint", models.PROTECT, related_name="assessments", verbose_name=_("complaint")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    record = models.JSONField(_("inputs and result"))
    as_of = models.DateField(_("as of"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    made_by_label = models.CharField(_("made by"), max_length=120, blank=True)
    reason = models.TextField(
        _("reason"),
        max_length=1000,
        blank=True,
        help_text=_("Why the inputs were corrected; empty for the filing's own."),
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        ordering = ["complaint_id", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "kind", "number"], name="assessment_number_once"),
            models.CheckConstraint(condition=Q(kind__in=["payment", "size"]), name="assessment_kind"),
            # The first is the filing's own; whoever corrects it says why.
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="assessment_correction_has_reason"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind} {self.number}"
