"""The staff's side: fee lists, reports, typical cases, monitoring."""

from fees.admin import entries, exposure, lists, versions
from fees.admin.reports import queue as reports
from fees.monitoring import admin as monitoring

__all__ = ["entries", "exposure", "lists", "monitoring", "reports", "versions"]
