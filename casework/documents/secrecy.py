"""Files marked secret: only those who handle the case, and the complainant, open them (Decree 802 art. 25(5))."""

from __future__ import annotations

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.documents.models import Attachment
from casework.parties.models import Role

HANDLERS = frozenset({Role.RECEIVING_CLERK, Role.HANDLING_CASEWORKER})


def opens_secret(case: Case, actor: Actor) -> bool:
    """Whether the actor may open the secret files of a case; oversight sees that they are there and no more."""
    return bool(roles_on(actor, case) & (HANDLERS | {Role.COMPLAINANT}))


def may_open(attachment: Attachment, actor: Actor) -> bool:
    """Whether the actor, who sees the case, may open this file."""
    return not attachment.is_secret or opens_secret(attachment.case, actor)
