"""Reporting a charge in steps."""
