"""Reading a case is logged: who opened which case, when and by which way (Decree 802 art. 25(5))."""

from __future__ import annotations

from collections.abc import Iterable

from casework.cases.actors import Actor
from casework.cases.models import AccessLog, Case


def log_access(*, case: Case, actor: Actor, what: str) -> None:
    """Write that an actor read something of a case.

    Args:
        what: a short fixed word: page, file:<id>, letter:<id>, api.
    """
    AccessLog.objects.create(case=case, user=actor.user, label=actor.label or actor.kind, what=what)


def log_export(*, cases: Iterable[Case], actor: Actor, what: str) -> None:
    """Write that an actor took several cases out in one file."""
    AccessLog.objects.bulk_create(
        [AccessLog(case=case, user=actor.user, label=actor.label, what=what) for case in cases], batch_size=1000
    )
