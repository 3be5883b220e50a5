"""The app's tables, so that Django finds them."""

from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion, Subscription, VersionCheck
from fees.orders.models import Order, Payer
from fees.penalty.models import PenaltyCase, PenaltyPause
from fees.referral.models import Referral
from fees.report.models import CheckedCharge, FeeReport, Finding, SplitPart, Violation

__all__ = [
    "CatalogueEntry",
    "CatalogueList",
    "CatalogueVersion",
    "CheckedCharge",
    "FeeReport",
    "Finding",
    "Order",
    "Payer",
    "PenaltyCase",
    "PenaltyPause",
    "Referral",
    "SplitPart",
    "Subscription",
    "VersionCheck",
    "Violation",
]
