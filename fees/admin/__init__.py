"""Lists, versions and entries as editors look after them."""

from fees.admin import entries, lists, versions
from fees.monitoring import admin as monitoring

__all__ = ["entries", "lists", "monitoring", "versions"]
