"""A platform with a web address: one POST of a zip for each package, with key and digest; the answer is JSON."""

from __future__ import annotations

import http.client
import json
import os
import ssl
import zipfile
from collections.abc import Iterable
from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings

from casework.exchange.adapters import Answer, DeliveryError, Files
from casework.exchange.models import Platform

SECONDS = 30
_LONGEST_ANSWER = 1_000_000


class WebAdapter:
    """2xx took it, 409 has it, other 4xx refused it for good, everything else is tried again."""

    def deliver(self, platform: Platform, name: str, manifest: str, files: Files) -> Answer | None:
        """Post the package."""
        sequence = int(name.partition("-")[0])
        status, body = self._post(platform, _headers(platform, name, manifest), zipped(files))
        if status == 409 or 200 <= status < 300:
            return _answer(sequence, manifest, body)
        if 400 <= status < 500 and status not in {401, 403, 408, 425, 429}:
            return Answer(sequence, manifest, is_accepted=False, reason=f"HTTP {status}: {body[:300]}")
        raise DeliveryError(f"HTTP {status}")

    def answers(self, platform: Platform) -> Iterable[Answer]:
        """It answers at once or not at all."""
        return ()

    def _post(self, platform: Platform, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        address = urlsplit(platform.address)
        if address.scheme != "https" and settings.PRODUCTION:
            raise DeliveryError("only https:// in production")
        try:
            connection = _connection(address.scheme, address.hostname or "", address.port)
            try:
                connection.request("POST", address.path or "/", body=body, headers=headers)
                response = connection.getresponse()
                return response.status, response.read(_LONGEST_ANSWER).decode("utf-8", "replace")
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            raise DeliveryError(f"{type(error).__name__}: {error}") from error


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=SECONDS)


def _headers(platform: Platform, name: str, manifest: str) -> dict[str, str]:
    headers = {
        "Content-Type": "application/zip",
        "Idempotency-Key": f"{platform.code}-{name}",
        "X-Manifest-SHA256": manifest,
    }
    if platform.token_variable:
        token = os.environ.get(platform.token_variable, "")
        if not token:
            raise DeliveryError(f"the variable {platform.token_variable} is not set")
        headers["Authorization"] = f"Bearer {token}"
    return headers


def _answer(sequence: int, manifest: str, body: str) -> Answer | None:
    """What the platform said, where it said it in our words; delivered without an answer otherwise."""
    try:
        said = json.loads(body)
        return Answer(sequence, str(said["manifest_sha256"]), bool(said["accepted"]), list(said.get("rejected", [])))
    except (ValueError, KeyError, TypeError):
        return None


def zipped(files: Files) -> bytes:
    """The files as one, the same bytes for the same content."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()
