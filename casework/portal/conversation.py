"""Writing to the department from the page of a case, the same for every kind that has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from casework.cases.actors import Actor
from casework.cases.errors import CaseChanged
from casework.cases.models import Case
from casework.documents.conversation.models import MOST_CHARACTERS
from casework.documents.conversation.selectors import messages_of
from casework.documents.conversation.services import can_write, message_send, messages_opened
from casework.portal.forms import VersionForm
from casework.portal.sending import Sending
from casework.portal.tracking import ForGrantedCase, refused


class WriteForm(VersionForm):
    """What the filer writes."""

    text = forms.CharField(
        label=gettext_lazy("message"),
        required=False,
        max_length=MOST_CHARACTERS,
        help_text=gettext_lazy("A question, or what the department should know. Files alone are right too."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@ForGrantedCase(Case.objects.all())
def write(request: HttpRequest, case: Case) -> HttpResponse:
    """A message to the department, with files."""
    if not can_write(case):
        return refused(request, case, CaseChanged())

    def send(actor: Actor, given: Mapping[str, Any], uploads: list[UploadedFile]) -> None:
        message_send(case=case, actor=actor, text=given["text"], uploads=uploads)

    context = {
        "heading": _("Write to the department, or add evidence"),
        "intro": _("Those who work on your case are told at once. The answer appears on the page of your case."),
        "evidence_help": _("Files that you send become part of your evidence."),
    }
    thanks = _("Your message has arrived. The answer will appear here.")
    return Sending("message", WriteForm, "portal/send.html", send, thanks, context).answer(request, case)


def conversation(case: Case, actor: Actor) -> dict[str, Any]:
    """The messages for `portal/case_messages.html`; with this they are on the screen, and are noted as opened."""
    rows = list(messages_of(case))
    if any(row.side == row.Side.DEPARTMENT and row.settled_at is None for row in rows):
        messages_opened(case=case, actor=actor)
    return {"messages_shown": rows, "can_write": can_write(case)}
