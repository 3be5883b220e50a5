"""Alerts of threats and reprisals. Only supervisors see them: the department may be too near the respondent."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from casework.parties.models import Role, User
from casework.parties.perms import AnyUser, division_prefixes_with


class ThreatAlertQuerySet(models.QuerySet["ThreatAlert"]):
    """Alerts, narrowed by who looks."""

    def visible_to(self, user: AnyUser) -> Self:
        """Those of the supervisor's divisions; nobody else sees one."""
        scope = models.Q(pk__in=[])
        for prefix in division_prefixes_with(user, Role.SUPERVISOR):
            scope |= models.Q(complaint__division__code__startswith=prefix)
        return self.filter(scope)


class ThreatAlert(models.Model):
    """One alert, raised by the complainant on the tracking page."""

    complaint = models.ForeignKey("complaints.ArrearsComplaint", models.PROTECT, related_name="alerts")
    text = models.TextField(_("what happened"), max_length=5000)
    reach_me = models.CharField(_("how we may reach you safely"), max_length=300, blank=True)
    raised_at = models.DateTimeField(_("raised at"))
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("handled by"))
    handled_at = models.DateTimeField(_("handled at"), null=True)
    handling_note = models.TextField(_("what was done"), max_length=5000, blank=True)

    objects = ThreatAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert of a threat")
        verbose_name_plural = _("alerts of threats")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.raised_at:%Y-%m-%d}"
