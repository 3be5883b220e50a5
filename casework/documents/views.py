"""Files and letters for people who are signed in: only what `visible_to` shows them, and every read is logged."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from casework.cases.actors import Actor
from casework.cases.reading import log_access
from casework.documents.models import Attachment, Letter
from casework.documents.responses import attachment_response, letter_response
from casework.parties.models import User


@login_required
@require_safe
def attachment_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An evidence file; `?download=1` saves it instead of showing it.

    A complainant who signed in gets what the complainant sent, not what the offices added.
    """
    user = _user(request)
    attachment = get_object_or_404(Attachment.objects.visible_to(user).select_related("case"), pk=pk)
    if not attachment.by_complainant and attachment.case.complainant_user_id == user.pk:
        raise Http404
    response = attachment_response(attachment, download="download" in request.GET)
    log_access(case=attachment.case, actor=Actor.person(user), what=f"file:{pk}")
    return response


@login_required
@require_safe
def letter_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A letter's PDF; `?download=1` saves it instead of showing it.

    A complainant who signed in gets only the letters that are addressed or copied to him.
    """
    user = _user(request)
    letter = get_object_or_404(Letter.objects.visible_to(user).select_related("case"), pk=pk)
    if not letter.to_complainant and letter.case.complainant_user_id == user.pk:
        raise Http404
    response = letter_response(letter, download="download" in request.GET)
    log_access(case=letter.case, actor=Actor.person(user), what=f"letter:{pk}")
    return response


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
