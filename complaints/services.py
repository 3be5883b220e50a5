"""The commands of an arrears complaint: each one transaction, each the only way to make its change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import clock_cancel, clock_meet, clock_start, refresh_next_due
from casework.cases.errors import InvalidInput
from casework.cases.filing import file_once, validate_case
from casework.cases.references import derive_secret, hash_secret, next_reference
from casework.cases.terms import term_in_force, terms_in_force
from casework.cases.timeline import event_record
from casework.cases.transfer.hops import hop_receive, hop_send, refuse_impossible_receipt, refuse_while_return_pending
from casework.cases.verbs import Verb
from casework.clocks.services import OPEN_STATUSES
from casework.documents.evidence import evidence_add, evidence_attach_staged, evidence_record
from casework.parties.models import Department, User
from complaints import letters
from complaints.assessments.services import assessments_begin
from complaints.closing.guards import refuse_unfit_reason
from complaints.commands import flow_command, tell_complainant, tell_department
from complaints.flow import KIND
from complaints.models import ArrearsComplaint
from complaints.review.checks import refuse_unmet_conditions
from complaints.routing import receiving_department_for
from complaints.transfer.routes import TRANSFER

REFERENCE_PREFIX = "QK"
REVIEW, CORRECTION, HANDLING = "arrears.review", "arrears.correction", "arrears.handling"


@dataclass(frozen=True)
class Filed:
    """What a filing gives back.

    Attributes:
        secret: shown once; only its hash is stored.
        is_new: False for a retried request.
    """

    complaint: ArrearsComplaint
    secret: str
    is_new: bool


def complaint_file(
    *, data: Mapping[str, object], idempotency_key: str, actor: Actor, is_development: bool = False
) -> Filed:
    """File a complaint with the evidence staged under the same key: draft and submission in one transaction.

    A double click or a retried request with the same key and content finds the first filing and its secret.

    Args:
        data: the model's fields by name; dates as dates, amounts as Decimal.
        idempotency_key: at least 16 characters, new for each filing.
    Raises:
        InvalidInput: by field; nothing is written.
    """
    filing = file_once(
        model=ArrearsComplaint,
        data=data,
        key=idempotency_key,
        create=lambda digest: _file_new(data, idempotency_key, digest, actor, is_development),
    )
    return Filed(filing.case, filing.secret, filing.is_new)


def _file_new(
    data: Mapping[str, object], key: str, digest: str, actor: Actor, is_development: bool
) -> ArrearsComplaint:
    complaint = ArrearsComplaint(
        **data,
        kind=KIND,
        idempotency_key=key,
        filing_digest=digest,
        secret_hash=hash_secret(derive_secret(key)),
        complainant_user=actor.user,
        is_development=is_development,
        created_at=actor.moment,
        updated_at=actor.moment,
        version=1,
    )
    validate_case(complaint)
    complaint.receiving_department = receiving_department_for(complaint.division)
    complaint.reference = next_reference(REFERENCE_PREFIX, actor.today.year)
    complaint.submit()
    complaint.submitted_on = complaint.complete_on = actor.today
    complaint.save(force_insert=True)
    _begin(complaint, key, actor)
    return complaint


def _begin(complaint: ArrearsComplaint, key: str, actor: Actor) -> None:
    event_record(case=complaint, verb=Verb.DRAFTED, actor=actor)
    attachments = evidence_attach_staged(case=complaint, key=key, actor=actor)
    evidence_record(case=complaint, attachments=attachments, actor=actor)
    event_record(case=complaint, verb=Verb.SUBMITTED, actor=actor)
    assessments_begin(complaint=complaint, actor=actor)
    clock_start(case=complaint, code=REVIEW, on=actor.today, actor=actor)
    refresh_next_due(complaint)
    complaint.save(update_fields=["next_due", "next_due_code", "next_due_provisional"])
    tell_complainant(complaint, Verb.SUBMITTED)
    tell_department(complaint, complaint.receiving_department, Verb.SUBMITTED)


def complaint_request_correction(
    *, complaint: ArrearsComplaint, actor: Actor, items: list[str], note: str = "", version: int | None = None
) -> ArrearsComplaint:
    """Ask for everything that is missing, at once. The review clock stops; it begins anew with complete material.

    Args:
        items: codes of the list `arrears.material`.
        note: what to do about them, in words.
    Raises:
        InvalidInput: no item, or an unknown one.
    """
    labels = _labels("arrears.material", items, actor.today)
    with flow_command(complaint, "request_correction", actor, version) as case:
        case.correction_items, case.correction_note = labels, note.strip()
        event_record(
            case=case,
            verb=Verb.CORRECTION_REQUESTED,
            actor=actor,
            payload={"items": labels, "note": case.correction_note},
        )
        clock_cancel(case=case, code=REVIEW, actor=actor)
        deadline = clock_start(case=case, code=CORRECTION, on=actor.today, actor=actor)
        letters.issue_correction_notice(case, deadline=deadline, actor=actor)
        tell_complainant(case, Verb.CORRECTION_REQUESTED)
    return case


def _labels(vocabulary: str, codes: list[str], on: date) -> list[str]:
    known = {term.code: term.label for term in terms_in_force(vocabulary, on)}
    if not codes:
        raise InvalidInput({"items": [_("Choose at least one item that is missing.")]})
    if unknown := [code for code in codes if code not in known]:
        raise InvalidInput({"items": [_("Not in the list: %(codes)s.") % {"codes": ", ".join(unknown)}]})
    return [known[code] for code in codes]


def complaint_answer_correction(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    answer: str,
    uploads: list[UploadedFile] | None = None,
    version: int | None = None,
) -> ArrearsComplaint:
    """Answer a correction request. The review clock restarts on the day the complete material arrives.

    Raises:
        InvalidInput: neither an answer nor a file, or a file that is refused.
    """
    if not answer.strip() and not uploads:
        raise InvalidInput({"answer": [_("Write an answer or add the missing files.")]})
    with flow_command(complaint, "answer_correction", actor, version) as case:
        added = evidence_add(case=case, uploads=uploads or [], actor=actor)
        event_record(case=case, verb=Verb.CORRECTED, actor=actor, payload={"answer": answer.strip()})
        evidence_record(case=case, attachments=added, actor=actor)
        clock_meet(case=case, code=CORRECTION, on=actor.today, actor=actor)
        case.complete_on = actor.today
        clock_start(case=case, code=REVIEW, on=actor.today, actor=actor)
        tell_department(case, case.receiving_department, Verb.CORRECTED)
    return case


def complaint_accept(*, complaint: ArrearsComplaint, actor: Actor, version: int | None = None) -> ArrearsComplaint:
    """Accept formally. Ends the review clock and starts the 10 working days to transfer (Decree 802 art. 25(1)).

    Raises:
        InvalidInput: a condition of acceptance was checked and found not met.
    """
    with flow_command(complaint, "accept", actor, version) as case:
        refuse_unmet_conditions(case)
        case.accepted_on = actor.today
        event_record(case=case, verb=Verb.ACCEPTED, actor=actor)
        clock_meet(case=case, code=REVIEW, on=actor.today, actor=actor)
        deadline = clock_start(case=case, code=TRANSFER, on=actor.today, actor=actor)
        letters.issue_acceptance_notice(case, deadline=deadline, actor=actor)
        tell_complainant(case, Verb.ACCEPTED)
    return case


def complaint_refuse(
    *, complaint: ArrearsComplaint, actor: Actor, ground: str, explanation: str, version: int | None = None
) -> ArrearsComplaint:
    """Refuse on a ground of the list, with reasons in words.

    Args:
        ground: a code of the list `arrears.refusal`.
    Raises:
        InvalidInput: unknown ground or no explanation.
    """
    term = term_in_force("arrears.refusal", ground, actor.today)
    errors = {}
    if term is None:
        errors["ground"] = [_("Choose a ground of the list.")]
    if not explanation.strip():
        errors["explanation"] = [_("Give the reasons: a refusal without them is not lawful.")]
    if errors or term is None:
        raise InvalidInput(errors)
    with flow_command(complaint, "refuse", actor, version) as case:
        case.decision_ground = term.code
        event_record(
            case=case,
            verb=Verb.REFUSED,
            actor=actor,
            payload={
                "code": term.code,
                "version": term.version,
                "ground": term.label,
                "explanation": explanation.strip(),
            },
        )
        clock_meet(case=case, code=REVIEW, on=actor.today, actor=actor)
        letters.issue_refusal_notice(case, term=term, explanation=explanation.strip(), actor=actor)
        tell_complainant(case, Verb.REFUSED)
    return case


def complaint_transfer(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    department: Department,
    note: str = "",
    override_reason: str = "",
    version: int | None = None,
) -> ArrearsComplaint:
    """Transfer to the handling department, within 10 working days of acceptance (Decree 802 art. 25(1)).

    Args:
        override_reason: why the case does not go where its route leads; not needed where it does.
    Raises:
        InvalidInput: the department doesn't handle complaints here, had the case before, or the reason is missing.
    """
    if not (department.is_handling and department.is_active):
        raise InvalidInput({"department": [_("This department doesn't handle complaints. Choose another.")]})
    with flow_command(complaint, "transfer", actor, version) as case:
        hop_send(case=case, department=department, note=note, override_reason=override_reason, actor=actor)
        letters.issue_transfer_letter(case, department=department, note=note.strip(), actor=actor)
        tell_complainant(case, Verb.TRANSFERRED)
    return case


def complaint_receive(
    *, complaint: ArrearsComplaint, actor: Actor, received_on: date | None = None, version: int | None = None
) -> ArrearsComplaint:
    """Confirm receipt by the handling department. Its 30 days run from that day (Decree 802 art. 25(2)).

    Args:
        received_on: the day the material arrived, if it was before today.
    Raises:
        InvalidInput: a day before the transfer or in the future, or the return of the case is asked for.
    """
    day = received_on or actor.today
    with flow_command(complaint, "receive", actor, version) as case:
        refuse_impossible_receipt(case, day, actor.today)
        hop_receive(case=case, on=day, actor=actor)
        event_record(case=case, verb=Verb.RECEIVED, actor=actor, payload={"received_on": day})
        # A return to another department does not begin the 30 days anew: a clock that runs runs on.
        if not case.deadlines.filter(code=HANDLING, status__in=OPEN_STATUSES).exists():
            clock_start(case=case, code=HANDLING, on=day, actor=actor)
        tell_complainant(case, Verb.RECEIVED)
        tell_department(case, case.receiving_department, Verb.RECEIVED)
    return case


def complaint_start_handling(
    *, complaint: ArrearsComplaint, actor: Actor, assignee: User | None = None, version: int | None = None
) -> ArrearsComplaint:
    """Begin handling and say who does it; without a name, the one who acts."""
    with flow_command(complaint, "start_handling", actor, version) as case:
        refuse_while_return_pending(case)
        case.assigned_to = assignee or actor.user
        person = str(case.assigned_to) if case.assigned_to else ""
        event_record(case=case, verb=Verb.HANDLING_STARTED, actor=actor)
        event_record(case=case, verb=Verb.ASSIGNED, actor=actor, payload={"person": person})
    return case


def complaint_resolve(
    *,
    complaint: ArrearsComplaint,
    actor: Actor,
    findings: str,
    result: str,
    unresolved: str = "",
    version: int | None = None,
) -> ArrearsComplaint:
    """Feed the written result back to the complainant and to the receiving department (Decree 802 art. 25(2)).

    Args:
        findings: the facts found.
        result: what was achieved, part by part.
        unresolved: what stays open; the letter names the legal routes for it.
    Raises:
        InvalidInput: findings or result are empty.
    """
    required = {"findings": findings, "result": result}
    if missing := [name for name, text in required.items() if not text.strip()]:
        raise InvalidInput({name: [_("Fill in this field: the letter needs it.")] for name in missing})
    with flow_command(complaint, "resolve", actor, version) as case:
        refuse_while_return_pending(case)
        case.resolved_on = actor.today
        case.result = {"findings": findings.strip(), "result": result.strip(), "unresolved": unresolved.strip()}
        event_record(case=case, verb=Verb.RESOLVED, actor=actor, payload=case.result)
        clock_meet(case=case, code=HANDLING, on=actor.today, actor=actor)
        letters.issue_result_letter(case, actor=actor)
        tell_complainant(case, Verb.RESOLVED)
        tell_department(case, case.receiving_department, Verb.RESOLVED)
    return case


def complaint_close(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str, version: int | None = None
) -> ArrearsComplaint:
    """Close with a reason of the list.

    Args:
        reason: a code of the list `arrears.closing`.
    Raises:
        InvalidInput: unknown reason, or one that the sums of the case contradict.
    """
    term = term_in_force("arrears.closing", reason, actor.today)
    if term is None:
        raise InvalidInput({"reason": [_("Choose a reason of the list.")]})
    with flow_command(complaint, "close", actor, version) as case:
        refuse_unfit_reason(case, term.code, actor.today)
        case.closing_reason = term.code
        event_record(
            case=case,
            verb=Verb.CLOSED,
            actor=actor,
            payload={"code": term.code, "version": term.version, "reason": term.label},
        )
        tell_complainant(case, Verb.CLOSED)
    return case


def complaint_withdraw(
    *, complaint: ArrearsComplaint, actor: Actor, reason: str = "", version: int | None = None
) -> ArrearsComplaint:
    """Withdraw at the complainant's wish; every clock ends."""
    with flow_command(complaint, "withdraw", actor, version) as case:
        event_record(case=case, verb=Verb.WITHDRAWN, actor=actor, payload={"reason": reason.strip()})
        tell_complainant(case, Verb.WITHDRAWN)
        for department in filter(None, (case.receiving_department, case.handling_department)):
            tell_department(case, department, Verb.WITHDRAWN)
    return case
