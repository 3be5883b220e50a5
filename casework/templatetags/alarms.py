"""What the admin says on every page when something that runs by itself stands still."""

from __future__ import annotations

from typing import Any

from django import template

from casework.admin_menu import runs_system
from casework.cases.sweep import is_stopped, last_sweep
from casework.parties.admin_perms import may_enter

register = template.Library()


@register.simple_tag(takes_context=True)
def sweep_alarm(context: dict[str, Any]) -> dict[str, Any] | None:
    """When deadlines were last checked, and whether it is the reader's work to repair that; None while all is well."""
    request = context.get("request")
    if request is None or not may_enter(request.user):
        return None
    last = last_sweep()
    return {"last": last, "yours": runs_system(request)} if is_stopped(last) else None
