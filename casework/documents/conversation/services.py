"""Writing messages. A message asks for no version: it undoes nothing of what others did meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, CaseNotFound, InvalidInput
from casework.cases.models import Case
from casework.cases.notify import Notice, notify_complainants, notify_department
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.cases.worklog.services import WORKING_ROLES, responsible_department
from casework.documents.conversation.models import MOST_CHARACTERS, CaseMessage
from casework.documents.evidence import evidence_add, evidence_record
from casework.parties.models import Department, Role

# A bound of this site against noise; no rule names one. Nobody who has something to say needs a twenty-first.
MOST_A_DAY = 20
_kinds: set[str] = set()


def register_conversation(kind: str) -> None:
    """Say that the one who filed this kind of case may write to the department; called from an app's ready()."""
    _kinds.add(kind)


def has_conversation(case: Case) -> bool:
    """Whether cases of this kind have messages at all."""
    return case.kind in _kinds


def can_write(case: Case) -> bool:
    """Whether the filer may write: while the case runs. After its end new facts are told, or nothing."""
    return has_conversation(case) and not case.is_ended


def message_send(*, case: Case, actor: Actor, text: str, uploads: Sequence[UploadedFile] = ()) -> CaseMessage:
    """Write to the department, with files that become evidence; its caseworkers are told.

    The same text twice in a row, as from a button pressed twice, is one message.

    Args:
        actor: whoever follows the case as its filer, by name or without one.
    Raises:
        InvalidInput: neither text nor file, too long, too many in a day, or a file that is refused.
        CaseChanged: the case has ended.
    """
    _check_text(text, needs_text=not uploads)
    with _locked(case, {Role.COMPLAINANT}, actor) as row:
        if not can_write(row):
            raise CaseChanged
        _check_number(row, actor)
        added = evidence_add(case=row, uploads=list(uploads), actor=actor)
        last = row.messages.last()
        if last is not None and not added and (last.side, last.text) == (CaseMessage.Side.FILER, text.strip()):
            return last
        message = _write(row, CaseMessage.Side.FILER, text, actor, files=[file.name for file in added])
        evidence_record(case=row, attachments=added, actor=actor)
        notify_department(
            case=row,
            department=responsible_department(row),
            verb=Verb.MESSAGE_FROM_FILER,
            payload={},
            key=_key(message),
        )
    return message


def message_answer(*, case: Case, actor: Actor, text: str, version: int | None = None) -> CaseMessage:
    """Write to the filer, who is told by mail (never with the text) and in the inbox; what waited is answered by it.

    Raises:
        InvalidInput: no text, or too long.
        ActionNotAllowed: the actor doesn't work on the case.
    """
    _check_text(text, needs_text=True)
    with _locked(case, WORKING_ROLES, actor) as row:
        if not has_conversation(row) or actor.user is None:
            raise ActionNotAllowed
        last = row.messages.last()
        if last is not None and (last.side, last.text) == (CaseMessage.Side.DEPARTMENT, text.strip()):
            return last
        message = _write(row, CaseMessage.Side.DEPARTMENT, text, actor)
        row.messages.waiting().update(settled_at=actor.moment)
        notify_complainants([Notice(row, Verb.MESSAGE_FROM_DEPARTMENT, {}, _key(message))])
    return message


def messages_lay_aside(*, case: Case, actor: Actor, version: int | None = None) -> int:
    """Say that what waits needs no answer: it was thanks, or was answered on the phone.

    Returns:
        how many waited.
    """
    with _locked(case, WORKING_ROLES, actor) as row:
        return row.messages.waiting().update(settled_at=actor.moment)


def messages_opened(*, case: Case, actor: Actor) -> None:
    """Note that the filer has the department's messages on the screen."""
    unread = CaseMessage.objects.filter(case=case, side=CaseMessage.Side.DEPARTMENT, settled_at=None)
    unread.update(settled_at=actor.moment)


def _check_text(text: str, *, needs_text: bool) -> None:
    if needs_text and not text.strip():
        raise InvalidInput({"text": [_("Write the message.")]})
    if len(text.strip()) > MOST_CHARACTERS:
        fault = _("The message is too long: at most %(limit)s characters. Send the rest as a second one, or as a file.")
        raise InvalidInput({"text": [fault % {"limit": MOST_CHARACTERS}]})


def _check_number(case: Case, actor: Actor) -> None:
    since = actor.moment - timedelta(days=1)
    if case.messages.filter(side=CaseMessage.Side.FILER, at__gt=since).count() >= MOST_A_DAY:
        fault = _("At most %(limit)s messages are taken in a day. Go on tomorrow, or call the department.")
        raise InvalidInput({"text": [fault % {"limit": MOST_A_DAY}]})


@contextmanager
def _locked(case: Case, roles: Collection[Role], actor: Actor) -> Iterator[Case]:
    """Lock the row for its chain of events; unlike a command it leaves the version to those who decide on the case."""
    with transaction.atomic():
        row = Case.objects.select_for_update(of=("self",)).filter(pk=case.pk).first()
        if row is None:
            raise CaseNotFound
        if not roles_on(actor, row) & set(roles):
            raise ActionNotAllowed
        yield row


def _write(case: Case, side: str, text: str, actor: Actor, files: Sequence[str] = ()) -> CaseMessage:
    is_ours = side == CaseMessage.Side.DEPARTMENT
    message = CaseMessage.objects.create(
        case=case,
        side=side,
        text=text.strip(),
        files=list(files),
        department=_own_department(case, actor) if is_ours else None,
        author=actor.user,
        author_label=actor.label,
        at=actor.moment,
    )
    verb = Verb.MESSAGE_FROM_DEPARTMENT if is_ours else Verb.MESSAGE_FROM_FILER
    # The chain proves what was written without repeating it where more people read.
    digest = sha256(message.text.encode()).hexdigest()
    event_record(case=case, verb=verb, actor=actor, payload={"message": message.pk, "sha256": digest})
    return message


def _own_department(case: Case, actor: Actor) -> Department:
    """The one for which the actor works on the case: the filer reads who wrote, not whose turn it is."""
    if case.handling_department is not None and Role.HANDLING_CASEWORKER in roles_on(actor, case):
        return case.handling_department
    return case.receiving_department


def _key(message: CaseMessage) -> str:
    return f"{message.case.reference}-message-{message.pk}"
