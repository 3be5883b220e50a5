"""Penalty cases: opened, paused, decided. The penalty itself is decided in the authority's own procedure."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from casework.clocks.models import DeadlinePause
from casework.parties.models import Department, User
from fees.report.models import FeeReport


class PenaltyCase(models.Model):
    """That a violation was handed to those who impose penalties, and what they decided."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("open")
        PENALTY = "penalty", _("penalty imposed")
        NO_PENALTY = "no_penalty", _("no penalty")
        DROPPED = "dropped", _("case dropped")
        HANDED_OVER = "handed_over", _("handed over to another authority")

    report = models.ForeignKey(FeeReport, models.PROTECT, related_name="penalty_cases")
    number = models.PositiveSmallIntegerField(_("number"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", verbose_name=_("department that decides on the penalty")
    )
    grounds = models.TextField(_("facts and articles"), max_length=5000)
    filed_on = models.DateField(_("case opened on"))
    filing_number = models.CharField(_("number of the case"), max_length=80, blank=True)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices, default=Outcome.OPEN)
    decision_number = models.CharField(_("number of the decision"), max_length=80, blank=True)
    fine = models.DecimalField(_("fine (yuan)"), max_digits=16, decimal_places=2, default=Decimal(0))
    confiscated = models.DecimalField(_("confiscated (yuan)"), max_digits=16, decimal_places=2, default=Decimal(0))
    outcome_note = models.TextField(_("what came of it"), max_length=5000, blank=True)
    decided_on = models.DateField(_("decided on"), null=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("penalty case")
        verbose_name_plural = _("penalty cases")
        ordering = ["report_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="penalty_case_once"),
            # One clock a report.
            models.UniqueConstraint(fields=["report"], condition=Q(outcome="open"), name="penalty_case_one_open"),
            models.CheckConstraint(
                condition=Q(outcome__in=["open", "penalty", "no_penalty", "dropped", "handed_over"]),
                name="penalty_case_outcome",
            ),
            models.CheckConstraint(condition=Q(fine__gte=0) & Q(confiscated__gte=0), name="penalty_case_sums"),
            models.CheckConstraint(
                condition=Q(outcome="penalty") | Q(fine=0, confiscated=0), name="penalty_case_sums_of_a_penalty"
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", decided_on=None) | (~Q(outcome="open") & Q(decided_on__isnull=False)),
                name="penalty_case_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}: {self.outcome}"


class PenaltyPause(models.Model):
    """Time that does not count for the penalty case, on a ground of the list `fee.penalty_pause`."""

    penalty_case = models.ForeignKey(PenaltyCase, models.PROTECT, related_name="pauses")
    pause = models.OneToOneField(DeadlinePause, models.PROTECT, related_name="+")
    code = models.CharField(_("ground"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    label = models.CharField(_("ground"), max_length=300)
    # None while the last day is an estimate.
    ended_on = models.DateField(_("ended on"), null=True)

    class Meta:
        verbose_name = _("time not counted")
        verbose_name_plural = _("times not counted")
        ordering = ["penalty_case_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["penalty_case"], condition=Q(ended_on=None), name="penalty_pause_one_running"
            )
        ]

    def __str__(self) -> str:
        return f"{self.penalty_case_id} {self.code}"
