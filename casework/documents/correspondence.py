"""The commands about letters and files of a case: issue a letter again, record its delivery, mark files secret.

None of them needs a running case: a refusal notice with a mistake is put right after the case has ended.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from casework.cases.access import HANDLING_ROLES, RECEIVING_ROLES, roles_on
from casework.cases.actors import Actor
from casework.cases.commands import locked_case
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.models import Case
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.documents import delivery, reissue
from casework.documents.models import Attachment, Letter, LetterDelivery
from casework.documents.secrecy import HANDLERS
from casework.parties.perms import departments_with


def letters_of(case: Case) -> list[Letter]:
    """The letters with department, deliveries and successors, oldest first; read once for each case in hand."""
    rows = Letter.objects.select_related("department", "replaces", "replaced_by").prefetch_related("deliveries")
    prefetch_related_objects([case], Prefetch("letters", rows))
    return list(case.letters.all())


def files_of(case: Case) -> list[Attachment]:
    """The files, oldest first; read once for each case in hand."""
    prefetch_related_objects([case], Prefetch("attachments", Attachment.objects.select_related("kind")))
    return list(case.attachments.all())


def own_letters(case: Case, actor: Actor) -> list[Letter]:
    """The letters of the case that the actor's own department issued, newest first."""
    own = departments_with(actor.user, *RECEIVING_ROLES, *HANDLING_ROLES) if actor.user else frozenset()
    return [letter for letter in reversed(letters_of(case)) if letter.department_id in own]


def standing_letters(case: Case, actor: Actor) -> list[Letter]:
    """Those of them that no other letter has replaced."""
    return [letter for letter in own_letters(case, actor) if not hasattr(letter, "replaced_by")]


def letter_issue_again(
    *,
    case: Case,
    actor: Actor,
    letter: int,
    reason: str,
    wrong: str = "",
    right: str = "",
    version: int | None = None,
) -> Letter:
    """Issue a letter of the actor's department again in place of the first; see `casework.documents.reissue`.

    Args:
        letter: its id.
    Raises:
        InvalidInput: not a letter that stands, no reason, or a passage that it doesn't hold.
    """
    with locked_case(type(case), case.pk, version) as case:
        chosen = _chosen(letter, standing_letters(case, actor))
        case.updated_at = actor.moment
        return reissue.letter_reissue(case=case, letter=chosen, reason=reason, wrong=wrong, right=right, actor=actor)


def letter_delivered(
    *,
    case: Case,
    actor: Actor,
    letter: int,
    way: str,
    recipient: str,
    at: datetime,
    remark: str = "",
    version: int | None = None,
) -> LetterDelivery:
    """Record that a letter of the actor's department was delivered by post, hand or e-mail.

    Raises:
        InvalidInput: not a letter of the department, or what `delivery_record` refuses.
    """
    with locked_case(type(case), case.pk, version) as case:
        chosen = _chosen(letter, own_letters(case, actor))
        kept = delivery.delivery_record(letter=chosen, way=way, recipient=recipient, at=at, remark=remark, actor=actor)
        payload = {"letter": chosen.pk, "number": chosen.number, "way": kept.way, "recipient": kept.recipient}
        event_record(case=case, verb=Verb.LETTER_DELIVERED, actor=actor, payload=payload)
        case.updated_at = actor.moment
    return kept


def files_mark_secret(
    *,
    case: Case,
    actor: Actor,
    secret: Collection[int],
    reason: str,
    version: int | None = None,
) -> list[Attachment]:
    """Set which files of a case are secret (Decree 802 art. 25(5)); those left out are so no longer.

    Args:
        secret: ids of the secret ones.
    Raises:
        ActionNotAllowed: not one who handles the case.
        InvalidInput: no reason, or a file of another case.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say which secret the files hold, or why they hold none.")]})
    with locked_case(type(case), case.pk, version) as case:
        if not roles_on(actor, case) & HANDLERS:
            raise ActionNotAllowed
        files = list(case.attachments.all())
        if not set(secret) <= {file.pk for file in files}:
            raise InvalidInput({"secret": [_("Choose files of this case.")]})
        case.attachments.filter(pk__in=secret).update(is_secret=True)
        case.attachments.exclude(pk__in=secret).update(is_secret=False)
        marked = [file for file in files if file.pk in secret]
        payload = {"secret": [file.name for file in marked], "reason": reason.strip()}
        event_record(case=case, verb=Verb.FILES_MARKED, actor=actor, payload=payload)
        case.updated_at = actor.moment
    return marked


def _chosen(pk: int, offered: list[Letter]) -> Letter:
    found = next((letter for letter in offered if letter.pk == pk), None)
    if found is None:
        raise InvalidInput({"letter": [_("Choose one of these.")]})
    return found
