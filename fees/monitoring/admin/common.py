"""What the admin's pages of the monitoring have in common."""

from __future__ import annotations

from casework.staff_rooms import RoomAdmin
from casework.staff_rooms import add_errors as add_errors
from casework.staff_rooms import own_departments as own_departments
from casework.staff_rooms import staff as staff
from casework.staff_rooms import tell_refusal as tell_refusal
from fees.admin.common import SHEETS


class MonitoringAdmin(RoomAdmin):
    """Read by whoever the rows belong to; written by services only."""

    folder = "admin/fees/monitoring"

    class Media:
        css = SHEETS
