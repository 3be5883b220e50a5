"""Issuing letters: numbered and frozen with the act, rendered by a worker afterwards, kept with their digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from django.core.files.base import ContentFile

from casework.cases.actors import Actor
from casework.cases.models import Case, OutboxMessage
from casework.cases.outbox import outbox_put, register_channel
from casework.cases.timeline import event_record, json_ready
from casework.cases.verbs import Verb
from casework.documents.letter_templates import current_version, letter_title, validate_variables
from casework.documents.models import Letter
from casework.documents.numbering import next_number
from casework.documents.pdf import render_letter
from casework.parties.models import Department

CHANNEL = "letter.render"
DEVELOPMENT_NOTICE = "开发演示数据，不具有法律效力"


def letter_issue(
    *,
    case: Case,
    template: str,
    variables: Mapping[str, object],
    department: Department,
    actor: Actor,
    to_complainant: bool = True,
) -> Letter:
    """Number a letter, freeze what it says, and leave its rendering to the outbox; in the caller's transaction.

    Args:
        template: the template's code; the version in force on the day of the act is taken.
        variables: the template's whitelisted variables without those that every letter gets (number, department, date).
    Raises:
        LetterVariableError: a variable is missing, unknown or of the wrong type.
    """
    issued_on = actor.today
    version = current_version(template, issued_on)
    sequence, number = next_number(department=department, year=issued_on.year)
    complete = {**frame_variables(case, department, number, issued_on), **variables}
    validate_variables(template, version, complete)
    letter = Letter.objects.create(
        case=case,
        template=template,
        template_version=version,
        title=letter_title(template, version),
        department=department,
        number=number,
        year=issued_on.year,
        sequence=sequence,
        variables=json_ready(complete),
        to_complainant=to_complainant,
        issued_by=actor.user,
        issued_on=issued_on,
    )
    event_record(
        case=case,
        verb=Verb.LETTER_ISSUED,
        actor=actor,
        payload={"letter": letter.pk, "title": letter.title, "number": number},
    )
    outbox_put(
        channel=CHANNEL,
        key=f"letter-{letter.pk}",
        case=case,
        payload={"letter": letter.pk},
        lane=OutboxMessage.Lane.LETTERS,
    )
    return letter


def frame_variables(case: Case, department: Department, number: str, issued_on: date) -> dict[str, object]:
    """What every letter shows around its text."""
    return {
        "number": number,
        "department": department.name,
        "contact_name": department.contact_name,
        "contact_phone": department.phone,
        "issued_on": issued_on,
        "reference": case.reference,
        "development_notice": DEVELOPMENT_NOTICE if case.is_development else "",
    }


def render_issued(message: OutboxMessage) -> None:
    """Render a letter and store it; a repeat finds it ready and does nothing."""
    letter = Letter.objects.select_for_update().get(pk=message.payload["letter"])
    if letter.status == Letter.Status.READY:
        return
    content = render_letter(letter.template, letter.template_version, letter.variables)
    letter.sha256 = hashlib.sha256(content).hexdigest()
    letter.size = len(content)
    # A killed worker may have left half a file under this name: the repeat writes it anew.
    name = f"letters/{letter.pk}-{letter.sha256[:16]}.pdf"
    storage = letter.file.storage
    storage.delete(name)
    letter.file.name = storage.save(name, ContentFile(content))
    letter.status = Letter.Status.READY
    letter.save(update_fields=["sha256", "size", "file", "status"])


def register() -> None:
    """Attach the rendering channel."""
    register_channel(CHANNEL, render_issued)
