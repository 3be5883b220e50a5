"""`make demo`: everything on this machine, with example data, until Ctrl-C.

Starts what is missing, skips what has not changed since the last start, and stops all of it again in the right order.
The data stays in var/; `--reset` deletes it first.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FrameType
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from script import processes  # noqa: E402
from script.processes import Child, ProcessError  # noqa: E402

VAR = Path(os.environ.get("VAR_DIR", str(ROOT / "var"))).resolve()
SOCKET = VAR / "broker" / "valkey.sock"
LOGS = VAR / "log"
STAMPS = VAR / "demo-stamps.json"
LOGINS = VAR / "demo-logins.txt"
DATA = ("postgres", "broker", "files", "mail", STAMPS.name, LOGINS.name)
RESET = "make demo RESET=1 (this deletes the demo's data)"


class DemoError(Exception):
    """A step failed.

    Args:
        text: what happened.
        remedy: what the reader can do about it.
    """

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.remedy = remedy


class Stopped(Exception):
    """Ctrl-C, or a signal that means the same."""


@contextlib.contextmanager
def step(name: str, remedy: str) -> Iterator[None]:
    """Print a step with its duration; a failure inside leaves with the step's remedy."""
    print(f"  {name} ...", flush=True)
    start = time.monotonic()
    try:
        yield
    except (DemoError, Stopped):
        raise
    except Exception as error:
        raise DemoError(f"{name}: {type(error).__name__}: {error}", remedy) from error
    print(f"  {name}: {time.monotonic() - start:.1f} s", flush=True)


class Stamps:
    """Remembers from which inputs a step was last done."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def is_current(self, name: str, digest: str) -> bool:
        """Whether the step was done from inputs with this digest."""
        return self.known.get(name) == digest

    def remember(self, name: str, digest: str) -> None:
        """The step was done."""
        self.known[name] = digest
        self.path.write_text(json.dumps(self.known, indent=1), encoding="utf-8")


def digest_of(paths: Iterable[Path]) -> str:
    """SHA-256 over names and contents of files."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(f"{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def sources(*patterns: str) -> list[Path]:
    """Files of this checkout by pattern."""
    return [path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()]


def take_lock() -> TextIO:
    """One demo per checkout.

    Raises:
        DemoError: another one runs.
    """
    (VAR / "static").mkdir(parents=True, exist_ok=True)
    file = (VAR / "demo.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise DemoError(f"A demo already runs here: {file.read()}", "stop it with Ctrl-C in its terminal") from None
    return file


def describe(lock: TextIO, port: int) -> None:
    """Say in the lock file who holds it."""
    lock.truncate(0)
    lock.write(f"http://127.0.0.1:{port} (process {os.getpid()})")
    lock.flush()


def reset() -> None:
    """Delete the demo's data.

    Raises:
        DemoError: somebody still uses the database.
    """
    from casework.embedded import is_postmaster

    pid_file = VAR / "postgres" / "postmaster.pid"
    if pid_file.exists() and is_postmaster(pid_file, VAR / "postgres"):
        stop_leftover(int(pid_file.read_text(encoding="utf-8").split()[0]))
    for name in DATA:
        path = VAR / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def stop_leftover(pid: int) -> None:
    """Stop a PostgreSQL that was left running over the demo's data."""
    os.kill(pid, signal.SIGINT)  # a fast shutdown: PostgreSQL would wait for its clients on SIGTERM
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise DemoError("Another process uses the demo's database.", f"end it (or PostgreSQL: kill {pid}) and try again")


def set_environment(port: int) -> None:
    """What the settings of this process and of all its children read."""
    os.environ.update(
        CASEWORK_ENV="demo",
        DJANGO_SETTINGS_MODULE="casework.settings",
        VAR_DIR=str(VAR),
        SITE_URL=os.environ.get("SITE_URL") or f"http://127.0.0.1:{port}",
        CELERY_BROKER_URL=f"redis+socket://{SOCKET}",
    )
    os.environ.setdefault("LOG_LEVEL", "WARNING")


def start_database() -> None:
    """Start or join the embedded PostgreSQL, and name it to the children, so that only this process holds it."""
    if not os.environ.get("DATABASE_URL"):
        from casework import embedded

        os.environ["DATABASE_URL"] = embedded.database_url(VAR, "demo")


def prepare_data(stamps: Stamps) -> None:
    """Bring database, reference data, messages and fonts up to this checkout; fill in the example data once."""
    import django
    from django.core.management import call_command, get_commands

    with step("Settings and system checks", "see the check's hint above"):
        django.setup()
        call_command("check")
    migrations = digest_of(sources("*/migrations/*.py", "*/*/migrations/*.py", "requirements.txt"))
    once(stamps, "migrate", "Database tables", migrations, RESET, lambda: call_command("migrate", verbosity=0))
    call_command("check", databases=["default"])
    reference = digest_of(sources("casework/**/*.py", "complaints/**/*.py", "*/data/**/*", "*/*/data/**/*"))
    if "load_reference" in get_commands():
        once(stamps, "reference", "Reference data", reference, RESET, lambda: call_command("load_reference"))
    catalogue = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
    if not catalogue.with_suffix(".mo").exists():
        stamps.known.pop("messages", None)
    once(stamps, "messages", "Chinese texts", digest_of([catalogue]), "git checkout locale", compile_messages)
    with step("Letter fonts (about a minute the first time)", "apt-get install fonts-noto-cjk fontconfig"):
        call_command("prepare_fonts")
    if "seed_demo" in get_commands():
        once(stamps, "seed", "Example cases", "1", RESET, lambda: call_command("seed_demo"))
    if "seed_fees" in get_commands():
        once(stamps, "seed_fees", "Example fee lists", "1", RESET, lambda: call_command("seed_fees"))
    if "seed_credit" in get_commands():
        once(stamps, "seed_credit", "Example credit records", "1", RESET, lambda: call_command("seed_credit"))
    if "seed_accounts" in get_commands():
        once(stamps, "seed_accounts", "Example accounts", "1", RESET, lambda: call_command("seed_accounts"))
    with step("Deadlines that came due meanwhile", "see the error above"):
        sweep()
    from django.db import connections

    connections.close_all()


def sweep() -> None:
    """What beat will do every minute: after a long stop the web server would not call itself ready until then."""
    from casework.cases.outbox import without_wake
    from casework.cases.sweep import sweep_deadlines

    with without_wake():  # the broker does not run yet
        sweep_deadlines()


def once(stamps: Stamps, name: str, title: str, digest: str, remedy: str, action: Callable[[], object]) -> None:
    """Do a step unless it was done from the same inputs."""
    if stamps.is_current(name, digest):
        return
    with step(title, remedy):
        action()
    stamps.remember(name, digest)


def compile_messages() -> None:
    """Write the .mo that Django reads."""
    from script.messages import compile_catalogue

    compile_catalogue(ROOT)


def is_ready(port: int) -> bool:
    """Whether the web server says that it is."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def start_processes(children: list[Child], port: int) -> None:
    """Start broker, workers, beat and web, and wait until they answer."""

    def launch(child: Child) -> None:
        children.append(child)
        child.start()

    with step("Broker", f"see {LOGS}/broker.log"):
        launch(processes.broker(SOCKET, LOGS / "broker.log"))
        processes.wait_until("broker", lambda: processes.answers_ping(SOCKET), children, 10)
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with step("Web server, workers and clock", f"see the logs in {LOGS}"):
        launch(processes.web(env, port, LOGS / "web.log"))
        for queue, tasks in (("default", 1000), ("letters", 200)):
            launch(processes.worker(env, queue, LOGS / f"worker-{queue}.log", tasks_per_child=tasks))
        launch(processes.beat(env, LOGS / "beat.log"))
        processes.wait_until("web server", lambda: is_ready(port), children, 60)
        workers = [child for child in children if child.name.startswith("worker")]
        processes.wait_until("workers", lambda: all(" ready." in child.tail(200) for child in workers), children, 60)


def announce(port: int, started: float) -> None:
    """Addresses and logins."""
    url = os.environ["SITE_URL"]
    rows = [("File and track a complaint", "/"), ("Work on cases", "/admin/"), ("API", "/api/v1/docs/")]
    print(f"\nReady after {time.monotonic() - started:.1f} s.\n")
    for title, path in rows:
        print(f"  {title:<28}{url}{path}")
    print(f"  {'E-mails sent':<28}{VAR / 'mail'}")
    print(f"  {'Logs':<28}{LOGS}")
    if LOGINS.exists():
        print("\n" + LOGINS.read_text(encoding="utf-8").rstrip())
    print("\nCtrl-C stops everything; the data stays. make demo RESET=1 starts afresh.\n", flush=True)


def watch(children: list[Child]) -> None:
    """Wait for the end.

    Raises:
        DemoError: a process stopped by itself.
    """
    while True:
        for child in children:
            if child.exit_code() is not None:
                text = f"{child.name} stopped by itself with code {child.exit_code()}. The end of its log:"
                raise DemoError(f"{text}\n{child.tail()}", f"read {child.log}, then start again: make demo")
        time.sleep(0.5)


def stop_all(children: list[Child]) -> None:
    """Web first, so that nobody writes; the broker last, so that workers can finish their task."""
    order = {"web": 0, "beat": 1, "worker-default": 2, "worker-letters": 3, "broker": 4}
    for child in sorted(children, key=lambda child: order[child.name]):
        child.stop()


def on_signal(_number: int, _frame: FrameType | None) -> None:
    """Ctrl-C, kill, or the terminal's end."""
    raise Stopped


def run(options: argparse.Namespace) -> None:
    """Start, watch, stop.

    Raises:
        DemoError: something failed.
        Stopped: somebody stopped it.
    """
    started = time.monotonic()
    lock = take_lock()
    if not processes.port_is_free(options.port):
        remedy = f"make demo PORT={options.port + 1}"
        raise DemoError(f"Port {options.port} is taken by another program.", remedy)
    describe(lock, options.port)
    print("Starting the demo", flush=True)
    if options.reset:
        with step("Old data deleted", f"rm -r {VAR}"):
            reset()
    set_environment(options.port)
    children: list[Child] = []
    try:
        with step("PostgreSQL", RESET):
            start_database()
        prepare_data(Stamps(STAMPS))
        start_processes(children, options.port)
        announce(options.port, started)
        watch(children)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        print("Stopping ...", flush=True)
        stop_all(children)


def main() -> int:
    """Parse the command line; 0 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--reset", action="store_true")
    options = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        run(options)
    except Stopped:
        print("Stopped; the data is kept in var/.")
        return 0
    except (DemoError, ProcessError) as error:
        print(f"\nStopped: {error}\nRemedy:  {getattr(error, 'remedy', 'make demo')}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
