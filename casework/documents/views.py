"""Files and letters for people who are signed in: only what `visible_to` shows them, and every read is logged."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from casework.cases.access import is_complainant
from casework.cases.actors import Actor
from casework.cases.reading import log_access
from casework.documents.delivery import Way, letter_opened
from casework.documents.models import Attachment, Letter
from casework.documents.responses import attachment_response, letter_response, thumbnail_response
from casework.documents.secrecy import may_open
from casework.parties.models import User


@login_required
@require_safe
def attachment_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An evidence file; `?download=1` saves it instead of showing it, `?thumbnail=1` is its small picture for lists.

    A complainant who signed in gets what the complainant sent, not what the offices added.
    """
    user = _user(request)
    attachment = get_object_or_404(Attachment.objects.visible_to(user).select_related("case"), pk=pk)
    if not attachment.by_complainant and is_complainant(user, attachment.case):
        raise Http404
    actor = Actor.person(user)
    if not may_open(attachment, actor):
        raise PermissionDenied(_("This file is marked secret. Only those who handle the case open it."))
    if "thumbnail" in request.GET:
        return thumbnail_response(attachment)
    response = attachment_response(attachment, download="download" in request.GET)
    log_access(case=attachment.case, actor=actor, what=f"file:{pk}")
    return response


@login_required
@require_safe
def letter_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A letter's PDF; `?download=1` saves it instead of showing it.

    A complainant who signed in gets only the letters that are addressed or copied to him.
    """
    user = _user(request)
    letter = get_object_or_404(Letter.objects.visible_to(user).select_related("case"), pk=pk)
    assert letter.case is not None
    is_filer = is_complainant(user, letter.case)
    if not letter.to_complainant and is_filer:
        raise Http404
    actor = Actor.person(user)
    response = letter_response(letter, download="download" in request.GET)
    log_access(case=letter.case, actor=actor, what=f"letter:{pk}")
    letter_opened(letter=letter, way=Way.PORTAL if is_filer else Way.STAFF, actor=actor)
    return response


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
