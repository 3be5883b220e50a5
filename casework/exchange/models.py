"""Platforms, the packages for them in gapless sequence, and every attempt to deliver one."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.parties.models import Role
from casework.parties.perms import AnyUser, has_role

READERS = (Role.SYSTEM_ADMINISTRATOR, Role.CREDIT_OFFICER, Role.SUPERVISOR, Role.AUDITOR)


class Platform(models.Model):
    """An outside platform. The token that opens it stands in the environment, never here."""

    class Adapter(models.TextChoices):
        FOLDER = "folder", _("a folder")
        WEB = "web", _("a web address")

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    adapter = models.CharField(_("way"), max_length=10, choices=Adapter.choices)
    address = models.CharField(
        _("address"), max_length=300, help_text=_("A folder below the data directory, or an https:// address.")
    )
    token_variable = models.CharField(
        _("name of the variable with the token"),
        max_length=80,
        blank=True,
        help_text=_("The token itself is set in the environment of the workers."),
    )
    answer_days = models.PositiveSmallIntegerField(_("days until an unanswered package is an alarm"), default=3)
    is_active = models.BooleanField(_("active"), default=True)
    last_sequence = models.PositiveIntegerField(default=0, editable=False)
    last_manifest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class PackageQuerySet(models.QuerySet["Package"]):
    """Packages, narrowed by who looks."""

    def visible_to(self, user: AnyUser) -> Self:
        """Published content only, but who was told what stays with those who keep or watch over records."""
        return self if has_role(user, *READERS) else self.none()

    def waiting(self) -> Self:
        """Not delivered yet, in their order."""
        return self.filter(status=Package.Status.WAITING).order_by("sequence")


class Package(models.Model):
    """What a platform is told at once. Content and number never change; sending it again sends the same."""

    class Kind(models.TextChoices):
        PUBLISH = "publish", _("publish")
        CORRECT = "correct", _("correct")
        MARK = "mark", _("mark")
        WITHDRAW = "withdraw", _("withdraw")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DELIVERED = "delivered", _("delivered")
        ACKNOWLEDGED = "acknowledged", _("acknowledged")
        PARTLY_REFUSED = "partly_refused", _("partly refused")
        REFUSED = "refused", _("refused")
        SET_ASIDE = "set_aside", _("set aside")

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="packages", verbose_name=_("platform"))
    sequence = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=160, unique=True)
    records = models.JSONField(_("records"))
    created_at = models.DateTimeField(_("created at"))
    previous_manifest = models.CharField(max_length=64, blank=True)
    manifest_sha256 = models.CharField(_("manifest's SHA-256"), max_length=64, blank=True)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.WAITING)
    attempts_made = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    answer = models.JSONField(_("answer"), default=dict)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    is_development = models.BooleanField(_("development data"), default=False)

    objects = PackageQuerySet.as_manager()

    class Meta:
        verbose_name = _("package")
        verbose_name_plural = _("packages")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "sequence"], name="package_sequence_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["publish", "correct", "mark", "withdraw"]), name="package_kind"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=["waiting", "delivered", "acknowledged", "partly_refused", "refused", "set_aside"]
                ),
                name="package_status",
            ),
        ]
        indexes = [models.Index(fields=["platform", "sequence"], condition=Q(status="waiting"), name="package_waiting")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="unchanged",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("platform", "sequence", "kind", "key", "records", "created_at"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform_id} {self.sequence:08d}-{self.kind}"

    @property
    def name(self) -> str:
        """The name of its folder or file."""
        return f"{self.sequence:08d}-{self.kind}"


class Attempt(models.Model):
    """One attempt to deliver, or an answer that came; written when it happens, never changed."""

    package = models.ForeignKey(Package, models.PROTECT, related_name="attempts")
    at = models.DateTimeField(_("at"))
    outcome = models.CharField(_("outcome"), max_length=20)
    detail = models.CharField(_("detail"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["id"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.package_id} {self.outcome}"
