"""The 1-year loan prime rate, kept up by system administrators."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casework.clocks.certainty import Certainty


class LprRate(models.Model):
    """One published value. It holds until the next; a month without a change may be entered too, as looked at."""

    effective_on = models.DateField(
        _("published on"), unique=True, help_text=_("The 20th of the month, or the next working day.")
    )
    rate = models.DecimalField(
        _("1-year LPR (percent a year)"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(25))],
    )
    source = models.CharField(_("source"), max_length=300)
    certainty = models.CharField(_("certainty"), max_length=10, choices=Certainty.choices)

    class Meta:
        verbose_name = _("LPR value")
        verbose_name_plural = _("LPR values")
        ordering = ("-effective_on",)
        constraints = [models.CheckConstraint(condition=Q(rate__gt=0), name="lpr_rate_positive")]

    def __str__(self) -> str:
        return f"{self.effective_on}: {self.rate} %"

    def clean(self) -> None:
        """No value is known before its day."""
        if self.effective_on and self.effective_on > timezone.localdate():
            raise ValidationError(
                {"effective_on": _("This day lies in the future. Enter a value once it is published.")}
            )
