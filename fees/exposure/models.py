"""Typical cases with their categories and joint departments. What is published changes only by being withdrawn."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.cases.access import HANDLING_ROLES, OVERSIGHT_ROLES
from casework.parties.models import Department, Division, Role
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with
from fees.exposure.masking import Masking
from fees.report.models import FeeReport

_WHO: dict[str, Any] = {
    "to": settings.AUTH_USER_MODEL, "on_delete": models.PROTECT, "null": True, "related_name": "+", "editable": False,
}  # fmt: skip
_SUM: dict[str, Any] = {
    "max_digits": 16, "decimal_places": 2, "null": True, "blank": True, "validators": [MinValueValidator(Decimal(0))],
}  # fmt: skip
MASKING_CHOICES = (
    (Masking.NAMED.value, _("with its name")),
    (Masking.PLACE_KEPT.value, _("place and kind only")),
    (Masking.KIND_ONLY.value, _("kind only")),
)


class TypicalCaseQuerySet(models.QuerySet["TypicalCase"]):
    """Typical cases, narrowed by who looks."""

    def visible_to(self, user: AnyUser) -> Self:
        """Only those that the user may see in the admin.

        The department that writes a case sees it always; the heads of a joint department and the supervisors and
        auditors of the place once it is submitted.
        """
        scope = Q(department__in=departments_with(user, *HANDLING_ROLES))
        joint = JointDepartment.objects.exclude(state=JointDepartment.State.RELEASED)
        joint = joint.filter(department__in=departments_with(user, Role.DEPARTMENT_HEAD))
        beyond = Q(pk__in=joint.values("typical_case"))
        for prefix in division_prefixes_with(user, *OVERSIGHT_ROLES):
            beyond |= Q(department__division__code__startswith=prefix)
        return self.filter(scope | (beyond & ~Q(status=TypicalCase.Status.DRAFT)))

    def published(self) -> Self:
        """Those that everybody may read."""
        return self.filter(status=TypicalCase.Status.PUBLISHED)


# What a case may never change once everybody can read it.
_FROZEN = (
    "report", "department", "division", "title", "payee_name", "masking", "masking_reason", "published_name",
    "hidden_names", "period_from", "period_to", "payers", "unlawful_amount", "refunded_amount", "fine", "legal_basis",
    "document_number", "document_date", "narrative", "batch", "is_grave", "revision", "return_remarks", "drafted_by",
    "submitted_by", "approved_by", "approved_revision", "published_by", "published_on", "is_development",
)  # fmt: skip


def _changed(*names: str) -> pgtrigger.Q:
    return reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in names))


# Whichever way a case becomes published, every department named with it has agreed to this very text.
_CONSENT = pgtrigger.Trigger(
    name="joint_consent",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__status="published"),
    func="""
        IF EXISTS (
            SELECT FROM fees_jointdepartment AS joint
            WHERE joint.typical_case_id = NEW.id AND joint.state <> 'released'
                AND (joint.state <> 'agreed' OR joint.revision IS DISTINCT FROM NEW.revision)
        ) THEN
            RAISE EXCEPTION 'typical case %: a joint department has not agreed', NEW.id;
        END IF;
        IF NEW.is_grave AND NOT EXISTS (
            SELECT FROM fees_jointdepartment AS joint WHERE joint.typical_case_id = NEW.id AND joint.state = 'agreed'
        ) THEN
            RAISE EXCEPTION 'typical case %: a grave case is published jointly', NEW.id;
        END IF;
        RETURN NEW;
    """,
)


def _while_open(*statuses: str) -> pgtrigger.Trigger:
    """Rows of a case are written only while it has one of these statuses, which it keeps until the writer commits."""
    allowed = ", ".join(f"'{status}'" for status in statuses)
    return pgtrigger.Trigger(
        name="while_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("state", "text"), ("touched", "bigint")],
        # The statuses are constants of this module.
        func=f"""
            FOREACH touched IN ARRAY CASE TG_OP
                WHEN 'INSERT' THEN ARRAY[NEW.typical_case_id]
                WHEN 'DELETE' THEN ARRAY[OLD.typical_case_id]
                ELSE ARRAY[OLD.typical_case_id, NEW.typical_case_id] END
            LOOP
                SELECT status INTO state FROM fees_typicalcase WHERE id = touched FOR SHARE;
                IF state IS NULL OR state NOT IN ({allowed}) THEN
                    RAISE EXCEPTION 'typical case % is %', touched, state;
                END IF;
            END LOOP;
            RETURN COALESCE(NEW, OLD);
        """,  # noqa: S608
    )


class TypicalCase(models.Model):
    """One case, written to be read by everybody.

    `revision` rises with every change of the text: an approval and the consent of a joint department say which one they
    saw. `payee_name` and `hidden_names` are never public; what is public stands in `published_name`.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("waiting for approval")
        APPROVED = "approved", _("approved, to be published")
        PUBLISHED = "published", _("made public")
        WITHDRAWN = "withdrawn", _("withdrawn")

    report = models.ForeignKey(
        FeeReport, models.PROTECT, null=True, blank=True, related_name="typical_cases", editable=False
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department that publishes")
    )
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name=_("place"))
    title = models.CharField(_("title"), max_length=120, blank=True)
    payee_name = models.CharField(_("full name of the payee"), max_length=120, blank=True)
    masking = models.CharField(
        _("how the payee is named"), max_length=12, choices=MASKING_CHOICES, default=Masking.NAMED.value
    )
    masking_reason = models.CharField(_("reason for hiding the name"), max_length=300, blank=True)
    published_name = models.CharField(_("payee as published"), max_length=160, blank=True, editable=False)
    hidden_names = models.TextField(
        _("persons and others who must not be named"), max_length=2000, blank=True, help_text=_("One name a line.")
    )
    period_from = models.DateField(_("charged from"), null=True, blank=True)
    period_to = models.DateField(_("charged until"), null=True, blank=True)
    payers = models.PositiveIntegerField(_("number of payers"), null=True, blank=True)
    unlawful_amount = models.DecimalField(_("unlawful amount (yuan)"), **_SUM)
    refunded_amount = models.DecimalField(_("refunded (yuan)"), **_SUM)
    fine = models.DecimalField(_("fine (yuan)"), **_SUM)
    legal_basis = models.TextField(_("legal grounds"), max_length=2000, blank=True)
    document_number = models.CharField(_("number of the document"), max_length=120, blank=True)
    document_date = models.DateField(_("day of the document"), null=True, blank=True)
    narrative = models.TextField(_("what happened"), max_length=5000, blank=True)
    batch = models.CharField(_("batch"), max_length=60, blank=True)
    is_grave = models.BooleanField(_("of strong public concern, grave and representative"), default=False)
    is_development = models.BooleanField(_("development data"), default=False, editable=False)

    status = models.CharField(_("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False)
    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    return_remarks = models.TextField(_("remarks"), max_length=1000, blank=True, editable=False)
    drafted_by = models.ForeignKey(**{**_WHO, "null": False}, verbose_name=_("drafted by"))
    submitted_by = models.ForeignKey(**_WHO, verbose_name=_("submitted by"))
    approved_by = models.ForeignKey(**_WHO, verbose_name=_("approved by"))
    approved_revision = models.PositiveIntegerField(null=True, editable=False)
    published_by = models.ForeignKey(**_WHO, verbose_name=_("published by"))
    published_on = models.DateField(_("published on"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(**_WHO, verbose_name=_("withdrawn by"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    withdrawn_reason = models.CharField(_("reason of the withdrawal"), max_length=500, blank=True, editable=False)

    objects = TypicalCaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("typical case")
        verbose_name_plural = _("typical cases")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-published_on", "-id"], condition=Q(status="published"), name="typical_case_newest"),
            models.Index(fields=["department", "status", "-id"], name="typical_case_desk"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=~Q(status="withdrawn"), name="typical_case_one_of_a_report"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted", "approved", "published", "withdrawn"]),
                name="typical_case_status",
            ),
            models.CheckConstraint(
                condition=Q(masking__in=["named", "place_kept", "kind_only"]), name="typical_case_masking"
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(masking="named") | ~Q(masking_reason=""), name="typical_case_why_masked"
            ),
            # Four eyes; who wrote last can't approve, and only what was seen is approved.
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(drafted_by=F("approved_by")), name="typical_case_second_person"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None, approved_revision=None)
                | Q(approved_by__isnull=False, approved_revision=F("revision")),
                name="typical_case_approved_as_seen",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", submitted_by=None, approved_by=None, published_by=None)
                | Q(status="submitted", submitted_by__isnull=False, approved_by=None, published_by=None)
                | Q(
                    status="approved", submitted_by__isnull=False, approved_by__isnull=False, published_by=None
                )
                | Q(
                    status__in=["published", "withdrawn"], submitted_by__isnull=False, approved_by__isnull=False,
                    published_by__isnull=False, published_on__isnull=False,
                ),
                name="typical_case_steps",
            ),
            models.CheckConstraint(
                condition=Q(status="withdrawn", withdrawn_by__isnull=False, withdrawn_on__gte=F("published_on"))
                & ~Q(withdrawn_reason="")
                | ~Q(status="withdrawn") & Q(withdrawn_by=None, withdrawn_on=None, withdrawn_reason=""),
                name="typical_case_withdrawal",
            ),
            models.CheckConstraint(
                condition=Q(period_from=None) | Q(period_to=None) | Q(period_to__gte=F("period_from")),
                name="typical_case_period",
            ),
            models.CheckConstraint(
                condition=(Q(unlawful_amount=None) | Q(unlawful_amount__gte=0))
                & (Q(refunded_amount=None) | Q(refunded_amount__gte=0))
                & (Q(fine=None) | Q(fine__gte=0)),
                name="typical_case_sums",
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.Protect(
                name="published_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status="published")
                & (_changed(*_FROZEN) | ~pgtrigger.Q(new__status__in=["published", "withdrawn"])),
            ),
            pgtrigger.Protect(
                name="withdrawn_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="withdrawn")
            ),
            pgtrigger.Protect(
                name="shown_not_deleted", operation=pgtrigger.Delete, condition=~pgtrigger.Q(old__status="draft")
            ),
            _CONSENT,
        ]

    def __str__(self) -> str:
        return self.title or f"{self.published_name} #{self.pk}".strip()

    def clean(self) -> None:
        """The time of the charges runs forward."""
        if self.period_from and self.period_to and self.period_to < self.period_from:
            raise ValidationError({"period_to": _("The last day lies before the first.")})

    @property
    def hidden(self) -> list[str]:
        """The names that must not be named."""
        return [name.strip() for name in self.hidden_names.splitlines() if name.strip()]

    @property
    def category_words(self) -> str:
        """The kinds of violation, as they are published."""
        return "；".join(row.label for row in self.categories.all())

    @property
    def is_masked(self) -> bool:
        """Whether the payee's name is hidden."""
        return self.masking != Masking.NAMED


class CaseCategory(models.Model):
    """A category of the list `fee.violation`, as the finding named it or as it stands in force."""

    typical_case = models.ForeignKey(TypicalCase, models.CASCADE, related_name="categories")
    code = models.CharField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    label = models.CharField(_("category"), max_length=300)
    citation = models.CharField(_("citation"), max_length=300)

    class Meta:
        verbose_name = _("category of a typical case")
        verbose_name_plural = _("categories of typical cases")
        ordering = ["typical_case_id", "code"]
        indexes = [models.Index(fields=["code"], name="case_category_code")]
        constraints = [models.UniqueConstraint(fields=["typical_case", "code"], name="case_category_once")]
        triggers = [_while_open("draft")]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


class JointDepartment(models.Model):
    """A department asked to publish a case together, and its answer for the revision that it saw."""

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        AGREED = "agreed", _("agrees")
        DECLINED = "declined", _("declines")
        RELEASED = "released", _("no longer asked")

    typical_case = models.ForeignKey(TypicalCase, models.CASCADE, related_name="joint")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("joint department"))
    state = models.CharField(_("answer"), max_length=10, choices=State.choices, default=State.ASKED)
    revision = models.PositiveIntegerField(_("revision"), null=True)
    remark = models.TextField(_("remarks"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(**{**_WHO, "null": False}, verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"))
    answered_by = models.ForeignKey(**_WHO, verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True)

    class Meta:
        verbose_name = _("joint department")
        verbose_name_plural = _("joint departments")
        ordering = ["typical_case_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["typical_case", "department"], name="joint_department_once"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "agreed", "declined", "released"]), name="joint_department_state"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "declined"])
                | Q(revision__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
                name="joint_department_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(remark=""), name="joint_department_why_declined"
            ),
        ]  # fmt: skip
        triggers = [_while_open("draft", "submitted", "approved")]

    def __str__(self) -> str:
        return f"{self.typical_case_id} {self.department} {self.state}"
