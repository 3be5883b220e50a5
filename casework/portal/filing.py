"""What every filing form does besides: the other language in the middle, and the secret shown afterwards."""

from __future__ import annotations

import time
from typing import Any, TypeVar

import segno
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from casework.cases.models import Case
from casework.cases.pages import tracking_link, tracking_url
from casework.cases.references import derive_secret, secret_matches
from casework.portal.grants import grant_case, may_follow

SESSION_KEY = "filed"
# Long enough to print the receipt, short enough for a shared computer.
SHOWN_SECONDS = 60 * 60
CaseType = TypeVar("CaseType", bound=Case)


def other_language(request: HttpRequest) -> str:
    """The language that a form's button asked for, from now on the page's; "" when it asked for none."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return ""
    translation.activate(language)
    request.LANGUAGE_CODE = language
    return language


def keep_language(response: HttpResponse, language: str) -> HttpResponse:
    """The answer, with the language kept for the pages after it."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=settings.TLS)
    return response


def remember_filing(request: HttpRequest, case: Case, key: str) -> None:
    """This browser may see the secret for an hour and follow the case; only the key is kept, the secret is derived.

    A case that a firm or an agent holds has no secret: its accounts open it, for as long as they may.
    """
    if secret_matches(derive_secret(key), case.secret_hash):
        grant_case(request, case)
    request.session[SESSION_KEY] = {"case": case.pk, "key": key, "at": time.time()}


def filed_here(request: HttpRequest, cases: QuerySet[CaseType]) -> tuple[CaseType, str] | None:
    """The last case that this browser filed, if within the hour and one of these, and its secret; "" without one."""
    kept: dict[str, Any] = request.session.get(SESSION_KEY, {})
    if not kept or time.time() - kept["at"] > SHOWN_SECONDS:
        return None
    case = cases.filter(pk=kept["case"]).first()
    if case is None or not may_follow(request, case):
        return None
    secret = derive_secret(kept["key"])
    return case, secret if secret_matches(secret, case.secret_hash) else ""


def tracking_code(case: Case, secret: str) -> str:
    """The QR code that opens the case, at once where it has a secret, as the address of an image."""
    return segno.make(
        tracking_link(case, secret) if secret else tracking_url(case), error="m", micro=False
    ).svg_data_uri(border=0)
