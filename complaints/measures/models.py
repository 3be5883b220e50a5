"""Measures against a respondent (Decree 802 art. 25(3)) and towards departments (art. 23)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.documents.models import Letter
from casework.parties.models import Department, Role, User
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with


class Measure(models.Model):
    """One step, with its own letter, due day and outcome. Each comes only after the one before it."""

    class Kind(models.TextChoices):
        SUPERVISORY_LETTER = "supervisory_letter", _("supervisory letter")
        INTERVIEW = "interview", _("interview")
        CIRCULAR = "circular", _("circular")
        RECTIFICATION = "rectification", _("rectification order")

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        COMPLIED = "complied", _("complied with")
        PARTLY = "partly", _("partly complied with")
        IGNORED = "ignored", _("not complied with")

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="measures")
    kind = models.CharField(_("measure"), max_length=20, choices=Kind.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    content = models.JSONField(_("content"), default=dict)
    # What a supervisory letter answers: the request that stayed without feedback, or without the required one.
    feedback_request = models.ForeignKey(
        "complaints.FeedbackRequest", models.PROTECT, null=True, related_name="measures", editable=False
    )
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))
    minutes = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("minutes"))
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("issued by"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("due on"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    outcome_note = models.TextField(_("what came of it"), max_length=5000, blank=True)
    outcome_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    outcome_on = models.DateField(_("outcome on"), null=True)

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ["complaint_id", "id"]
        indexes = [models.Index(fields=["kind", "due_on"], condition=Q(outcome="open"), name="measure_open")]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "kind", "number"], name="measure_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["supervisory_letter", "interview", "circular", "rectification"]),
                name="measure_kind",
            ),
            models.UniqueConstraint(
                fields=["feedback_request"],
                condition=Q(kind="supervisory_letter"),
                name="one_supervisory_letter_for_a_request",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind} {self.number}"


class DepartmentMeasureQuerySet(models.QuerySet["DepartmentMeasure"]):
    """Measures towards departments, narrowed by who looks."""

    def visible_to(self, user: AnyUser) -> Self:
        """For a supervisor those to departments below the division; for a head those to the own department."""
        scope = models.Q(department__in=departments_with(user, Role.DEPARTMENT_HEAD))
        for prefix in division_prefixes_with(user, Role.SUPERVISOR):
            scope |= models.Q(department__division__code__startswith=prefix)
        return self.filter(scope)


class DepartmentMeasure(models.Model):
    """Inquiry, interview or circular to a department or local government for late cases, by a supervisor (art. 23)."""

    class Kind(models.TextChoices):
        INQUIRY = "inquiry", _("letter of inquiry")
        INTERVIEW = "interview", _("interview")
        CIRCULAR = "circular", _("circular")

    kind = models.CharField(_("measure"), max_length=12, choices=Kind.choices)
    department = models.ForeignKey(Department, models.PROTECT, related_name="supervised", verbose_name=_("department"))
    issuer = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("issued by department"))
    joint_with = models.CharField(_("jointly with"), max_length=300, blank=True)
    complaints = models.ManyToManyField(
        "complaints.ArrearsComplaint", related_name="department_measures", verbose_name=_("cases")
    )
    text = models.TextField(_("what is asked or told"), max_length=5000)
    held_at = models.DateTimeField(_("when"), null=True, blank=True)
    place = models.CharField(_("where"), max_length=200, blank=True)
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("issued by"))
    issued_on = models.DateField(_("issued on"))
    due_on = models.DateField(_("answer due on"), null=True, blank=True)
    answer = models.TextField(_("answer"), max_length=5000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_on = models.DateField(_("answered on"), null=True)

    objects = DepartmentMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("supervision of a department")
        verbose_name_plural = _("supervision of departments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.department}"
