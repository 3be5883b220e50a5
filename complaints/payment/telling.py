"""A calculation as a page, a sheet and a case show it: fresh or kept, its codes and notes in the reader's language."""

from __future__ import annotations

from typing import Any

from casework.clocks.certainty import Certainty
from complaints.payment import labels
from complaints.payment.engine import Result
from complaints.payment.inputs import Inputs
from complaints.payment.notes import Note
from complaints.payment.words import note_text


def tell(inputs: Inputs, result: Result) -> dict[str, Any]:
    """Codes and notes in words, for a template."""
    found, account = result.findings, result.account
    return {
        "buyer": dict(labels.BUYERS)[inputs.respondent_type],
        "object": dict(labels.OBJECTS).get(inputs.contract_object or "", ""),
        "law": dict(labels.LAW_VERSIONS)[result.law_version],
        "start_event": dict(labels.START_EVENTS).get(result.due.start_event or "", ""),
        "rate_kind": dict(labels.RATE_KINDS)[result.rate.kind] if result.rate else "",
        "allocation": dict(labels.ALLOCATIONS)[inputs.allocation],
        "steps": [_told(note) for note in found.steps],
        "flags": [_told(note) for note in found.flags],
        "missing": [_told(note) for note in found.missing],
        "notices": [_told(note) for note in found.notices],
        "court": [_told(note) for note in found.court],
        "payments": sorted(inputs.payments, key=lambda payment: payment.on),
        "total_left": account.principal_left + account.interest_left if account else None,
    }


def _told(note: Note) -> dict[str, Any]:
    source = note.source
    doubt = Certainty(source.certainty).label if source.certainty not in ("", Certainty.PRIMARY) else ""
    return {"code": note.code, "text": note_text(note), "citation": source.citation, "doubt": doubt}
