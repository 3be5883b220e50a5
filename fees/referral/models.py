"""Referrals of grave leads (国办函〔2025〕30号, point 2(5)). Few may know that there is one."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.documents.models import Letter
from casework.parties.models import Department, Role, User
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with
from fees.report.models import FeeReport


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals, narrowed by who looks: narrower than the report."""

    def visible_to(self, user: AnyUser) -> Self:
        """For who made it, the heads of the referring department, and supervisors above; for nobody else.

        The person concerned may sit in the same department: its caseworkers don't see the referral, and neither do
        auditors, the receiving department or the reporter.
        """
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        scope = Q(made_by=user) | Q(department__in=departments_with(user, Role.DEPARTMENT_HEAD))
        for prefix in division_prefixes_with(user, Role.SUPERVISOR):
            scope |= Q(department__division__code__startswith=prefix)
        return self.filter(scope)


class Referral(models.Model):
    """One lead handed to discipline inspection or the police, with its letter."""

    class Kind(models.TextChoices):
        DISCIPLINE = "discipline", _("discipline inspection")
        POLICE = "police", _("police")

    class Outcome(models.TextChoices):
        OPEN = "open", _("no answer yet")
        TAKEN = "taken", _("taken on")
        DECLINED = "declined", _("not taken on")

    report = models.ForeignKey(FeeReport, models.PROTECT, related_name="referrals")
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("referred to"), max_length=12, choices=Kind.choices)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("referring department"))
    body = models.CharField(_("name of the body"), max_length=120)
    ground = models.CharField(_("ground"), max_length=300)
    citation = models.CharField(_("citation"), max_length=300)
    summary = models.TextField(_("summary of the lead"), max_length=5000)
    evidence = models.JSONField(_("evidence"), default=list)
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+", verbose_name=_("letter"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_on = models.DateField(_("made on"))
    outcome = models.CharField(_("answer"), max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    outcome_note = models.TextField(_("what came of it"), max_length=2000, blank=True)
    outcome_on = models.DateField(_("answered on"), null=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["report_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="referral_once"),
            models.CheckConstraint(condition=Q(kind__in=["discipline", "police"]), name="referral_kind"),
            models.CheckConstraint(condition=Q(outcome__in=["open", "taken", "declined"]), name="referral_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}: {self.kind}"
