"""The frame of a record's commands: a move of the flow, a change beside it, and telling the subject."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.core.files.uploadedfile import UploadedFile

from casework.cases.actors import Actor
from casework.cases.commands import case_move, locked_case, locked_running_case
from casework.cases.errors import InvalidInput
from casework.cases.notify import Address, notify_complainant, occasion
from casework.cases.verbs import Verb
from casework.credit.flow import FLOW
from casework.credit.record.models import CreditRecord
from casework.credit.record.sources import check_discreet
from casework.documents.evidence import digest_of, evidence_add
from casework.documents.models import Attachment
from casework.parties.models import Role

NOTICE, SERVICE, STATEMENT, DECISION = "credit.notice", "credit.service", "credit.statement", "credit.decision"
DELIVERY, CORRECTION, REPAIR = "credit.delivery", "credit.correction", "credit.repair"
OBJECTION, FORWARD, PROVIDER = "credit.objection", "credit.objection_forward", "credit.objection_provider"
KEEPERS = (Role.CREDIT_OFFICER,)
HEADS = (Role.DEPARTMENT_HEAD,)
# The subject acts with the record's code; what arrives on paper is entered by an officer.
SUBJECT_OR_KEEPER = (Role.COMPLAINANT, Role.CREDIT_OFFICER)


@contextmanager
def flow_command(record: CreditRecord, action: str, actor: Actor, version: int | None) -> Iterator[CreditRecord]:
    """Lock, check the table of moves and move; the body does the rest in the same transaction or undoes all."""
    with locked_case(CreditRecord, record.pk, version) as case:
        case_move(case=case, flow=FLOW, action=action, actor=actor)
        yield case


@contextmanager
def side_command(
    record: CreditRecord, roles: Collection[Role], actor: Actor, version: int | None
) -> Iterator[CreditRecord]:
    """Lock a record that runs, for what one of these roles may do beside the moves of the flow."""
    with locked_running_case(CreditRecord, record.pk, roles, actor, version) as case:
        yield case


def tell_subject(case: CreditRecord, verb: Verb, payload: Mapping[str, object] | None = None) -> None:
    """By mail (`templates/mail/<verb>.txt`) where an address is known; letters are the service that counts."""
    notify_complainant(
        case=case,
        to=Address(case.contact_email, case.respondent_name),
        verb=verb,
        payload={"finding": case.finding_number, **(payload or {})},
        key=occasion(case, verb),
    )


def refuse_indiscreet(record: CreditRecord, **texts: str) -> None:
    """Refuse texts that tell the subject what the case behind the record keeps from it; see `check_discreet`."""
    check_discreet(record.source_case, **texts)


def keep_files(case: CreditRecord, uploads: Sequence[UploadedFile], actor: Actor) -> list[Attachment]:
    """The files as the record has them now, in the caller's transaction; one that was there before counts too.

    Raises:
        InvalidInput: for `files`, one message for each file that is refused.
    """
    if not uploads:
        return []
    digests = [digest_of(upload) for upload in uploads]
    evidence_add(case=case, uploads=list(uploads), actor=actor)
    return list(case.attachments.filter(sha256__in=digests))


def refuse_empty(message: object, **texts: str) -> None:
    """Every one of these texts has to be given.

    Raises:
        InvalidInput: by field.
    """
    if errors := {name: [str(message)] for name, text in texts.items() if not text.strip()}:
        raise InvalidInput(errors)
