"""What is told by which way, and what was told so far."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.cases.models import Case, OutboxMessage
from casework.cases.telling.models import Extent, NoticePreference
from casework.cases.verbs import Verb

# What the one who follows a case has to answer or do, or loses a right by not knowing.
TO_ACT = frozenset(
    {
        Verb.CORRECTION_REQUESTED,
        Verb.MESSAGE_FROM_DEPARTMENT,
        Verb.PAYMENT_RECORDED,
        Verb.INSTALMENT_MISSED,
        Verb.REFUSED,
        Verb.TERMINATED,
        Verb.RESOLVED,
        Verb.REPORT_REFUSED,
        Verb.REPORT_REDIRECTED,
        Verb.REPORT_ANSWERED,
        Verb.RECORD_NOTICED,
        Verb.RECORD_DECIDED,
    }
)
_WAYS: dict[str, str | Promise] = {"email": _("e-mail"), "sms": _("text message")}
MOST_SHOWN = 30


@dataclass(frozen=True)
class Told:
    """One notice.

    Attributes:
        status: of the outbox; `sent` means handed over to the mail server or gateway.
    """

    at: datetime
    way: str
    occasion: str
    status: str


def preferences_of(case_ids: Collection[int]) -> dict[int, NoticePreference]:
    """What was chosen on these cases, in one query; without those that have the defaults."""
    return NoticePreference.objects.in_bulk(list(case_ids))


def is_told(verb: Verb, extent: str) -> bool:
    """Whether an event is told by a way that has this extent."""
    return extent == Extent.ALL or (extent == Extent.ACT and verb in TO_ACT)


def told_on(case: Case) -> list[Told]:
    """What the one who follows the case was told by mail or text message, the newest first."""
    rows = OutboxMessage.objects.filter(case=case, channel__in=_WAYS).order_by("-id")[:MOST_SHOWN]
    return [Told(row.sent_at or row.created_at, str(_WAYS[row.channel]), _occasion(row), row.status) for row in rows]


def _occasion(row: OutboxMessage) -> str:
    name = row.payload.get("template") or row.payload.get("verb", "")
    return str(Verb(name).label) if name in Verb.values else ""
