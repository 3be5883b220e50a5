"""The caseworker's side of the arrears complaint: queue, case page, one form for each action, start page."""

from complaints.admin.complaint import ArrearsComplaintAdmin
from complaints.admin.departments import DepartmentMeasureAdmin
from complaints.admin.protection import ThreatAlertAdmin
from complaints.disclosure import admin as disclosure
from complaints.payment.admin import LprRateAdmin

__all__ = ["ArrearsComplaintAdmin", "DepartmentMeasureAdmin", "LprRateAdmin", "ThreatAlertAdmin", "disclosure"]
