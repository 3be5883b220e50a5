"""Issuing letters: numbered and frozen with the act, rendered by a worker afterwards, kept with their digest.

A letter never changes. One that was wrong is issued again with a number of its own and names the one it replaces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from django.core.files.base import ContentFile

from casework.cases.actors import Actor
from casework.cases.models import Case, OutboxMessage
from casework.cases.outbox import outbox_put, register_channel
from casework.cases.timeline import event_record, json_ready
from casework.cases.verbs import Verb
from casework.documents.letter_templates import current_version, get_template, letter_title, validate_variables
from casework.documents.models import Letter
from casework.documents.numbering import next_number
from casework.documents.pdf import render_letter
from casework.documents.verify import new_code, verify_url
from casework.parties.models import Department

CHANNEL = "letter.render"
DEVELOPMENT_NOTICE = "开发演示数据，不具有法律效力"
_collected: ContextVar[list[Letter] | None] = ContextVar("letters_collected", default=None)


@contextmanager
def letters_collected() -> Iterator[list[Letter]]:
    """Gather the letters that are issued inside."""
    letters: list[Letter] = []
    token = _collected.set(letters)
    try:
        yield letters
    finally:
        _collected.reset(token)


def letter_issue(
    *,
    case: Case | None,
    template: str,
    variables: Mapping[str, object],
    department: Department,
    actor: Actor,
    to_complainant: bool = True,
    version: int | None = None,
    replaces: Letter | None = None,
) -> Letter:
    """Number a letter, freeze what it says, and leave its rendering to the outbox; in the caller's transaction.

    Args:
        case: None for a letter that several cases share; who reads it is then its owner's word.
        template: the template's code.
        variables: the template's whitelisted variables without those that every letter gets (number, department, date).
        version: of the template; None takes the one in force on the day of the act.
        replaces: the letter in whose place this one stands.
    Raises:
        LetterVariableError: a variable is missing, unknown or of the wrong type.
    """
    issued_on = actor.today
    version = version or current_version(template, issued_on)
    sequence, number = next_number(department=department, year=issued_on.year)
    code = new_code()
    # A template without a place for the reference is one whose reader must not learn it.
    known = get_template(template, version).variables
    frame = {**frame_variables(case, department, number, issued_on), "verify_url": verify_url(code)}
    complete = {**{name: value for name, value in frame.items() if name in known}, **variables}
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
        verify_code=code,
        variables=json_ready(complete),
        to_complainant=to_complainant,
        issued_by=actor.user,
        issued_on=issued_on,
        replaces=replaces,
    )
    _follow(letter, case, actor)
    return letter


def _follow(letter: Letter, case: Case | None, actor: Actor) -> None:
    """The line in the timeline and the rendering."""
    if case is not None:
        payload = {"letter": letter.pk, "title": letter.title, "number": letter.number}
        event_record(case=case, verb=Verb.LETTER_ISSUED, actor=actor, payload=payload)
    outbox_put(
        channel=CHANNEL,
        key=f"letter-{letter.pk}",
        case=case,
        payload={"letter": letter.pk},
        lane=OutboxMessage.Lane.LETTERS,
    )
    if (collected := _collected.get()) is not None:
        collected.append(letter)


def frame_variables(case: Case | None, department: Department, number: str, issued_on: date) -> dict[str, object]:
    """What every letter shows around its text; without a case its owner says what stands for it."""
    frame: dict[str, object] = {
        "number": number,
        "department": department.name,
        "contact_name": department.contact_name,
        "contact_phone": department.phone,
        "issued_on": issued_on,
    }
    if case is not None:
        frame |= {
            "reference": case.reference,
            "development_notice": DEVELOPMENT_NOTICE if case.is_development else "",
        }
    return frame


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
