"""Hearing the subject: prior notice, its service, the statement, the answer to it (国办发〔2020〕49号 point 8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.cases.actors import Actor, ActorKind
from casework.cases.commands import clock_meet, clock_start
from casework.cases.errors import CaseChanged, InvalidInput
from casework.cases.notify import tell_department
from casework.cases.references import hash_secret, new_secret
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.clocks.selectors import expected_deadline
from casework.credit import letters
from casework.credit.commands import (
    DECISION,
    KEEPERS,
    NOTICE,
    SERVICE,
    STATEMENT,
    SUBJECT_OR_KEEPER,
    flow_command,
    keep_files,
    refuse_empty,
    refuse_indiscreet,
    refuse_too_early,
    side_command,
    tell_subject,
)
from casework.credit.flow import State
from casework.credit.record.models import CreditRecord, Statement

HEARD_STATES = (State.NOTICED, State.SUBMITTED)


def record_give_notice(*, record: CreditRecord, actor: Actor, version: int | None = None) -> CreditRecord:
    """Issue the prior notice: facts, basis, intended class, measures and publication, rights and how to use them."""
    with flow_command(record, "give_notice", actor, version) as case:
        case.noticed_on = actor.today
        event_record(case=case, verb=Verb.RECORD_NOTICED, actor=actor)
        clock_meet(case=case, code=NOTICE, on=actor.today, actor=actor)
        clock_start(case=case, code=SERVICE, on=actor.today, actor=actor)
        letters.issue_prior_notice(case, actor=actor)
        tell_subject(case, Verb.RECORD_NOTICED)
    return case


def record_serve(
    *, record: CreditRecord, actor: Actor, served_on: date, how: str, version: int | None = None
) -> CreditRecord:
    """Record that the prior notice reached the subject; its time for a statement runs from that day.

    Args:
        how: by which way and to whom, such as the number of the postal receipt.
    Raises:
        InvalidInput: a day before the notice or in the future, no way, or served before.
        CaseChanged: no notice was given, or a decision was made.
    """
    refuse_empty(_("Say how the notice was served and to whom."), how=how)
    refuse_indiscreet(record, how=how)
    with side_command(record, KEEPERS, actor, version) as case:
        if case.state != State.NOTICED or case.noticed_on is None:
            raise CaseChanged
        if case.served_on is not None:
            raise InvalidInput({"served_on": [_("Service is recorded already.")]})
        if not case.noticed_on <= served_on <= actor.today:
            raise InvalidInput({"served_on": [_("Between the day of the notice and today.")]})
        case.served_on = served_on
        payload = {"served_on": served_on, "how": how.strip()}
        event_record(case=case, verb=Verb.RECORD_SERVED, actor=actor, payload=payload)
        clock_meet(case=case, code=SERVICE, on=served_on, actor=actor)
        clock_start(case=case, code=DECISION, on=served_on, actor=actor)
    return case


def statement_make(
    *,
    record: CreditRecord,
    actor: Actor,
    text: str,
    uploads: Sequence[UploadedFile] = (),
    received_on: date | None = None,
    version: int | None = None,
) -> Statement:
    """Take in what the subject says to the prior notice: online with its code, or on paper through an officer.

    A late statement is taken in and answered too, as long as nothing is decided.

    Args:
        uploads: what proves it.
        received_on: the day it arrived, where it came on paper before today.
    Raises:
        InvalidInput: no text, a day in the future, or a file that is refused.
        CaseChanged: there is no notice yet, or a decision.
    """
    refuse_empty(_("Write what you want to say."), text=text)
    is_online = actor.kind == ActorKind.COMPLAINANT
    day = actor.today if is_online else received_on or actor.today
    if day > actor.today:
        raise InvalidInput({"received_on": [_("This day lies in the future. Give the day on which it arrived.")]})
    with side_command(record, SUBJECT_OR_KEEPER, actor, version) as case:
        if case.state not in HEARD_STATES:
            raise CaseChanged
        refuse_too_early(case.noticed_on, received_on=day)
        statement = Statement.objects.create(
            record=case, number=case.statements.count() + 1, text=text.strip(), received_on=day, is_online=is_online
        )
        statement.files.set(keep_files(case, uploads, actor))
        event_record(case=case, verb=Verb.STATEMENT_MADE, actor=actor, payload={"number": statement.number})
        tell_department(case, case.receiving_department, Verb.STATEMENT_MADE)
    return statement


def statement_answer(
    *, record: CreditRecord, actor: Actor, statement: int, answer: str, is_followed: bool, version: int | None = None
) -> Statement:
    """Record what is answered to a statement; the answer stands in the decision.

    Args:
        statement: its id.
        is_followed: whether it convinced; then the record is to be dropped or put right, not put forward as it is.
    Raises:
        InvalidInput: no answer, or it was answered before.
    """
    refuse_empty(_("Answer it: the subject reads why."), answer=answer)
    refuse_indiscreet(record, answer=answer)
    with side_command(record, KEEPERS, actor, version) as case:
        row = case.statements.filter(pk=statement, answered_on=None).first()
        if row is None:
            raise InvalidInput({"statement": [_("Choose a statement that is not answered yet.")]})
        row.answer, row.is_followed = answer.strip(), is_followed
        row.answered_by, row.answered_on = actor.user, actor.today
        row.save(update_fields=["answer", "is_followed", "answered_by", "answered_on"])
        event_record(case=case, verb=Verb.STATEMENT_ANSWERED, actor=actor, payload={"number": row.number})
    return row


def statement_until(case: CreditRecord) -> date | None:
    """The last day of the subject's time for a statement; None before the notice was served.

    No clock of the office: nobody there is late when the subject stays silent.
    """
    if case.served_on is None:
        return None
    return expected_deadline(STATEMENT, case.served_on, case.receiving_department.division_id).due


def put_forward_fault(case: CreditRecord, today: date) -> str:
    """Why the record can't be put forward or decided (yet); "" when the subject was heard."""
    if case.set_aside_on is not None:
        return _("The finding was set aside. The record is to be annulled.")
    if case.served_on is None:
        return _("Record first that the prior notice was served.")
    until = statement_until(case)
    if until is None or until >= today:
        return _("The subject can make a statement until %(day)s.") % {"day": until}
    if case.statements.filter(answered_on=None).exists():
        return _("Answer first what the subject said.")
    return ""


def record_put_forward(
    *, record: CreditRecord, actor: Actor, note: str = "", version: int | None = None
) -> CreditRecord:
    """Put the record before the one who decides, when the subject was heard or let its time pass.

    Raises:
        InvalidInput: the notice was not served, its time still runs, a statement is not answered, or the finding was
            set aside meanwhile.
    """
    with flow_command(record, "put_forward", actor, version) as case:
        if fault := put_forward_fault(case, actor.today):
            raise InvalidInput({"": [fault]})
        case.put_forward_by = actor.user
        event_record(case=case, verb=Verb.RECORD_PUT_FORWARD, actor=actor, payload={"note": note.strip()})
        tell_department(case, case.receiving_department, Verb.RECORD_PUT_FORWARD)
    return case


def record_send_back(*, record: CreditRecord, actor: Actor, reason: str, version: int | None = None) -> CreditRecord:
    """Send a record back to the officer.

    Raises:
        InvalidInput: no reason.
    """
    refuse_empty(_("Say what is missing."), reason=reason)
    with flow_command(record, "send_back", actor, version) as case:
        case.put_forward_by = None
        event_record(case=case, verb=Verb.RECORD_SENT_BACK, actor=actor, payload={"reason": reason.strip()})
        tell_department(case, case.receiving_department, Verb.RECORD_SENT_BACK)
    return case


def access_code_issue(*, record: CreditRecord, actor: Actor, version: int | None = None) -> str:
    """A new code that opens the record to its subject; the one before it is void. It is shown once and stored nowhere.

    Raises:
        CaseChanged: before the prior notice there is nothing to open.
    """
    with side_command(record, KEEPERS, actor, version) as case:
        if case.state == State.PROPOSED:
            raise CaseChanged
        secret = new_secret()
        case.secret_hash = hash_secret(secret)
        event_record(case=case, verb=Verb.ACCESS_CODE_ISSUED, actor=actor)
    return secret
