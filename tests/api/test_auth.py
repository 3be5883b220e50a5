"""Tokens and sessions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from tests.api.conftest import Caller, faults
from tests.factories import House

TOKEN = "/api/v1/auth/token/"
PASSWORD = "secret-for-tests"


def sign_in(client: APIClient, username: str, password: str = PASSWORD) -> Any:
    return client.post(TOKEN, {"username": username, "password": password})


def test_a_token_opens_the_api_until_it_is_revoked(house: House, caller: Caller) -> None:
    client = caller(None)
    token = sign_in(client, house.clerk.username).json()["token"]
    headers = {"authorization": f"Token {token}"}
    assert client.get("/api/v1/cases/", headers=headers).status_code == 200
    assert client.post("/api/v1/auth/token/revoke/", headers=headers).status_code == 204
    assert client.get("/api/v1/cases/", headers=headers).status_code == 401


def test_wrong_names_and_wrong_passwords_look_the_same(house: House, caller: Caller) -> None:
    answers = [sign_in(caller(None), name, "wrong") for name in (house.clerk.username, "nobody")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == answers[1].json()
    assert faults(answers[0]) == {}


def test_an_inactive_account_gets_no_token_and_loses_the_one_it_has(house: House, caller: Caller) -> None:
    token = Token.objects.create(user=house.clerk)
    house.clerk.is_active = False
    house.clerk.save()
    assert sign_in(caller(None), house.clerk.username).status_code == 401
    assert caller(None).get("/api/v1/cases/", headers={"authorization": f"Token {token.key}"}).status_code == 401


@pytest.mark.parametrize("header", ["Token", "Token a b", "Token wrong", "Token \xff", "Bearer x", "Basic eDp5"])
def test_malformed_tokens_are_refused(header: str, db: None, caller: Caller) -> None:
    assert caller(None).get("/api/v1/cases/", headers={"authorization": header}).status_code == 401


@pytest.mark.parametrize("body", [{}, {"username": "x\x00", "password": "y"}, {"username": 1, "password": "y"}])
def test_malformed_credentials_are_named(body: dict[str, Any], db: None, caller: Caller) -> None:
    response = caller(None).post(TOKEN, body)
    assert response.status_code == 400
    assert "username" in faults(response)


def test_after_too_many_wrong_passwords_even_the_right_one_waits(house: House, caller: Caller, settings: Any) -> None:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 3
    for _ in range(3):
        sign_in(caller(None), house.clerk.username, "wrong")
    response = sign_in(caller(None), house.clerk.username)
    assert response.status_code == 429
    assert response.json()["code"] == "locked_out"
    assert int(response.headers["Retry-After"]) > 0
    assert faults(response) == {}
    assert sign_in(caller(None), house.handler.username).status_code == 200


def test_a_session_may_read_but_acts_only_with_its_csrf_token(house: House) -> None:
    case = house.submitted()
    client = Client(enforce_csrf_checks=True)
    client.force_login(house.clerk)
    assert client.get(f"/api/v1/cases/{case.reference}/").status_code == 200
    response = client.post(
        f"/api/v1/cases/{case.reference}/actions/accept/", {"version": case.version}, content_type="application/json"
    )
    assert response.status_code == 403
    assert response.json()["code"] == "permission_denied"
