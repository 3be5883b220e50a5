"""Platforms for tests: one that reads a folder, one with a web address that answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from casework.cases.actors import Actor
from casework.exchange.models import Package, Platform
from casework.exchange.services import package_put


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the platform `folder` finds its packages."""
    settings.VAR_DIR = tmp_path
    return tmp_path / "exchange" / "credit"


@pytest.fixture
def platform(folder: Path, db: None) -> Platform:
    """A platform that reads a folder."""
    return Platform.objects.create(code="folder", name="测试平台", adapter="folder", address="credit")


def put(platform: Platform, key: str, kind: str = "publish", **fields: Any) -> Package:
    """A package with one record."""
    with transaction.atomic():
        return package_put(
            platform=platform.pk, kind=kind, records=[{"record": key, **fields}], key=key, actor=Actor.system()
        )


class Peer:
    """A web server that answers as it is told and keeps what it got.

    Attributes:
        script: statuses for the next requests; 200 when it is used up.
        got: (headers, body) of each request.
    """

    def __init__(self) -> None:
        self.script: list[int] = []
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer: dict[str, Any] | None = {"accepted": True}
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                peer.got.append((dict(self.headers), body))
                status = peer.script.pop(0) if peer.script else 200
                said = {"manifest_sha256": self.headers["X-Manifest-SHA256"], **peer.answer} if peer.answer else {}
                content = json.dumps(said).encode() if status < 300 else "字段缺失".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/packages"

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A web server that plays the platform."""
    made = Peer()
    yield made
    made.close()
