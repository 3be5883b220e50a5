"""Records leave through the exchange: one package for each change and platform that is set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from casework.cases.actors import Actor
from casework.credit.delivery import Change
from casework.exchange.models import Platform
from casework.exchange.services import package_put


def send(
    platform: str,
    change: Change,
    records: Sequence[Mapping[str, object]],
    key: str,
    actor: Actor,
    is_development: bool,
) -> None:
    """Put a change on its way, in the caller's transaction. A platform that nobody attached gets nothing."""
    if Platform.objects.filter(pk=platform, is_active=True).exists():
        package_put(
            platform=platform, kind=str(change), records=records, key=key, actor=actor, is_development=is_development
        )
