"""The app's tables, so that Django finds them."""

from fees.catalogue.models import CatalogueEntry, CatalogueList, CatalogueVersion, Subscription, VersionCheck
from fees.exposure.models import CaseCategory, JointDepartment, TypicalCase
from fees.monitoring.models import (
    Alarm,
    AlarmReport,
    MonitoringPoint,
    PaidItem,
    QuarterlyReturn,
    Reminder,
    Round,
    Submission,
)
from fees.orders.models import Order, Payer
from fees.penalty.models import PenaltyCase, PenaltyPause
from fees.referral.models import Referral
from fees.report.models import CheckedCharge, FeeReport, Finding, SplitPart, Violation

__all__ = [
    "Alarm",
    "AlarmReport",
    "CaseCategory",
    "CatalogueEntry",
    "CatalogueList",
    "CatalogueVersion",
    "CheckedCharge",
    "FeeReport",
    "Finding",
    "JointDepartment",
    "MonitoringPoint",
    "Order",
    "PaidItem",
    "Payer",
    "PenaltyCase",
    "PenaltyPause",
    "QuarterlyReturn",
    "Referral",
    "Reminder",
    "Round",
    "SplitPart",
    "Submission",
    "Subscription",
    "TypicalCase",
    "VersionCheck",
    "Violation",
]
