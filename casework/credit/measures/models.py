"""Measures applied with a record: each of the closed list, with the department that carries it out."""

from __future__ import annotations

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.cases.access import OVERSIGHT_ROLES
from casework.cases.models import Case
from casework.credit.catalogue.models import MeasureItem
from casework.parties.models import Department, Role, User
from casework.parties.perms import AnyUser, departments_with, division_prefixes_with

EXECUTING_ROLES = (Role.CREDIT_OFFICER, Role.DEPARTMENT_HEAD)


class MeasureQuerySet(models.QuerySet["Measure"]):
    """Measures, narrowed by who looks and by the day."""

    def visible_to(self, user: AnyUser) -> Self:
        """Those of records that the user may see, and those that the user's department carries out, once they run."""
        mine = Q(record__in=Case.objects.visible_to(user).values("pk"))
        carried_out = Q(department__in=departments_with(user, *EXECUTING_ROLES)) & ~Q(state__in=["intended", "dropped"])
        oversight = Q(pk__in=[])
        for prefix in division_prefixes_with(user, *OVERSIGHT_ROLES):
            oversight |= Q(department__division__code__startswith=prefix)
        return self.filter(mine | carried_out | oversight & ~Q(state__in=["intended", "dropped"]))

    def applied_on(self, today: date) -> Self:
        """Those that apply on a day: of a record that has an effect, within their own days."""
        return self.filter(
            state=Measure.State.APPLIED,
            starts_on__lte=today,
            ends_on__gte=today,
            record__state__in=["in_force", "published"],
            record__last_day__gte=today,
            record__set_aside_on=None,
        )


class Measure(models.Model):
    """One measure against one subject. It is named in the prior notice, and never outlives its record."""

    class State(models.TextChoices):
        INTENDED = "intended", _("intended")
        APPLIED = "applied", _("applied")
        ENDED = "ended", _("ended")
        DROPPED = "dropped", _("not applied")

    record = models.ForeignKey("credit.CreditRecord", models.PROTECT, related_name="measures")
    item = models.ForeignKey(MeasureItem, models.PROTECT, related_name="+", verbose_name=_("measure of the list"))
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="measures", verbose_name=_("carried out by")
    )
    extent = models.CharField(_("extent"), max_length=500, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.INTENDED)
    starts_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("until"), null=True)
    acknowledged_on = models.DateField(_("acknowledged on"), null=True)
    acknowledged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    acknowledgement = models.CharField(_("what was done"), max_length=500, blank=True)
    ended_on = models.DateField(_("ended on"), null=True)
    lifted_on = models.DateField(_("lifted on"), null=True)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("credit measure")
        verbose_name_plural = _("credit measures")
        ordering = ["record_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "item"], condition=~Q(state="dropped"), name="record_measure_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["intended", "applied", "ended", "dropped"]), name="measure_state"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["intended", "dropped"])
                | Q(starts_on__isnull=False, ends_on__isnull=False, starts_on__lte=F("ends_on")),
                name="measure_days",
            ),
            models.CheckConstraint(condition=~Q(state="ended") | Q(ended_on__isnull=False), name="measure_ended"),
        ]
        indexes = [models.Index(fields=["department", "state", "-id"], name="measure_department")]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            # Whichever way a measure comes to apply, its record has an effect and lasts as long.
            pgtrigger.Trigger(
                name="of_a_record_in_force",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__state="applied"),
                func="""
                    IF NOT EXISTS (
                        SELECT FROM credit_creditrecord AS record
                        JOIN cases_case AS kept ON kept.id = record.case_ptr_id
                        WHERE record.case_ptr_id = NEW.record_id AND kept.state IN ('in_force', 'published')
                            AND NEW.ends_on <= record.last_day AND NEW.starts_on >= record.decided_on
                    ) THEN
                        RAISE EXCEPTION 'measure %: no record in force that lasts so long', NEW.id;
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} ({self.department})"
