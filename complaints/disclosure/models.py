"""Who has to disclose its overdue payments, what each one disclosed, and what was asked about it."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.clocks.models import StatutoryPeriod
from casework.documents.models import Letter
from casework.parties.models import Department, Subject, SubjectType
from casework.parties.validators import phone_validator
from complaints.disclosure.access import BodyQuerySet, CorrectionQuerySet, ObligationQuerySet

# Those whom Decree 802 art. 18 names.
OBLIGED_KINDS = (SubjectType.ORGAN, SubjectType.INSTITUTION, SubjectType.LARGE_ENTERPRISE)
_AT_LEAST_NOTHING = [MinValueValidator(0)]


def _person(label: Any) -> models.ForeignKey[Any, Any]:
    """Who did it; empty where it was not done, or where the body or the system did."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=label
    )


class ObligedBody(models.Model):
    """An organ, institution or large enterprise that discloses every year. Reference and access code open its page."""

    reference = models.CharField(_("reference of the body"), max_length=24, unique=True, editable=False)
    subject = models.OneToOneField(Subject, models.PROTECT, related_name="+", verbose_name=_("obliged body"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("responsible department")
    )
    is_state_owned = models.BooleanField(
        _("state-owned"),
        default=False,
        help_text=_("A state-owned large enterprise also reports to its authority in charge (Decree 802 art. 22)."),
    )
    authority = models.CharField(
        _("authority in charge"),
        max_length=120,
        blank=True,
        help_text=_("Its superior organ, competent department or regulator (Decree 802 arts 22 and 31)."),
    )
    contact_name = models.CharField(_("contact person"), max_length=40)
    contact_phone = models.CharField(_("phone"), max_length=20, blank=True, validators=[phone_validator])
    contact_email = models.EmailField(_("e-mail"), help_text=_("Invitations, reminders and the access code go here."))
    # The code is derived from its key with the server's FILING_KEY, as a case's secret is, and stored nowhere.
    code_key = models.CharField(max_length=64, editable=False)
    code_hash = models.CharField(max_length=64, editable=False)
    code_made_at = models.DateTimeField(_("access code made at"), editable=False)
    code_made_by = _person(_("access code made by"))
    registered_by = _person(_("registered by"))
    registered_at = models.DateTimeField(_("registered at"), auto_now_add=True)
    retired_on = models.DateField(_("taken off the list on"), null=True, editable=False)
    retired_by = _person(_("taken off the list by"))
    retire_reason = models.CharField(_("why it is off the list"), max_length=300, blank=True, editable=False)

    objects = BodyQuerySet.as_manager()

    class Meta:
        verbose_name = _("obliged body")
        verbose_name_plural = _("obliged bodies")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_on=None) | (~Q(retire_reason="") & Q(retired_by__isnull=False)),
                name="obliged_body_retired_why",
            ),
            models.CheckConstraint(condition=~Q(code_hash="") & ~Q(contact_email=""), name="obliged_body_reachable"),
        ]

    def __str__(self) -> str:
        return str(self.subject)

    @property
    def is_development(self) -> bool:
        """Whether it is invented."""
        return self.subject.is_development

    @property
    def reports_upwards(self) -> bool:
        """Whether it reports to its authority in charge as well (Decree 802 art. 22)."""
        return self.subject.kind == SubjectType.INSTITUTION or self.is_state_owned


class DisclosureObligation(models.Model):
    """That a body has to disclose for a year, until when, by which rule; and which disclosure stands."""

    body = models.ForeignKey(ObligedBody, models.PROTECT, related_name="obligations", verbose_name=_("obliged body"))
    year = models.PositiveSmallIntegerField(_("year reported on"))
    # As it was when the year was opened: the rule follows from it.
    kind = models.CharField(_("kind"), max_length=20, choices=SubjectType.choices)
    period = models.ForeignKey(StatutoryPeriod, models.PROTECT, related_name="+", verbose_name=_("rule"))
    due_on = models.DateField(_("due on"))
    due_is_provisional = models.BooleanField(_("due day is provisional"), default=False)
    opened_on = models.DateField(_("opened on"), editable=False)
    opened_by = _person(_("opened by"))
    # As typed, however wrong; staff don't read it.
    draft = models.JSONField(_("draft"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), default=0)
    saved_at = models.DateTimeField(_("draft saved at"), null=True)
    current = models.OneToOneField(
        "Disclosure", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("disclosure")
    )
    disclosed_on = models.DateField(_("first registered on"), null=True, editable=False)
    published_on = models.DateField(_("first published on"), null=True, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("annual disclosure")
        verbose_name_plural = _("annual disclosures")
        ordering = ["-year", "-id"]
        indexes = [
            models.Index(fields=["year", "kind", "id"], name="disclosure_year"),
            models.Index(fields=["due_on", "id"], condition=Q(current=None), name="disclosure_missing"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["body", "year"], name="disclosure_year_once"),
            models.CheckConstraint(condition=Q(kind__in=OBLIGED_KINDS), name="disclosure_kind"),
            models.CheckConstraint(condition=Q(due_on__year__gt=F("year")), name="disclosure_due_after_year"),
            models.CheckConstraint(
                condition=Q(current=None, disclosed_on=None, published_on=None)
                | Q(current__isnull=False, disclosed_on__isnull=False, published_on__isnull=False),
                name="disclosure_first_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body} · {self.year}"

    @property
    def is_late(self) -> bool:
        """Whether the body itself says that it published after the due day."""
        return self.published_on is not None and self.published_on > self.due_on


class Disclosure(models.Model):
    """What a body disclosed, as it was said: a correction makes another one with the next number."""

    class Medium(models.TextChoices):
        CREDIT_SYSTEM = "credit_system", _("annual report in the national enterprise credit publicity system")
        WEBSITE = "website", _("website")
        NEWSPAPER = "newspaper", _("newspaper")
        OTHER = "other", _("another way that the public easily finds")

    obligation = models.ForeignKey(DisclosureObligation, models.PROTECT, related_name="disclosures")
    number = models.PositiveSmallIntegerField(_("version"))
    nothing_overdue = models.BooleanField(_("nothing was overdue"))
    contracts = models.PositiveIntegerField(_("contracts with overdue payments"))
    amount = models.DecimalField(
        _("overdue amount (yuan)"), max_digits=16, decimal_places=2, validators=_AT_LEAST_NOTHING
    )
    disputed = models.DecimalField(
        _("of it disputed (yuan)"), max_digits=16, decimal_places=2, validators=_AT_LEAST_NOTHING
    )
    longest_days = models.PositiveIntegerField(_("longest overdue (days)"))
    medium = models.CharField(_("published in"), max_length=14, choices=Medium.choices)
    place = models.CharField(_("where exactly"), max_length=300)
    published_on = models.DateField(_("published on"))
    reported_to = models.CharField(_("reported to"), max_length=120, blank=True)
    reported_on = models.DateField(_("reported on"), null=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(_("registered at"))
    # Empty: the body itself, by its code.
    registered_by = _person(_("registered at the desk by"))

    class Meta:
        verbose_name = _("version of a disclosure")
        verbose_name_plural = _("versions of disclosures")
        ordering = ["obligation_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "number"], name="disclosure_number_once"),
            # Nothing is said explicitly, and then nothing else is said.
            models.CheckConstraint(
                condition=Q(nothing_overdue=True, contracts=0, amount=0, disputed=0, longest_days=0)
                | Q(nothing_overdue=False, contracts__gt=0, amount__gt=0, longest_days__gt=0),
                name="disclosure_figures",
            ),
            models.CheckConstraint(condition=Q(disputed__gte=0, disputed__lte=F("amount")), name="disclosure_disputed"),
            models.CheckConstraint(condition=~Q(place=""), name="disclosure_published_somewhere"),
            models.CheckConstraint(
                condition=Q(reported_on=None, reported_to="") | (Q(reported_on__isnull=False) & ~Q(reported_to="")),
                name="disclosure_reported",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.number}"

    @property
    def undisputed(self) -> Any:
        """What nobody disputes of the overdue amount."""
        return self.amount - self.disputed

    @property
    def has_link(self) -> bool:
        """Whether the place can be opened."""
        return self.place.startswith(("http://", "https://"))


class DisclosureReminder(models.Model):
    """That a body was reminded, once for each threshold, or by a person's hand."""

    obligation = models.ForeignKey(DisclosureObligation, models.PROTECT, related_name="reminders")
    # Days from the due day; empty: a person pressed the button.
    days = models.SmallIntegerField(_("days from the due day"), null=True)
    sent_on = models.DateField(_("sent on"))
    sent_by = _person(_("sent by"))
    # One mail tells of the latest threshold; those that were passed unnoticed before it are only marked.
    is_told = models.BooleanField(_("mail written"), default=True)

    class Meta:
        verbose_name = _("reminder of a disclosure")
        verbose_name_plural = _("reminders of disclosures")
        ordering = ["obligation_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["obligation", "days"], name="disclosure_reminder_once"),
            models.UniqueConstraint(
                fields=["obligation", "sent_on"], condition=Q(days=None), name="disclosure_reminder_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(days__isnull=False) | Q(sent_by__isnull=False), name="disclosure_reminder_from_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.days}"


class DisclosureCorrection(models.Model):
    """A question about a disclosure, or about a missing one: answered, then settled here or handed on.

    It finds nothing and accuses nobody; whoever is competent decides (Decree 802 arts 31(7) and 34).
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        FORWARD_PROPOSED = "forward_proposed", _("to be handed on: waits for the second person")
        ACCEPTED = "accepted", _("settled")
        FORWARDED = "forwarded", _("handed on")

    class Way(models.TextChoices):
        EMAIL = "email", _("by e-mail")
        LETTER = "letter", _("by letter")

    class Occasion(models.TextChoices):
        MISSING = "missing", _("no disclosure is registered")
        DOUBTED = "doubted", _("what is disclosed seems incomplete or wrong")

    OPEN_STATES = (State.WAITING, State.ANSWERED, State.FORWARD_PROPOSED)

    obligation = models.ForeignKey(
        DisclosureObligation, models.PROTECT, related_name="corrections", verbose_name=_("annual disclosure")
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.WAITING)
    occasion = models.CharField(_("occasion"), max_length=8, choices=Occasion.choices)
    reasons = models.TextField(_("reasons"), max_length=2000)
    # What the comparison said when it was asked.
    figures = models.JSONField(_("figures of that day"), default=dict, encoder=DjangoJSONEncoder)
    way = models.CharField(_("served"), max_length=6, choices=Way.choices)
    letter = models.OneToOneField(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))
    period = models.ForeignKey(StatutoryPeriod, models.PROTECT, related_name="+", verbose_name=_("rule"))
    due_on = models.DateField(_("answer due on"))
    asked_by = _person(_("asked by"))
    asked_on = models.DateField(_("asked on"))
    answer = models.TextField(_("explanation"), max_length=2000, blank=True)
    answered_on = models.DateField(_("answered on"), null=True)
    answered_at_desk_by = _person(_("registered at the desk by"))
    disclosure = models.OneToOneField(
        Disclosure, models.PROTECT, null=True, related_name="+", verbose_name=_("new version")
    )
    forward_to = models.CharField(_("handed on to"), max_length=40, blank=True)
    forward_authority = models.CharField(_("authority"), max_length=120, blank=True)
    forward_citation = models.CharField(_("legal basis"), max_length=300, blank=True)
    forward_reasons = models.TextField(_("why it is handed on"), max_length=2000, blank=True)
    proposed_by = _person(_("proposed by"))
    proposed_on = models.DateField(_("proposed on"), null=True)
    declined_reason = models.CharField(_("why it was not handed on"), max_length=500, blank=True)
    declined_by = _person(_("declined by"))
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    document_date = models.DateField(_("date of the document"), null=True)
    closed_by = _person(_("decided by"))
    closed_on = models.DateField(_("decided on"), null=True)
    close_note = models.TextField(_("what settles it"), max_length=2000, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for correction")
        verbose_name_plural = _("requests for correction")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation"],
                condition=Q(state__in=["waiting", "answered", "forward_proposed"]),
                name="disclosure_correction_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_on=None, closed_on=None)
                | Q(state="answered", answered_on__isnull=False, closed_on=None)
                | (Q(state="forward_proposed", proposed_by__isnull=False, closed_on=None) & ~Q(forward_authority=""))
                | (Q(state="accepted", closed_by__isnull=False, closed_on__isnull=False) & ~Q(close_note=""))
                | (
                    Q(state="forwarded", closed_by__isnull=False, closed_on__isnull=False)
                    & Q(document_date__isnull=False)
                    & ~Q(document_number="")
                    & ~Q(forward_authority="")
                ),
                name="disclosure_correction_steps",
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None) | ~Q(answer="") | Q(disclosure__isnull=False),
                name="disclosure_correction_answer",
            ),
            # Four eyes: nobody hands on what the same person proposed.
            models.CheckConstraint(
                condition=~Q(state="forwarded") | ~Q(proposed_by=F("closed_by")),
                name="disclosure_correction_second_person",
            ),
            models.CheckConstraint(condition=~Q(way="letter") | Q(letter__isnull=False), name="disclosure_letter"),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} · {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        """Whether it isn't decided."""
        return self.state in self.OPEN_STATES
