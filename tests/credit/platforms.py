"""Platforms that listen: what each of them was told of a record, and what it therefore shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from casework.cases.actors import Actor
from casework.credit import delivery
from casework.credit.delivery import Change


@dataclass
class Platforms:
    """Everything that was sent out, in order."""

    sent: list[tuple[str, str, Mapping[str, Any], str]] = field(default_factory=list)

    def __call__(
        self,
        platform: str,
        change: Change,
        records: Sequence[Mapping[str, object]],
        key: str,
        actor: Actor,
        is_development: bool,
    ) -> None:
        """Take a change in."""
        assert not is_development
        (fields,) = records
        self.sent.append((platform, str(change), fields, key))

    def told(self, reference: str = "", platform: str = "credit_china") -> list[str]:
        """The changes that one platform was told, of one record or of all."""
        return [
            change
            for name, change, fields, _key in self.sent
            if name == platform and reference in ("", fields["record"])
        ]

    def shown(self, reference: str, platform: str = "credit_china") -> Mapping[str, Any] | None:
        """What a platform shows of a record after all it was told; None when it shows nothing of it."""
        told = [row for row in self.sent if (row[0], row[2]["record"]) == (platform, reference)]
        return told[-1][2] if told and told[-1][1] != Change.WITHDRAW else None

    def last(self) -> Mapping[str, Any]:
        """The fields of the last package."""
        return self.sent[-1][2]


@contextmanager
def listening() -> Iterator[Platforms]:
    """Attach them in the place of whatever is attached, and put that back."""
    before, heard = list(delivery._outlets), Platforms()
    delivery.register_outlet(heard)
    try:
        yield heard
    finally:
        delivery._outlets[:] = before
