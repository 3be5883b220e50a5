"""One-time codes: once, in time, few tries, for whoever asks, and never a way into a staff account."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from casework.accounts import codes
from casework.accounts.models import OneTimeCode, SignInAddress, Way
from casework.cases.errors import InvalidInput
from casework.cases.models import OutboxMessage
from casework.cases.outbox import relay_lane
from casework.parties.models import Role, User
from tests.accounts.house import browser, person
from tests.at_once import at_once, errors
from tests.factories import department, member

pytestmark = pytest.mark.django_db


def _ask(value: str = "filer@example.org", way: Way = Way.EMAIL) -> OneTimeCode:
    return codes.code_ask(way=way, value=value)


def _wrong(row: OneTimeCode) -> str:
    return f"{(int(codes.code_of(row.key)) + 1) % 1_000_000:06d}"


def _mailed(address: str) -> str:
    """The code in the newest mail to an address."""
    relay_lane("default")
    subjects = [message.subject for message in mail.outbox if message.to == [address.lower()]]
    return re.findall(r"\d{6}", str(subjects[-1]))[0] if subjects else ""


def _signed_in(client: Client, address: str) -> User | None:
    client.post("/account/sign-in/", {"address": address})
    client.post("/account/code/", {"code": _mailed(address)})
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key) if key else None


def test_a_code_opens_once() -> None:
    row = _ask()
    used = codes.code_use(key=row.key, typed=codes.code_of(row.key))
    assert used.used_at is not None
    with pytest.raises(InvalidInput):
        codes.code_use(key=row.key, typed=codes.code_of(row.key))


def test_five_wrong_tries_close_it_for_the_right_one_too() -> None:
    row = _ask()
    for _try in range(codes.MOST_TRIES):
        with pytest.raises(InvalidInput):
            codes.code_use(key=row.key, typed=_wrong(row))
    with pytest.raises(InvalidInput):
        codes.code_use(key=row.key, typed=codes.code_of(row.key))


def test_four_wrong_tries_leave_it_open() -> None:
    row = _ask()
    for _try in range(codes.MOST_TRIES - 1):
        with pytest.raises(InvalidInput):
            codes.code_use(key=row.key, typed=_wrong(row))
    assert codes.code_use(key=row.key, typed=codes.code_of(row.key)).used_at


def test_after_ten_minutes_it_is_nothing() -> None:
    row = _ask()
    ago = timezone.now() - timedelta(minutes=10)
    OneTimeCode.objects.filter(pk=row.pk).update(made_at=ago, expires_at=ago + codes.VALID)
    with pytest.raises(InvalidInput):
        codes.code_use(key=row.key, typed=codes.code_of(row.key))


def test_a_code_for_changing_an_address_signs_nobody_in() -> None:
    row = codes.code_ask(way=Way.EMAIL, value="new@example.org", user=person())
    with pytest.raises(InvalidInput):
        codes.code_use(key=row.key, typed=codes.code_of(row.key))


def test_no_table_holds_the_digits() -> None:
    row = _ask()
    message = OutboxMessage.objects.get(channel=codes.CHANNEL)
    code = codes.code_of(row.key)
    assert code not in str(message.payload) + message.key + row.code_hash


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_counts() -> None:
    row = _ask()
    digits = codes.code_of(row.key)
    results = at_once(*[lambda: codes.code_use(key=row.key, typed=digits)] * 2)
    assert errors(results) == [InvalidInput]


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_make_one_account() -> None:
    rows = [_ask(), _ask()]
    used = [codes.code_use(key=row.key, typed=codes.code_of(row.key)) for row in rows]
    users = at_once(*[lambda row=row: codes.account_of(code=row) for row in used])
    assert users[0].pk == users[1].pk
    assert SignInAddress.objects.count() == 1


def test_an_address_gets_so_many_codes_an_hour() -> None:
    for _time in range(codes.MOST_ASKED):
        _ask()
    with pytest.raises(InvalidInput):
        _ask()
    assert _ask("other@example.org")


def test_purging_leaves_what_is_fresh() -> None:
    fresh, old = _ask(), _ask("old@example.org")
    ago = timezone.now() - timedelta(days=3)
    OneTimeCode.objects.filter(pk=old.pk).update(made_at=ago, expires_at=ago + codes.VALID)
    assert codes.codes_purge() == 1
    assert OneTimeCode.objects.get() == fresh


def test_signing_in_makes_an_account_and_finds_it_again() -> None:
    first = _signed_in(browser(), "New@Example.org")
    again = _signed_in(browser(), "new@example.org")
    assert first is not None
    assert first == again
    assert not (first.is_staff or first.is_superuser or first.has_usable_password() or first.held_roles)


def test_the_session_gets_a_new_id() -> None:
    client = browser()
    client.post("/account/sign-in/", {"address": "a@example.org"})
    before = client.session.session_key
    client.post("/account/code/", {"code": _mailed("a@example.org")})
    assert client.session.session_key != before


def test_a_code_counts_only_in_the_browser_that_asked() -> None:
    browser().post("/account/sign-in/", {"address": "a@example.org"})
    other = browser()
    other.post("/account/sign-in/", {"address": "b@example.org"})
    assert other.post("/account/code/", {"code": _mailed("a@example.org")}).status_code == 422
    assert "_auth_user_id" not in other.session


def test_known_and_unknown_addresses_get_the_same_answer() -> None:
    person(email="known@example.org")
    answers = []
    for address in ("known@example.org", "owknn@example.org"):
        client = browser()
        asked = client.post("/account/sign-in/", {"address": address})
        page = client.get("/account/code/").content.decode().replace(address[:1], "x")
        answers.append((asked.status_code, asked.headers["Location"], len(page)))
        assert _mailed(address)
    assert answers[0] == answers[1]


def test_an_address_of_the_net_may_ask_ten_times() -> None:
    client = browser()
    for number in range(10):
        assert client.post("/account/sign-in/", {"address": f"n{number}@example.org"}).status_code == 302
    refused = client.post("/account/sign-in/", {"address": "n11@example.org"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")


def test_a_staff_address_leads_to_no_staff_account() -> None:
    clerk = member(Role.RECEIVING_CLERK, department("320000", receiving=True), email="clerk@example.gov.cn")
    user = _signed_in(browser(), "clerk@example.gov.cn")
    assert user is not None
    assert user != clerk
    assert not user.is_staff


def test_an_account_never_enters_the_administration() -> None:
    client = browser()
    _signed_in(client, "a@example.org")
    assert client.get("/admin/").status_code == 302


def test_a_closed_account_stays_closed() -> None:
    user = person(email="closed@example.org")
    User.objects.filter(pk=user.pk).update(is_active=False)
    client = browser()
    client.post("/account/sign-in/", {"address": "closed@example.org"})
    assert client.post("/account/code/", {"code": _mailed("closed@example.org")}).status_code == 422
    assert "_auth_user_id" not in client.session


def test_phones_get_a_text_message(settings: Any, tmp_path: Path) -> None:
    settings.SMS_URL, settings.VAR_DIR = "file://", tmp_path
    client = browser()
    client.post("/account/sign-in/", {"address": "+86 138-0000-1234"})
    row = OneTimeCode.objects.get()
    assert (row.way, row.value) == (Way.PHONE, "13800001234")
    assert relay_lane("default") == 1
    assert OutboxMessage.objects.get().status == OutboxMessage.Status.SENT
    assert client.post("/account/code/", {"code": codes.code_of(row.key)}).headers["Location"] == "/account/"


@pytest.mark.parametrize("typed", ["", "nobody", "12345", "a@b", "23800001234"])
def test_what_is_no_address_gets_no_code(typed: str) -> None:
    assert browser().post("/account/sign-in/", {"address": typed}).status_code == 422
    assert not OneTimeCode.objects.exists()


@pytest.mark.parametrize(("wanted", "reached"), [("/track/", "/track/"), ("https://evil.example/", "/account/")])
def test_after_signing_in_one_is_where_one_wanted_to_be_on_this_site(wanted: str, reached: str) -> None:
    client = browser()
    client.post("/account/sign-in/", {"address": "a@example.org", "next": wanted})
    assert client.post("/account/code/", {"code": _mailed("a@example.org")}).headers["Location"] == reached


def test_a_new_address_takes_the_place_of_the_old_one() -> None:
    user = person(email="old@example.org")
    client = browser(user)
    client.post("/account/address/", {"address": "new@example.org"})
    assert SignInAddress.objects.get().value == "old@example.org"
    client.post("/account/code/", {"code": _mailed("new@example.org")})
    assert SignInAddress.objects.get().value == "new@example.org"


def test_another_accounts_address_stays_there() -> None:
    other = person(email="taken@example.org")
    client = browser(person())
    client.post("/account/address/", {"address": "taken@example.org"})
    assert client.post("/account/code/", {"code": _mailed("taken@example.org")}).status_code == 422
    assert SignInAddress.objects.get().user == other


def test_signing_out_closes_everything_in_this_browser() -> None:
    client = browser(person())
    client.post("/account/sign-out/")
    assert client.get("/account/").headers["Location"].startswith("/account/sign-in/")
