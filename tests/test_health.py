"""The two pages that a load balancer asks, of a running system."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest
from django.db import OperationalError
from django.test import Client

from casework import health
from tests.stack import Stack


@pytest.fixture
def registry(monkeypatch):
    """A registry of checks of this test's own."""
    checks: dict[str, health.ReadyCheck] = {}
    monkeypatch.setattr(health, "_checks", checks)
    return checks


def test_the_running_system_is_alive_and_ready(stack: Stack):
    with urllib.request.urlopen(f"{stack.url}/healthz", timeout=10) as answer:
        assert json.load(answer) == {"status": "alive"}
    with urllib.request.urlopen(f"{stack.url}/readyz", timeout=10) as answer:
        body = json.load(answer)
        assert answer.headers["Cache-Control"].startswith("max-age=0, no-cache")
    assert body["status"] == "ready"
    assert {"database", "migrations", "broker"} <= body["checks"].keys()
    assert set(body["checks"].values()) == {"ok"}


def test_without_broker_it_is_alive_but_not_ready(stack: Stack):
    broker = stack.children["broker"]
    broker.kill()
    try:
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{stack.url}/readyz", timeout=30)
        with caught.value as answer:
            assert answer.status == 503
            assert json.load(answer)["checks"]["broker"] == "the broker does not answer"
        with urllib.request.urlopen(f"{stack.url}/healthz", timeout=10) as alive:
            assert alive.status == 200
    finally:
        broker.start()
    stack.wait_for("web after the broker's return", stack.is_ready)


def test_each_registered_check_is_asked(registry):
    health.register_ready_check("relay", lambda: "")
    health.register_ready_check("tide", lambda: "low")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not ready", "checks": {"relay": "ok", "tide": "low"}}


def test_a_database_that_is_away_is_a_reason_not_a_crash(registry):
    def ask() -> str:
        raise OperationalError("connection refused at 10.0.0.1")

    health.register_ready_check("database", ask)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "the database does not answer"}


def test_only_reading_is_allowed():
    assert Client().post("/healthz").status_code == 405
