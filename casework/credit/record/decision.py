"""Deciding, publishing, withholding and correcting a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import case_end, clock_meet, clock_start
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.terms import term_in_force
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.credit import letters
from casework.credit.commands import (
    CORRECTION,
    DECISION,
    DELIVERY,
    KEEPERS,
    fitted,
    flow_command,
    refuse_empty,
    refuse_indiscreet,
    save_finding,
    side_command,
    tell_subject,
)
from casework.credit.delivery import Change, deliver
from casework.credit.flow import EFFECTIVE, State
from casework.credit.measures.services import apply_measures, end_measures
from casework.credit.objections.models import Objection
from casework.credit.record.hearing import put_forward_fault
from casework.credit.record.models import CreditRecord

CORRECTABLE = ("respondent_name", "finding_number", "finding_authority", "legal_basis", "conduct")


def record_decide(
    *,
    record: CreditRecord,
    actor: Actor,
    reasons: str,
    publish: bool,
    measures: Sequence[int] = (),
    version: int | None = None,
) -> CreditRecord:
    """Enter the record: by another person than those who proposed it and put it forward.

    Decision and repair notice are issued together (两书同达, NDRC Order 36).

    Args:
        reasons: facts found, what was said to them, law applied.
        publish: whether it is published; the class says what is usual.
        measures: ids of the intended measures that are applied; the others are dropped.
    Raises:
        ActionNotAllowed: the same person proposed it or put it forward.
        InvalidInput: no reasons, the subject was not heard, the longest period is over, or a measure that the notice
            did not name.
    """
    refuse_empty(_("Give the reasons: the subject reads them."), reasons=reasons)
    refuse_indiscreet(record, reasons=reasons)
    with flow_command(record, "decide", actor, version) as case:
        if actor.user is None or actor.user.pk in (case.proposed_by_id, case.put_forward_by_id):
            raise ActionNotAllowed(_("Another person than the one who proposed it or put it forward decides."))
        if fault := put_forward_fault(case, actor.today):
            raise InvalidInput({"": [fault]})
        _refuse_over(case, actor)
        case.decided_on, case.decided_by, case.decision_reasons = actor.today, actor.user, reasons.strip()
        case.to_be_published = publish
        # The measures' trigger asks the record itself whether it is in force.
        case.save()
        applied = apply_measures(case, list(measures), actor)
        payload = {"severity": case.severity.label, "last_day": case.last_day, "publish": publish}
        event_record(case=case, verb=Verb.RECORD_DECIDED, actor=actor, payload=payload)
        clock_meet(case=case, code=DECISION, on=actor.today, actor=actor)
        if publish:
            clock_start(case=case, code=DELIVERY, on=actor.today, actor=actor)
        letters.issue_decision(case, measures=applied, actor=actor)
        letters.issue_repair_notice(case, actor=actor)
        tell_subject(case, Verb.RECORD_DECIDED)
    return case


def _refuse_over(case: CreditRecord, actor: Actor) -> None:
    if case.publicity.is_over(actor.today):
        day = {"day": case.last_day}
        raise InvalidInput({"": [_("The longest period of this record ended on %(day)s. Drop it.") % day]})


def record_drop(*, record: CreditRecord, actor: Actor, reason: str, version: int | None = None) -> CreditRecord:
    """End a proposal without a record; a subject that had notice is told.

    Raises:
        InvalidInput: no reason.
    """
    refuse_empty(_("Say why there is no record."), reason=reason)
    refuse_indiscreet(record, reason=reason)
    with flow_command(record, "drop", actor, version) as case:
        case.ended_reason = fitted(CreditRecord, "ended_reason", reason, "reason")
        end_measures(case, actor)
        event_record(case=case, verb=Verb.RECORD_DROPPED, actor=actor, payload={"reason": reason.strip()})
        if case.noticed_on is not None:
            tell_subject(case, Verb.RECORD_DROPPED)
        case_end(case=case, actor=actor)
    return case


def annulment_is_due(case: CreditRecord) -> bool:
    """Whether something stands behind an annulment."""
    return (
        case.set_aside_on is not None
        or case.objections.filter(outcome=Objection.Outcome.ANNULLED, carried_out_on=None).exists()
    )


def _refuse_wrong(case: CreditRecord) -> None:
    """What is to be annulled is not shown to anybody.

    Raises:
        InvalidInput: the finding was set aside, or an objection was right.
    """
    if case.set_aside_on is not None:
        raise InvalidInput({"": [_("The finding was set aside. The record is to be annulled.")]})
    if annulment_is_due(case):
        raise InvalidInput({"": [_("An objection was right. The record is to be annulled.")]})


def record_publish(*, record: CreditRecord, actor: Actor, version: int | None = None) -> CreditRecord:
    """Show the record to everybody and hand it to the platforms of its class.

    Raises:
        InvalidInput: the decision was not to publish, its longest period is over, or it is to be annulled.
    """
    with flow_command(record, "publish", actor, version) as case:
        if not case.to_be_published:
            raise InvalidInput({"": [_("It was decided not to publish this record.")]})
        _refuse_wrong(case)
        _refuse_over(case, actor)
        case.published_on = actor.today
        event_record(case=case, verb=Verb.RECORD_PUBLISHED, actor=actor, payload={"last_day": case.last_day})
        clock_meet(case=case, code=DELIVERY, on=actor.today, actor=actor)
        if case.withheld_since is None:
            deliver(case, Change.PUBLISH, actor)
        tell_subject(case, Verb.RECORD_PUBLISHED)
    return case


def record_withhold(*, record: CreditRecord, actor: Actor, ground: str, version: int | None = None) -> CreditRecord:
    """Take a record out of public sight for the time being; its longest period runs on.

    Args:
        ground: a code of the list `credit.withholding`.
    Raises:
        InvalidInput: unknown ground, or withheld already.
        CaseChanged: it has no effect (any more).
    """
    term = term_in_force("credit.withholding", ground, actor.today)
    if term is None:
        raise InvalidInput({"ground": [_("Choose one of these.")]})
    with side_command(record, KEEPERS, actor, version) as case:
        if case.state not in EFFECTIVE:
            raise CaseChanged
        if case.withheld_since is not None:
            raise InvalidInput({"": [_("Publication is suspended already.")]})
        withhold(case, term.code, term.label, actor)
    return case


def withhold(case: CreditRecord, code: str, label: str, actor: Actor) -> None:
    """Out of public sight, here and on the platforms."""
    case.withheld_since, case.withheld_ground = actor.today, code
    event_record(case=case, verb=Verb.RECORD_WITHHELD, actor=actor, payload={"code": code, "ground": label})
    deliver(case, Change.WITHDRAW, actor)


def record_show_again(*, record: CreditRecord, actor: Actor, reason: str, version: int | None = None) -> CreditRecord:
    """End a suspension: what it waited for is settled.

    Raises:
        InvalidInput: no reason, not suspended, or it is to be annulled.
    """
    refuse_empty(_("Say what has been settled."), reason=reason)
    with side_command(record, KEEPERS, actor, version) as case:
        if case.withheld_since is None:
            raise InvalidInput({"": [_("Publication is not suspended.")]})
        _refuse_wrong(case)
        case.withheld_since, case.withheld_ground = None, ""
        event_record(case=case, verb=Verb.RECORD_SHOWN_AGAIN, actor=actor, payload={"reason": reason.strip()})
        if case.state == State.PUBLISHED and not case.publicity.is_over(actor.today):
            deliver(case, Change.PUBLISH, actor)
    return case


def record_correct(
    *, record: CreditRecord, actor: Actor, changes: dict[str, Any], reason: str, version: int | None = None
) -> CreditRecord:
    """Put right what a record says, after an objection was found right or a mistake was noticed.

    Class and date of the finding are not changed here: other ones are another decision.

    Args:
        changes: new values of `CORRECTABLE`.
    Raises:
        InvalidInput: by field: no reason, nothing changed, an emptied or overlong field, a finding kept already.
        CaseChanged: the record has no effect.
    """
    refuse_empty(_("Say from where this is known."), reason=reason)
    changed = {name: fitted(CreditRecord, name, value) for name, value in changes.items() if name in CORRECTABLE}
    refuse_empty(_("Fill in this field: without it no record may be made."), **changed)
    refuse_indiscreet(record, **changed)
    with side_command(record, KEEPERS, actor, version) as case:
        if case.state not in EFFECTIVE:
            raise CaseChanged
        before = {name: getattr(case, name) for name in changed if getattr(case, name) != changed[name]}
        if not before:
            raise InvalidInput({"": [_("Nothing was changed.")]})
        for name in before:
            setattr(case, name, changed[name])
        save_finding(case)
        payload = {"before": before, "reason": reason.strip()}
        event_record(case=case, verb=Verb.RECORD_CORRECTED, actor=actor, payload=payload)
        carried_out(case, Objection.Outcome.CORRECTED, actor)
        if case.withheld_since is None:
            deliver(case, Change.CORRECT, actor)
        tell_subject(case, Verb.RECORD_CORRECTED)
    return case


def carried_out(case: CreditRecord, outcome: Objection.Outcome, actor: Actor) -> None:
    """What an objection achieved was done: its clock is met, unless the record is to be annulled as well."""
    case.objections.filter(outcome=outcome, carried_out_on=None).update(carried_out_on=actor.today)
    if outcome == Objection.Outcome.ANNULLED or not annulment_is_due(case):
        clock_meet(case=case, code=CORRECTION, on=actor.today, actor=actor)
