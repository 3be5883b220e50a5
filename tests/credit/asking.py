"""How the tests of records ask: on other days, what was refused, how a clock stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.models import Case
from tests.credit.house import LONG_AGO
from tests.credit.snapshots import snapshot

SHANGHAI = ZoneInfo("Asia/Shanghai")
today = timezone.localdate


def tomorrow() -> date:
    """The day after today."""
    return today() + timedelta(days=1)


def day_of_notice() -> date:
    """On which the house gives and serves its notices."""
    return today() - timedelta(days=LONG_AGO)


def on(actor: Actor, day: str) -> Actor:
    """The same one on another day."""
    at = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=SHANGHAI)
    return Actor(actor.kind, actor.user, actor.label, at)


def clock(case: Case, code: str) -> tuple[date, str]:
    """The last clock of a rule: its day, and how it stands."""
    row = case.deadlines.filter(code=f"credit.{code}").latest("pk")
    return row.due, row.status


def refused(call: Callable[[], Any]) -> set[str]:
    """The fields that a command names when it refuses, having written nothing."""
    before = snapshot()
    with pytest.raises(InvalidInput) as caught:
        call()
    assert snapshot() == before
    return set(caught.value.errors)


def changed_meanwhile(call: Callable[[], Any]) -> None:
    """A command that comes too late or too early writes nothing."""
    before = snapshot()
    with pytest.raises(CaseChanged):
        call()
    assert snapshot() == before
