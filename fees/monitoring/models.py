"""Monitoring points, their quarterly returns with what the catalogue says to each payment, and the alarms from them."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.parties.models import Department, Division
from casework.parties.validators import phone_validator, validate_credit_code
from fees.catalogue.models import CatalogueEntry
from fees.catalogue.topics import industry_choices
from fees.monitoring.access import AlarmQuerySet, PaidItemQuerySet, PointQuerySet, ReturnQuerySet, RoundQuerySet
from fees.monitoring.quarters import Quarter
from fees.payees import PayeeType
from fees.report.models import FeeReport
from fees.verdict.engine import VerdictCode
from fees.verdict.forms import LONGEST_ITEM

FIRST_YEAR, LAST_YEAR = 2025, 2100


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    """Who did it; empty where it was not done, or where the system did."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=label
    )


class MonitoringPoint(models.Model):
    """An enterprise that reports what it paid. It needs no account: reference and access code open its page."""

    reference = models.CharField(_("reference of the monitoring point"), max_length=24, unique=True, editable=False)
    name = models.CharField(_("enterprise"), max_length=120)
    credit_code = models.CharField(
        _("unified social credit code"), max_length=18, unique=True, validators=[validate_credit_code]
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("division"))
    industry = models.CharField(_("industry"), max_length=1, choices=industry_choices)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("responsible department")
    )
    contact_name = models.CharField(_("contact person"), max_length=40)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True, validators=[phone_validator])
    contact_email = models.EmailField(_("e-mail"), help_text=_("Invitations, reminders and the access code go here."))
    active_from = models.DateField(_("active from"))
    active_to = models.DateField(_("active until"), null=True, blank=True, editable=False)
    # The code is derived from its key with the server's FILING_KEY, as a case's secret is, and stored nowhere.
    code_key = models.CharField(max_length=64, editable=False)
    code_hash = models.CharField(max_length=64, editable=False)
    code_made_at = models.DateTimeField(_("access code made at"), editable=False)
    code_made_by = _person(_("access code made by"))
    registered_by = _person(_("registered by"))
    registered_at = models.DateTimeField(_("registered at"), auto_now_add=True)
    retired_by = _person(_("retired by"))
    retire_reason = models.CharField(_("reason of the retirement"), max_length=300, blank=True, editable=False)
    is_development = models.BooleanField(_("development data"), default=False, editable=False)

    objects = PointQuerySet.as_manager()

    class Meta:
        verbose_name = _("monitoring point")
        verbose_name_plural = _("monitoring points")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active_to=None) | Q(active_to__gte=F("active_from")), name="monitoring_point_dates"
            ),
            models.CheckConstraint(
                condition=Q(active_to=None) | ~Q(retire_reason=""), name="monitoring_point_retired_why"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(code_hash="") & ~Q(contact_email=""), name="monitoring_point_reachable"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """A quarter for which a department asks its points. Late returns are taken until it is closed."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("department"))
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    quarter_number = models.PositiveSmallIntegerField(
        _("quarter"), validators=[MinValueValidator(1), MaxValueValidator(4)]
    )
    opens_on = models.DateField(_("opened on"), editable=False)
    due_on = models.DateField(_("due day of the returns"), help_text=_("The day itself still counts."))
    opened_by = _person(_("opened by"))
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    closed_by = _person(_("closed by"))

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("monitoring round")
        verbose_name_plural = _("monitoring rounds")
        ordering = ["-year", "-quarter_number", "department_id"]
        constraints = [
            models.UniqueConstraint(fields=["department", "year", "quarter_number"], name="monitoring_round_once"),
            models.CheckConstraint(
                condition=Q(quarter_number__range=(1, 4), year__range=(FIRST_YEAR, LAST_YEAR)),
                name="monitoring_round_quarter",
            ),
            models.CheckConstraint(condition=Q(due_on__gte=F("opens_on")), name="monitoring_round_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.quarter}"

    @property
    def quarter(self) -> Quarter:
        """The quarter that is asked about."""
        return Quarter(self.year, self.quarter_number)

    @property
    def is_open(self) -> bool:
        """Whether returns are still taken."""
        return self.closed_at is None


class QuarterlyReturn(models.Model):
    """A point's answer to a round.

    A draft keeps the rows as they were typed; `paid_items` are those of the latest submission and count only while the
    return is submitted.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("not submitted")
        SUBMITTED = "submitted", _("submitted")

    point = models.ForeignKey(
        MonitoringPoint, models.PROTECT, related_name="returns", verbose_name=_("monitoring point")
    )
    round = models.ForeignKey(Round, models.PROTECT, related_name="returns", verbose_name=_("monitoring round"))
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    version = models.PositiveIntegerField(_("version"), default=0)
    draft_rows = models.JSONField(_("rows of the draft"), default=list, blank=True)
    nothing_paid = models.BooleanField(_("we paid nothing of the kind in this quarter"), default=False)
    remark = models.TextField(_("remark"), max_length=1000, blank=True)
    saved_at = models.DateTimeField(_("draft saved at"), null=True)
    submitted_at = models.DateTimeField(_("submitted at"), null=True)
    reopened_at = models.DateTimeField(_("reopened at"), null=True)
    reopened_by = _person(_("reopened by"))
    reopen_reason = models.CharField(_("reason of the reopening"), max_length=300, blank=True)

    objects = ReturnQuerySet.as_manager()

    class Meta:
        verbose_name = _("quarterly return")
        verbose_name_plural = _("quarterly returns")
        ordering = ["-round__year", "-round__quarter_number", "point_id"]
        constraints = [
            models.UniqueConstraint(fields=["point", "round"], name="monitoring_return_once"),
            models.CheckConstraint(condition=Q(status__in=["draft", "submitted"]), name="monitoring_return_status"),
            models.CheckConstraint(
                condition=~Q(status="submitted") | Q(submitted_at__isnull=False), name="monitoring_return_submitted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point} · {self.round.quarter}"

    @property
    def is_editable(self) -> bool:
        """Whether the enterprise may write: while the round is open, and after it where staff reopened the return."""
        reopened = self.reopened_at is not None and self.status == self.Status.DRAFT
        return self.round.is_open or reopened


class Submission(models.Model):
    """What was submitted, as it was: a correction makes another one."""

    quarterly_return = models.ForeignKey(QuarterlyReturn, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("number"))
    nothing_paid = models.BooleanField(_("we paid nothing of the kind in this quarter"))
    remark = models.TextField(_("remark"), max_length=1000, blank=True)
    rows = models.JSONField(_("rows of the submission"), encoder=DjangoJSONEncoder)
    submitted_at = models.DateTimeField(_("submitted at"))

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        ordering = ["quarterly_return_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_return", "number"], name="monitoring_submission_once")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.quarterly_return_id} {self.number}"


class PaidItem(models.Model):
    """One payment of the latest submission, with the verdict of the catalogue as it stood then."""

    quarterly_return = models.ForeignKey(
        QuarterlyReturn, models.CASCADE, related_name="paid_items", verbose_name=_("quarterly return")
    )
    position = models.PositiveSmallIntegerField(_("number"))
    item = models.CharField(_("what was charged"), max_length=LONGEST_ITEM)
    # The item without blanks and punctuation, by which several points' payments are taken for the same.
    item_key = models.CharField(max_length=LONGEST_ITEM, editable=False, db_index=True)
    payee = models.CharField(_("who charged it"), max_length=200)
    payee_code = models.CharField(
        _("payee's credit code"), max_length=18, blank=True, validators=[validate_credit_code]
    )
    payee_type = models.CharField(_("kind of payee"), max_length=16, choices=PayeeType.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("where"))
    charged_on = models.DateField(_("day of the charge"))
    amount = models.DecimalField(_("amount in yuan"), max_digits=16, decimal_places=2)
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    verdict = models.CharField(_("verdict"), max_length=30)
    entry = models.ForeignKey(
        CatalogueEntry, models.PROTECT, null=True, related_name="+", verbose_name=_("catalogue entry")
    )
    entry_version = models.PositiveIntegerField(_("version"), null=True)
    excess = models.DecimalField(_("too much, in yuan"), max_digits=16, decimal_places=2, null=True)
    citation = models.TextField(_("citation"), blank=True)
    steps = models.JSONField(_("reasons"), default=list)

    objects = PaidItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment of a fee")
        verbose_name_plural = _("payments of fees")
        ordering = ["quarterly_return_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_return", "position"], name="monitoring_item_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="monitoring_item_amount"),
            models.CheckConstraint(condition=Q(quantity=None) | Q(quantity__gt=0), name="monitoring_item_quantity"),
            models.CheckConstraint(condition=Q(payee_type__in=PayeeType.values), name="monitoring_item_payee_type"),
            models.CheckConstraint(condition=Q(verdict__in=list(VerdictCode)), name="monitoring_item_verdict"),
            models.CheckConstraint(
                condition=~Q(item="") & ~Q(item_key="") & ~Q(payee=""), name="monitoring_item_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount}"


class Reminder(models.Model):
    """That a point was reminded, once for each threshold, or by a person's hand."""

    quarterly_return = models.ForeignKey(QuarterlyReturn, models.CASCADE, related_name="reminders")
    # Days from the due day; empty: a person pressed the button.
    days = models.SmallIntegerField(_("days from the due day"), null=True)
    sent_on = models.DateField(_("sent on"))
    sent_by = _person(_("sent by"))
    # One mail tells of the latest threshold; those that were passed unnoticed before it are only marked.
    is_told = models.BooleanField(_("mail written"), default=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["quarterly_return_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["quarterly_return", "days"], name="monitoring_reminder_once"),
            models.UniqueConstraint(
                fields=["quarterly_return", "sent_on"], condition=Q(days=None), name="monitoring_reminder_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(days__isnull=False) | Q(sent_by__isnull=False), name="monitoring_reminder_from_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarterly_return_id} {self.days}"


class Alarm(models.Model):
    """That several points of a place paid the same item outside the catalogue in one quarter. It decides nothing."""

    class Status(models.TextChoices):
        NEW = "new", _("not yet looked into")
        LOOKED_INTO = "looked_into", _("being looked into")
        REPORTED = "reported", _("handed on as a report")
        UNFOUNDED = "unfounded", _("no unlawful fee")

    item_key = models.CharField(max_length=LONGEST_ITEM, editable=False)
    item = models.CharField(_("item"), max_length=LONGEST_ITEM, help_text=_("As the first point wrote it."))
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("place"))
    year = models.PositiveSmallIntegerField(_("year"))
    quarter_number = models.PositiveSmallIntegerField(_("quarter"))
    points = models.ManyToManyField(MonitoringPoint, related_name="+", verbose_name=_("monitoring points"))
    threshold = models.PositiveSmallIntegerField(_("points that make an alarm"))
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.NEW)
    result = models.TextField(_("what came of it"), max_length=2000, blank=True)
    raised_at = models.DateTimeField(_("alarm raised at"), auto_now_add=True)
    taken_by = _person(_("looked into by"))
    taken_at = models.DateTimeField(_("looked into since"), null=True)
    closed_by = _person(_("closed by"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("monitoring alarm")
        verbose_name_plural = _("monitoring alarms")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item_key", "division", "year", "quarter_number"], name="monitoring_alarm_once"
            ),
            models.CheckConstraint(
                condition=Q(status="new", taken_by=None, closed_by=None)
                | Q(status="looked_into", taken_by__isnull=False, closed_by=None)
                | Q(status__in=["reported", "unfounded"], closed_by__isnull=False, closed_at__isnull=False)
                & ~Q(result=""),
                name="monitoring_alarm_steps",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.division} · {self.quarter}"

    @property
    def quarter(self) -> Quarter:
        """The quarter in which it was paid."""
        return Quarter(self.year, self.quarter_number)


class AlarmReport(models.Model):
    """A fee report whose registration an alarm began: one for each payee, as a rule. It is never unmade."""

    alarm = models.ForeignKey(Alarm, models.PROTECT, related_name="handed_on", verbose_name=_("monitoring alarm"))
    report = models.ForeignKey(FeeReport, models.PROTECT, related_name="alarms", verbose_name=_("fee report"))
    linked_by = _person(_("registered by"))
    linked_at = models.DateTimeField(_("registered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("report of an alarm")
        verbose_name_plural = _("reports of alarms")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["alarm", "report"], name="alarm_report_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.alarm_id} → {self.report_id}"
