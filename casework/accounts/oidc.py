"""Signing in at the OpenID Connect provider of the site. allauth speaks the protocol; who that is, is decided here.

An identity at the provider opens the account that it was linked to, or a new one. It is never linked by an e-mail
address: only an account that is signed in links an identity to itself, and staff accounts neither link nor are found.
"""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from casework.accounts.codes import account_begin
from casework.accounts.models import ExternalIdentity
from casework.accounts.oidc_config import PROVIDER_ID
from casework.accounts.signing import enter_account, safe_next
from casework.cases.errors import InvalidInput
from casework.parties.models import User

NEXT_KEY, LINK_KEY = "oidc_next", "oidc_link"


def provider_name() -> str:
    """What the provider is called; "" where the site has none."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return str(apps[0]["name"]) if apps else ""


@never_cache
@require_POST
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The way to the provider: by a page of ours, because our content policy lets no form lead elsewhere."""
    _check(provider_id)
    user = request.user if isinstance(request.user, User) else None
    request.session[NEXT_KEY] = safe_next(request)
    # Linking belongs to the account that asked for it, and to no other that signs in meanwhile.
    request.session[LINK_KEY] = user.pk if user and not user.is_staff and "link" in request.POST else None
    try:
        answer = views.login(request, provider_id)
    except RequestException:
        messages.error(request, _("The provider doesn't answer. Try again later, or sign in with a code."))
        return redirect("account:sign_in")
    address = answer.headers.get("Location", "")
    if not address.startswith(("https://", "http://")):
        return answer
    page = render(request, "accounts/onward.html", {"address": address, "provider": provider_name()})
    page.headers["Refresh"] = f"0; url={address}"
    return page


@never_cache
@require_safe
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider; what it says is checked by the library, then `Adapter` decides."""
    _check(provider_id)
    answer: HttpResponse = views.callback(request, provider_id)
    return answer


def _check(provider_id: str) -> None:
    if provider_id != PROVIDER_ID or not provider_name():
        raise Http404


class Adapter(DefaultSocialAccountAdapter):
    """What happens once the provider answered. Nothing of the library's own sign-up is ever reached."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Sign in or link, and leave the library's way."""
        data = sociallogin.account.extra_data
        subjects = {part["sub"] for name in ("userinfo", "id_token") if (part := data.get(name))}
        if subjects != {sociallogin.account.uid}:
            self._leave(request, _("The provider's answers don't fit each other. Try again."))
        try:
            _enter(request, settings.OIDC["ISSUER"], sociallogin.account.uid, _name_of(data))
        except InvalidInput as error:
            self._leave(request, error.errors[""][0])
        raise ImmediateHttpResponse(redirect(request.session.pop(NEXT_KEY, "") or "account:home"))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_given: Any) -> None:
        """Cancelled, or failed: back to the sign-in page, with a sentence instead of a page of the library's."""
        self._leave(request, _("Signing in at the provider did not work. Try again, or sign in with a code."))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Accounts begin in this room only."""
        return False

    def _leave(self, request: HttpRequest, text: str) -> None:
        messages.error(request, text)
        page = "account:home" if request.user.is_authenticated else "account:sign_in"
        raise ImmediateHttpResponse(redirect(page))


def _name_of(data: dict[str, Any]) -> str:
    told = data.get("userinfo") or data.get("id_token") or {}
    return str(told.get("name") or _("Account"))[:60]


def _enter(request: HttpRequest, issuer: str, subject: str, name: str) -> None:
    asked, link_to = request.user, request.session.pop(LINK_KEY, None)
    if link_to is not None:
        if not isinstance(asked, User) or asked.pk != link_to:
            raise InvalidInput({"": [_("You signed in elsewhere meanwhile. Begin again from your account.")]})
        identity_link(user=asked, issuer=issuer, subject=subject)
        messages.success(request, _("From now on you can sign in there too."))
        return
    enter_account(request, identity_account(issuer=issuer, subject=subject, name=name))


def identity_account(*, issuer: str, subject: str, name: str) -> User:
    """The account of an identity; a new one where it has none.

    Raises:
        InvalidInput: the account is closed, or not one of an enterprise.
    """
    rows = ExternalIdentity.objects.select_related("user")
    known = rows.filter(issuer=issuer, subject=subject).first()
    if known is None:
        try:
            with transaction.atomic():
                user = account_begin(display_name=name)
                known = ExternalIdentity.objects.create(
                    user=user, issuer=issuer, subject=subject, linked_at=timezone.now()
                )
        except IntegrityError:
            # The same person in two windows at once: the other one came first.
            known = rows.get(issuer=issuer, subject=subject)
    if not known.user.is_active or known.user.is_staff:
        raise InvalidInput({"": [_("This account is closed. Write to the receiving department.")]})
    return known.user


def identity_link(*, user: User, issuer: str, subject: str) -> None:
    """Let an identity open the account that is signed in.

    Raises:
        InvalidInput: it opens another account, or this account has another identity there.
    """
    if user.is_staff:
        raise InvalidInput({"": [_("Staff sign in at the administration.")]})
    try:
        with transaction.atomic():
            row, _is_new = ExternalIdentity.objects.get_or_create(
                issuer=issuer, subject=subject, defaults={"user": user, "linked_at": timezone.now()}
            )
    except IntegrityError as error:
        raise InvalidInput({"": [_("Your account has another identity there already. Remove it first.")]}) from error
    if row.user_id != user.pk:
        raise InvalidInput({"": [_("This identity opens another account. Sign in with it there.")]})


def identity_unlink(*, user: User) -> None:
    """Forget the identity.

    Raises:
        InvalidInput: nothing else opens the account.
    """
    if not user.sign_in_addresses.exists():
        raise InvalidInput({"": [_("Give an e-mail address or a phone first: otherwise nothing opens your account.")]})
    user.external_identities.all().delete()
