"""What mail templates need: a payload's days, which JSON holds as text, as Chinese days."""

from __future__ import annotations

from datetime import date

from django import template

register = template.Library()


@register.filter
def law_date(day: object) -> str:
    """A day as letters write it, 2027年1月14日; empty without one."""
    if not day:
        return ""
    found = day if isinstance(day, date) else date.fromisoformat(str(day))
    return f"{found.year}年{found.month}月{found.day}日"
