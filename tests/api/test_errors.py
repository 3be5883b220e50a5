"""Every error is a problem document that names the fault; no input makes a 500."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import KEY, Caller, faults, wire
from tests.factories import House

FILING = "/api/v1/complaints/"


def raw(client: Any, body: bytes, content_type: str = "application/json") -> Any:
    return client.post(FILING, body, content_type=content_type, headers={"idempotency-key": KEY})


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/v1/", 404, "not_found"),
        ("get", "/api/v1/nothing/", 404, "not_found"),
        ("post", "/api/v1/cases", 404, "not_found"),
        ("get", "/api/v1/track/not-a-reference/", 404, "not_found"),
        ("get", "/api/v1/track/QK%00/", 404, "not_found"),
        ("get", f"/api/v1/evidence/{'9' * 40}/", 404, "not_found"),
        ("get", FILING, 405, "method_not_allowed"),
        ("options", FILING, 405, "method_not_allowed"),
        ("get", "/api/v1/cases/", 401, "not_authenticated"),
    ],
)
def test_errors_are_problems(method: str, path: str, status: int, code: str, db: None, caller: Caller) -> None:
    response = getattr(caller(None), method)(path)
    assert (response.status_code, response.json()["code"]) == (status, code)
    body = response.json()
    assert response.headers["Content-Type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "detail", "instance", "code", "errors"}


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b"[",
        b"nonsense",
        b'{"amount": NaN}',
        b'{"amount": Infinity}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"a":' * 50 + b"1" + b"}" * 50,
        b"9" * 10_000,
        b'"text"',
        b"[1, 2]",
        b"null",
        b"1",
    ],
)
def test_malformed_json_is_refused(body: bytes, house: House, caller: Caller) -> None:
    response = raw(caller(None), body)
    assert response.status_code == 400
    faults(response)


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("facts", "\ud800", "facts"),
        ("complainant_size", "\udfff", "complainant_size"),
        ("items", ["\ud800"], "items.0"),
    ],
)
def test_half_a_character_is_refused_by_field(name: str, value: Any, field: str, house: House, caller: Caller) -> None:
    response = raw(caller(None), json.dumps(wire(**{name: value})).encode())
    assert response.status_code == 400
    assert set(faults(response)) == {field}


def test_a_name_of_half_a_character_is_refused(house: House, caller: Caller) -> None:
    assert raw(caller(None), rb'{"\ud800": 1}').status_code == 400


def test_a_huge_body_is_refused(house: House, caller: Caller) -> None:
    response = raw(caller(None), b'{"facts": "' + b"x" * 1024 * 1024 + b'"}')
    assert response.status_code == 413
    assert response.json()["code"] == "too_large"


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"])
def test_other_media_types_are_refused(content_type: str, house: House, caller: Caller) -> None:
    response = raw(caller(None), b"{}", content_type)
    assert response.status_code == 415
    faults(response)


def test_a_broken_multipart_body_is_refused(house: House, caller: Caller) -> None:
    client = caller(None)
    for body in (b"", b"--x\r\nnothing", b"--x\r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--x--\r\n"):
        response = client.post(
            "/api/v1/evidence/",
            body,
            content_type="multipart/form-data; boundary=x",
            headers={"idempotency-key": KEY},
        )
        assert response.status_code == 400
        faults(response)


def test_too_many_form_fields_are_refused(house: House, caller: Caller) -> None:
    fields = {f"f{number}": "x" for number in range(600)}
    response = caller(None).post("/api/v1/evidence/", fields, format="multipart", headers={"idempotency-key": KEY})
    assert response.status_code == 400
    faults(response)


@pytest.mark.parametrize(
    ("language", "title"), [("", "请求有误"), ("zh-CN", "请求有误"), ("en", "The request is not right")]
)
def test_problems_speak_the_language_of_the_request(language: str, title: str, house: House) -> None:
    headers = {"idempotency-key": KEY, **({"accept-language": language} if language else {})}
    response = Client().post(FILING, "{}", content_type="application/json", headers=headers)
    assert response.json()["title"] == title


def test_a_fault_of_ours_is_a_problem_that_tells_nothing(
    house: House, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("the password is 12345")

    monkeypatch.setattr("complaints.api.cases.log_access", broken)
    client = caller(house.clerk)
    client.raise_request_exception = False
    response = client.get(f"/api/v1/cases/{house.submitted().reference}/")
    assert response.status_code == 500
    assert faults(response) == {}
    assert "12345" not in response.content.decode()


@pytest.mark.parametrize("accept", ["application/pdf", "text/html", "nonsense", "*/*;q=0"])
def test_the_accept_header_never_hides_an_answer(accept: str, db: None, caller: Caller) -> None:
    response = caller(None).get("/api/v1/departments/", headers={"accept": accept})
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
