"""The letters of an act before it is done: the act runs in a transaction that is undone, and its letters become drafts.

What is shown is therefore what would be issued, refusals included. Nothing is written, and no number is used up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import transaction

from casework.documents.letters import letters_collected
from casework.documents.models import Letter
from casework.documents.pdf import render_letter

DRAFT_NOTICE = "草稿"
DRAFT_NUMBER = "（草稿，未编号）"


class _Undo(Exception):
    """Ends the trial."""


def preview_letters(act: Callable[[], object]) -> list[Letter]:
    """The letters that an act would issue, unsaved.

    Args:
        act: the command with what was typed.
    Raises:
        CaseError: the act refuses; nothing was written.
    """
    with letters_collected() as letters:
        try:
            with transaction.atomic():
                act()
                raise _Undo
        except _Undo:
            pass
    return letters


def render_draft(letter: Letter) -> bytes:
    """A letter as PDF, marked as a draft on every page, without number and without the code that proves it."""
    return render_letter(letter.template, letter.template_version, draft_variables(letter.variables))


def draft_variables(variables: Mapping[str, object]) -> dict[str, object]:
    """The variables of a draft."""
    kept = {name: value for name, value in variables.items() if name != "verify_url"}
    return {**kept, "number": DRAFT_NUMBER, "draft_notice": DRAFT_NOTICE}
