"""The words of the size standard."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Size(models.TextChoices):
    """Size class of an enterprise; micro, small and medium are SMEs (Decree 802 art. 3(1))."""

    LARGE = "large", _("Large")
    MEDIUM = "medium", _("Medium")
    SMALL = "small", _("Small")
    MICRO = "micro", _("Micro")


class Indicator(models.TextChoices):
    """What is compared; each industry uses one or two of them."""

    EMPLOYEES = "employees", _("employees")
    REVENUE = "revenue", _("operating revenue")
    ASSETS = "assets", _("total assets")


# From the top; the classes above the last have lower limits.
LADDER = (Size.LARGE, Size.MEDIUM, Size.SMALL, Size.MICRO)
# More than any enterprise has: a figure above it is a slip.
MOST_EMPLOYEES = 100_000_000
