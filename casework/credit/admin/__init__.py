"""Credit records as staff see them."""

from casework.credit.lookups import admin as lookups

__all__ = ["lookups"]
