"""Classes of severity and the list of measures, as versioned data with their source. A version in use never changes."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.clocks.certainty import Certainty
from casework.parties.models import SubjectType

MINOR, GENERAL, SERIOUS = "minor", "general", "serious"


def _kept(*fields: str) -> list[pgtrigger.Trigger]:
    """Whoever refers to a version finds it as it was: only its last day, translation and remarks are still set."""
    return [
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        pgtrigger.Protect(name="unchanged", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(*fields)),
    ]


class Sourced(models.Model):
    """What every entry of a legal list carries."""

    version = models.PositiveSmallIntegerField(_("version"), default=1)
    label = models.CharField(_("wording"), max_length=200)
    label_en = models.CharField(_("wording in English"), max_length=200, blank=True)
    citation = models.CharField(_("citation"), max_length=300)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label


class SeverityClass(Sourced):
    """How grave a finding is, and what follows for publicity and repair (NDRC Order 36).

    Attributes:
        least_months: publicity before which no repair is granted.
        most_months: after which everything ends.
        publishes: whether records of the class are published unless decided otherwise.
        platforms: codes of the platforms that get a published record.
    """

    code = models.CharField(_("code"), max_length=20)
    least_months = models.PositiveSmallIntegerField(_("least publicity (months)"))
    most_months = models.PositiveSmallIntegerField(_("most publicity (months)"))
    publishes = models.BooleanField(_("published by default"))
    platforms = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("platforms"))

    class Meta:
        verbose_name = _("class of severity")
        verbose_name_plural = _("classes of severity")
        ordering = ["most_months", "code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="severity_version_once"),
            models.CheckConstraint(condition=Q(most_months__gte=F("least_months")), name="severity_months"),
            models.CheckConstraint(condition=Q(most_months__gt=0), name="severity_ends"),
        ]
        triggers = _kept(
            "code", "version", "label", "least_months", "most_months", "publishes", "platforms", "citation"
        )


class MeasureItem(Sourced):
    """A measure of the closed national list; nothing outside it can be applied (opinions of 2025, point 12).

    Attributes:
        edition: of the list in which it stands.
        number: its item number there.
        subjects: kinds of subject to which it can apply.
        severities: classes of severity that allow it.
        executing: what kind of department carries it out, in words.
    """

    edition = models.CharField(_("edition"), max_length=80)
    number = models.CharField(_("item number"), max_length=20)
    code = models.CharField(_("code"), max_length=40)
    subjects = ArrayField(models.CharField(max_length=20, choices=SubjectType.choices), verbose_name=_("subjects"))
    severities = ArrayField(models.CharField(max_length=20), verbose_name=_("classes of severity"))
    executing = models.CharField(_("carried out by"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("measure of the list")
        verbose_name_plural = _("list of measures")
        ordering = ["edition", "number", "version"]
        constraints = [models.UniqueConstraint(fields=["edition", "code", "version"], name="measure_item_once")]
        triggers = _kept("edition", "number", "code", "version", "label", "subjects", "severities", "citation")
