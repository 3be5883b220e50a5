"""The app's tables, so that Django finds them."""

from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion, Subscription, VersionCheck
from fees.exposure.models import CaseCategory, JointDepartment, TypicalCase
from fees.orders.models import Order, Payer
from fees.penalty.models import PenaltyCase, PenaltyPause
from fees.referral.models import Referral
from fees.report.models import CheckedCharge, FeeReport, Finding, SplitPart, Violation

__all__ = [
    "CaseCategory",
    "CatalogueEntry",
    "CatalogueList",
    "CatalogueVersion",
    "CheckedCharge",
    "FeeReport",
    "Finding",
    "JointDepartment",
    "Order",
    "Payer",
    "PenaltyCase",
    "PenaltyPause",
    "Referral",
    "SplitPart",
    "Subscription",
    "TypicalCase",
    "VersionCheck",
    "Violation",
]
