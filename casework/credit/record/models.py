"""The credit record and what its subject said before the decision."""

from __future__ import annotations

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.cases.models import Case
from casework.credit.catalogue.models import SeverityClass
from casework.credit.flow import EFFECTIVE, CreditRecordFlow, State
from casework.credit.record.publicity import Publicity, publicity
from casework.documents.models import Attachment
from casework.parties.models import Subject, User

_WHO = {"on_delete": models.PROTECT, "null": True, "related_name": "+", "editable": False}


class CreditRecord(CreditRecordFlow, Case):
    """One finding about one subject and what follows from it. `respondent_*` name the subject as the finding does."""

    subject = models.ForeignKey(Subject, models.PROTECT, related_name="records", verbose_name=_("subject"))
    source_case = models.ForeignKey(
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_records",
        editable=False,
        verbose_name=_("case behind it"),
    )
    severity = models.ForeignKey(SeverityClass, models.PROTECT, related_name="+", verbose_name=_("severity"))
    finding_number = models.CharField(_("number of the finding document"), max_length=80)
    finding_date = models.DateField(_("date of the finding document"))
    finding_authority = models.CharField(_("authority that made the finding"), max_length=120)
    legal_basis = models.CharField(_("legal basis of the finding"), max_length=500)
    conduct = models.TextField(_("conduct"), max_length=3000)
    severity_reasons = models.TextField(_("why this class"), max_length=1000)
    contact_email = models.EmailField(_("e-mail of the subject"), blank=True)

    repair_from = models.DateField(_("repair possible from"), editable=False)
    last_day = models.DateField(_("ends at the latest on"), editable=False)

    noticed_on = models.DateField(_("prior notice issued on"), null=True, editable=False)
    served_on = models.DateField(_("prior notice served on"), null=True, editable=False)
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    decision_reasons = models.TextField(_("reasons of the decision"), max_length=3000, blank=True, editable=False)
    to_be_published = models.BooleanField(_("to be published"), default=False, editable=False)
    published_on = models.DateField(_("published on"), null=True, editable=False)
    withheld_since = models.DateField(_("withheld since"), null=True, editable=False)
    withheld_ground = models.CharField(_("ground for withholding"), max_length=40, blank=True, editable=False)
    corrected_on = models.DateField(_("conduct corrected on"), null=True, editable=False)
    set_aside_on = models.DateField(_("finding set aside on"), null=True, editable=False)
    set_aside_by = models.CharField(_("set aside by"), max_length=200, blank=True, editable=False)
    ended_reason = models.CharField(_("why it ended"), max_length=500, blank=True, editable=False)

    proposed_by = models.ForeignKey(User, **_WHO)  # type: ignore[arg-type]
    put_forward_by = models.ForeignKey(User, **_WHO)  # type: ignore[arg-type]
    decided_by = models.ForeignKey(User, **_WHO)  # type: ignore[arg-type]

    class Meta:
        verbose_name = _("credit record")
        verbose_name_plural = _("credit records")
        indexes = [
            models.Index(fields=["subject", "-case_ptr"], name="record_subject"),
            models.Index(fields=["source_case"], name="record_source"),
            models.Index(fields=["last_day"], name="record_last_day"),
            models.Index(fields=["-published_on", "-case_ptr"], name="record_published"),
        ]
        constraints = [
            # The same document says one thing about one subject once. One that was set aside can be made anew, and one
            # that was dropped before the decision proposed again: only those that ended have a reason of their end.
            models.UniqueConstraint(
                fields=["subject", "finding_authority", "finding_number"],
                condition=Q(set_aside_on=None) & (Q(decided_on__isnull=False) | Q(ended_reason="")),
                name="record_finding_once",
            ),
            models.CheckConstraint(
                condition=~Q(finding_number="") & ~Q(finding_authority="") & ~Q(legal_basis="") & ~Q(conduct=""),
                name="record_has_finding",
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("finding_date")), name="record_ends_after_finding"),
            # Never published before notice and decision. A comparison with nothing is unknown, which a check lets pass.
            models.CheckConstraint(
                condition=Q(decided_on=None) | Q(served_on__isnull=False, served_on__lte=F("decided_on")),
                name="record_heard_first",
            ),
            models.CheckConstraint(
                condition=Q(published_on=None)
                | Q(
                    decided_on__isnull=False,
                    decided_on__lte=F("published_on"),
                    published_on__lte=F("last_day"),
                    to_be_published=True,
                ),
                name="record_published_rightly",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("put_forward_by"))),
                name="record_second_person",
            ),
        ]

    def get_state_display(self) -> str:
        """The state in words."""
        return str(State(self.state).label)

    @property
    def reporter(self) -> str:
        """Who stands at the other side of the record, for the head of its page: the authority that made the finding."""
        return self.finding_authority

    @property
    def publicity(self) -> Publicity:
        """The days that its class gives it."""
        return Publicity(self.repair_from, self.last_day)

    @property
    def is_effective(self) -> bool:
        """Whether it has an effect today; the same as `effective_on` says of many."""
        return (
            self.state in EFFECTIVE and self.set_aside_on is None and not self.publicity.is_over(timezone.localdate())
        )

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it today; the same as `public_on` says of many."""
        return self.is_effective and self.state == State.PUBLISHED and self.withheld_since is None

    def set_days(self) -> None:
        """The days that follow from finding and class."""
        days = publicity(self.finding_date, self.severity.least_months, self.severity.most_months)
        self.repair_from, self.last_day = days.repair_from, days.last_day

    def clean(self) -> None:
        """The rules between fields."""
        if self.finding_date and self.finding_date > timezone.localdate():
            raise ValidationError({"finding_date": _("This day lies in the future. Give the date of the document.")})


class Statement(models.Model):
    """What the subject said to the prior notice, and what it was answered (国办发〔2020〕49号 point 8)."""

    record = models.ForeignKey(CreditRecord, models.PROTECT, related_name="statements")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("statement"), max_length=5000)
    files = models.ManyToManyField(Attachment, related_name="+", blank=True, verbose_name=_("files"))
    received_on = models.DateField(_("received on"))
    is_online = models.BooleanField(_("online"), default=False)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    is_followed = models.BooleanField(_("followed"), null=True)
    answered_by = models.ForeignKey(User, **_WHO)  # type: ignore[arg-type]
    answered_on = models.DateField(_("answered on"), null=True, editable=False)

    class Meta:
        verbose_name = _("statement of the subject")
        verbose_name_plural = _("statements of the subject")
        ordering = ["record_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="statement_once"),
            models.CheckConstraint(
                condition=Q(answered_on=None, answer="") | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="statement_answered",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="said", operation=pgtrigger.Update, condition=pgtrigger.AnyChange("text", "received_on", "number")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.number}"
