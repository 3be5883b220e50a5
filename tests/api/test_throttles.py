"""Budgets: by scope and caller, answered with when to come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

from tests.api.conftest import KEY, Caller, faults, wire
from tests.factories import House


@pytest.fixture
def rate(settings: Any) -> Iterator[Any]:
    """Sets the rate of a scope."""

    def narrow(scope: str, value: str | None) -> None:
        rates = {**settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"], scope: value}
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    cache.clear()
    yield narrow
    cache.clear()


def test_filings_are_counted_by_address(house: House, caller: Caller, rate: Any) -> None:
    rate("filing", "2/hour")
    client = caller(None)
    answers = [
        client.post("/api/v1/complaints/", wire(), headers={"idempotency-key": f"{KEY}-{number}"})
        for number in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert faults(answers[2]) == {}
    assert answers[2].json()["code"] == "throttled"
    assert 3000 < int(answers[2].headers["Retry-After"]) <= 3601
    elsewhere = client.post(
        "/api/v1/complaints/", wire(), headers={"idempotency-key": f"{KEY}-9"}, REMOTE_ADDR="203.0.113.9"
    )
    assert elsewhere.status_code == 201


def test_a_forged_forwarded_address_is_no_way_round(house: House, caller: Caller, rate: Any) -> None:
    rate("token", "1/min")
    body = {"username": "x", "password": "y"}
    answers = [
        caller(None).post("/api/v1/auth/token/", body, headers={"x-forwarded-for": f"198.51.100.{number}"})
        for number in range(2)
    ]
    assert [answer.status_code for answer in answers] == [401, 429]


def test_guessing_a_secret_is_counted_by_case(house: House, caller: Caller, rate: Any) -> None:
    rate("track", "2/min")
    client, first, second = caller(None), house.submitted(), house.submitted()

    def guess(reference: str) -> int:
        status: int = client.get(f"/api/v1/track/{reference}/", headers={"x-case-secret": "0" * 20}).status_code
        return status

    assert [guess(first.reference) for _ in range(3)] == [404, 404, 429]
    assert guess(second.reference) == 404


def test_signed_in_callers_have_a_budget_each(house: House, caller: Caller, rate: Any) -> None:
    rate("standard", "1/min")
    statuses = [caller(user).get("/api/v1/cases/").status_code for user in (house.clerk, house.handler, house.clerk)]
    assert statuses == [200, 200, 429]


def test_an_empty_rate_switches_a_budget_off(house: House, caller: Caller, rate: Any) -> None:
    rate("standard", None)
    assert {caller(house.clerk).get("/api/v1/cases/").status_code for _ in range(3)} == {200}
