"""Shares in the tables of the monitoring."""

from __future__ import annotations

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def percent(share: Decimal) -> str:
    """0.125 as 12.5%."""
    return f"{share * 100:.1f}%"


@register.filter
def signed_percent(share: Decimal | None) -> str:
    """0.125 as +12.5%; a dash where nothing is known."""
    if share is None:
        return "—"
    return f"{share * 100:+.1f}%" if share else "0.0%"
