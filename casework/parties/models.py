"""Who takes part: divisions, departments in a tree over them, users and the roles they hold."""

from __future__ import annotations

from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.parties.validators import clean_credit_code, validate_credit_code

NATION = "000000"
division_code_validator = RegexValidator(r"^\d{6}$", _("A division code has six digits (GB/T 2260)."))


def division_prefix(code: str) -> str:
    """The leading digits that every division below `code` shares.

    Args:
        code: six digits of GB/T 2260; 000000 is the nation.
    Returns:
        "" for the nation, "32" for 320000, "3201" for 320100, "320102" for a county.
    """
    prefix = code
    while prefix.endswith("00"):
        prefix = prefix[:-2]
    return prefix


class Division(models.Model):
    """An administrative division by its GB/T 2260 code."""

    class Level(models.TextChoices):
        NATION = "nation", _("Nation")
        PROVINCE = "province", _("Province")
        CITY = "city", _("Prefecture")
        COUNTY = "county", _("County")

    code = models.CharField(_("code"), max_length=6, primary_key=True, validators=[division_code_validator])
    name = models.CharField(_("name"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """The leading digits of every division in this one's subtree."""
        return division_prefix(self.code)

    @cached_property
    def full_name(self) -> str:
        """Name with its parents, without the nation: 江苏省南京市玄武区."""
        above = self.parent.full_name if self.parent_id and self.parent_id != NATION and self.parent else ""
        return above + self.name


class Department(models.Model):
    """A department that receives, handles or supervises cases."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    document_code = models.CharField(
        _("document code"),
        max_length=20,
        unique=True,
        help_text=_("The department's own words in a document number, before the year in brackets."),
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="departments", verbose_name=_("division"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("superior department")
    )
    is_receiving = models.BooleanField(
        _("receives complaints"), default=False, help_text=_("Province level and above (Decree 802 art. 24).")
    )
    is_handling = models.BooleanField(_("handles complaints"), default=False)
    registers_reports = models.BooleanField(_("registers fee reports"), default=False)
    verifies_reports = models.BooleanField(_("verifies fee reports"), default=False)
    keeps_credit_records = models.BooleanField(_("keeps credit records"), default=False)
    contact_name = models.CharField(_("contact person"), max_length=40, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["division_id", "name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a receiving department below province level (Decree 802 art. 24) and a loop of superiors."""
        if self.is_receiving and self.division_id and len(division_prefix(self.division_id)) > 2:
            raise ValidationError(
                {"is_receiving": _("Only departments of province level and above receive complaints (art. 24).")}
            )
        seen, above = {self.pk}, self.parent
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": _("A department can't stand above itself.")})
            seen.add(above.pk)
            above = above.parent


class Role(models.TextChoices):
    """What a person may be to a case. `COMPLAINANT` is proved by the case itself, never by a membership."""

    COMPLAINANT = "complainant", _("Complainant")
    RECEIVING_CLERK = "receiving_clerk", _("Receiving clerk")
    HANDLING_CASEWORKER = "handling_caseworker", _("Handling caseworker")
    DEPARTMENT_HEAD = "department_head", _("Department head")
    SUPERVISOR = "supervisor", _("Supervisor")
    CATALOGUE_EDITOR = "catalogue_editor", _("Catalogue editor")
    CREDIT_OFFICER = "credit_officer", _("Credit officer")
    AUDITOR = "auditor", _("Auditor")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")


STAFF_ROLES = tuple(role for role in Role if role is not Role.COMPLAINANT)


class User(AbstractUser):
    """A person who signs in: staff of a department, or an SME's filer with an account."""

    display_name = models.CharField(_("name shown"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    # For whom the person files in this request, as the portal's pages know it; None where nobody could choose.
    files_for: str | None = None

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]
        verbose_name_plural = _("users")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """The name shown; the user name where none is set."""
        return str(self)

    @cached_property
    def held_roles(self) -> tuple[Membership, ...]:
        """The memberships with their departments, read once for each loaded user."""
        return tuple(self.memberships.select_related("department"))


class Membership(models.Model):
    """A role that a user holds in a department."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    department = models.ForeignKey(Department, models.PROTECT, related_name="memberships", verbose_name=_("department"))
    role = models.CharField(_("role"), max_length=24, choices=[(role.value, role.label) for role in STAFF_ROLES])

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "department", "role"], name="membership_once"),
            models.CheckConstraint(condition=models.Q(role__in=[r.value for r in STAFF_ROLES]), name="membership_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.department}"


class SubjectType(models.TextChoices):
    """What a subject is in the eyes of Decree 802 art. 26: which measures can apply to it depends on that."""

    ORGAN = "organ", _("state organ")
    INSTITUTION = "institution", _("public institution")
    LARGE_ENTERPRISE = "large_enterprise", _("large enterprise")
    ENTERPRISE = "enterprise", _("other enterprise")
    SOCIAL_ORGANISATION = "social_organisation", _("social organisation")
    OTHER = "other", _("other body")


class Subject(models.Model):
    """An organisation known by its unified social credit code: what cases, records and disclosures are about."""

    code = models.CharField(
        _("unified social credit code"), max_length=18, primary_key=True, validators=[validate_credit_code]
    )
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=SubjectType.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="subjects", verbose_name=_("place"))
    # From an open register, such as those who must disclose; otherwise only those find it who see what it is about:
    # that somebody complained of an organisation is nobody else's business.
    is_listed = models.BooleanField(_("from an open register"), default=True)
    is_development = models.BooleanField(_("development data"), default=False, editable=False)
    updated_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subject register")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["division", "kind", "code"], name="subject_division"),
            GinIndex(fields=["name", "code"], opclasses=["gin_trgm_ops", "gin_trgm_ops"], name="subject_words"),
        ]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=SubjectType.values), name="subject_kind")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Keep the code as GB 32100 writes it."""
        self.code = clean_credit_code(self.code or "")
