"""Lists, versions and entries as editors look after them; reports as caseworkers do; typical cases as departments write
them."""

from fees.admin import entries, exposure, lists, versions
from fees.admin.reports import queue as reports

__all__ = ["entries", "exposure", "lists", "reports", "versions"]
