"""Issuing a letter again: the same content with passages put right, under a new number, in place of the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from casework.cases.actors import Actor
from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.documents.letter_templates import Variable, get_template
from casework.documents.letters import frame_variables, letter_issue
from casework.documents.models import Letter

_TEXTS = ("str", "text")
# Refuses what a corrected letter must not say: the case, the letter, and its variables as corrected.
CorrectionCheck = Callable[[Case, Letter, Mapping[str, Any]], None]
_checks: dict[str, CorrectionCheck] = {}


def register_correction_check(kind: str, check: CorrectionCheck) -> None:
    """Let a kind of case look at corrected letters before they are issued; called from an app's ready()."""
    _checks[kind] = check


def letter_reissue(
    *, case: Case, letter: Letter, reason: str, actor: Actor, wrong: str = "", right: str = ""
) -> Letter:
    """Issue a letter again, in the caller's transaction under the case's lock; the first one stays, shown as replaced.

    Dates and amounts are the case's own and are not changed here. Name, contact and day of the letter are today's.

    Args:
        wrong: a passage of the letter's text; "" issues the same text again.
        right: what stands in its place.
    Raises:
        InvalidInput: no reason, a letter that was replaced before, a passage that the letter doesn't hold, or what
            the kind of case refuses.
    """
    if not reason.strip():
        raise InvalidInput({"reason": [_("Give the reason of the new letter.")]})
    if Letter.objects.filter(replaces=letter).exists():
        raise InvalidInput({"letter": [_("This letter was replaced before. Choose the one in its place.")]})
    frame = {*frame_variables(case, letter.department, "", actor.today), "verify_url"}
    content = {name: value for name, value in letter.variables.items() if name not in frame}
    if wrong.strip():
        content = _put_right(letter, content, wrong.strip(), right.strip())
        if check := _checks.get(case.kind):
            check(case, letter, content)
    fresh = letter_issue(
        case=case,
        template=letter.template,
        variables=content,
        department=letter.department,
        actor=actor,
        to_complainant=letter.to_complainant,
        version=letter.template_version,
        replaces=letter,
    )
    payload = {"letter": fresh.pk, "before": letter.number, "number": fresh.number, "reason": reason.strip()}
    event_record(case=case, verb=Verb.LETTER_REPLACED, actor=actor, payload=payload)
    return fresh


def letters_in_force(letters: Iterable[Letter]) -> dict[int, Letter]:
    """By the id of each letter the one that stands in its place: itself, or the last that replaced it.

    One query for each generation of replacements, however many letters.
    """
    standing = {letter.pk: letter for letter in letters}
    waiting = {pk: {pk} for pk in standing}
    while waiting:
        found = Letter.objects.filter(replaces__in=waiting).select_related("department")
        following: dict[int, set[int]] = {}
        for fresh in found:
            assert fresh.replaces_id is not None
            following[fresh.pk] = waiting[fresh.replaces_id]
            standing.update(dict.fromkeys(following[fresh.pk], fresh))
        waiting = following
    return standing


def _put_right(letter: Letter, content: Mapping[str, Any], wrong: str, right: str) -> dict[str, Any]:
    variables = get_template(letter.template, letter.template_version).variables
    corrected = {name: _replaced(variables[name], value, wrong, right) for name, value in content.items()}
    if corrected == dict(content):
        raise InvalidInput({"wrong": [_("This passage does not stand in the letter's text. Copy it word by word.")]})
    return corrected


def _replaced(variable: Variable, value: Any, wrong: str, right: str) -> Any:
    """The value with the passage replaced; dates, numbers and amounts as they are."""
    if variable.type in _TEXTS and isinstance(value, str):
        return value.replace(wrong, right)
    if variable.type == "list" and isinstance(value, list):
        return [_item(variable, item, wrong, right) for item in value]
    return value


def _item(variable: Variable, item: Any, wrong: str, right: str) -> Any:
    if isinstance(item, str):
        return item.replace(wrong, right)
    known = {part.name: part for part in variable.fields}
    return {name: _replaced(known[name], value, wrong, right) for name, value in item.items()}
