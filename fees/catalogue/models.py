"""Lists of fees, their versions, and the entries of each version. What is published never changes."""

from __future__ import annotations

from datetime import date
from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.clocks.certainty import Certainty
from casework.parties.models import Department, Division
from fees.catalogue.kinds import CheckKind, FeeKind, ListKind
from fees.catalogue.standards import Standard, standard_from_json

CODE_VALIDATOR = RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Small letters, digits and single hyphens only."))
_WHO: dict[str, Any] = {
    "to": settings.AUTH_USER_MODEL,
    "on_delete": models.PROTECT,
    "null": True,
    "blank": True,
    "related_name": "+",
}


class CatalogueList(models.Model):
    """A list that somebody has to publish; one without a published version is a gap in the coverage."""

    code = models.CharField(_("code"), max_length=60, unique=True, validators=[CODE_VALIDATOR])
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind of list"), max_length=16, choices=ListKind.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("division"))
    sector = models.CharField(
        _("sector"), max_length=60, blank=True, help_text=_("Of a sector department's list, such as transport.")
    )
    publisher = models.ForeignKey(
        Department,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department that keeps it"),
        help_text=_("Its catalogue editors write the list. Without one, those of the division and above do."),
    )
    publisher_name = models.CharField(_("publisher"), max_length=120, help_text=_("As it stands on the list."))
    is_development = models.BooleanField(_("development data"), default=False)

    class Meta:
        verbose_name = _("fee list")
        verbose_name_plural = _("fee lists")
        ordering = ["division_id", "kind", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ListKind.values), name="fee_list_kind"),
            models.CheckConstraint(condition=~Q(kind="sector") | ~Q(sector=""), name="fee_list_sector_named"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A sector department's list names its sector."""
        if self.kind == ListKind.SECTOR and not self.sector:
            raise ValidationError({"sector": _("Name the sector of the list.")})


# What a published version, and each entry of it, may never change.
_FROZEN = (
    "fee_list", "number", "effective_from", "source_title", "source_url", "citation", "certainty", "status",
    "drafted_by", "reviewed_by", "reviewed_at", "published_by", "published_at", "revision",
)  # fmt: skip


class CatalogueVersion(models.Model):
    """One edition of a list.

    `revision` rises with every change of the draft: checks and reviews say which one they saw.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEWED = "reviewed", _("reviewed")
        PUBLISHED = "published", _("published")

    fee_list = models.ForeignKey(CatalogueList, models.PROTECT, related_name="versions", verbose_name=_("list"))
    number = models.PositiveIntegerField(_("version"))
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    effective_from = models.DateField(_("in force from"))
    # Set when the next version is published; the only thing that still may be.
    effective_to = models.DateField(_("in force until"), null=True, blank=True, editable=False)
    source_title = models.CharField(_("source"), max_length=300, blank=True)
    source_url = models.CharField(_("address of the source"), max_length=300, blank=True)
    citation = models.CharField(_("citation"), max_length=300, blank=True)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices, default=Certainty.UNCERTAIN)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    drafted_by = models.ForeignKey(**_WHO, verbose_name=_("drafted by"))
    reviewed_by = models.ForeignKey(**_WHO, verbose_name=_("reviewed by"))
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)
    published_by = models.ForeignKey(**_WHO, verbose_name=_("published by"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of a fee list")
        verbose_name_plural = _("versions of fee lists")
        ordering = ["fee_list_id", "-number"]
        indexes = [
            models.Index(fields=["-published_at", "-id"], condition=Q(status="published"), name="fee_version_newest")
        ]
        constraints = [
            models.UniqueConstraint(fields=["fee_list", "number"], name="fee_version_once"),
            models.UniqueConstraint(
                fields=["fee_list"], condition=~Q(status="published"), name="fee_version_one_draft"
            ),
            models.UniqueConstraint(
                fields=["fee_list", "effective_from"], condition=Q(status="published"), name="fee_version_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "reviewed", "published"]), name="fee_version_status"
            ),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")), name="fee_version_dates"
            ),
            # Four eyes; who wrote last can't review.
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | (~Q(drafted_by=None) & ~Q(drafted_by=F("reviewed_by"))),
                name="fee_version_second_person",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", reviewed_by=None, published_by=None)
                | Q(status="reviewed", reviewed_by__isnull=False, published_by=None)
                | Q(status="published", reviewed_by__isnull=False, published_by__isnull=False),
                name="fee_version_steps",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="published")
                & reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in _FROZEN)),
            ),
            pgtrigger.Protect(
                name="published_not_deleted", operation=pgtrigger.Delete, condition=pgtrigger.Q(old__status="published")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee_list.name} v{self.number}"

    def is_in_force(self, day: date) -> bool:
        """Whether it is the version of its list on a day."""
        begun = self.status == self.Status.PUBLISHED and self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)


class VersionCheck(models.Model):
    """That a draft was checked as point 2(2) of the document asks; it counts for the revision that was seen."""

    class Outcome(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", _("not passed")
        NOT_NEEDED = "not_needed", _("not needed")

    version = models.ForeignKey(CatalogueVersion, models.CASCADE, related_name="checks", verbose_name=_("version"))
    kind = models.CharField(_("check"), max_length=20, choices=CheckKind.choices)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    revision = models.PositiveIntegerField(_("revision"))
    document = models.CharField(_("opinion or its number"), max_length=200, blank=True)
    remark = models.TextField(_("reason or remark"), max_length=1000, blank=True)
    checked_on = models.DateField(_("day of the check"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        verbose_name = _("check of a version")
        verbose_name_plural = _("checks of versions")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CheckKind.values), name="fee_check_kind"),
            models.CheckConstraint(
                condition=Q(outcome__in=["passed", "failed"]) & ~Q(document="")
                | Q(outcome="not_needed") & ~Q(remark=""),
                name="fee_check_founded",
            ),
        ]
        triggers = [pgtrigger.Protect(name="check_stays", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.version_id} {self.kind} {self.outcome}"


# Whichever way an entry is written, the version must be a draft, and it stays one until the writer commits.
_ONLY_DRAFTS = pgtrigger.Trigger(
    name="only_in_drafts",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    declare=[("state", "text"), ("touched", "bigint")],
    func="""
        FOREACH touched IN ARRAY CASE TG_OP
            WHEN 'INSERT' THEN ARRAY[NEW.version_id]
            WHEN 'DELETE' THEN ARRAY[OLD.version_id]
            ELSE ARRAY[OLD.version_id, NEW.version_id] END
        LOOP
            SELECT status INTO state FROM fees_catalogueversion WHERE id = touched FOR SHARE;
            IF state IS DISTINCT FROM 'draft' THEN
                RAISE EXCEPTION 'entries change in drafts only, version % is %', touched, state;
            END IF;
        END LOOP;
        RETURN COALESCE(NEW, OLD);
    """,
)


class CatalogueEntry(models.Model):
    """A fee in one version of a list. The key stays the same from version to version."""

    class Status(models.TextChoices):
        KEPT = "kept", _("unchanged")
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        SUSPENDED = "suspended", _("suspended")
        CANCELLED = "cancelled", _("cancelled")

    version = models.ForeignKey(CatalogueVersion, models.CASCADE, related_name="entries", verbose_name=_("version"))
    # The version's list once more: a search by place and a history by key need no other table.
    fee_list = models.ForeignKey(CatalogueList, models.PROTECT, related_name="+", verbose_name=_("list"))
    key = models.CharField(_("key"), max_length=60)
    position = models.PositiveIntegerField(_("number in the list"), default=0)
    kind = models.CharField(_("kind of fee"), max_length=16, choices=FeeKind.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("division"))
    parent_item = models.CharField(_("item above"), max_length=200, blank=True)
    name = models.CharField(_("item"), max_length=200)
    sub_items = models.CharField(_("parts of the item"), max_length=500, blank=True)
    payee = models.CharField(_("payee"), max_length=300, blank=True)
    payer = models.CharField(_("payer"), max_length=300, blank=True)
    legal_basis = models.TextField(_("legal basis"), max_length=4000, blank=True)
    standard_text = models.TextField(_("standard"), max_length=4000, blank=True)
    standard = models.JSONField(_("standard as data"), default=list, blank=True)
    service_content = models.TextField(_("service"), max_length=2000, blank=True)
    service_standard = models.TextField(_("service standard"), max_length=2000, blank=True)
    charge_level = models.TextField(_("level of the charge"), max_length=1000, blank=True)
    approval_prerequisite = models.BooleanField(_("prerequisite of an approval"), null=True, blank=True)
    enterprise_related = models.BooleanField(_("charged to enterprises"), null=True, blank=True)
    fund_management = models.CharField(_("fund management"), max_length=200, blank=True)
    collection_rule = models.TextField(_("collection"), max_length=2000, blank=True)
    refund_rule = models.TextField(_("refund"), max_length=2000, blank=True)
    industries = ArrayField(models.CharField(max_length=1), verbose_name=_("industries"), default=list, blank=True)
    matters = ArrayField(models.CharField(max_length=30), verbose_name=_("business matters"), default=list, blank=True)
    details = models.JSONField(_("columns of this kind"), default=dict, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.ADDED)
    change_reason = models.TextField(_("reason of the change"), max_length=1000, blank=True)
    search_text = models.TextField(editable=False, default="")
    # Trigrams know no word of two characters, and most Chinese words have two.
    pairs = ArrayField(models.CharField(max_length=2), editable=False, default=list)

    class Meta:
        verbose_name = _("catalogue entry")
        verbose_name_plural = _("catalogue entries")
        ordering = ["version_id", "position", "id"]
        indexes = [
            models.Index(fields=["fee_list", "key"], name="fee_entry_history"),
            # With the place in them: a check asks for the lists of four places, and a name like it is in hundreds more.
            GinIndex(
                fields=["division", "name"], opclasses=["varchar_ops", "gin_trgm_ops"], name="fee_entry_place_name"
            ),
            GinIndex(
                fields=["division", "search_text"],
                opclasses=["varchar_ops", "gin_trgm_ops"],
                name="fee_entry_place_words",
            ),
            GinIndex(fields=["pairs"], name="fee_entry_pairs"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="fee_entry_once"),
            models.CheckConstraint(condition=Q(kind__in=FeeKind.values), name="fee_entry_kind"),
            models.CheckConstraint(
                condition=Q(status__in=["kept", "added", "changed", "suspended", "cancelled"]), name="fee_entry_status"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gte=F("valid_from")),
                name="fee_entry_dates",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(key=""), name="fee_entry_named"),
        ]
        triggers = [_ONLY_DRAFTS]

    def __str__(self) -> str:
        return self.name

    @property
    def lines(self) -> Standard:
        """The standard as data; empty: text only."""
        return standard_from_json(self.standard)

    @property
    def is_text_only(self) -> bool:
        """Whether nothing can be computed from the standard."""
        return not self.standard


class Subscription(models.Model):
    """An e-mail address that wants to hear of new versions; nothing is sent before it is confirmed from there."""

    email = models.EmailField(_("e-mail"))
    fee_list = models.ForeignKey(
        CatalogueList, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("list")
    )
    division = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("division")
    )
    created_at = models.DateTimeField(_("asked for at"), auto_now_add=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["email", "fee_list", "division"], nulls_distinct=False, name="fee_subscription_once"
            )
        ]

    def __str__(self) -> str:
        return self.email
