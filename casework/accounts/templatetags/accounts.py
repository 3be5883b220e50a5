"""The line with the account on every page of the portal, and what caseworkers see of a case's side."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import HttpRequest

from casework.accounts.access import side_of
from casework.accounts.selectors import files_for_choices
from casework.accounts.sides import MYSELF
from casework.cases.models import Case
from casework.parties.models import User
from casework.portal.grants import FILES_FOR_KEY

register = template.Library()


@register.inclusion_tag("accounts/bar.html", takes_context=True)
def account_bar(context: dict[str, Any]) -> dict[str, Any]:
    """Sign in; or who is signed in, and for whom this browser files. An error page knows no request: no line there."""
    request: HttpRequest | None = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None:
        return {"is_shown": False}
    if not isinstance(user, User):
        return {"is_shown": True}
    return {"is_shown": not user.is_staff, "user": user, "files_for": _files_for(request, user)}


def _files_for(request: HttpRequest, user: User) -> str:
    """The name of whoever this browser files for, where that isn't the account alone."""
    chosen = request.session.get(FILES_FOR_KEY, "")
    return dict(files_for_choices(user)).get(chosen, "") if chosen not in ("", MYSELF) and not user.is_staff else ""


@register.inclusion_tag("accounts/side.html")
def case_side(case: Case, shows_document: bool) -> dict[str, Any]:
    """Who holds a case for the complainant, as those who work on it see it: a firm's account, or an agent.

    Args:
        shows_document: whether the reader handles the case: the document holds personal data (Decree 802 art. 25(5)).
    """
    return {"side": side_of(case), "shows_document": shows_document}
