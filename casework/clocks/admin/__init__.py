"""Periods and calendar as system administrators look after them. Deadlines stand on their case's page, nowhere else."""

from casework.clocks.admin import calendar, changes, periods

__all__ = ["calendar", "changes", "periods"]
