"""Routes as versioned data, and every hop that a case of whatever kind made."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from casework.clocks.certainty import Certainty
from casework.parties.models import Department, Division, User


class Ownership(models.TextChoices):
    """To which level of government a party belongs: central ones go to the national level."""

    CENTRAL = "central", _("central body, or enterprise owned by the centre")
    PROVINCIAL = "provincial", _("of the province")
    PREFECTURAL = "prefectural", _("of the prefecture or city")
    COUNTY = "county", _("of the county or district")
    PRIVATE = "private", _("privately or foreign owned")


class Route(models.Model):
    """Where cases go: who is in charge of the party handles them (Decree 802 art. 25(1); SAMR Order 121 arts 28-29).

    A route is for one kind of case. Other empty criteria match everything; the route with the most criteria that match
    wins.
    """

    kind = models.CharField(_("kind of case"), max_length=20)
    # In the words of the kind of case: of respondent, or of payee.
    respondent_type = models.CharField(_("kind of party"), max_length=20, blank=True)
    ownership = models.CharField(_("belongs to"), max_length=12, choices=Ownership.choices, blank=True)
    sector = models.CharField(_("sector"), max_length=40, blank=True)
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("division"),
        help_text=_("With everything below it."),
    )
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="routes", verbose_name=_("handling department")
    )
    reason = models.CharField(_("reason"), max_length=300)
    citation = models.CharField(_("citation"), max_length=300)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until"), null=True, blank=True)

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")
        ordering = ["kind", "division_id", "respondent_type", "ownership", "sector", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="route_kind"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")), name="route_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} ({self.reason})"


class Hop(models.Model):
    """One transfer of a case, and what became of it. The hops of a case tell its whole way."""

    class Status(models.TextChoices):
        SENT = "sent", _("sent")
        RECEIVED = "received", _("received")
        RETURN_ASKED = "return_asked", _("return asked for")
        RETURNED = "returned", _("returned")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="hops")
    number = models.PositiveSmallIntegerField(_("number"))
    sender = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("from"))
    target = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("to"))
    route = models.ForeignKey(Route, models.PROTECT, null=True, related_name="+", verbose_name=_("suggested by"))
    override_reason = models.CharField(_("why not as suggested"), max_length=500, blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_on = models.DateField(_("sent on"))
    received_on = models.DateField(_("received on"), null=True)
    status = models.CharField(_("status"), max_length=12, choices=Status.choices, default=Status.SENT)
    return_reason = models.TextField(_("reason of the return"), max_length=1000, blank=True)
    return_target = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed department")
    )
    return_asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    return_asked_on = models.DateField(_("return asked on"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_on = models.DateField(_("decided on"), null=True)
    decision_note = models.TextField(_("decision"), max_length=1000, blank=True)
    # A loop, or one return too many: from then on the common superior decides, and the sender carries it out.
    escalated_on = models.DateField(_("put to the common superior on"), null=True)
    designated = models.ForeignKey(
        Department, models.PROTECT, null=True, related_name="+", verbose_name=_("designated department")
    )
    designated_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    designated_on = models.DateField(_("designated on"), null=True)

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        ordering = ["case_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="hop_number_in_case_once"),
            # One owner at a time.
            models.UniqueConstraint(fields=["case"], condition=~Q(status="returned"), name="hop_standing_once"),
            models.CheckConstraint(
                condition=Q(status__in=["sent", "received", "return_asked", "returned"]), name="hop_status"
            ),
            models.CheckConstraint(
                condition=Q(designated=None) | ~Q(escalated_on=None), name="hop_designated_after_escalation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.number}: {self.target}"
