"""Keeping assessments: the filing's own, and those that staff correct with a reason. All of them stay."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.commands import locked_case
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.timeline import event_record, json_ready
from casework.cases.verbs import Verb
from casework.parties.models import Role
from complaints import payment
from complaints.assessments.facts import SizeFacts, assess_payment, assess_size, payment_inputs, size_facts
from complaints.assessments.models import Assessment
from complaints.models import ArrearsComplaint
from complaints.payment.inputs import Inputs
from complaints.sizing import Classification

Kind = Assessment.Kind
ASSESSING_ROLES = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})


def assessments_begin(*, complaint: ArrearsComplaint, actor: Actor) -> None:
    """Keep what the facts of a new complaint amount to, in the filing's transaction; nothing where none can be said."""
    if (inputs := payment_inputs(complaint)) is not None:
        record = payment.to_record(inputs, assess_payment(inputs, actor.today))
        _keep(complaint, Kind.PAYMENT, record, actor, actor.today)
    facts = size_facts(complaint)
    if facts is not None and (found := assess_size(facts, complaint.signed_on)) is not None:
        _keep(complaint, Kind.SIZE, size_record(facts, found), actor, complaint.signed_on)


def complaint_assess_payment(
    *, complaint: ArrearsComplaint, actor: Actor, inputs: Inputs, as_of: date, reason: str, version: int | None = None
) -> Assessment:
    """Assess due date and interest anew from corrected inputs; the assessment before stays beside it.

    Raises:
        InvalidInput: no reason, or a day in the future.
        ActionNotAllowed: not one who works on the case.
        CaseChanged: the case has ended, or somebody acted first.
    """
    if as_of > actor.today:
        raise InvalidInput({"as_of": [_("This day lies in the future.")]})
    _check_reason(reason)
    result = assess_payment(inputs, as_of)
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        _check_may_assess(case, actor)
        before = _last(case, Kind.PAYMENT)
        kept = _keep(case, Kind.PAYMENT, payment.to_record(inputs, result), actor, as_of, reason)
        payload = {
            **_payment_words(before, "_before"),
            **_payment_words(kept),
            "number": kept.number,
            "reason": kept.reason,
        }
        event_record(case=case, verb=Verb.PAYMENT_ASSESSED, actor=actor, payload=payload)
        case.updated_at = actor.moment
    return kept


def complaint_assess_size(
    *, complaint: ArrearsComplaint, actor: Actor, facts: SizeFacts, reason: str, version: int | None = None
) -> Assessment:
    """Assess the complainant's size at signing anew from corrected figures; the assessment before stays beside it.

    Raises: as `complaint_assess_payment`; InvalidInput also for an industry that no standard knows.
    """
    _check_reason(reason)
    with locked_case(ArrearsComplaint, complaint.pk, version) as case:
        _check_may_assess(case, actor)
        found = assess_size(facts, case.signed_on)
        if found is None:
            raise InvalidInput({"industry": [_("Choose an industry of the list.")]})
        before = _last(case, Kind.SIZE)
        kept = _keep(case, Kind.SIZE, size_record(facts, found), actor, case.signed_on, reason)
        said = {"number": kept.number, "reason": kept.reason}
        payload = {**_size_words(before, "_before"), **_size_words(kept), **said}
        event_record(case=case, verb=Verb.SIZE_ASSESSED, actor=actor, payload=payload)
        case.updated_at = actor.moment
    return kept


def size_record(facts: SizeFacts, found: Classification) -> dict[str, Any]:
    """Figures, class, every comparison and the standard's version, to keep."""
    return {
        "format": 1,
        "inputs": json_ready(asdict(facts)),
        "result": json_ready(
            {
                "size": found.size,
                "possible": list(found.possible),
                "missing": list(found.missing),
                "is_sme": found.is_sme,
                "covered": found.is_covered,
                "industry": found.industry.slug,
                "comparisons": [asdict(comparison) for comparison in found.comparisons],
                "standard": {"version": found.standard.version, "citation": found.citation},
            }
        ),
    }


def _keep(
    complaint: ArrearsComplaint, kind: str, record: dict[str, Any], actor: Actor, as_of: date, reason: str = ""
) -> Assessment:
    last = complaint.assessments.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    return Assessment.objects.create(
        complaint=complaint,
        kind=kind,
        number=last + 1,
        record=record,
        as_of=as_of,
        made_by=actor.user,
        made_by_label=actor.label,
        reason=reason.strip(),
        at=actor.moment,
    )


def _last(complaint: ArrearsComplaint, kind: str) -> Assessment | None:
    return complaint.assessments.filter(kind=kind).order_by("-number").first()


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say why you correct it.")]})


def _check_may_assess(case: ArrearsComplaint, actor: Actor) -> None:
    if not roles_on(actor, case) & ASSESSING_ROLES:
        raise ActionNotAllowed
    if case.is_ended:
        raise CaseChanged


def _payment_words(assessment: Assessment | None, suffix: str = "") -> dict[str, object]:
    if assessment is None:
        return {}
    result = assessment.record["result"]
    account = result["account"] or {}
    return {f"due_on{suffix}": result["due"]["due_on"], f"interest{suffix}": account.get("interest")}


def _size_words(assessment: Assessment | None, suffix: str = "") -> dict[str, object]:
    return {} if assessment is None else {f"size{suffix}": assessment.record["result"]["size"]}
