"""The case that every kind shares, its timeline, who read it, and what is to be sent after a commit."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from casework.cases.access import CaseQuerySet
from casework.cases.extension.models import ExtensionRequest as ExtensionRequest
from casework.cases.indicators.models import IndicatorLook as IndicatorLook
from casework.cases.indicators.models import IndicatorRule as IndicatorRule
from casework.cases.telling.models import NoticePreference as NoticePreference
from casework.cases.transfer.models import Hop as Hop
from casework.cases.transfer.models import Route as Route
from casework.cases.verbs import Verb
from casework.cases.worklog.models import Note as Note
from casework.cases.worklog.models import Task as Task
from casework.clocks.certainty import Certainty
from casework.parties.models import Department, Division, User
from casework.parties.validators import validate_credit_code

DRAFT = "draft"


class Case(models.Model):
    """One matter, whatever its kind. The access columns stand here so that no list needs a join to know who may see it.

    The states of a kind are owned by that kind's flow module; a CHECK constraint of its migration holds them.
    """

    kind = models.CharField(_("kind"), max_length=20, editable=False)
    reference = models.CharField(_("reference"), max_length=24, unique=True, editable=False)
    state = FSMField(_("state"), default=DRAFT, max_length=24, editable=False)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    receiving_department = models.ForeignKey(
        Department, models.PROTECT, related_name="received_cases", verbose_name=_("receiving department")
    )
    handling_department = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_cases",
        verbose_name=_("handling department"),
    )
    division = models.ForeignKey(
        Division, models.PROTECT, related_name="cases", verbose_name=_("respondent's division")
    )
    complainant_user = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="filed_cases",
        editable=False,
        verbose_name=_("complainant's account"),
    )
    assigned_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="assigned_cases", verbose_name=_("assigned to")
    )

    complainant_name = models.CharField(_("full name of your enterprise"), max_length=120)
    complainant_code = models.CharField(
        _("your unified social credit code"), max_length=18, validators=[validate_credit_code]
    )
    respondent_name = models.CharField(_("full name of the party that owes"), max_length=120)
    # Empty while nobody knows it: most small firms know no code but their own, and a department finds it out.
    respondent_code = models.CharField(
        _("its unified social credit code"), max_length=18, blank=True, validators=[validate_credit_code]
    )
    amount = models.DecimalField(_("amount claimed (yuan)"), max_digits=16, decimal_places=2, default=Decimal(0))

    submitted_on = models.DateField(_("submitted on"), null=True, editable=False)
    complete_on = models.DateField(_("complete material received on"), null=True, editable=False)
    accepted_on = models.DateField(_("accepted on"), null=True, editable=False)
    transferred_on = models.DateField(_("transferred on"), null=True, editable=False)
    received_on = models.DateField(_("received by the handling department on"), null=True, editable=False)
    resolved_on = models.DateField(_("resolved on"), null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)

    next_due = models.DateField(_("next deadline"), null=True, editable=False)
    next_due_code = models.CharField(_("next deadline's rule"), max_length=40, blank=True, editable=False)
    next_due_provisional = models.BooleanField(_("next deadline is provisional"), default=False, editable=False)

    secret_hash = models.CharField(max_length=64, editable=False)
    idempotency_key = models.CharField(max_length=80, unique=True, editable=False)
    filing_digest = models.CharField(max_length=64, editable=False)
    is_development = models.BooleanField(_("development data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created at"), editable=False)
    updated_at = models.DateTimeField(_("changed at"), editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["receiving_department", "next_due", "id"],
                condition=Q(ended_on=None),
                name="case_open_receiving",
            ),
            models.Index(
                fields=["handling_department", "next_due", "id"], condition=Q(ended_on=None), name="case_open_handling"
            ),
            models.Index(fields=["receiving_department", "state", "-id"], name="case_receiving_state"),
            models.Index(fields=["handling_department", "state", "-id"], name="case_handling_state"),
            models.Index(fields=["division", "state"], name="case_division_state"),
            models.Index(fields=["complainant_user", "-id"], name="case_complainant"),
            models.Index(fields=["respondent_code", "complainant_code"], name="case_parties"),
            GinIndex(
                fields=["complainant_name", "respondent_name", "reference"],
                opclasses=["gin_trgm_ops", "gin_trgm_ops", "gin_trgm_ops"],
                name="case_words",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="case_amount_not_negative"),
            models.CheckConstraint(condition=Q(ended_on=None) | Q(next_due=None), name="case_ended_has_no_deadline"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_ended(self) -> bool:
        """Whether the case reached a final state."""
        return self.ended_on is not None


class TimelineEvent(models.Model):
    """One line of a case's history: append-only, each chained to the one before by SHA-256.

    Database triggers refuse UPDATE, DELETE and TRUNCATE, so that not even SQL rewrites the legal record unnoticed.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=40, choices=Verb.choices)
    actor_kind = models.CharField(max_length=12)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(max_length=120, blank=True)
    payload = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("timeline event")
        verbose_name_plural = _("timeline events")
        ordering = ["case_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'the timeline is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}#{self.seq} {self.verb}"


class AccessLog(models.Model):
    """Who read which case, when, and by which way (Decree 802 art. 25(5): secrecy of what is learned in the work)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="accesses", null=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("user"))
    label = models.CharField(_("reader"), max_length=120, blank=True)
    what = models.CharField(_("what was read"), max_length=60)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        ordering = ["-id"]
        indexes = [models.Index(fields=["case", "-id"], name="access_case")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.label} → {self.case_id}: {self.what}"


class OutboxMessage(models.Model):
    """Something to be done outside the database, written in the same transaction as its cause.

    Delivered at least once; the receiver tells repeats by `key`.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        SENT = "sent", _("delivered")
        DEAD = "dead", _("given up")

    class Lane(models.TextChoices):
        DEFAULT = "default", _("messages")
        LETTERS = "letters", _("letters")

    key = models.CharField(_("idempotency key"), max_length=120, unique=True)
    channel = models.CharField(_("channel"), max_length=40)
    lane = models.CharField(_("lane"), max_length=10, choices=Lane.choices, default=Lane.DEFAULT)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+", verbose_name=_("case"))
    payload = models.JSONField(_("content"), default=dict)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    last_error = models.TextField(_("last error"), blank=True)
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("delivered at"), null=True)

    class Meta:
        verbose_name = _("outbox message")
        verbose_name_plural = _("outbox")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["lane", "next_attempt_at", "id"], condition=Q(status="pending"), name="outbox_pending"
            ),
            models.Index(fields=["-id"], condition=Q(status="dead"), name="outbox_dead"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["pending", "sent", "dead"]), name="outbox_status"),
            models.CheckConstraint(condition=Q(lane__in=["default", "letters"]), name="outbox_lane"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"


class Notification(models.Model):
    """A message in a user's own inbox."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    case = models.ForeignKey(Case, models.CASCADE, null=True, related_name="notifications")
    key = models.CharField(max_length=160, unique=True)
    verb = models.CharField(_("occasion"), max_length=40, choices=Verb.choices)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        indexes = [models.Index(fields=["user", "-id"], condition=Q(read_at=None), name="notification_unread")]

    def __str__(self) -> str:
        return f"{self.verb} → {self.user_id}"


class Heartbeat(models.Model):
    """When something that runs by itself last did its work: its silence is the alarm."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at}"


class CitedTerm(models.Model):
    """An entry of a legal list: a refusal ground, a closing reason, an item of material, a measure.

    Versioned data with its source; a case keeps the version it was decided under, so a term in use never changes.
    """

    vocabulary = models.CharField(_("list"), max_length=40)
    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    label = models.CharField(_("wording"), max_length=300)
    label_en = models.CharField(_("wording in English"), max_length=300, blank=True)
    explanation = models.TextField(_("explanation"), blank=True)
    citation = models.CharField(_("citation"), max_length=300)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("cited term")
        verbose_name_plural = _("cited terms")
        ordering = ["vocabulary", "position", "code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "code", "version"], name="term_version_once"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=models.F("effective_from")), name="term_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.label
