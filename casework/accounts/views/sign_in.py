"""Signing in by a one-time code, changing an address by one, signing out."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from casework.accounts.addresses import masked
from casework.accounts.codes import account_of, address_keep, code_ask, code_use
from casework.accounts.delivery import phone_is_offered
from casework.accounts.forms import AddressForm, CodeForm
from casework.accounts.oidc import provider_name
from casework.accounts.oidc_config import PROVIDER_ID
from casework.accounts.signing import CODE_KEY, enter_account, for_account, safe_next
from casework.cases.errors import InvalidInput
from casework.cases.telling.sms import sms_folder
from casework.parties.models import User
from casework.portal.code_grants import CodeGrants
from casework.portal.grants import account

# How often an address of the net may ask for codes, and enter wrong ones, within 15 minutes.
ASKED = CodeGrants("account_codes_asked", "accounts.asked")
TRIED = CodeGrants("account_codes_tried", "accounts.tried")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The address to which a code goes. The answer is the same whether or not it has an account."""
    user = account(request)
    if user is not None and not user.is_staff:
        return redirect(safe_next(request) or "account:home")
    form = AddressForm(request.POST or None, phone=phone_is_offered())
    context = {
        "form": form,
        "next": safe_next(request),
        "provider": provider_name(),
        "provider_id": PROVIDER_ID,
    }
    return _asked(request, form, "accounts/sign_in.html", context, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_account
def address(request: HttpRequest, user: User) -> HttpResponseBase:
    """A new e-mail address or phone; it takes the old one's place once its code is entered."""
    form = AddressForm(request.POST or None, phone=phone_is_offered())
    return _asked(request, form, "accounts/address.html", {"form": form}, user)


def _asked(
    request: HttpRequest, form: AddressForm, template: str, context: dict[str, object], user: User | None
) -> HttpResponse:
    if request.method != "POST":
        return render(request, template, context)
    if ASKED.is_blocked(request, "") or TRIED.is_blocked(request, ""):
        return _pause(request)
    if not form.is_valid():
        return render(request, template, context, status=422)
    way, value = form.cleaned_data["address"]
    ASKED.count_wrong_try(request, f"{way}|{value}")
    try:
        row = code_ask(way=way, value=value, user=user)
    except InvalidInput as error:
        form.show_errors(error.errors)
        return render(request, template, context, status=422)
    request.session[CODE_KEY] = {
        "key": row.key,
        "to": masked(way, value),
        "way": str(way),
        "next": safe_next(request),
        "user": user.pk if user else None,
    }
    return redirect("account:code")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code, in the browser that asked for it."""
    asked = request.session.get(CODE_KEY)
    user = account(request)
    if not asked or asked["user"] != (user.pk if user and asked["user"] else None):
        return redirect("account:sign_in")
    form = CodeForm(request.POST or None)
    context = {"form": form, "asked": asked, "again": "account:address" if asked["user"] else "account:sign_in"}
    context["mail_folder"] = "" if settings.PRODUCTION else _folder(asked["way"])
    if request.method != "POST":
        return render(request, "accounts/code.html", context)
    if TRIED.is_blocked(request, asked["key"]):
        return _pause(request)
    try:
        if form.is_valid():
            return _entered(request, asked, form.cleaned_data["code"], user if asked["user"] else None)
    except InvalidInput as error:
        TRIED.count_wrong_try(request, asked["key"])
        form.show_errors(error.errors)
    return render(request, "accounts/code.html", context, status=422)


def _entered(request: HttpRequest, asked: dict[str, str], typed: str, user: User | None) -> HttpResponse:
    row = code_use(key=asked["key"], typed=typed, user=user)
    if user is not None:
        address_keep(user=user, way=row.way, value=row.value)
        del request.session[CODE_KEY]
        messages.success(request, _("The address is yours. From now on you can sign in with it."))
        return redirect("account:home")
    enter_account(request, account_of(code=row))
    return redirect(asked["next"] or "account:home")


def _folder(way: str) -> str:
    """Where a machine that sends nothing puts its messages."""
    return settings.EMAIL_FILE_PATH if way == "email" else str(sms_folder())


def _pause(request: HttpRequest) -> HttpResponse:
    response = render(request, "accounts/pause.html", status=429)
    response.headers["Retry-After"] = "900"
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, the cases that this browser opened by their secrets included."""
    logout(request)
    messages.success(request, _("You are signed out. This browser no longer shows your cases."))
    return redirect("portal:home")
