"""What every test may use, and the rule that under CI nothing is skipped."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.reference_data import _no_wake_ups, django_db_setup
from tests.stack import Stack

__all__ = ["_no_wake_ups", "django_db_setup"]
GROUP = "stack-"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--no-skips`: a skipped test counts as a failed run."""
    parser.addoption("--no-skips", action="store_true", default=os.environ.get("CI") == "true")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A module's tests of the stack share one worker, since they share cases; each worker starts one stack for all."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.stack)
        if item.get_closest_marker("stack"):
            item.add_marker(pytest.mark.xdist_group(f"{GROUP}{item.path.stem}"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """A pytest that xdist does not know ignores the groups silently, and every worker starts a stack: notice it."""
    grouped = getattr(session.config.option, "loadgroup", False)
    for item in session.items if grouped else ():
        if item.get_closest_marker("stack") and f"@{GROUP}" not in item.nodeid:
            raise pytest.UsageError("xdist does not group the tests of the stack: pin a pytest version that it knows.")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run when tests were skipped and `--no-skips` holds."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--no-skips") and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why a run without failures failed."""
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped and terminalreporter.config.getoption("--no-skips"):
        terminalreporter.section("skipped tests are not allowed here", red=True)
        terminalreporter.line(f"{skipped} skipped: see the list above for the reasons")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A running system: web, workers, broker, and a database of its own with the reference data in it."""
    with Stack(tmp_path_factory.mktemp("stack"), with_beat=True) as running:
        yield running
