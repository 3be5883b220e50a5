"""Who takes fees from enterprises: the payees that 国办函〔2025〕30号 names, and those that practice adds."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PayeeType(models.TextChoices):
    """The kind of payee; with place and day it decides who looks into a report."""

    ORGAN = "organ", _("State organ")
    INSTITUTION = "institution", _("Public institution")
    INTERMEDIARY = "intermediary", _("Intermediary in administrative approvals")
    ASSOCIATION = "association", _("Trade association or chamber of commerce")
    UTILITY = "utility", _("Water, power, gas, heat or another natural monopoly")
    BANK = "bank", _("Bank or other financial institution")
    ENTERPRISE = "enterprise", _("Other enterprise")
    OTHER = "other", _("Somebody else")
