"""The number beside the menu's entry of alarms."""

from __future__ import annotations

from django.http import HttpRequest

from casework.parties.admin_perms import may_enter
from fees.monitoring.access import may_read
from fees.monitoring.models import Alarm

SHOWN_AT_MOST = 99


def alarm_badge(request: HttpRequest) -> str:
    """Alarms that nobody has looked into, of those that the user may see; empty without any."""
    if not (may_enter(request.user) and may_read(request.user)):
        return ""
    new = Alarm.objects.visible_to(request.user).filter(status=Alarm.Status.NEW)[: SHOWN_AT_MOST + 1].count()
    return "" if not new else str(new) if new <= SHOWN_AT_MOST else f"{SHOWN_AT_MOST}+"
