"""The letter of an act before it is issued."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from casework.documents.preview import preview_letters, render_draft
from casework.documents.responses import PDF, guard_file


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
