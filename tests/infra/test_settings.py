"""Production refuses to start with unsafe settings; each case is a process of its own, as in real life."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from casework.embedded import storage_config
from script.processes import ROOT

SAFE = {
    "CASEWORK_ENV": "production",
    "SECRET_KEY": "s" * 60,
    "FILING_KEY": "f" * 60,
    "ALLOWED_HOSTS": "complaints.example.org",
    "SITE_URL": "https://complaints.example.org",
    "DATABASE_URL": "postgres://casework:secret@db.example.org/casework",
    "CELERY_BROKER_URL": "redis://broker.example.org/0",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    "ORGANISATION_NAME": "江苏省工业和信息化厅",
    "ORGANISATION_EMAIL": "help@complaints.example.org",
    "ORGANISATION_PHONE": "025-12345678",
    "ORGANISATION_ADDRESS": "南京市示例路1号",
}
READ = "from django.conf import settings; print(settings.{name})"


def start(name: str = "SITE_URL", **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Read one setting in a process with SAFE and `changes`; None takes a variable away."""
    wanted = {**SAFE, **changes}
    env = {key: value for key, value in wanted.items() if value is not None}
    env |= {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "casework.settings"}
    code = READ.format(name=name)
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SITE_URL", "https://complaints.example.org"),
        ("DEBUG", "False"),
        ("SESSION_COOKIE_SECURE", "True"),
        ("CSRF_COOKIE_SECURE", "True"),
        ("SECURE_SSL_REDIRECT", "True"),
        ("EMAIL_HOST", "mail.example.org"),
        ("EMAIL_USE_TLS", "True"),
    ],
)
def test_safe_settings_start_and_are_strict(name, value):
    result = start(name)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == value


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"DEBUG": "true"}, "DEBUG must be off"),
        ({"SECRET_KEY": None}, "SECRET_KEY needs 50 characters"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY needs 50 characters"),
        (
            {"SECRET_KEY": "development-only-key-never-for-production-0000000000000000"},
            "SECRET_KEY needs 50 characters of its own",
        ),
        ({"FILING_KEY": None}, "FILING_KEY needs 50 characters"),
        ({"FILING_KEY": "s" * 60}, "FILING_KEY must differ"),
        ({"TLS": "false"}, "TLS must be on"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS must name"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name"),
        ({"SITE_URL": "http://complaints.example.org"}, "SITE_URL must be"),
        ({"DATABASE_URL": None}, "DATABASE_URL must name"),
        ({"CELERY_BROKER_URL": None}, "CELERY_BROKER_URL must name"),
        ({"EMAIL_URL": None}, "EMAIL_URL must name"),
        ({"EMAIL_URL": "filemail://"}, "EMAIL_URL must name"),
        ({"ORGANISATION_NAME": None}, "ORGANISATION_NAME must say"),
        ({"ORGANISATION_EMAIL": "contact@example.org"}, "ORGANISATION_EMAIL must say"),
        ({"CASEWORK_ENV": "prod"}, "use production, development, demo or test"),
    ],
)
def test_unsafe_settings_stop_the_start_with_their_reason(changes, reason):
    result = start(**changes)
    assert result.returncode != 0
    assert reason in result.stderr


def test_production_is_the_default():
    result = start(CASEWORK_ENV=None, SECRET_KEY=None)
    assert result.returncode != 0
    assert "Refusing to start in production" in result.stderr


def test_every_fault_is_named_at_once():
    result = start(DEBUG="true", TLS="false", SITE_URL=None)
    for reason in ("DEBUG must be off", "TLS must be on", "SITE_URL must be"):
        assert reason in result.stderr


def test_every_variable_of_the_settings_is_documented():
    settings = (ROOT / "casework" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL"} <= names
    documented = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert {name for name in names if f"`{name}`" not in documented} == set()


def test_local_files_have_no_address_and_belong_to_their_owner_alone():
    config = storage_config("file:///srv/files")
    assert config["OPTIONS"] == {"location": "/srv/files", "base_url": None, "file_permissions_mode": 0o600}


def test_a_bucket_takes_prefix_and_endpoint_and_signs_its_addresses():
    config = storage_config("s3://evidence/complaints/2026?endpoint=https%3A%2F%2Fs3.example.org%3A9000")
    options = config["OPTIONS"]
    assert isinstance(options, dict)
    assert config["BACKEND"] == "storages.backends.s3.S3Storage"
    assert (options["bucket_name"], options["location"]) == ("evidence", "complaints/2026")
    assert options["endpoint_url"] == "https://s3.example.org:9000"
    assert options["querystring_auth"] is True
    assert options["default_acl"] is None


@pytest.mark.parametrize("url", ["", "ftp://host/folder", "file://relative/folder", "s3:///prefix", "/srv/files"])
def test_other_storage_addresses_are_refused(url):
    with pytest.raises(ImproperlyConfigured, match="STORAGE_URL"):
        storage_config(url)
