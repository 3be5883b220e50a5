"""A whole running system for tests: web, workers and broker as processes, with a database and a folder of their own."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql
from psycopg.rows import dict_row

from script import processes
from script.processes import Child

ROOT = processes.ROOT
QUEUES = ("default", "letters")


class Stack:
    """A running system, used as a context manager.

    Args:
        folder: for logs; they stay after a failure.
        with_beat: also run beat, so that sweeps and late relays happen by themselves.

    Attributes:
        url: the web server's address, without a slash at the end.
        mail_folder: where e-mails land, one `.eml` each.
    """

    def __init__(self, folder: Path, *, with_beat: bool = False) -> None:
        self.logs = folder / "logs"
        # Not below `folder`: the path of a Unix socket may have 107 bytes.
        self.var = Path(tempfile.mkdtemp(prefix="stack-"))
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.mail_folder = self.var / "mail"
        self.database = f"stack_{uuid.uuid4().hex[:12]}"
        self.with_beat = with_beat
        self.children: dict[str, Child] = {}
        self.env = self._environment()

    def _environment(self) -> dict[str, str]:
        server = self._server()
        login = f"{quote(server['user'], safe='')}:{quote(server.get('password', ''), safe='')}"
        # The host as an option: it may be the folder of a Unix socket.
        address = f":{server.get('port', 5432)}/{self.database}?host={quote(server.get('host', ''), safe='/')}"
        return {
            **os.environ,
            "CASEWORK_ENV": "test",
            "DJANGO_SETTINGS_MODULE": "casework.settings",
            "VAR_DIR": str(self.var),
            "DATABASE_URL": f"postgres://{login}@{address}",
            "CELERY_BROKER_URL": f"redis+socket://{self.var}/broker/valkey.sock",
            "EMAIL_URL": "filemail://",
            "SITE_URL": self.url,
            # Little work, but the guard of the forms is asked as in real life.
            "GUARD_PROOF_BITS": "6",
            "PYTHONUNBUFFERED": "1",
        }

    def _server(self) -> dict[str, Any]:
        parameters = connections["default"].get_connection_params()
        return {name: parameters[name] for name in ("host", "port", "user", "password") if parameters.get(name)}

    def _connect(self, database: str) -> psycopg.Connection[dict[str, Any]]:
        return psycopg.connect(**self._server(), dbname=database, autocommit=True, row_factory=dict_row)

    def __enter__(self) -> Stack:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self) -> None:
        with self._connect("postgres") as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.database)))
        self._link_fonts()
        self.manage("migrate", "--verbosity", "0")
        self.manage("load_reference")
        socket_path = self.var / "broker" / "valkey.sock"
        self.start(processes.broker(socket_path, self.logs / "broker.log"))
        self.wait_for("broker", lambda: processes.answers_ping(socket_path))
        self.start(processes.web(self.env, self.port, self.logs / "web.log"))
        for queue in QUEUES:
            self.start_worker(queue)
        if self.with_beat:
            self.start(processes.beat(self.env, self.logs / "beat.log"))
        self.wait_for("web", self.is_ready)

    def _link_fonts(self) -> None:
        """Cutting the letters' faces takes 40 s; they are the same for everybody on this machine."""
        fonts = Path(settings.VAR_DIR).resolve() / "fonts"
        if fonts.is_dir():
            (self.var / "fonts").symlink_to(fonts)

    def close(self) -> None:
        """Stop everything and drop the database; the logs stay."""
        for child in reversed(self.children.values()):
            child.stop(timeout=5)
        with self._connect("postgres") as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.database)))
        shutil.rmtree(self.var, ignore_errors=True)

    def start(self, child: Child) -> Child:
        """Start a process that `close` will stop."""
        self.children[child.name] = child
        child.start()
        return child

    def start_worker(self, queue: str = "default") -> None:
        """Start the worker of a queue and wait until it takes tasks."""
        worker = self.start(processes.worker(self.env, queue, self.logs / f"worker-{queue}.log", tasks_per_child=50))
        self.wait_for(worker.name, lambda: " ready." in worker.tail(50))

    def kill_worker(self, queue: str = "default") -> None:
        """SIGKILL to the worker of a queue and all its processes."""
        self.children.pop(f"worker-{queue}").kill()

    def stop_worker(self, queue: str = "default") -> None:
        """Let the worker of a queue finish its task and go."""
        self.children.pop(f"worker-{queue}").stop()

    def is_ready(self) -> bool:
        """Whether /readyz says so."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait_for(self, what: str, ready: Callable[[], bool], seconds: float = 60.0) -> None:
        """Poll until `ready()` holds.

        Raises:
            ProcessError: a process died or `seconds` passed; with the ends of all logs.
        """
        processes.wait_until(what, ready, list(self.children.values()), seconds)

    def wait_for_row(self, query: str, *params: object, seconds: float = 30.0) -> dict[str, Any]:
        """Poll until `query` gives a row, and return it."""
        rows: list[dict[str, Any]] = []

        def found() -> bool:
            rows[:] = self.sql(query, *params)
            return bool(rows)

        self.wait_for(query, found, seconds)
        return rows[0]

    def sql(self, query: str, *params: object) -> list[dict[str, Any]]:
        """Run one statement in the stack's database; rows as dicts, empty for a statement without rows."""
        with self._connect(self.database) as connection:
            cursor = connection.execute(query.encode(), params or None)
            return cursor.fetchall() if cursor.description else []

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run manage.py in the stack's environment and return what it printed.

        Raises:
            ProcessError: it failed; with its output.
        """
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
        )
        if result.returncode:
            raise processes.ProcessError(f"manage.py {' '.join(arguments)}:\n{result.stdout}\n{result.stderr}")
        return result.stdout

    def mails(self) -> list[Path]:
        """The e-mails sent so far."""
        return sorted(self.mail_folder.glob("*.eml")) if self.mail_folder.is_dir() else []


def poll(ready: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether `ready()` comes to hold within `seconds`."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
