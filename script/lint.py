"""`make lint`: every check runs, and the end says which failed and how to mend it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
OPENAPI = ROOT / "docs" / "openapi.yaml"


def run(*arguments: str, **env: str) -> bool:
    """Run a module of the environment; its output goes to ours."""
    command = [PYTHON, *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, stdin=subprocess.DEVNULL).returncode == 0


def module(*arguments: str) -> Callable[[], bool]:
    """A check that is `python -m ...`."""
    return lambda: run("-m", *arguments)


def manage(*arguments: str, **env: str) -> Callable[[], bool]:
    """A check that is `manage.py ...`."""
    return lambda: run("manage.py", *arguments, **env)


def templates_are_tidy() -> bool:
    """Djlint over the templates, both for faults and for layout."""
    folders = [str(path.relative_to(ROOT)) for path in (ROOT / "templates",) if any(path.rglob("*.html"))]
    return not folders or (run("-m", "djlint", "--lint", "--quiet", *folders) and tidy_layout(folders))


def tidy_layout(folders: list[str]) -> bool:
    """Layout as `make format` leaves it."""
    return run("-m", "djlint", "--check", "--quiet", *folders)


def openapi_is_fresh() -> bool:
    """The committed schema is the one that the code gives; checked as soon as one is committed."""
    if not OPENAPI.exists():
        print("no docs/openapi.yaml yet")
        return True
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "openapi.yaml"
        if not run("manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", str(fresh)):
            return False
        return fresh.read_bytes() == OPENAPI.read_bytes()


# Under both languages: a migration that holds translated text would differ.
CHECKS: tuple[tuple[str, Callable[[], bool], str], ...] = (
    ("ruff check", module("ruff", "check", "."), "make format, then by hand"),
    ("ruff format", module("ruff", "format", "--check", "."), "make format"),
    ("mypy", module("mypy"), "by hand"),
    ("templates", templates_are_tidy, "make format, then by hand"),
    ("layers", lambda: run("-c", "from importlinter.cli import lint_imports_command as c; c()"), "see pyproject.toml"),
    ("migrations", manage("makemigrations", "--check", "--dry-run"), "manage.py makemigrations"),
    (
        "migrations, in English",
        manage("makemigrations", "--check", "--dry-run", LANGUAGE_CODE="en"),
        "no translated text in migrations: use gettext_lazy in models",
    ),
    ("Chinese texts", lambda: run("script/messages.py", "check"), "script/messages add FILE.json, then extract"),
    ("API schema", openapi_is_fresh, "make openapi"),
    ("state diagram", manage("flow_diagram", "--check"), "manage.py flow_diagram"),
)


def main() -> int:
    """Run the checks, all of them; 1 when one failed."""
    os.environ["CASEWORK_ENV"] = "test"
    failed = []
    for name, check, remedy in CHECKS:
        start = time.monotonic()
        print(f"--- {name}", flush=True)
        if not check():
            failed.append(f"{name}: {remedy}")
        print(f"    {time.monotonic() - start:.1f} s", flush=True)
    for line in failed:
        print(f"FAILED  {line}", file=sys.stderr)
    print(f"lint: {len(CHECKS) - len(failed)} of {len(CHECKS)} checks passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
