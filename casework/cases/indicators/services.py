"""Saying that a sign was looked at."""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.access import roles_on
from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, InvalidInput
from casework.cases.indicators.finding import find_indicators
from casework.cases.indicators.models import IndicatorLook
from casework.cases.indicators.selectors import may_look
from casework.cases.models import Case


def indicator_look(*, case: Case, actor: Actor, code: str, note: str, version: int | None = None) -> IndicatorLook:
    """Keep that a caseworker looked at a sign and found nothing in it; as a note, it asks for no version.

    Raises:
        InvalidInput: nothing was written, or the case no longer shows the sign.
    """
    if actor.user is None or not may_look(roles_on(actor, case)):
        raise ActionNotAllowed
    if not note.strip():
        raise InvalidInput({"note": [_("Write what you looked at, in a sentence.")]})
    found = next((row for row in find_indicators(case) if row.rule.code == code), None)
    if found is None:
        raise InvalidInput({"code": [_("The case no longer shows this sign. Go back to the case.")]})
    return IndicatorLook.objects.create(
        case_id=case.pk, rule=found.rule, number=found.number, note=note.strip(), user=actor.user, at=actor.moment
    )
