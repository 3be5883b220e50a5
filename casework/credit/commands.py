"""The frame of a record's commands: a move of the flow, a change beside it, and telling the subject."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.commands import case_move, clock_start, locked_case, locked_running_case
from casework.cases.errors import InvalidInput
from casework.cases.notify import Address, notify_complainant, occasion
from casework.cases.verbs import Verb
from casework.clocks.services import OPEN_STATUSES
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


def fitted(model: type[models.Model], column: str, text: str, name: str = "") -> str:
    """A text without blanks around it, if the column that keeps it has room for it.

    Args:
        name: what its giver calls it, where that is not the column's name.
    Raises:
        InvalidInput: under that name.
    """
    kept, most = text.strip(), getattr(model._meta.get_field(column), "max_length", None)
    if most is not None and len(kept) > most:
        raise InvalidInput({name or column: [_("At most %(most)s characters.") % {"most": most}]})
    return kept


def refuse_too_early(first: date | None, **days: date) -> None:
    """Nothing arrives before what it answers: clocks would begin on days on which no rule was in force.

    Raises:
        InvalidInput: by the name of the day.
    """
    if first is not None and (early := [name for name, day in days.items() if day < first]):
        message = _("Nothing could arrive before %(day)s. Give the day on which it arrived.") % {"day": first}
        raise InvalidInput({name: [message] for name in early})


def save_finding(case: CreditRecord) -> None:
    """Store what a record says of its finding at once, so that a collision is a word to people and not a failure.

    Raises:
        InvalidInput: the same document says this about the subject already.
    """
    try:
        with transaction.atomic():
            case.save()
    except IntegrityError as error:
        if "record_finding_once" not in str(error):
            raise
        raise InvalidInput(
            {"finding_number": [_("There is a record of this finding about this subject already.")]}
        ) from error


def start_correction(case: CreditRecord, on: date, actor: Actor) -> None:
    """Within three working days something is put right or annulled; where that runs already, the first day counts."""
    if not case.deadlines.filter(code=CORRECTION, status__in=OPEN_STATUSES).exists():
        clock_start(case=case, code=CORRECTION, on=on, actor=actor)
