"""What journeys share: signing in, looking at a page, acting on a case, opening a case by its secret."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Response, Route

AXE = Axe()
PHONE, DESKTOP = 360, 1280
# Where the pages are to be looked at by people; nowhere in an ordinary run.
PICTURES = os.environ.get("PICTURES", "")


def look(page: Page, name: str, *, both: bool = True) -> None:
    """Nothing wider than the screen, nothing serious for axe, on a desktop and on a phone; and pictures for people.

    Args:
        both: False for a page that is a phone's already.
    """
    width = page.viewport_size["width"] if page.viewport_size else DESKTOP
    for at in (DESKTOP, PHONE) if both else (width,):
        page.set_viewport_size({"width": at, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= at, f"{name} at {at}"
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{at}.png"), full_page=True)
    found = AXE.run(page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == [], name
    page.set_viewport_size({"width": width, "height": 900})


def keep_picture(page: Page, name: str) -> None:
    """The page on a desktop and on a phone, for people to look at; nothing in an ordinary run."""
    if not PICTURES:
        return
    size = page.viewport_size
    for width in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
    if size:
        page.set_viewport_size(size)


def sign_in(page: Page, user: str, password: str) -> Page:
    """The same page, signed in to the admin."""
    page.goto("/admin/login/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.locator("#login-form button[type=submit]").click()
    page.wait_for_url("**/admin/")
    return page


def open_case(phone: Page, reference: str, secret: str) -> None:
    """The tracking page, opened as with the scanned code."""
    phone.goto(f"/track/{reference}/#{secret}")
    phone.locator("main button[type=submit]").first.click()
    phone.wait_for_url(re.compile(rf"/track/{reference}/$"))


def previewed(page: Page) -> Response:
    """The answer to the preview button of the form in hand; the form stays as it was."""
    address = page.url
    with page.context.expect_event("response", lambda answer: answer.request.method == "POST") as caught:
        page.locator("button[name=preview]").click()
    for other in page.context.pages:
        if other is not page:
            other.close()
    assert page.url == address
    answer: Response = caught.value
    return answer


def submit(page: Page) -> None:
    """Send the admin's form in hand, and wait for the answer."""
    follow(page, page.locator("form.cw-form button.cw-first"))


def follow(page: Page, link: Locator) -> None:
    """Click what leads to another page, and wait for it."""
    with page.expect_navigation():
        link.click()


def submit_refused(page: Page) -> None:
    """Send the form in hand and stay on it, with what is wrong."""
    with refusals_shown(page):
        submit(page)
        page.locator("form.cw-form [role=alert]").wait_for()


@contextmanager
def refusals_shown(page: Page) -> Iterator[None]:
    """Pages that refuse come as 200: the browser notes 400, 404 and 410 as errors, and here they are right."""

    def show(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        route.fulfill(response=answer, status=200 if answer.status in {400, 404, 410, 422} else answer.status)

    page.route("**/*", show)
    yield
    page.unroute_all(behavior="wait")
