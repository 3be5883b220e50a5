"""Who acts: a signed-in person, a complainant or respondent who proved a secret, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from casework.parties.models import User


class ActorKind(StrEnum):
    """How the actor was recognised; written into every timeline event."""

    USER = "user"
    COMPLAINANT = "complainant"
    RESPONDENT = "respondent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who gives a command, and when the act took place.

    Args:
        kind: how the actor was recognised.
        user: the signed-in person, if any.
        label: the name shown in the timeline, kept even when the user is renamed.
        at: the moment of the act; None means now. Only seeding and imports set it.
    """

    kind: ActorKind
    user: User | None = None
    label: str = ""
    at: datetime | None = None

    @classmethod
    def person(cls, user: User, at: datetime | None = None) -> Actor:
        """A signed-in person."""
        return cls(ActorKind.USER, user, str(user), at)

    @classmethod
    def complainant(cls, label: str, user: User | None = None, at: datetime | None = None) -> Actor:
        """The complainant, proved by the case's secret or by the account that filed it."""
        return cls(ActorKind.COMPLAINANT, user, label, at)

    @classmethod
    def respondent(cls, label: str, at: datetime | None = None) -> Actor:
        """The respondent, proved by the one-time code of a request for feedback."""
        return cls(ActorKind.RESPONDENT, None, label, at)

    @classmethod
    def system(cls, at: datetime | None = None) -> Actor:
        """The system, for what happens by itself."""
        return cls(ActorKind.SYSTEM, None, "", at)

    @property
    def moment(self) -> datetime:
        """When the act took place."""
        return self.at or timezone.now()

    @property
    def today(self) -> date:
        """The day of the act in Asia/Shanghai: dates in law are dates there."""
        return timezone.localdate(self.moment)
