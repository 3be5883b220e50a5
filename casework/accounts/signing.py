"""What signing in means for a browser, and who may open the pages of an account."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from casework.cases.errors import ActionNotAllowed
from casework.parties.models import User
from casework.portal.grants import account

BACKEND = "django.contrib.auth.backends.ModelBackend"
CODE_KEY = "account_code"
Extra = ParamSpec("Extra")
AccountView = Callable[Concatenate[HttpRequest, User, Extra], HttpResponseBase]
GuardedView = Callable[Concatenate[HttpRequest, Extra], HttpResponseBase]


def enter_account(request: HttpRequest, user: User) -> None:
    """Sign in. The session gets a new id, or is emptied if it was another account's."""
    assert not user.is_staff, "staff sign in at the administration, with a password"
    request.session.pop(CODE_KEY, None)
    login(request, user, backend=BACKEND)


def safe_next(request: HttpRequest) -> str:
    """Where the browser wanted to go, if that is a page of ours; "" otherwise."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else ""


def for_account(view: AccountView[Extra]) -> GuardedView[Extra]:
    """Makes a view only for accounts of enterprises: others are asked to sign in, staff go to the administration."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
        user = account(request)
        if user is None:
            return _ask(request)
        if user.is_staff or user.held_roles:
            return redirect("admin:index")
        try:
            return view(request, user, *args, **kwargs)
        except ActionNotAllowed as error:
            raise PermissionDenied(str(error)) from error

    return cast(GuardedView[Extra], guarded)


def _ask(request: HttpRequest) -> HttpResponse:
    wanted = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("account:home")
    return redirect(f"{reverse('account:sign_in')}?{urlencode({'next': wanted})}")
