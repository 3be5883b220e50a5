"""The report of an unlawful fee, what the catalogue says to it, and what was found (国办函〔2025〕30号, point 2(5))."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.cases.indicators import marks
from casework.cases.models import Case
from casework.parties.models import User
from casework.parties.validators import clean_credit_code, phone_validator
from fees.payees import PayeeType
from fees.report.flow import FeeReportFlow, State
from fees.verdict.forms import LONGEST_ITEM


class Source(models.TextChoices):
    """By which way a report arrived (国办函〔2025〕30号, points 2(4) and 2(5))."""

    ONLINE = "online", _("online")
    PHONE = "phone", _("hotline or other call")
    LETTER = "letter", _("letter or visit")
    PETITION = "petition", _("petition column")
    MONITORING = "monitoring", _("monitoring point")


class FeeReport(FeeReportFlow, Case):
    """One report of one charge. The payee never learns who reported."""

    source = models.CharField(_("way of arrival"), max_length=12, choices=Source.choices, default=Source.ONLINE)
    arrived_on = models.DateField(_("arrived on"))
    is_anonymous = models.BooleanField(
        _("report without my name"),
        default=False,
        help_text=_("You get no letters, but you can follow the report with its reference and secret."),
    )
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True, validators=[phone_validator])
    contact_email = models.EmailField(_("e-mail"), blank=True, help_text=_("Optional. We write when the case moves."))

    payee_type = models.CharField(_("kind of payee"), max_length=16, choices=PayeeType.choices)
    payee_address = models.CharField(_("address of the payee"), max_length=200, blank=True)

    item = models.CharField(
        _("what was charged"), max_length=LONGEST_ITEM, help_text=_("As it stands on the receipt or notice.")
    )
    charged_on = models.DateField(_("charged on"))
    quantity = models.DecimalField(
        _("quantity"),
        max_digits=16,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.0001"))],
    )
    unit = models.CharField(_("unit"), max_length=40, blank=True, help_text=_("Such as one case, one year, one ton."))
    base = models.DecimalField(
        _("amount that the percentage is taken of (yuan)"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    is_paid = models.BooleanField(_("already paid"), default=True)
    payees_basis = models.CharField(_("what the payee relied on"), max_length=300, blank=True)
    suspected = models.CharField(_("kind of violation"), max_length=40, blank=True)
    facts = models.TextField(_("what happened"), max_length=5000)
    request = models.TextField(_("what you ask for"), max_length=1000, blank=True)

    # The earlier report of the same fact; the report from whose submission this one was split; where it went on.
    same_as = models.ForeignKey("self", models.PROTECT, null=True, related_name="repeats", editable=False)
    split_from = models.ForeignKey("self", models.PROTECT, null=True, related_name="split_parts", editable=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_reports", editable=False)
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    decision_ground = models.CharField(_("ground"), max_length=40, blank=True, editable=False)
    answer = models.TextField(_("answer to the reporter"), max_length=5000, blank=True, editable=False)
    closing_reason = models.CharField(_("closing reason"), max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = _("fee report")
        verbose_name_plural = _("fee reports")
        constraints = [
            models.CheckConstraint(condition=Q(payee_type__in=PayeeType.values), name="fee_report_payee_type"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="fee_report_source"),
            models.CheckConstraint(condition=Q(quantity=None) | Q(quantity__gt=0), name="fee_report_quantity"),
            models.CheckConstraint(condition=Q(base=None) | Q(base__gt=0), name="fee_report_base"),
            models.CheckConstraint(
                condition=~Q(is_anonymous=True) | Q(contact_name="", contact_phone="", contact_email=""),
                name="fee_report_anonymous",
            ),
            models.CheckConstraint(condition=~Q(same_as=F("case_ptr")), name="fee_report_not_same_as_itself"),
            models.CheckConstraint(condition=~Q(merged_into=F("case_ptr")), name="fee_report_not_into_itself"),
        ]
        indexes = [
            models.Index(fields=["charged_on"], name="fee_report_charged"),
            # By what cases are compared, see casework/cases/indicators.
            models.Index(marks.PhoneDigits("contact_phone"), name="fee_report_phone"),
            models.Index(marks.MailWord("contact_email"), name="fee_report_mail"),
            models.Index(marks.TextDigest("facts"), name="fee_report_text"),
        ]

    def clean(self) -> None:
        """The rules between fields; each error names its field and the remedy."""
        errors: dict[str, object] = {}
        self.complainant_code = clean_credit_code(self.complainant_code or "")
        self.respondent_code = clean_credit_code(self.respondent_code or "")
        self._clean_reporter(errors)
        self._clean_charge(errors)
        if errors:
            raise ValidationError(errors)

    def _clean_reporter(self, errors: dict[str, object]) -> None:
        if self.is_anonymous:
            # What an anonymous reporter typed before changing the mind is not kept.
            self.complainant_name = self.complainant_code = ""
            self.contact_name = self.contact_phone = self.contact_email = ""
            return
        if not self.complainant_name.strip():
            errors["complainant_name"] = _("Give the name of your enterprise, or report without your name.")
        if not (self.contact_phone or self.contact_email):
            errors["contact_phone"] = _("Give a phone number or an e-mail address: we answer there.")
        if self.complainant_code and self.complainant_code == self.respondent_code:
            errors["respondent_code"] = _("This is your own code. Enter the code of the payee, or leave it empty.")

    def _clean_charge(self, errors: dict[str, object]) -> None:
        today = timezone.localdate()
        if self.charged_on and self.charged_on > today:
            errors["charged_on"] = _("This day lies in the future. Give the day of the receipt or notice.")
        if self.arrived_on and self.arrived_on > today:
            errors["arrived_on"] = _("This day lies in the future. Give the day on which the report arrived.")
        if self.amount is not None and self.amount <= 0:
            errors["amount"] = _("Enter the amount that was charged, more than 0.")
        if self.quantity is not None and not self.unit.strip():
            errors["unit"] = _("Say what the quantity counts.")

    def get_state_display(self) -> str:
        """The state in words."""
        return str(State(self.state).label)

    @property
    def reporter(self) -> str:
        """Who reports, for those who may know."""
        return self.complainant_name or str(_("anonymous reporter"))


class CheckedCharge(models.Model):
    """What the catalogue says to the charge as it was known then; a correction makes a new row."""

    report = models.ForeignKey(FeeReport, models.PROTECT, related_name="checked_charges")
    number = models.PositiveSmallIntegerField(_("number"))
    charge = models.JSONField(_("charge"))
    verdicts = models.JSONField(_("verdicts"))
    # The first verdict once more, where figures are made.
    code = models.CharField(_("verdict"), max_length=30)
    reason = models.CharField(_("why it was checked again"), max_length=500, blank=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    checked_on = models.DateField(_("checked on"))

    class Meta:
        verbose_name = _("check against the catalogue")
        verbose_name_plural = _("checks against the catalogue")
        ordering = ["report_id", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="checked_charge_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}: {self.code}"


class SplitPart(models.Model):
    """A part of a mixed submission that goes another way (SAMR Order 121 art. 9)."""

    class Track(models.TextChoices):
        REPORT = "report", _("another fee report")
        COMPLAINT = "complaint", _("a complaint of another kind")

    report = models.ForeignKey(FeeReport, models.PROTECT, related_name="parts")
    number = models.PositiveSmallIntegerField(_("number"))
    track = models.CharField(_("what it is"), max_length=10, choices=Track.choices)
    text = models.TextField(_("what it is about"), max_length=2000)
    way = models.CharField(_("where it belongs"), max_length=300, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name=_("case"))
    split_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    split_on = models.DateField(_("split on"))

    class Meta:
        verbose_name = _("part of a mixed submission")
        verbose_name_plural = _("parts of a mixed submission")
        ordering = ["report_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="split_part_once"),
            models.CheckConstraint(
                condition=Q(track="report", case__isnull=False) | (Q(track="complaint") & ~Q(way="")),
                name="split_part_goes_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"


class Finding(models.Model):
    """What the verification found. A report reopened for new facts may have another."""

    class Outcome(models.TextChoices):
        VIOLATION = "violation", _("a violation")
        NONE = "none", _("no violation")
        UNVERIFIABLE = "unverifiable", _("can't be verified")

    report = models.ForeignKey(FeeReport, models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField(_("number"))
    outcome = models.CharField(_("finding"), max_length=12, choices=Outcome.choices)
    facts = models.TextField(_("facts found"), max_length=5000)
    reasons = models.TextField(_("reasons"), max_length=5000)
    period_from = models.DateField(_("charged from"), null=True, blank=True)
    period_to = models.DateField(_("charged until"), null=True, blank=True)
    payers = models.PositiveIntegerField(_("number of payers"), null=True, blank=True)
    unlawful_amount = models.DecimalField(
        _("unlawful amount (yuan)"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    found_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("found by"))
    found_on = models.DateField(_("found on"))

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["report_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["violation", "none", "unverifiable"]), name="finding_outcome"
            ),
            models.CheckConstraint(
                condition=Q(period_from=None) | Q(period_to=None) | Q(period_to__gte=F("period_from")),
                name="finding_period",
            ),
            models.CheckConstraint(
                condition=Q(unlawful_amount=None) | Q(unlawful_amount__gte=0), name="finding_amount"
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}: {self.outcome}"


class Violation(models.Model):
    """A category of the list `fee.violation` that the finding names, with its hook in the law as it stood then."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="violations")
    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    label = models.CharField(_("category"), max_length=300)
    citation = models.CharField(_("citation"), max_length=300)

    class Meta:
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        ordering = ["finding_id", "id"]
        constraints = [models.UniqueConstraint(fields=["finding", "code"], name="violation_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"
