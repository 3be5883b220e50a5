"""Objections: made online or on paper, forwarded to whoever made the finding or decided here, carried out in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.cases.actors import Actor, ActorKind
from casework.cases.commands import clock_cancel, clock_meet, clock_start
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.notify import tell_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.services import OPEN_STATUSES
from casework.credit import letters
from casework.credit.commands import (
    FORWARD,
    HEADS,
    KEEPERS,
    OBJECTION,
    PROVIDER,
    SUBJECT_OR_KEEPER,
    fitted,
    keep_files,
    refuse_empty,
    refuse_indiscreet,
    refuse_too_early,
    side_command,
    start_correction,
    tell_subject,
)
from casework.credit.delivery import Change, deliver
from casework.credit.flow import EFFECTIVE
from casework.credit.objections.models import Objection
from casework.credit.record.models import CreditRecord

Outcome = Objection.Outcome
DECIDED = (Outcome.REJECTED, Outcome.CORRECTED, Outcome.ANNULLED)


def objection_make(
    *,
    record: CreditRecord,
    actor: Actor,
    text: str,
    uploads: Sequence[UploadedFile] = (),
    made_on: date | None = None,
    version: int | None = None,
) -> Objection:
    """Take in an objection and mark the record at once, on every display and on the platforms.

    Where another authority made the finding, it is to be forwarded or taken on within the days of the forwarding clock.

    Args:
        uploads: what proves it.
        made_on: the day it arrived, where it came on paper before today.
    Raises:
        InvalidInput: no text, a day in the future, a file that is refused, or one is open already.
        CaseChanged: the record has no effect (any more).
    """
    refuse_empty(_("Write what is wrong."), text=text)
    is_online = actor.kind == ActorKind.COMPLAINANT
    day = actor.today if is_online else made_on or actor.today
    if day > actor.today:
        raise InvalidInput({"made_on": [_("This day lies in the future. Give the day on which it arrived.")]})
    with side_command(record, SUBJECT_OR_KEEPER, actor, version) as case:
        if case.state not in EFFECTIVE:
            raise CaseChanged
        refuse_too_early(case.decided_on, made_on=day)
        if open_objection(case) is not None:
            raise InvalidInput({"": [_("An objection is being looked at already.")]})
        objection = Objection.objects.create(
            record=case, number=case.objections.count() + 1, text=text.strip(), made_on=day, is_online=is_online
        )
        objection.files.set(keep_files(case, uploads, actor))
        event_record(case=case, verb=Verb.OBJECTION_MADE, actor=actor, payload={"number": objection.number})
        is_own = case.finding_authority == case.receiving_department.name
        clock_start(case=case, code=OBJECTION if is_own else FORWARD, on=day, actor=actor)
        if case.withheld_since is None:
            deliver(case, Change.MARK, actor)
        tell_department(case, case.receiving_department, Verb.OBJECTION_MADE)
    return objection


def open_objection(case: CreditRecord) -> Objection | None:
    """The one that is being looked at."""
    return next((row for row in case.objections.all() if row.outcome == Outcome.OPEN), None)


def objection_forward(*, record: CreditRecord, actor: Actor, to: str, version: int | None = None) -> Objection:
    """Forward an objection to the authority that made the finding.

    Raises:
        InvalidInput: to nobody, or forwarded before.
        CaseChanged: none is open.
    """
    refuse_empty(_("Name the authority."), to=to)
    refuse_indiscreet(record, to=to)
    with side_command(record, KEEPERS, actor, version) as case:
        objection = _open(case)
        if objection.forwarded_on is not None:
            raise InvalidInput({"": [_("It was forwarded already.")]})
        objection.forwarded_to, objection.forwarded_on = fitted(Objection, "forwarded_to", to, "to"), actor.today
        objection.save(update_fields=["forwarded_to", "forwarded_on"])
        event_record(case=case, verb=Verb.OBJECTION_FORWARDED, actor=actor, payload={"to": to.strip()})
        clock_meet(case=case, code=FORWARD, on=actor.today, actor=actor)
        clock_cancel(case=case, code=OBJECTION, actor=actor)
        clock_start(case=case, code=PROVIDER, on=actor.today, actor=actor)
    return objection


def objection_take_on(*, record: CreditRecord, actor: Actor, version: int | None = None) -> Objection:
    """Decide here although another authority made the finding; the time counts from the day of the objection.

    Raises:
        InvalidInput: it was forwarded, or is decided here already.
        CaseChanged: none is open.
    """
    with side_command(record, KEEPERS, actor, version) as case:
        objection = _open(case)
        waits = case.deadlines.filter(code=FORWARD, status__in=OPEN_STATUSES).exists()
        if objection.forwarded_on is not None or not waits:
            raise InvalidInput({"": [_("Whoever decides is settled already.")]})
        clock_meet(case=case, code=FORWARD, on=actor.today, actor=actor)
        clock_start(case=case, code=OBJECTION, on=objection.made_on, actor=actor)
    return objection


def objection_decide(
    *, record: CreditRecord, actor: Actor, outcome: str, reasons: str, version: int | None = None
) -> Objection:
    """Decide an objection and answer it by letter; what it achieves is carried out within three working days.

    Args:
        outcome: `rejected`, `corrected` or `annulled`.
        reasons: what was checked, what the authority said, and why.
    Raises:
        ActionNotAllowed: only a head decides.
        InvalidInput: by field.
        CaseChanged: none is open.
    """
    refuse_empty(_("Give the reasons: the subject reads them."), reasons=reasons)
    refuse_indiscreet(record, reasons=reasons)
    if outcome not in DECIDED:
        raise InvalidInput({"outcome": [_("Choose one of these.")]})
    with side_command(record, HEADS, actor, version) as case:
        objection = _open(case)
        if actor.user is None:
            raise ActionNotAllowed
        objection.outcome, objection.reasons = outcome, reasons.strip()
        objection.decided_on, objection.decided_by = actor.today, actor.user
        objection.save(update_fields=["outcome", "reasons", "decided_on", "decided_by"])
        payload = {"code": outcome, "outcome": str(Outcome(outcome).label)}
        event_record(case=case, verb=Verb.OBJECTION_DECIDED, actor=actor, payload=payload)
        for code in (FORWARD, OBJECTION, PROVIDER):
            clock_meet(case=case, code=code, on=actor.today, actor=actor)
        if outcome != Outcome.REJECTED:
            start_correction(case, actor.today, actor)
        elif case.withheld_since is None:
            # The mark goes away on the platforms too.
            deliver(case, Change.MARK, actor)
        letters.issue_objection_answer(case, objection=objection, actor=actor)
        tell_subject(case, Verb.OBJECTION_DECIDED)
        tell_department(case, case.receiving_department, Verb.OBJECTION_DECIDED)
    return objection


def _open(case: CreditRecord) -> Objection:
    objection = open_objection(case)
    if objection is None:
        raise CaseChanged
    return objection
