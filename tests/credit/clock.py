"""What time it is, for tests of what must not be shown a day too long."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from django.utils import timezone


def set_clock(patch: pytest.MonkeyPatch, day: date, at: time = time(12)) -> datetime:
    """Make it a moment of a day in Asia/Shanghai until the test ends."""
    moment = timezone.make_aware(datetime.combine(day, at))
    patch.setattr(timezone, "now", lambda: moment)
    return moment
