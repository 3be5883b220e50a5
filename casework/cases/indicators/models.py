"""What is worth a look, as versioned data, and that somebody looked."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.clocks.certainty import Certainty
from casework.parties.models import User


class Sign(models.TextChoices):
    """What the data can show (as a model: SAMR Order 121 arts 7, 17, 42)."""

    SAME_PAIR = "same_pair", _("same filer, same respondent, many in short time")
    SHARED_CONTACT = "shared_contact", _("one phone, e-mail or address, many filers")
    NO_TRANSACTION = "no_transaction", _("no proof of a transaction")
    SAME_FILE = "same_file", _("same file in cases of other filers")
    SAME_TEXT = "same_text", _("same text in cases of other filers")


class IndicatorRule(models.Model):
    """From which number on a sign is shown, within which days, and by which model. A version in force never changes."""

    code = models.CharField(_("sign"), max_length=20, choices=Sign.choices)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    threshold = models.PositiveSmallIntegerField(
        _("number"), help_text=_("Shown from this number on; files that prove a transaction: below it.")
    )
    within_days = models.PositiveSmallIntegerField(
        _("within days"),
        null=True,
        blank=True,
        help_text=_("Counted from the day of the filing, both ways; empty for ever."),
    )
    label = models.CharField(_("wording"), max_length=300)
    label_en = models.CharField(_("wording in English"), max_length=300, blank=True)
    explanation = models.TextField(_("explanation"), blank=True)
    explanation_en = models.TextField(_("explanation in English"), blank=True)
    citation = models.CharField(_("citation"), max_length=300)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("sign worth a look")
        verbose_name_plural = _("signs worth a look")
        ordering = ["position", "code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="indicator_version_once"),
            models.CheckConstraint(condition=Q(code__in=Sign.values), name="indicator_code"),
            models.CheckConstraint(condition=Q(threshold__gte=1), name="indicator_threshold"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")), name="indicator_dates"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["effective_to"]),
                func="RAISE EXCEPTION 'version % of % never changes', OLD.version, OLD.code;",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class IndicatorLook(models.Model):
    """A caseworker looked at a sign and found nothing in it. Never changed; a number that grew is shown again."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="indicator_looks")
    rule = models.ForeignKey(IndicatorRule, models.PROTECT, related_name="+", verbose_name=_("sign"))
    number = models.PositiveIntegerField(_("number at that time"))
    note = models.CharField(_("what was looked at"), max_length=1000)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("looked at by"))
    at = models.DateTimeField(_("looked at"))

    class Meta:
        verbose_name = _("look at a sign")
        verbose_name_plural = _("looks at signs")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="indicator_look_says_why")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule_id}: {self.number}"
