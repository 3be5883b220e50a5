"""What every kind's case page shows: clocks, files, letters, timeline, who read it. Each kind of row in one query."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from casework.cases.access import roles_on
from casework.cases.actions import AvailableAction
from casework.cases.actors import Actor
from casework.cases.models import Case, TimelineEvent
from casework.cases.reading import access_text
from casework.cases.timeline import actor_text, event_text, events_shown
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline
from casework.clocks.selectors import deadlines_of, explain_open
from casework.clocks.services import OPEN_STATUSES
from casework.desk.acts import Desk
from casework.desk.conversation import conversation_context
from casework.desk.words import Due, due_of
from casework.desk.worklog import worklog_context
from casework.documents.correspondence import files_of, letters_of
from casework.documents.evidence import INLINE_TYPES
from casework.documents.models import Attachment
from casework.documents.secrecy import opens_secret
from casework.parties.models import Role

# Contact data are for those who handle the case; oversight works without them (Decree 802 art. 25(5)).
CONTACT_ROLES = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})
LOG_ROLES = frozenset({Role.DEPARTMENT_HEAD, Role.AUDITOR})
LOG_ROWS = 30
_TONE_ORDER = {"primary": 0, "neutral": 1, "danger": 2}
_MINOR = {
    Verb.CLOCK_STARTED, Verb.CLOCK_MET, Verb.CLOCK_CANCELLED, Verb.LETTER_READY, Verb.DRAFTED, Verb.ASSIGNED,
    Verb.MESSAGE_FROM_FILER, Verb.MESSAGE_FROM_DEPARTMENT,
}  # fmt: skip
_BAD = {Verb.DEADLINE_BREACHED, Verb.REFUSED, Verb.REPORT_REFUSED, Verb.ORDER_OVERDUE}


@dataclass(frozen=True)
class Clock:
    """A deadline with its words; the reasons only while it runs."""

    deadline: Deadline
    due: Due
    is_open: bool
    reasons: list[str]


@dataclass(frozen=True)
class File:
    """An evidence file and how it can be looked at: image, pdf, or "" for a download only.

    Attributes:
        is_open: whether the reader may open it; a secret file is open only to those who handle the case.
    """

    attachment: Attachment
    preview: str
    is_open: bool


@dataclass(frozen=True)
class Line:
    """A line of the timeline."""

    event: TimelineEvent
    title: str
    text: str
    who: str
    tone: str


def page_context(
    case: Case, actor: Actor, desk: Desk, buttons: Sequence[AvailableAction], clocks: list[Clock]
) -> dict[str, Any]:
    """What every case page shows to this actor.

    Args:
        buttons: the moves that the actor may take on pages.
        clocks: of `clocks_of`, read once for the page.
    """
    roles = roles_on(actor, case)
    shows_secret = opens_secret(case, actor)
    return {
        "buttons": sorted(buttons, key=lambda action: _TONE_ORDER.get(action.tone, 1)),
        "side_acts": desk.offered(case, actor),
        "clocks": clocks,
        "files": [_file(row, is_open=shows_secret or not row.is_secret) for row in files_of(case)],
        "letters": letters_of(case),
        **worklog_context(case, actor),
        **conversation_context(case, actor),
        "lines": [_line(event) for event in events_shown(case).order_by("-seq")],
        "shows_contacts": bool(roles & CONTACT_ROLES),
        "shows_log": bool(roles & LOG_ROLES),
        "log": _log(case) if roles & LOG_ROLES else [],
    }


def head_of(case: Case, clocks: Collection[Clock], state_tone: str, turn: str) -> dict[str, Any]:
    """The head that the case page and every action's form share.

    Args:
        turn: who has to act next, and what; "" when the case has ended.
    """
    return {
        "case": case,
        "state_tone": state_tone,
        "turn": turn,
        "next_clock": min((row for row in clocks if row.is_open), key=lambda row: row.due.day, default=None),
    }


def clocks_of(case: Case) -> list[Clock]:
    """The clocks of a case, the newest first, with the reasons of those that run."""
    today = timezone.localdate()
    rows = list(deadlines_of(case))
    reasons = explain_open(rows)
    return [_clock(row, today, reasons.get(row.pk, [])) for row in reversed(rows)]


def _clock(deadline: Deadline, today: date, reasons: list[str]) -> Clock:
    due = due_of(deadline.due, today, provisional=deadline.provisional)
    return Clock(deadline, due, deadline.status in OPEN_STATUSES, reasons)


def _log(case: Case) -> list[dict[str, Any]]:
    rows = case.accesses.all()[:LOG_ROWS]
    return [{"at": row.at, "label": row.label, "said": access_text(row.what)} for row in rows]


def _file(attachment: Attachment, *, is_open: bool) -> File:
    kind = attachment.content_type
    if attachment.is_infected or (kind not in INLINE_TYPES and not attachment.rendition):
        return File(attachment, "", is_open and not attachment.is_infected)
    return File(attachment, "image" if kind.startswith("image/") else "pdf", is_open)


def _line(event: TimelineEvent) -> Line:
    verb = Verb(event.verb)
    tone = "minor" if verb in _MINOR else "bad" if verb in _BAD else ""
    return Line(event, str(verb.label), event_text(event), actor_text(event), tone)
