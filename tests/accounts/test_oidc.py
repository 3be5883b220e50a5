"""Signing in at a real OpenID Connect provider, started by the test, with a browser's cookies on our side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from casework.accounts import oidc_config
from casework.accounts.models import ExternalIdentity
from casework.parties.models import Role, User
from tests.accounts.house import browser, person
from tests.factories import department, member

pytestmark = [
    pytest.mark.django_db,
    # The provider's library on the other side says that its own parts grow old.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


@pytest.fixture
def provider(settings: Any) -> Iterator[str]:
    """A running provider that this site is configured for; its address."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oidc_provider_mock import User as TheirUser
        from oidc_provider_mock import run_server_in_thread

    claims = [
        TheirUser(sub="li-hua", claims={"name": "李华", "email": "clerk@example.gov.cn", "email_verified": True}),
        TheirUser(sub="wang", claims={"name": "王芳"}),
    ]
    with run_server_in_thread(user_claims=claims) as server:
        issuer = f"http://localhost:{server.server_port}"
        given = {"ISSUER": issuer, "CLIENT_ID": "casework", "CLIENT_SECRET": "s" * 40, "NAME": "省统一认证"}
        settings.OIDC = given
        settings.SOCIALACCOUNT_PROVIDERS = oidc_config.providers(given)
        yield issuer


def _come_back(client: Client, subject: str, **posted: str) -> Any:
    """Go to the provider, sign in there as a person does, and come back with what it sent along."""
    page = client.post("/account/oidc/main/", posted)
    assert page.status_code == 200
    with requests.Session() as session:
        agreed = session.post(page.context["address"], data={"sub": subject}, allow_redirects=False, timeout=10)
    back = urlsplit(agreed.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def _user(client: Client) -> User | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(provider: str) -> None:
    first, again = browser(), browser()
    assert _come_back(first, "li-hua").headers["Location"] == "/account/"
    _come_back(again, "li-hua")
    user = _user(first)
    assert user is not None
    assert user == _user(again)
    assert (user.display_name, user.is_staff, user.has_usable_password()) == ("李华", False, False)
    assert ExternalIdentity.objects.get().subject == "li-hua"


def test_two_people_there_are_two_accounts_here(provider: str) -> None:
    first, other = browser(), browser()
    _come_back(first, "li-hua")
    _come_back(other, "wang")
    assert _user(first) != _user(other)


def test_an_e_mail_links_to_nobody_least_of_all_to_staff(provider: str) -> None:
    clerk = member(Role.RECEIVING_CLERK, department("320000", receiving=True), email="clerk@example.gov.cn")
    same = person(email="clerk@example.gov.cn")
    client = browser()
    _come_back(client, "li-hua")
    assert _user(client) not in (None, clerk, same)
    assert client.get("/admin/").status_code == 302


def test_an_identity_that_names_a_staff_account_opens_nothing(provider: str) -> None:
    clerk = member(Role.RECEIVING_CLERK, department("320000", receiving=True))
    _come_back(browser(), "wang")
    ExternalIdentity.objects.update(user=clerk)
    client = browser()
    _come_back(client, "wang")
    assert _user(client) is None


def test_linking_is_for_the_account_that_is_signed_in(provider: str) -> None:
    user = person(email="a@example.org")
    client = browser(user)
    _come_back(client, "wang", link="1")
    assert ExternalIdentity.objects.get().user == user
    elsewhere = browser()
    _come_back(elsewhere, "wang")
    assert _user(elsewhere) == user
    client.post("/account/unlink/")
    assert not ExternalIdentity.objects.exists()


def test_an_identity_of_another_account_stays_there(provider: str) -> None:
    owner = browser()
    _come_back(owner, "wang")
    _come_back(browser(person(email="a@example.org")), "wang", link="1")
    assert ExternalIdentity.objects.get().user == _user(owner)


def test_the_only_way_in_is_not_removed(provider: str) -> None:
    client = browser()
    _come_back(client, "wang")
    client.post("/account/unlink/")
    assert ExternalIdentity.objects.exists()


def test_an_answer_to_another_browser_opens_nothing(provider: str) -> None:
    page = browser().post("/account/oidc/main/")
    agreed = requests.post(page.context["address"], data={"sub": "wang"}, allow_redirects=False, timeout=10)
    back = urlsplit(agreed.headers["Location"])
    victim = browser()
    answer = victim.get(f"{back.path}?{back.query}")
    assert answer.headers["Location"] == "/account/sign-in/"
    assert _user(victim) is None


def test_who_declines_is_back_on_our_page(provider: str) -> None:
    client = browser()
    page = client.post("/account/oidc/main/")
    denied = requests.post(page.context["address"], data={"action": "deny"}, allow_redirects=False, timeout=10)
    back = urlsplit(denied.headers["Location"])
    assert client.get(f"{back.path}?{back.query}", follow=True).redirect_chain == [("/account/sign-in/", 302)]


def test_a_provider_that_is_away_is_an_answer_and_no_fault(provider: str, settings: Any) -> None:
    given = {**settings.OIDC, "ISSUER": "http://localhost:9"}
    settings.OIDC, settings.SOCIALACCOUNT_PROVIDERS = given, oidc_config.providers(given)
    assert browser().post("/account/oidc/main/").headers["Location"] == "/account/sign-in/"


def test_without_a_provider_there_is_no_such_page() -> None:
    assert browser().post("/account/oidc/main/").status_code == 404
    assert browser().get("/account/oidc/main/callback/").status_code == 404


@pytest.mark.parametrize(
    "name", ["account_login", "account_signup", "socialaccount_signup", "socialaccount_connections"]
)
def test_none_of_the_librarys_own_pages_is_reachable(name: str) -> None:
    from django.urls import NoReverseMatch, reverse

    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"ISSUER": "", "CLIENT_ID": "", "CLIENT_SECRET": "", "NAME": ""}, 0),
        ({"ISSUER": "https://id.example", "CLIENT_ID": "a", "CLIENT_SECRET": "b", "NAME": ""}, 0),
        ({"ISSUER": "https://id.example", "CLIENT_ID": "a", "CLIENT_SECRET": "", "NAME": ""}, 1),
        ({"ISSUER": "http://id.example", "CLIENT_ID": "a", "CLIENT_SECRET": "b", "NAME": ""}, 1),
    ],
)
def test_production_refuses_half_a_provider_and_one_without_tls(given: dict[str, str], faults: int) -> None:
    assert sum(wrong for wrong, _text in oidc_config.faults(given)) == faults
