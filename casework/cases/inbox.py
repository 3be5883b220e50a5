"""A user's own inbox: what a message says, and that it was read."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from casework.cases.models import Notification
from casework.cases.timeline import due_words
from casework.cases.verbs import Verb
from casework.parties.models import User

_WITH_DEADLINE = (Verb.DEADLINE_NEAR, Verb.DEADLINE_BREACHED, Verb.CLOCK_MOVED, Verb.CLOCK_EXTENDED)


def notification_text(notification: Notification) -> str:
    """What happened, in words; a deadline with its name and day."""
    verb = Verb(notification.verb)
    if verb not in _WITH_DEADLINE:
        return str(verb.label)
    return f"{verb.label} · {notification.payload.get('period', '')} · {due_words(notification.payload)}"


def notifications_of(user: User) -> QuerySet[Notification]:
    """The user's own messages with their cases, newest first."""
    return Notification.objects.filter(user=user).select_related("case")


def notifications_mark_read(*, user: User, rows: QuerySet[Notification] | None = None) -> int:
    """Mark the user's unread messages as read, all of them or those among `rows`.

    Returns:
        how many were unread.
    """
    chosen = Notification.objects.filter(user=user, read_at=None)
    if rows is not None:
        chosen = chosen.filter(pk__in=rows.order_by().values("pk"))
    return chosen.update(read_at=timezone.now())
