"""The schema: without warnings, as checked in, and its page from our own files only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from casework.api.conf import RATES, rest_framework
from casework.settings import env


def test_the_checked_in_schema_is_fresh(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"
    with translation.override("zh-hans"):
        call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(fresh))
    checked_in = (settings.BASE_DIR / "docs/openapi.yaml").read_text(encoding="utf-8")
    assert fresh.read_text(encoding="utf-8") == checked_in, "run `make openapi` and commit docs/openapi.yaml"


@pytest.mark.django_db
def test_the_page_loads_nothing_from_elsewhere() -> None:
    response = Client().get("/api/v1/docs/")
    page = response.content.decode()
    sources = re.findall(r"""(?:src|href)=["']([^"']+)""", page)
    assert sources
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    script = Client().get(next(source for source in sources if "script" in source))
    assert script.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["application/vnd.oai.openapi", "application/vnd.oai.openapi+json"])
def test_the_schema_is_served(accept: str) -> None:
    response = Client().get("/api/v1/schema/", headers={"accept": accept})
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(accept)


def test_rates_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_RATE_FILING", "7/day")
    monkeypatch.setenv("API_RATE_TOKEN", "")
    rates = rest_framework(env, is_test=False)["DEFAULT_THROTTLE_RATES"]
    assert rates == {**RATES, "filing": "7/day", "token": None}
