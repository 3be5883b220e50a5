"""The guard of the public forms: what it stops, how one goes on, and that nothing is lost to it."""

from __future__ import annotations

import html
import itertools
import re
import time
from dataclasses import replace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.cache.backends.db import DatabaseCache
from django.test import Client, RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from casework.headers import client_network
from casework.portal.guard import proof
from casework.portal.guard.checking import TRAP, guard_check, guard_context
from casework.portal.guard.conf import Rate, parsed_rate
from complaints.models import ArrearsComplaint
from fees.catalogue.models import Subscription
from tests.at_once import at_once
from tests.complaints.portal_pages import english, form, pdf, text_of
from tests.factories import House, division

pytestmark = pytest.mark.django_db
PAGE = "/complaints/new/"
BITS = 4


@pytest.fixture(autouse=True)
def _fresh_counts(db: None) -> Any:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def guarded(settings: Settings) -> Any:
    """Asks for a little work, and sets rates by name."""

    def narrow(bits: int = BITS, **rates: Rate) -> None:
        rates = {**settings.GUARD.rates, **rates}
        settings.GUARD = replace(settings.GUARD, proof_bits=bits, most_bits=bits + 4, rates=rates)

    narrow()
    return narrow


def solved(challenge: str, bits: int = BITS + 4) -> str:
    """The work of the browser."""
    return next(str(nonce) for nonce in itertools.count() if proof.zero_bits(challenge, str(nonce)) >= bits)


def proved(client: Client, page: str = PAGE) -> dict[str, str]:
    """What the script adds to a form."""
    challenge = re.findall(r'name="guard_challenge" value="([^"]+)"', text_of(client.get(page)))[0]
    return {"guard_challenge": challenge, "guard_nonce": solved(challenge)}


def hidden(response: Any) -> dict[str, Any]:
    """The fields of the form on the guard's page."""
    page = text_of(response).partition("<main")[2]
    pairs = re.findall(r'<input type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in pairs}


def test_a_solved_form_is_filed(guarded: Any) -> None:
    House()
    client = english()
    response = client.post(PAGE, form(**proved(client)))
    assert (response.status_code, response.headers["Location"]) == (302, "/complaints/filed/")


def test_without_scripts_one_more_page_asks_and_loses_nothing(guarded: Any) -> None:
    House()
    client, typed = english(), form(facts="多行\n文字 <b>&amp;")
    asked = client.post(PAGE, {**typed, "files": [pdf()]})
    assert asked.status_code == 200
    assert "Please confirm" in text_of(asked)
    assert not ArrearsComplaint.objects.exists()
    again = hidden(asked)
    assert {name: again[name] for name in typed if typed[name]} == {name: typed[name] for name in typed if typed[name]}
    assert client.post(PAGE, again).status_code == 302
    case = ArrearsComplaint.objects.get()
    assert case.facts.replace("\r\n", "\n") == "多行\n文字 <b>&amp;"
    assert case.attachments.count() == 1


def test_a_browser_that_fills_the_trap_goes_on_by_hand(guarded: Any) -> None:
    House()
    client = english()
    asked = client.post(PAGE, form(**proved(client), **{TRAP: "025-1"}))
    assert asked.status_code == 200
    assert TRAP not in hidden(asked)
    assert client.post(PAGE, hidden(asked)).status_code == 302


def test_the_trap_is_there_for_machines_only(guarded: Any) -> None:
    page = text_of(english().get(PAGE))
    trap = re.search(rf'<div class="guard-trap" aria-hidden="true">.*?name="{TRAP}".*?>', page, re.DOTALL)
    assert trap
    assert 'tabindex="-1"' in trap[0]
    assert 'autocomplete="off"' in trap[0]


def test_over_the_rate_a_page_says_when_and_keeps_everything(guarded: Any) -> None:
    guarded(arrears=Rate(2, 3600))
    House()
    client = english()
    for _ in range(2):
        assert client.post(PAGE, form(**proved(client))).status_code == 302
    typed = form(contract_title="第三份")
    paused = client.post(PAGE, {**typed, **proved(client)})
    assert paused.status_code == 429
    assert 3500 < int(paused.headers["Retry-After"]) <= 3600
    assert hidden(paused)["contract_title"] == "第三份"
    assert ArrearsComplaint.objects.count() == 2
    elsewhere = client.post(PAGE, {**typed, **proved(client)}, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 302


def test_a_refused_form_is_not_counted(guarded: Any) -> None:
    guarded(arrears=Rate(1, 3600))
    House()
    client = english()
    for _ in range(3):
        assert client.post(PAGE, form(amount="")).status_code == 422
    assert client.post(PAGE, form(**proved(client))).status_code == 302


def test_confirming_by_hand_has_a_rate_of_its_own(guarded: Any) -> None:
    guarded(unproved=Rate(1, 3600))
    House()
    client = english()
    assert client.post(PAGE, hidden(client.post(PAGE, form()))).status_code == 302
    paused = client.post(PAGE, hidden(client.post(PAGE, form())))
    assert paused.status_code == 429
    assert "With JavaScript there is no need to wait" in text_of(paused)
    # With the work done there is no need to wait indeed.
    challenge = hidden(paused)["guard_challenge"]
    assert client.post(PAGE, {**hidden(paused), "guard_nonce": solved(challenge)}).status_code == 302


def _spent(form_name: str, challenge: str, nonce: str) -> bool:
    return proof.spend_proof(form_name, challenge, nonce)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(["arrears", "fee_report", "message"]), bits=st.integers(1, 8), tries=st.integers(2, 5))
def test_a_solved_challenge_passes_exactly_once(name: str, bits: int, tries: int) -> None:
    challenge = proof.new_challenge(name, bits)
    nonce = solved(challenge, bits)
    assert [_spent(name, challenge, nonce) for _ in range(tries)] == [True] + [False] * (tries - 1)


@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_changed_fails(data: st.DataObject) -> None:
    challenge = proof.new_challenge("arrears", 2)
    nonce = solved(challenge, 2)
    place = data.draw(st.integers(0, len(challenge) - 1))
    letter = data.draw(st.sampled_from("abcXYZ019-_:"))
    forged = challenge[:place] + letter + challenge[place + 1 :]
    if forged != challenge:
        assert not _spent("arrears", forged, solved(forged, 2))
    assert not _spent("fee_report", challenge, nonce)
    wrong = next(str(n) for n in itertools.count() if proof.zero_bits(challenge, str(n)) < 2)
    for bad in (wrong, "", "-1", "1e3", "９", "1" * 13, nonce + " "):
        assert not _spent("arrears", challenge, bad)
    assert _spent("arrears", challenge, nonce)


def test_an_old_challenge_fails(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.GUARD = replace(settings.GUARD, challenge_seconds=3600)
    for later, passes in ((3599, True), (3601, False)):
        challenge = proof.new_challenge("arrears", 2)
        with monkeypatch.context() as patch:
            now = time.time()
            patch.setattr("django.core.signing.time.time", lambda at=now + later: at)
            assert _spent("arrears", challenge, solved(challenge, 2)) is passes


def test_a_confirmation_counts_once_and_for_its_form() -> None:
    confirmation = proof.new_confirmation("arrears")
    assert not proof.spend_confirmation("fee_report", confirmation)
    assert not proof.spend_proof("arrears", confirmation, "0")
    assert proof.spend_confirmation("arrears", confirmation)
    assert not proof.spend_confirmation("arrears", confirmation)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins() -> None:
    challenge = proof.new_challenge("arrears", 2)
    nonce = solved(challenge, 2)
    results = at_once(*[lambda: proof.spend_proof("arrears", challenge, nonce)] * 6)
    assert sorted(results) == [False] * 5 + [True]


def test_the_one_that_came_second_has_its_data_back(guarded: Any) -> None:
    House()
    client = english()
    work = proved(client)
    assert client.post(PAGE, form(**work)).status_code == 302
    second = client.post(PAGE, form(contract_title="另一份", **work))
    assert hidden(second)["contract_title"] == "另一份"
    assert client.post(PAGE, hidden(second)).status_code == 302
    assert ArrearsComplaint.objects.count() == 2


def test_the_work_rises_with_the_rate(guarded: Any) -> None:
    guarded(arrears=Rate(4, 3600))
    request = RequestFactory().post(PAGE)
    seen = []
    for _ in range(4):
        context = guard_context(request, "arrears")["guard"]
        seen.append(context["bits"])
        sent = {"guard_challenge": context["challenge"], "guard_nonce": solved(context["challenge"])}
        assert guard_check(RequestFactory().post(PAGE, sent), "arrears").passes
    assert seen == [BITS, BITS + 1, BITS + 2, BITS + 3]
    other = RequestFactory().get(PAGE, REMOTE_ADDR="203.0.113.9")
    assert guard_context(other, "arrears")["guard"]["bits"] == BITS


def test_a_cache_that_is_away_loses_no_filing(guarded: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    House()

    def away(*args: Any, **options: Any) -> None:
        raise ConnectionError("the cache is away")

    client = english()
    for name in ("get", "set", "add"):
        monkeypatch.setattr(DatabaseCache, name, away)
    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, form(files=[pdf()])).status_code == 302
    assert ArrearsComplaint.objects.get().attachments.count() == 1
    assert "it lets pass" in caplog.text


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::ffff", "2001:db8:1:3::/64"),
        ("unix", "unix"),
    ],
)
def test_an_address_of_ipv6_counts_by_its_network(address: str, network: str) -> None:
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=address)) == network


def test_files_are_counted_too(guarded: Any) -> None:
    guarded(evidence=Rate(1, 3600))
    House()
    client = english()
    first = client.post(PAGE, form(amount="", files=[pdf()]))
    assert "合同.pdf" in text_of(first)
    second = client.post(PAGE, form(files=[pdf()], **proved(client)))
    assert second.status_code == 422
    assert "Many files came from your connection" in text_of(second)


def test_news_by_mail_is_guarded(guarded: Any) -> None:
    division("000000", "全国")
    client, page = english(), "/fees/subscriptions/"
    field = {"email": "someone@example.com", "list": "", "division": ""}
    asked = client.post(page, field)
    assert "Please confirm" in text_of(asked)
    assert not Subscription.objects.exists()
    assert client.post(page, hidden(asked)).status_code == 302


def test_rates_are_read(settings: Settings) -> None:
    assert [parsed_rate(text) for text in ("6/hour", "1/min", "3/day")] == [Rate(6, 3600), Rate(1, 60), Rate(3, 86400)]
    settings.GUARD = replace(settings.GUARD, rates={})
    for _ in range(30):
        assert guard_check(RequestFactory().post(PAGE), "arrears").passes
