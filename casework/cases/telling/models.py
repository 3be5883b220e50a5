"""What the one who follows a case chose."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Extent(models.TextChoices):
    """How much is told by a way."""

    ALL = "all", _("everything that happens")
    ACT = "act", _("only what I must answer or do")
    NONE = "none", _("nothing")


class NoticePreference(models.Model):
    """The ways for one case; a case without a row has the defaults.

    E-mail can be narrowed and not switched off: whoever misses a request for correction loses the case by it.
    """

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="notice_preference")
    email = models.CharField(_("e-mail"), max_length=4, choices=Extent.choices, default=Extent.ALL)
    sms = models.CharField(_("text message"), max_length=4, choices=Extent.choices, default=Extent.ACT)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("ways of being told")
        verbose_name_plural = _("ways of being told")
        constraints = [
            models.CheckConstraint(condition=Q(email__in=["all", "act"]), name="notice_by_email"),
            models.CheckConstraint(condition=Q(sms__in=["all", "act", "none"]), name="notice_by_sms"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.email} {self.sms}"
