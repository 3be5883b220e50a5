"""Chromium for tests against the running stack; an error in the browser's console fails the test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.stack import Stack

# Root in a container can't use the sandbox; the rest keeps Chromium from talking to anybody but the stack.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
NewPage = Callable[[int], Page]
BROWSERS = (os.environ.get("CHROMIUM", ""), "chromium", "google-chrome", "google-chrome-stable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser."""
    for item in items:
        if {"page", "phone", "new_page"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's own Chromium, or Playwright's where it has none."""
    path = next((found for name in BROWSERS if name and (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, stack: Stack) -> Iterator[NewPage]:
    """Make pages of a width in pixels, each with cookies of its own; addresses are relative to the stack."""
    errors: list[str] = []
    contexts = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    def make(width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=stack.url, viewport={"width": width, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", on_console)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, "\n".join(["the browser's console says:", *errors])


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A desktop's page, 1280 pixels wide."""
    return new_page(1280)


@pytest.fixture
def phone(new_page: NewPage) -> Page:
    """A phone's page, 360 pixels wide."""
    return new_page(360)
