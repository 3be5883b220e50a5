"""The running system against its own schema: no answer that the schema doesn't announce, whatever is sent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.stack import Stack

pytestmark = pytest.mark.stack
CHECKS = ",".join(
    (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "missing_required_header",
        "unsupported_method",
        "ignored_auth",
    )
)
# Runs in the stack: a case with a file and a letter, and a token of a person who may act on it.
SCENE = """
import json
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.authtoken.models import Token
from casework.cases.references import derive_secret
from casework.documents.evidence import evidence_stage
from tests.factories import House, clerk_of, file_complaint
from complaints import services
from casework.cases.actors import Actor

House()
key = "a-key-for-the-contract-test"
evidence_stage(key=key, uploads=[SimpleUploadedFile("a.pdf", b"%PDF-1.7 evidence")])
case = file_complaint(key=key).complaint
clerk = clerk_of(case)
services.complaint_accept(complaint=case, actor=Actor.person(clerk))
print(json.dumps({
    "token": Token.objects.create(user=clerk).key,
    "reference": case.reference,
    "secret": derive_secret(key),
    "letter": case.letters.get().pk,
    "attachment": case.attachments.get().pk,
}))
"""


@pytest.fixture(scope="module")
def scene(stack: Stack) -> dict[str, str]:
    """What the runs need to reach a real case."""
    found: dict[str, str] = json.loads(stack.manage("shell", "--verbosity", "0", "-c", SCENE).strip().splitlines()[-1])
    stack.wait_for_row("SELECT 1 FROM documents_letter WHERE id = %s AND status = 'ready'", found["letter"])
    return found


def run_schemathesis(stack: Stack, folder: Path, config: str, checks: str, *arguments: str) -> None:
    """Let schemathesis send its cases; its report is the failure's message."""
    file = folder / "schemathesis.toml"
    file.write_text(config, encoding="utf-8")
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "--config-file", str(file), "run"),
        *(str(settings.BASE_DIR / "docs/openapi.yaml"), "--url", stack.url, "--checks", checks),
        # Deterministic: the same cases in every run, so that a failure is a fault and never bad luck.
        *("--phases", "examples,coverage,fuzzing", "--generation-deterministic", "--no-shrink"),
        *("--continue-on-failure", "--warnings", "off", "--no-color", *arguments),
    ]
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=180)
    assert result.returncode == 0, result.stdout[-15000:] + result.stderr[-2000:]


def test_anybody(stack: Stack, scene: dict[str, str], tmp_path: Path) -> None:
    run_schemathesis(stack, tmp_path, "", f"{CHECKS},negative_data_rejection", "--max-examples", "6")
    filed = stack.sql("SELECT 1 FROM cases_case WHERE reference <> %s", scene["reference"])
    assert filed, "no case was filed on the way: the example of the schema is refused"


def test_a_complainant_with_the_secret(stack: Stack, scene: dict[str, str], tmp_path: Path) -> None:
    config = f"""
[parameters]
"path.reference" = "{scene["reference"]}"
"header.X-Case-Secret" = "{scene["secret"]}"

[[operations]]
include-operation-id = "track_letter"
parameters = {{ "path.id" = {scene["letter"]} }}

[[operations]]
include-operation-id = "track_attachment"
parameters = {{ "path.id" = {scene["attachment"]} }}
"""
    run_schemathesis(stack, tmp_path, config, CHECKS, "--include-tag", "tracking", "--max-examples", "8")


def test_a_clerk_with_a_token(stack: Stack, scene: dict[str, str], tmp_path: Path) -> None:
    config = f"""
[parameters]
"path.reference" = "{scene["reference"]}"

[[operations]]
include-operation-id = "case_letter"
parameters = {{ "path.id" = {scene["letter"]} }}

[[operations]]
include-operation-id = "case_attachment"
parameters = {{ "path.id" = {scene["attachment"]} }}
"""
    token = ("--header", f"Authorization: Token {scene['token']}")
    run_schemathesis(stack, tmp_path, config, CHECKS, "--include-tag", "cases", "--max-examples", "6", *token)
