"""The hash-chained timeline: one writer, one formatter for each verb, and the proof that nothing was changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from django.db import transaction
from django.db.models import QuerySet
from django.utils import formats
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from casework.cases.actors import Actor, ActorKind
from casework.cases.bulk import insert_rows, json_ready
from casework.cases.models import Case, TimelineEvent
from casework.cases.pages import filer_word
from casework.cases.verbs import Verb

GENESIS = "0" * 64
# They stand in the chain, and no page, list or answer shows them: who may know of them reads it elsewhere.
PROTECTED_VERBS = (Verb.THREAT_RAISED, Verb.REFERRED)
_COLUMNS = (
    "case_id",
    "seq",
    "verb",
    "actor_kind",
    "actor_id",
    "actor_label",
    "payload",
    "at",
    "previous_hash",
    "hash",
)
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What is to be appended to a case's chain.

    Args:
        payload: JSON values; dates and decimals are written as strings.
    """

    case: Case
    verb: Verb
    actor: Actor
    payload: Mapping[str, object] = field(default_factory=dict)


def event_record(*, case: Case, verb: Verb, actor: Actor, payload: Mapping[str, object] | None = None) -> TimelineEvent:
    """Append one event to a case's chain; see `events_record`."""
    (event,) = events_record([NewEvent(case, verb, actor, payload or {})])
    return event


def events_record(entries: Sequence[NewEvent]) -> list[TimelineEvent]:
    """Append events to the chains of any number of cases, in two queries; several of one case in the order given.

    The caller holds the row locks of all these cases, so that two events never take the same place in a chain.

    Returns:
        the events as written, in the order given.
    Raises:
        RuntimeError: called outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Events need the caller's transaction and row locks.")
    ends, events = _chain_ends({entry.case.pk for entry in entries}), []
    for entry in entries:
        seq, previous = ends.get(entry.case.pk, (0, GENESIS))
        event = _chained(entry, seq + 1, previous)
        ends[entry.case.pk] = event.seq, event.hash
        events.append(event)
    _insert(events)
    return events


def _chain_ends(case_ids: Collection[int]) -> dict[int, tuple[int, str]]:
    """Place and hash of each case's last event: one step down the index a case, however long its chain is."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            """
            SELECT wanted.id, last.seq, last.hash
            FROM unnest(%s::bigint[]) AS wanted(id) CROSS JOIN LATERAL (
                SELECT seq, hash FROM cases_timelineevent WHERE case_id = wanted.id ORDER BY seq DESC LIMIT 1
            ) AS last
            """,
            [list(case_ids)],
        )
        return {case_id: (seq, digest) for case_id, seq, digest in cursor.fetchall()}


def _chained(entry: NewEvent, seq: int, previous: str) -> TimelineEvent:
    event = TimelineEvent(
        case=entry.case,
        seq=seq,
        verb=entry.verb,
        actor_kind=entry.actor.kind,
        actor=entry.actor.user,
        actor_label=entry.actor.label,
        payload=json_ready(entry.payload),
        at=entry.actor.moment,
        previous_hash=previous,
    )
    event.hash = event_hash(event)
    return event


def _insert(events: Sequence[TimelineEvent]) -> None:
    rows = [{column: getattr(event, column) for column in _COLUMNS} for event in events]
    ids = {(case_id, seq): pk for case_id, seq, pk in insert_rows(TimelineEvent, rows, "RETURNING case_id, seq, id")}
    for event in events:
        event.pk, event._state.adding = ids[event.case_id, event.seq], False


def event_hash(event: TimelineEvent) -> str:
    """SHA-256 over everything the event says, its place and the hash before it."""
    content = {
        "case": event.case_id,
        "seq": event.seq,
        "verb": str(event.verb),
        "actor_kind": str(event.actor_kind),
        "actor": event.actor_id,
        "actor_label": event.actor_label,
        "payload": event.payload,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "previous": event.previous_hash,
    }
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


@dataclass(frozen=True)
class ChainFault:
    """The first row of a case's chain that doesn't hold."""

    case_id: int
    seq: int
    reason: str


def verify_chains(case_id: int | None = None) -> Iterator[ChainFault]:
    """Walk every chain and yield the first fault of each broken one.

    Args:
        case_id: only this case.
    """
    rows = TimelineEvent.objects.order_by("case_id", "seq")
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    current, expected_seq, previous, broken = None, 1, GENESIS, False
    for event in rows.iterator(chunk_size=2000):
        if event.case_id != current:
            current, expected_seq, previous, broken = event.case_id, 1, GENESIS, False
        if broken:
            continue
        reason = _fault(event, expected_seq, previous)
        if reason:
            broken = True
            yield ChainFault(event.case_id, event.seq, reason)
        expected_seq, previous = event.seq + 1, event.hash


def _fault(event: TimelineEvent, expected_seq: int, previous: str) -> str:
    if event.seq != expected_seq:
        return f"row {expected_seq} is missing"
    if event.previous_hash != previous:
        return "does not follow the row before it"
    if event.hash != event_hash(event):
        return "content does not match its hash"
    return ""


def events_shown(case: Case) -> QuerySet[TimelineEvent]:
    """The events of a case that those who see it may read."""
    return case.events.exclude(verb__in=PROTECTED_VERBS)


def event_text(event: TimelineEvent) -> str:
    """One plain sentence about what the event adds to its verb; "" when the verb says it all."""
    formatter = _FORMATTERS.get(Verb(event.verb))
    return formatter(event.payload) if formatter else ""


def actor_text(event: TimelineEvent) -> str:
    """Who acted, in words that a complainant may read too."""
    if event.actor_kind == ActorKind.SYSTEM:
        return _("System")
    if event.actor_kind == ActorKind.COMPLAINANT:
        return filer_word(event.case.kind)
    if event.actor_kind == ActorKind.RESPONDENT:
        return _("Respondent")
    return event.actor_label


def _day(payload: Mapping[str, object], key: str) -> str:
    day = parse_date(str(payload.get(key) or ""))
    return formats.date_format(day, "DATE_FORMAT") if day else ""


def due_words(payload: Mapping[str, object]) -> str:
    """The due day of an event or message, and whether the next notice on holidays may still move it."""
    day = _day(payload, "due")
    return _("%(day)s (provisional)") % {"day": day} if day and payload.get("provisional") else day


def _list(payload: Mapping[str, object], key: str) -> str:
    items = payload.get(key)
    return _("; ").join(str(item) for item in items) if isinstance(items, list) else ""


def _pause_words(payload: Mapping[str, object]) -> dict[str, object]:
    return {
        "period": payload.get("period", ""),
        "first": _day(payload, "first_on"),
        "last": _day(payload, "last_on"),
        "due": due_words(payload),
        "reason": payload.get("reason", ""),
    }


def _payment_words(payload: Mapping[str, object]) -> str:
    return _("%(amount)s yuan, paid on %(day)s") % {
        "amount": payload.get("amount", ""),
        "day": _day(payload, "paid_on"),
    }


_FORMATTERS = {
    Verb.EVIDENCE_ADDED: lambda p: _("Files: %(names)s") % {"names": _list(p, "files")},
    Verb.CORRECTION_REQUESTED: lambda p: _("Missing: %(items)s") % {"items": _list(p, "items")},
    Verb.CORRECTED: lambda p: str(p.get("answer", "")),
    Verb.REFUSED: lambda p: _("Ground: %(ground)s") % {"ground": p.get("ground", "")},
    Verb.TRANSFERRED: lambda p: _("To %(department)s") % {"department": p.get("department", "")},
    Verb.RECEIVED: lambda p: _("Material received on %(day)s") % {"day": _day(p, "received_on")},
    Verb.RESOLVED: lambda p: str(p.get("result", "")),
    Verb.CLOSED: lambda p: _("Reason: %(reason)s") % {"reason": p.get("reason", "")},
    Verb.WITHDRAWN: lambda p: str(p.get("reason", "")),
    Verb.LAPSED: lambda p: str(p.get("reason", "")),
    Verb.CHECKED: lambda p: _list(p, "findings"),
    Verb.CLASSIFIED: lambda p: _list(p, "classes"),
    Verb.RETURN_ASKED: lambda p: (
        _("%(department)s should handle it. Reason: %(reason)s")
        % {"department": p.get("department", ""), "reason": p.get("reason", "")}
    ),
    Verb.RETURN_DECLINED: lambda p: _("Reason: %(reason)s") % {"reason": p.get("reason", "")},
    Verb.RETURN_ESCALATED: lambda p: str(p.get("reason", "")),
    Verb.DESIGNATED: lambda p: (
        _("%(department)s. Reason: %(reason)s") % {"department": p.get("department", ""), "reason": p.get("reason", "")}
    ),
    Verb.REMINDED: lambda p: f"{p.get('department', '')} {p.get('text', '')}".strip(),
    Verb.ASSIGNED: lambda p: _("To %(person)s") % {"person": p.get("person", "")},
    Verb.CLOCK_STARTED: lambda p: (
        _("%(period)s: due on %(due)s") % {"period": p.get("period", ""), "due": due_words(p)}
    ),
    Verb.CLOCK_MET: lambda p: str(p.get("period", "")),
    Verb.CLOCK_CANCELLED: lambda p: str(p.get("period", "")),
    Verb.CLOCK_REOPENED: lambda p: (
        _("%(period)s: due on %(due)s") % {"period": p.get("period", ""), "due": _day(p, "due")}
    ),
    Verb.CLOCK_EXTENDED: lambda p: (
        _("%(period)s: now due on %(due)s. Reason: %(reason)s")
        % {"period": p.get("period", ""), "due": due_words(p), "reason": p.get("reason", "")}
    ),
    Verb.EXTENSION_ASKED: lambda p: (
        _("%(days)s days in all. Reason: %(reason)s") % {"days": p.get("total_days", ""), "reason": p.get("reason", "")}
    ),
    Verb.EXTENSION_DECLINED: lambda p: _("Reason: %(reason)s") % {"reason": p.get("reason", "")},
    Verb.CLOCK_PAUSED: lambda p: (
        _("%(period)s: %(first)s to %(last)s not counted, now due on %(due)s. Reason: %(reason)s") % _pause_words(p)
    ),
    Verb.CLOCK_RESUMED: lambda p: (
        _("%(period)s: %(first)s to %(last)s not counted, now due on %(due)s") % _pause_words(p)
    ),
    Verb.CLOCK_MOVED: lambda p: (
        _("%(period)s: due on %(due)s instead of %(before)s. Reason: %(cause)s")
        % {
            "period": p.get("period", ""),
            "due": due_words(p),
            "before": _day(p, "due_before"),
            "cause": p.get("cause", ""),
        }
    ),
    Verb.DEADLINE_NEAR: lambda p: (
        _("%(period)s: due on %(due)s") % {"period": p.get("period", ""), "due": due_words(p)}
    ),
    Verb.DEADLINE_BREACHED: lambda p: (
        _("%(period)s: was due on %(due)s") % {"period": p.get("period", ""), "due": due_words(p)}
    ),
    Verb.PAYMENT_ASSESSED: lambda p: (
        _("Due on %(due)s, interest %(interest)s yuan. Reason: %(reason)s")
        % {"due": _day(p, "due_on") or "—", "interest": p.get("interest") or "—", "reason": p.get("reason", "")}
    ),
    Verb.SIZE_ASSESSED: lambda p: _("Reason: %(reason)s") % {"reason": p.get("reason", "")},
    # What was asked, answered and judged stands on the case page: the complainant reads these lines too.
    Verb.FEEDBACK_REQUESTED: lambda p: _("Answer due on %(due)s") % {"due": _day(p, "due")},
    Verb.SUPERVISORY_LETTER_SENT: lambda p: _("Answer due on %(due)s") % {"due": _day(p, "due")},
    Verb.INTERVIEW_CALLED: lambda p: _("On %(day)s") % {"day": _day(p, "due")},
    Verb.RECTIFICATION_ORDERED: lambda p: _("To be done by %(due)s") % {"due": _day(p, "due")},
    Verb.FEEDBACK_JUDGED: lambda p: str(p.get("reasons", "")),
    Verb.MEASURE_ENDED: lambda p: str(p.get("note", "")),
    Verb.CLAIM_SPLIT: lambda p: (
        _("Undisputed: %(undisputed)s yuan; disputed: %(disputed)s yuan")
        % {"undisputed": p.get("undisputed", ""), "disputed": p.get("disputed", "")}
    ),
    Verb.PAYMENT_RECORDED: lambda p: _payment_words(p),
    Verb.PAYMENT_CONFIRMED: lambda p: f"{_payment_words(p)} {p.get('note', '')}".strip(),
    Verb.PAYMENT_DENIED: lambda p: f"{_payment_words(p)} {p.get('note', '')}".strip(),
    Verb.PLAN_SIGNED: lambda p: (
        _("%(total)s yuan by %(last)s") % {"total": p.get("total", ""), "last": _day(p, "last_on")}
    ),
    Verb.INSTALMENT_MISSED: lambda p: (
        _("%(amount)s yuan, due on %(due)s") % {"amount": p.get("amount", ""), "due": _day(p, "due")}
    ),
    Verb.TERMINATED: lambda p: _("Ground: %(ground)s") % {"ground": p.get("ground", "")},
    Verb.SATISFACTION_GIVEN: lambda p: _("%(score)s of 5") % {"score": p.get("score", "")},
    Verb.NEW_FACTS_TOLD: lambda p: str(p.get("text", "")),
    Verb.NEW_FACTS_DECLINED: lambda p: _("Reason: %(reason)s") % {"reason": p.get("reason", "")},
    Verb.REOPENED: lambda p: str(p.get("note", "")),
    Verb.LETTER_ISSUED: lambda p: f"{p.get('title', '')} {p.get('number', '')}".strip(),
    Verb.LETTER_READY: lambda p: f"{p.get('title', '')} {p.get('number', '')}".strip(),
    Verb.LETTER_REPLACED: lambda p: (
        _("%(before)s is replaced by %(number)s. Reason: %(reason)s")
        % {"before": p.get("before", ""), "number": p.get("number", ""), "reason": p.get("reason", "")}
    ),
    Verb.LETTER_DELIVERED: lambda p: f"{p.get('number', '')} {p.get('recipient', '')}".strip(),
    Verb.FILES_MARKED: lambda p: (
        _("Secret: %(names)s. Reason: %(reason)s")
        % {"names": _list(p, "secret") or _("none"), "reason": p.get("reason", "")}
    ),
    Verb.SUBCASE_BEGUN: lambda p: _("Asked of %(name)s") % {"name": p.get("asked_of", "")},
    Verb.SUBCASE_ENDED: lambda p: str(p.get("words", "")),
    Verb.DEPARTMENT_SUPERVISED: lambda p: f"{p.get('department', '')} {p.get('number', '')}".strip(),
    Verb.DEPARTMENT_ANSWERED: lambda p: str(p.get("department", "")),
    Verb.REPORT_CHECKED: lambda p: str(p.get("words", "")),
    Verb.REPORT_SPLIT: lambda p: str(p.get("text", "")),
    Verb.REPORT_LINKED: lambda p: str(p.get("reference", "")),
    Verb.REPORT_REFUSED: lambda p: _("Ground: %(ground)s") % {"ground": p.get("ground", "")},
    Verb.REPORT_REDIRECTED: lambda p: str(p.get("way", "")),
    Verb.REPORT_MERGED: lambda p: str(p.get("reference", "")),
    Verb.REPORT_TOOK_IN: lambda p: str(p.get("reference", "")),
    Verb.REPORT_WITHDRAWN: lambda p: str(p.get("reason", "")),
    Verb.REPORT_ASSIGNED: lambda p: _("To %(department)s") % {"department": p.get("department", "")},
    Verb.REPORT_VERIFYING: lambda p: _("Material received on %(day)s") % {"day": _day(p, "received_on")},
    Verb.VIOLATION_FOUND: lambda p: _list(p, "violations"),
    Verb.NOTHING_FOUND: lambda p: str(p.get("outcome", "")),
    Verb.ORDER_ISSUED: lambda p: (
        _("%(order)s, to be done by %(due)s") % {"order": p.get("order", ""), "due": _day(p, "due")}
    ),
    Verb.ORDER_ANNOUNCED: lambda p: (
        _("From %(first)s to %(last)s") % {"first": _day(p, "announced_on"), "last": _day(p, "announced_until")}
    ),
    Verb.ORDER_OVERDUE: lambda p: (
        _("%(order)s, to be done by %(due)s") % {"order": p.get("order", ""), "due": _day(p, "due")}
    ),
    Verb.ORDER_ENDED: lambda p: f"{p.get('order', '')} {p.get('outcome', '')}".strip(),
    Verb.REFUND_RECORDED: lambda p: _("%(amount)s yuan") % {"amount": p.get("amount", "")},
    Verb.PENALTY_OPENED: lambda p: str(p.get("department", "")),
    Verb.PENALTY_ENDED: lambda p: str(p.get("outcome", "")),
    Verb.EXPOSED: lambda p: str(p.get("title", "")),
    Verb.REPORT_CLOSED: lambda p: _("Reason: %(reason)s") % {"reason": p.get("reason", "")},
    Verb.REPORT_REOPENED: lambda p: str(p.get("note", "")),
    Verb.RECORD_PROPOSED: lambda p: f"{p.get('reference', '')} {p.get('finding', '')}".strip(),
    Verb.RECORD_AMENDED: lambda p: str(p.get("reason", "")),
    Verb.RECORD_SERVED: lambda p: _("On %(day)s: %(how)s") % {"day": _day(p, "served_on"), "how": p.get("how", "")},
    Verb.RECORD_SENT_BACK: lambda p: str(p.get("reason", "")),
    Verb.RECORD_DECIDED: lambda p: (
        _("%(severity)s, ends at the latest on %(last)s")
        % {"severity": p.get("severity", ""), "last": _day(p, "last_day")}
    ),
    Verb.RECORD_DROPPED: lambda p: str(p.get("reason", "")),
    Verb.RECORD_PUBLISHED: lambda p: _("Until %(last)s at the latest") % {"last": _day(p, "last_day")},
    Verb.RECORD_WITHHELD: lambda p: str(p.get("ground", "")),
    Verb.RECORD_SHOWN_AGAIN: lambda p: str(p.get("reason", "")),
    Verb.RECORD_CORRECTED: lambda p: str(p.get("reason", "")),
    Verb.RECORD_SET_ASIDE: lambda p: _("On %(day)s: %(by)s") % {"day": _day(p, "on"), "by": p.get("by", "")},
    Verb.RECORD_ANNULLED: lambda p: str(p.get("reason", "")),
    Verb.RECORD_EXPIRED: lambda p: _("The longest period ended on %(last)s") % {"last": _day(p, "last_day")},
    Verb.CONDUCT_CORRECTED: lambda p: _("On %(day)s: %(how)s") % {"day": _day(p, "on"), "how": p.get("how", "")},
    Verb.OBJECTION_FORWARDED: lambda p: str(p.get("to", "")),
    Verb.OBJECTION_DECIDED: lambda p: str(p.get("outcome", "")),
    Verb.REPAIR_DECIDED: lambda p: str(p.get("outcome", "")),
    Verb.SANCTION_INTENDED: lambda p: f"{p.get('measure', '')} {p.get('department', '')}".strip(),
    Verb.SANCTION_APPLIED: lambda p: f"{p.get('measure', '')} {p.get('department', '')}".strip(),
    Verb.SANCTION_ACKNOWLEDGED: lambda p: f"{p.get('measure', '')} {p.get('department', '')}".strip(),
    Verb.SANCTION_ENDED: lambda p: f"{p.get('measure', '')} {p.get('department', '')}".strip(),
}
