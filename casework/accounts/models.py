"""What an account is proved by, the firms that share cases, the agents with a power of attorney, and who holds a case.

An account is a `parties.User` without a role and without a password; nothing in this room ever makes one into staff.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.accounts.access import FirmQuerySet, MandateQuerySet
from casework.cases.models import Case
from casework.parties.validators import validate_credit_code


def _person(label: Any, related: str = "+", *, empty: bool = False) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=empty, editable=False, related_name=related, verbose_name=label
    )


class Way(models.TextChoices):
    """By which way a one-time code reaches a person."""

    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("text message")


class SignInAddress(models.Model):
    """An e-mail address or a phone that an account proved to be its own. Staff have none: they sign in elsewhere."""

    user = _person(_("account"), "sign_in_addresses")
    way = models.CharField(_("way"), max_length=5, choices=Way.choices)
    value = models.CharField(_("address"), max_length=254)
    proved_at = models.DateTimeField(_("proved at"))

    class Meta:
        verbose_name = _("sign-in address")
        verbose_name_plural = _("sign-in addresses")
        ordering = ["way"]
        constraints = [
            models.UniqueConstraint(fields=["way", "value"], name="sign_in_address_once"),
            models.UniqueConstraint(fields=["user", "way"], name="sign_in_address_one_of_each"),
            models.CheckConstraint(condition=Q(way__in=Way.values) & ~Q(value=""), name="sign_in_address_way"),
        ]

    def __str__(self) -> str:
        return self.value


class OneTimeCode(models.Model):
    """Six digits that prove an address. They are derived from the key as they leave and stored only as a hash.

    Attributes:
        key: kept by the browser that asked; a code counts in no other.
        user: the account that asked for it, for a new address of its own; None for signing in.
    """

    key = models.CharField(max_length=40, unique=True)
    way = models.CharField(max_length=5, choices=Way.choices)
    value = models.CharField(max_length=254)
    user = _person(_("account"), empty=True)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        ordering = ["-id"]
        indexes = [models.Index(fields=["way", "value", "made_at"], name="one_time_code_asked")]
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="one_time_code_times")]

    def __str__(self) -> str:
        return f"{self.way} #{self.pk}"


class ExternalIdentity(models.Model):
    """Who an account is at the OpenID Connect provider that this site trusts."""

    user = _person(_("account"), "external_identities")
    issuer = models.CharField(_("provider"), max_length=200)
    subject = models.CharField(_("subject"), max_length=255)
    linked_at = models.DateTimeField(_("linked at"))

    class Meta:
        verbose_name = _("external identity")
        verbose_name_plural = _("external identities")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="external_identity_once"),
            models.UniqueConstraint(fields=["issuer", "user"], name="external_identity_one_of_each"),
            models.CheckConstraint(condition=~Q(issuer="") & ~Q(subject=""), name="external_identity_told"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} {self.subject}"


class Firm(models.Model):
    """People who share an enterprise's cases.

    Name and code are its own word: they open nothing by themselves. A case belongs to a firm because it was filed for
    it or brought in with its secret, so that nobody gets at a case by registering another enterprise's code.
    """

    name = models.CharField(_("full name of the enterprise"), max_length=120)
    code = models.CharField(_("unified social credit code"), max_length=18, validators=[validate_credit_code])
    made_by = _person(_("founded by"))
    made_at = models.DateTimeField(_("founded at"))
    is_development = models.BooleanField(_("development data"), default=False, editable=False)

    objects = FirmQuerySet.as_manager()

    class Meta:
        verbose_name = _("firm")
        verbose_name_plural = _("firms")
        ordering = ["name", "id"]
        indexes = [models.Index(fields=["code"], name="firm_code")]
        constraints = [models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="firm_told")]

    def __str__(self) -> str:
        return self.name


class FirmRole(models.TextChoices):
    """What a person may do in a firm; both see and work on all of its cases."""

    OWNER = "owner", _("owner")
    MEMBER = "member", _("member")


class FirmMember(models.Model):
    """A person's time in a firm. The row stays when the person goes: who could read a case, and when, is kept."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="memberships", verbose_name=_("firm"))
    user = _person(_("account"), "firm_memberships")
    role = models.CharField(_("role"), max_length=6, choices=FirmRole.choices)
    joined_at = models.DateTimeField(_("joined at"))
    left_at = models.DateTimeField(_("left at"), null=True)
    ended_by = _person(_("ended by"), empty=True)

    class Meta:
        verbose_name = _("member of a firm")
        verbose_name_plural = _("members of firms")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["firm", "user"], condition=Q(left_at=None), name="firm_member_once"),
            models.CheckConstraint(condition=Q(role__in=FirmRole.values), name="firm_member_role"),
            models.CheckConstraint(
                condition=Q(left_at=None, ended_by=None) | Q(left_at__isnull=False, ended_by__isnull=False),
                name="firm_member_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.firm}"


class FirmInvitation(models.Model):
    """An invitation by e-mail; its code is derived from the key, as a case's secret is."""

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="invitations", verbose_name=_("firm"))
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=6, choices=FirmRole.choices, default=FirmRole.MEMBER)
    key = models.CharField(max_length=40, unique=True)
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = _person(_("invited by"))
    made_at = models.DateTimeField(_("invited at"))
    expires_at = models.DateTimeField(_("valid until"))
    taken_at = models.DateTimeField(_("taken at"), null=True)
    taken_by = _person(_("taken by"), empty=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="firm_invitation_times"),
            models.CheckConstraint(condition=Q(taken_at=None) | Q(withdrawn_at=None), name="firm_invitation_one_end"),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.firm}"

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether its code still lets somebody in."""
        return self.taken_at is None and self.withdrawn_at is None and (at or timezone.now()) < self.expires_at


class AgentKind(models.TextChoices):
    """What an agent is; an SME may have itself represented (Civil Code art. 161)."""

    LAWYER = "lawyer", _("lawyer or law firm")
    ASSOCIATION = "association", _("industry association or chamber of commerce")
    OTHER = "other", _("other agent")


def document_path(instance: Mandate, filename: str) -> str:
    """A name that tells nothing and can't collide."""
    return f"mandates/{uuid.uuid4().hex}"


class Mandate(models.Model):
    """A power of attorney, as its document states it (Civil Code art. 165: name, matter, power, period, signature).

    Both days count, in Asia/Shanghai. `firm` is the principal's own, once it took the mandate in with its code.
    """

    agent = _person(_("agent's account"), "mandates")
    agent_name = models.CharField(_("agent's name as in the document"), max_length=120)
    kind = models.CharField(_("kind of agent"), max_length=12, choices=AgentKind.choices)
    principal_name = models.CharField(_("full name of the enterprise you act for"), max_length=120)
    principal_code = models.CharField(
        _("its unified social credit code"), max_length=18, validators=[validate_credit_code]
    )
    scope = models.TextField(_("matters and powers, as in the document"), max_length=2000)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), help_text=_("The day itself still counts."))
    document = models.FileField(_("power of attorney"), upload_to=document_path, max_length=200)
    document_name = models.CharField(max_length=200)
    document_type = models.CharField(max_length=100)
    document_sha256 = models.CharField("SHA-256", max_length=64)
    key = models.CharField(max_length=40, unique=True)
    code_hash = models.CharField(max_length=64, unique=True)
    firm = models.ForeignKey(
        Firm, models.PROTECT, null=True, editable=False, related_name="mandates", verbose_name=_("principal's firm")
    )
    made_at = models.DateTimeField(_("entered at"))
    revoked_at = models.DateTimeField(_("ended at"), null=True)
    revoked_by = _person(_("ended by"), empty=True)
    is_development = models.BooleanField(_("development data"), default=False, editable=False)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("power of attorney")
        verbose_name_plural = _("powers of attorney")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="mandate_dates"),
            models.CheckConstraint(condition=Q(kind__in=AgentKind.values), name="mandate_kind"),
            models.CheckConstraint(condition=~Q(document="") & ~Q(scope=""), name="mandate_has_evidence"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="mandate_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent_name} → {self.principal_name}"

    def is_valid_on(self, day: date) -> bool:
        """Whether the agent may act on this day."""
        return self.revoked_at is None and self.valid_from <= day <= self.valid_to


class CaseSide(models.Model):
    """Who holds a case on the complainant's side, where it is not the account that filed it: a firm, or an agent."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="+", verbose_name=_("case"))
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="sides", verbose_name=_("firm"))
    mandate = models.ForeignKey(
        Mandate, models.PROTECT, null=True, related_name="sides", verbose_name=_("power of attorney")
    )
    made_by = _person(_("brought in by"))
    made_at = models.DateTimeField(_("brought in at"))

    class Meta:
        verbose_name = _("side of a case")
        verbose_name_plural = _("sides of cases")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(firm=None, mandate__isnull=False) | Q(firm__isnull=False, mandate=None),
                name="case_side_is_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} · {self.firm or self.mandate}"
