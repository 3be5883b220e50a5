"""Lists, versions and entries as editors look after them; reports as caseworkers do."""

from fees.admin import entries, lists, versions
from fees.admin.reports import queue as reports

__all__ = ["entries", "lists", "reports", "versions"]
