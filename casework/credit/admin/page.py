"""Everything on one record, read for its page. Each kind of row in one query."""

from __future__ import annotations

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.cases.pages import case_page
from casework.cases.terms import term_in_force
from casework.credit.admin.actions import ACTIONS, DESK, SPECS
from casework.credit.admin.words import STATE_TONES, turn_words
from casework.credit.objections.services import open_objection
from casework.credit.record.hearing import put_forward_fault, statement_until
from casework.credit.record.models import CreditRecord
from casework.desk.page import Clock, clocks_of, head_of, page_context
from casework.parties.perms import AnyUser

_PREFETCHED = (
    "division__parent__parent",
    "statements__answered_by",
    "statements__files",
    "measures__item",
    "measures__department",
    "objections__decided_by",
    "objections__files",
    "repairs__decided_by",
    "repairs__proofs",
    "deadlines",
)


def record_context(record: CreditRecord, actor: Actor) -> dict[str, Any]:
    """What the page shows to this actor."""
    prefetch_related_objects([record], *_PREFETCHED)
    clocks = clocks_of(record)
    buttons = [action for action in ACTIONS.available(record, actor) if action.name in SPECS]
    assert actor.user is not None
    return {
        **head_context(record, clocks),
        **page_context(record, actor, DESK, buttons, clocks),
        "today": timezone.localdate(),
        "source": source_seen(record, actor.user),
        "statement_until": statement_until(record),
        "heard_fault": put_forward_fault(record, timezone.localdate()),
        "contested": open_objection(record),
        "withheld": _withheld(record),
    }


def head_context(record: CreditRecord, clocks: list[Clock] | None = None) -> dict[str, Any]:
    """The head that the page and every act's form share."""
    rows = clocks_of(record) if clocks is None else clocks
    return {"record": record, **head_of(record, rows, STATE_TONES.get(record.state, ""), turn_words(record))}


def source_seen(record: CreditRecord, user: AnyUser) -> dict[str, Any] | None:
    """The case behind the record with its page, if the viewer may see it; None otherwise, as if there were none."""
    if record.source_case_id is None:
        return None
    case = Case.objects.visible_to(user).filter(pk=record.source_case_id).first()
    return {"case": case, "page": case_page(case)} if case else None


def _withheld(record: CreditRecord) -> str:
    """Why publication is suspended."""
    if record.withheld_since is None:
        return ""
    term = term_in_force("credit.withholding", record.withheld_ground, record.withheld_since)
    return str(term) if term else ""
