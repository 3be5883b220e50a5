"""Ways to a platform. An installation attaches a real platform by registering an adapter of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from casework.exchange.models import Platform

Files = Mapping[str, bytes]


class DeliveryError(Exception):
    """The platform could not be reached, or did not take the package now; it is tried again."""


@dataclass(frozen=True)
class Answer:
    """What a platform says to a package.

    Attributes:
        manifest: the SHA-256 that it read; another one than ours is a fault, not an answer.
        is_accepted: whether it took the package.
        refused: records that it did not take, with the reasons.
    """

    sequence: int
    manifest: str
    is_accepted: bool
    refused: list[dict[str, Any]] = field(default_factory=list)
    reason: str = ""


class Adapter(Protocol):
    """A way to a platform."""

    def deliver(self, platform: Platform, name: str, manifest: str, files: Files) -> Answer | None:
        """Hand a package over; the same one again changes nothing.

        Args:
            name: of the package, such as 00000012-publish.
            manifest: the manifest's SHA-256.
        Returns:
            the platform's answer, where it gives one at once.
        Raises:
            DeliveryError: not now.
        """

    def answers(self, platform: Platform) -> Iterable[Answer]:
        """Answers that came meanwhile; each may be given again."""


_adapters: dict[str, Adapter] = {}


def register_adapter(name: str, adapter: Adapter) -> None:
    """Attach a way to platforms under a name; called from an app's ready()."""
    _adapters[name] = adapter


def adapter_of(platform: Platform) -> Adapter:
    """The way to a platform."""
    return _adapters[platform.adapter]
