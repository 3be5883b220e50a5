"""Which acts issue a letter, and the letter before it is issued."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from casework.documents.preview import preview_letters, render_draft
from casework.documents.responses import PDF, guard_file

# Name of the act: codes of the letters that it can issue.
LETTERS_OF: dict[str, tuple[str, ...]] = {
    "request_correction": ("correction_notice",),
    "accept": ("acceptance_notice",),
    "refuse": ("refusal_notice",),
    "transfer": ("transfer_letter",),
    "resolve": ("result_letter",),
    "terminate": ("termination_decision",),
    "ask_feedback": ("feedback_request",),
    "supervisory_letter": ("supervisory_letter",),
    "interview": ("interview_notice",),
    "interview_minutes": ("interview_minutes",),
    "circular": ("circular",),
    "rectification": ("rectification_order",),
    "decide_extension": ("extension_form",),
    "reissue_letter": (),
    "begin_size_dispute": ("size_dispute_request",),
    "begin_receivable": ("receivable_confirmation",),
}


def issues_letter(act: str) -> bool:
    """Whether an act issues a letter, so that its form offers the preview."""
    return act in LETTERS_OF


def preview(act: Callable[[], object]) -> HttpResponse:
    """The act's letter as a draft in PDF; nothing is written.

    Raises:
        CaseError: the act refuses.
    """
    letters = preview_letters(act)
    if not letters:
        return HttpResponse(_("This would issue no letter."), content_type="text/plain; charset=utf-8")
    # Where an act issues several, the last one is what it is about.
    response = HttpResponse(render_draft(letters[-1]))
    return guard_file(response, name=_("draft") + f" {letters[-1].title}.pdf", content_type=PDF, inline=True)
