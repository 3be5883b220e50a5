"""Proposing a record: only with the finding of a competent authority, from a case or without one.

No source says who finds an arrears debtor to be untrustworthy, by which document and with which class: so number, date,
authority, basis, class and conduct are demanded and nothing is derived from a case that is merely late (art. 26).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES
from casework.cases.actors import Actor
from casework.cases.commands import clock_start, refresh_next_due
from casework.cases.errors import ActionNotAllowed, CaseNotFound, InvalidInput
from casework.cases.filing import Filing, file_once, validate_case
from casework.cases.models import Case
from casework.cases.notify import tell_department
from casework.cases.references import derive_secret, hash_secret, next_reference
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.credit.catalogue.reference import severity_in_force
from casework.credit.commands import (
    KEEPERS,
    NOTICE,
    refuse_empty,
    refuse_indiscreet,
    save_finding,
    side_command,
)
from casework.credit.flow import KIND, State
from casework.credit.measures.services import drop_impossible
from casework.credit.record.models import CreditRecord
from casework.credit.record.sources import source_fault
from casework.parties.models import Department, Role, Subject
from casework.parties.perms import departments_with
from casework.parties.subjects import subject_keep

REFERENCE_PREFIX = "XY"
PROPOSERS = (*RECEIVING_ROLES, *HANDLING_ROLES, Role.CREDIT_OFFICER)
FINDING_FIELDS = ("finding_number", "finding_authority", "legal_basis", "conduct", "severity_reasons")
_LEFT_OUT = ("complainant_name", "complainant_code", "severity", "subject", "repair_from", "last_day")


def record_propose(
    *,
    subject: Subject,
    department: Department,
    finding: Mapping[str, Any],
    severity: str,
    idempotency_key: str,
    actor: Actor,
    source: Case | None = None,
    is_development: bool = False,
) -> Filing[CreditRecord]:
    """Propose a record about a subject; its department gives prior notice next.

    Args:
        department: the one that keeps the record and decides.
        finding: `finding_number`, `finding_date`, `finding_authority`, `legal_basis`, `conduct`, `severity_reasons`,
            and `contact_email` where one is known.
        severity: code of a class of severity in force.
        source: the case behind it, which the actor may see; None where an officer enters a finding from elsewhere.
    Raises:
        ActionNotAllowed: the actor may propose nothing, or not without a case.
        CaseNotFound: the actor doesn't see the case.
        InvalidInput: by field: something of the finding is missing, the period is over, there is this record already.
    """
    _check_actor(actor, department, source)
    if not (department.keeps_credit_records and department.is_active):
        raise InvalidInput({"department": [_("This department keeps no credit records. Choose one that does.")]})
    data = {**finding, "subject": subject.pk, "severity": severity, "source": source.pk if source else None}
    return file_once(
        model=CreditRecord,
        data={**data, "department": department.pk},
        key=idempotency_key,
        create=lambda digest: _create(
            subject, department, finding, severity, source, idempotency_key, digest, actor, is_development
        ),
    )


@transaction.atomic
def record_enter(*, subject: Mapping[str, Any], **given: Any) -> Filing[CreditRecord]:
    """Propose a record about a finding from elsewhere, whose subject may not be in the register yet.

    Args:
        subject: `code`, `name`, `kind`, `division`; entered in the register only together with the record.
    Raises: those of `record_propose`.
    """
    return record_propose(subject=subject_keep(**subject, is_listed=False), **given)


def _check_actor(actor: Actor, department: Department, source: Case | None) -> None:
    if actor.user is None:
        raise ActionNotAllowed
    if source is None:
        # Without a case behind it, only those who keep records enter a finding.
        if department.pk not in departments_with(actor.user, Role.CREDIT_OFFICER, Role.DEPARTMENT_HEAD):
            raise ActionNotAllowed
        return
    if not departments_with(actor.user, *PROPOSERS):
        raise ActionNotAllowed
    if not Case.objects.visible_to(actor.user).filter(pk=source.pk).exists():
        raise CaseNotFound
    if fault := source_fault(source):
        raise InvalidInput({"": [fault]})


def _create(
    subject: Subject,
    department: Department,
    finding: Mapping[str, Any],
    severity: str,
    source: Case | None,
    key: str,
    digest: str,
    actor: Actor,
    is_development: bool,
) -> CreditRecord:
    record = CreditRecord(
        **finding,
        kind=KIND,
        version=1,
        subject=subject,
        source_case=source,
        receiving_department=department,
        division=subject.division,
        respondent_name=subject.name,
        respondent_code=subject.code,
        amount=source.amount if source else 0,
        idempotency_key=key,
        filing_digest=digest,
        secret_hash=hash_secret(derive_secret(key)),
        proposed_by=actor.user,
        created_at=actor.moment,
        updated_at=actor.moment,
        submitted_on=actor.today,
        is_development=is_development,
    )
    _check(record, severity, actor)
    record.reference = next_reference(REFERENCE_PREFIX, actor.today.year)
    record.propose()
    save_finding(record)
    _begin(record, actor)
    return record


def _check(record: CreditRecord, severity: str, actor: Actor) -> None:
    """The finding is whole, its class in force, and its longest period not over.

    Raises:
        InvalidInput: by field.
    """
    refuse_empty(
        _("Fill in this field: without it no record may be made."),
        **{name: getattr(record, name) for name in FINDING_FIELDS},
    )
    refuse_indiscreet(record, **{name: getattr(record, name) for name in FINDING_FIELDS})
    found = severity_in_force(severity, actor.today)
    if found is None:
        raise InvalidInput({"severity": [_("Choose one of the list.")]})
    record.severity = found
    validate_case(record, exclude=_LEFT_OUT)
    record.set_days()
    if record.publicity.is_over(actor.today):
        raise InvalidInput(
            {"finding_date": [_("The longest period of this class ended on %(day)s.") % {"day": record.last_day}]}
        )


def _begin(record: CreditRecord, actor: Actor) -> None:
    payload = {"finding": record.finding_number, "authority": record.finding_authority}
    event_record(case=record, verb=Verb.RECORD_PROPOSED, actor=actor, payload=payload)
    clock_start(case=record, code=NOTICE, on=actor.today, actor=actor)
    refresh_next_due(record)
    record.save(update_fields=["next_due", "next_due_code", "next_due_provisional"])
    tell_department(record, record.receiving_department, Verb.RECORD_PROPOSED)
    if record.source_case is not None:
        _tell_source(record, record.source_case, actor)


def _tell_source(record: CreditRecord, source: Case, actor: Actor) -> None:
    """The case's own timeline says so; neither side of it reads that line before the record is public."""
    locked = Case.objects.select_for_update(of=("self",)).get(pk=source.pk)
    payload = {"reference": record.reference, "finding": record.finding_number}
    event_record(case=locked, verb=Verb.RECORD_PROPOSED, actor=actor, payload=payload)


def record_amend(
    *, record: CreditRecord, actor: Actor, finding: Mapping[str, Any], severity: str, reason: str,
    version: int | None = None,
) -> CreditRecord:  # fmt: skip
    """Put a proposal right before the subject has notice of it; measures that another class doesn't allow are dropped.

    Raises:
        InvalidInput: by field; after the prior notice, because the subject was heard on what it said.
    """
    refuse_empty(_("Say from where this is known."), reason=reason)
    with side_command(record, KEEPERS, actor, version) as case:
        if case.state != State.PROPOSED:
            raise InvalidInput({"": [_("The subject had notice of this. Drop the record and propose another.")]})
        for name, value in finding.items():
            setattr(case, name, value)
        _check(case, severity, actor)
        save_finding(case)
        drop_impossible(case, actor)
        event_record(case=case, verb=Verb.RECORD_AMENDED, actor=actor, payload={"reason": reason.strip()})
    return case
