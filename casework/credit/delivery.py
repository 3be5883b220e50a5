"""What the outside platforms get of a record: through whatever is attached to them, in the transaction of the cause.

The room of records doesn't know how packages travel: `register_outlet` attaches that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.terms import term_in_force
from casework.credit.flow import State
from casework.credit.measures.models import Measure
from casework.credit.objections.models import Objection
from casework.credit.record.models import CreditRecord


class Change(StrEnum):
    """What a platform is to do."""

    PUBLISH = "publish"
    CORRECT = "correct"
    MARK = "mark"
    WITHDRAW = "withdraw"


_SET_ASIDE = "认定已被撤销"
_ENDED = {State.REPAIRED: "已完成信用修复", State.EXPIRED: "最长公示期届满"}
# Puts a change on its way: (platform, change, records, key, actor, is_development).
Outlet = Callable[[str, Change, Sequence[Mapping[str, object]], str, Actor, bool], None]
_outlets: list[Outlet] = []


def register_outlet(outlet: Outlet) -> None:
    """Say how changes travel to the platforms; called from an app's ready()."""
    _outlets[:] = [outlet]


def deliver(case: CreditRecord, change: Change, actor: Actor) -> None:
    """Tell the platforms of the record's class about a change, in the caller's transaction.

    Only what was published is corrected, marked or withdrawn.
    """
    if case.published_on is None:
        return
    for outlet in _outlets:
        for platform in case.severity.platforms:
            key = f"{platform}-{case.reference}-{change}-{case.version}"
            outlet(platform, change, [record_fields(case, change)], key, actor, case.is_development)


def record_fields(case: CreditRecord, change: Change) -> dict[str, object]:
    """What a platform reads of a record; a withdrawal names it and its reason and repeats nothing else."""
    named: dict[str, object] = {
        "record": case.reference,
        "change": str(change),
        "subject_name": case.respondent_name,
        "subject_code": case.respondent_code,
        "finding_number": case.finding_number,
    }
    if change == Change.WITHDRAW:
        return {**named, "ended_on": case.ended_on, "ended_reason": _withdrawn_why(case)}
    measures = case.measures.filter(state=Measure.State.APPLIED).select_related("item")
    return {
        **named,
        "subject_kind": case.subject.kind,
        "finding_date": case.finding_date,
        "finding_authority": case.finding_authority,
        "legal_basis": case.legal_basis,
        "conduct": case.conduct,
        "severity": case.severity.code,
        "severity_label": case.severity.label,
        "decided_by": case.receiving_department.name,
        "decided_on": case.decided_on,
        "published_on": case.published_on,
        "publicity_from": case.finding_date,
        "publicity_until": case.last_day,
        "is_contested": case.objections.filter(outcome=Objection.Outcome.OPEN).exists(),
        "measures": "；".join(f"{row.item.label}（{row.item.edition}第{row.item.number}项）" for row in measures),
    }


def _withdrawn_why(case: CreditRecord) -> str:
    """Why it ended or is withheld; like letters in Chinese, in whichever language it is withdrawn."""
    if case.ended_on is not None:
        return case.ended_reason or _ENDED[State(case.state)]
    term = term_in_force("credit.withholding", case.withheld_ground, case.withheld_since or timezone.localdate())
    return term.label if term else _SET_ASIDE
