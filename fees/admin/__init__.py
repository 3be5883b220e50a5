"""Lists, versions and entries as editors look after them."""

from fees.admin import entries, lists, versions

__all__ = ["entries", "lists", "versions"]
