"""Lists, versions and entries as editors look after them; typical cases as departments write them."""

from fees.admin import entries, exposure, lists, versions

__all__ = ["entries", "exposure", "lists", "versions"]
