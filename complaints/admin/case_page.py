"""Everything on one case, read for the case page: each kind of row in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.models import TimelineEvent
from casework.cases.reading import access_text
from casework.cases.timeline import actor_text, event_text
from casework.cases.transfer.selectors import load_hops
from casework.cases.verbs import Verb
from casework.clocks.models import Deadline
from casework.clocks.selectors import deadlines_of, explain_open
from casework.clocks.services import OPEN_STATUSES
from casework.documents.evidence import INLINE_TYPES
from casework.documents.models import Attachment
from casework.documents.secrecy import opens_secret
from casework.parties.models import Role
from complaints.admin.actions import DESK, SPECS
from complaints.admin.assessing import may_assess
from complaints.admin.closing import closing_context
from complaints.admin.extending import extension_context
from complaints.admin.handling import handling_context
from complaints.admin.letters_admin import letters_context
from complaints.admin.money import money_context
from complaints.admin.reviewing import review_context
from complaints.admin.subcases import subcases_context
from complaints.admin.supervising import supervision_context
from complaints.admin.transferring import hops_context
from complaints.admin.words import STATE_TONES, Due, due_of, turn_words
from complaints.assessments.selectors import agreed_facts, assessments_of, cautions_on
from complaints.correspondence import files_of
from complaints.flow import State
from complaints.models import ArrearsComplaint
from complaints.selectors import AvailableAction, available_actions

# Contact data are for those who handle the case; oversight works without them (Decree 802 art. 25(5)).
CONTACT_ROLES = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})
LOG_ROLES = frozenset({Role.DEPARTMENT_HEAD, Role.AUDITOR})
LOG_ROWS = 30
BEFORE_ACCEPTANCE = frozenset({State.SUBMITTED, State.CORRECTION_REQUESTED})
_TONE_ORDER = {"primary": 0, "neutral": 1, "danger": 2}
_MINOR = {Verb.CLOCK_STARTED, Verb.CLOCK_MET, Verb.CLOCK_CANCELLED, Verb.LETTER_READY, Verb.DRAFTED, Verb.ASSIGNED}
_BAD = {Verb.DEADLINE_BREACHED, Verb.REFUSED}


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


def case_context(complaint: ArrearsComplaint, actor: Actor) -> dict[str, Any]:
    """What the case page shows to this actor."""
    assert actor.user is not None
    roles = roles_on(actor, complaint)
    prefetch_related_objects([complaint], "division__parent__parent")
    hops = load_hops(complaint)
    clocks, assessments = _clocks(complaint), assessments_of(complaint)
    cautions = cautions_on(complaint, assessments) if complaint.state in BEFORE_ACCEPTANCE else []
    shows_secret = opens_secret(complaint, actor)
    files = [_file(row, is_open=shows_secret or not row.is_secret) for row in files_of(complaint)]
    return {
        **head_context(complaint, clocks),
        "buttons": _buttons(complaint, actor),
        "side_acts": DESK.offered(complaint, actor),
        "clocks": clocks,
        **handling_context(complaint),
        **extension_context(complaint),
        **money_context(complaint),
        **closing_context(complaint),
        "agreed_facts": agreed_facts(complaint),
        "assessments": assessments,
        "cautions": cautions,
        "may_assess": may_assess(complaint, actor),
        "files": files,
        **review_context(complaint, actor, assessments, cautions, len(files)),
        **hops_context(complaint, hops),
        **letters_context(complaint),
        **subcases_context(complaint),
        **supervision_context(complaint, actor.user),
        "lines": [_line(event) for event in complaint.events.order_by("-seq")],
        "shows_contacts": bool(roles & CONTACT_ROLES),
        "shows_log": bool(roles & LOG_ROLES),
        "log": _log(complaint) if roles & LOG_ROLES else [],
    }


def head_context(complaint: ArrearsComplaint, clocks: list[Clock] | None = None) -> dict[str, Any]:
    """The head that the case page and every action's form share."""
    rows = _clocks(complaint) if clocks is None else clocks
    return {
        "complaint": complaint,
        "state_tone": STATE_TONES.get(complaint.state, ""),
        "turn": turn_words(complaint),
        "next_clock": min((row for row in rows if row.is_open), key=lambda row: row.due.day, default=None),
    }


def _buttons(complaint: ArrearsComplaint, actor: Actor) -> list[AvailableAction]:
    """The next sensible action first, what ends the case last."""
    offered = [action for action in available_actions(complaint, actor) if action.name in SPECS]
    return sorted(offered, key=lambda action: _TONE_ORDER.get(action.tone, 1))


def _clocks(complaint: ArrearsComplaint) -> list[Clock]:
    today = timezone.localdate()
    rows = list(deadlines_of(complaint))
    reasons = explain_open(rows)
    return [_clock(row, today, reasons.get(row.pk, [])) for row in reversed(rows)]


def _clock(deadline: Deadline, today: date, reasons: list[str]) -> Clock:
    due = due_of(deadline.due, today, provisional=deadline.provisional)
    return Clock(deadline, due, deadline.status in OPEN_STATUSES, reasons)


def _log(complaint: ArrearsComplaint) -> list[dict[str, Any]]:
    rows = complaint.accesses.all()[:LOG_ROWS]
    return [{"at": row.at, "label": row.label, "said": access_text(row.what)} for row in rows]


def _file(attachment: Attachment, *, is_open: bool) -> File:
    kind = attachment.content_type
    if kind not in INLINE_TYPES:
        return File(attachment, "", is_open)
    return File(attachment, "image" if kind.startswith("image/") else "pdf", is_open)


def _line(event: TimelineEvent) -> Line:
    verb = Verb(event.verb)
    tone = "minor" if verb in _MINOR else "bad" if verb in _BAD else ""
    return Line(event, str(verb.label), event_text(event), actor_text(event), tone)
