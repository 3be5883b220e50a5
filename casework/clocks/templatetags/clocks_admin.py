"""What the admin's pages of calendar and periods say about rules."""

from __future__ import annotations

from django import template

from casework.clocks.models import StatutoryPeriod
from casework.clocks.rule_words import rule_name

register = template.Library()


@register.filter
def rule_words(period: StatutoryPeriod) -> str:
    """The rule's name in the reader's language."""
    return rule_name(period)


@register.filter
def signed(days: int) -> str:
    """A number of days with its sign; the minus is the typographic one."""
    return f"+{days}" if days > 0 else str(days).replace("-", "−")
