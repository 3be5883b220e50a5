"""The quality bar, on every public page that the URLconf knows: a new page is measured without being named here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import keep_picture
from tests.browser.quality import (
    BUDGET,
    FILING,
    FILING_BUDGET,
    MOST_REQUESTS,
    Load,
    axe_faults,
    focus_faults,
    frame_faults,
    overflow_faults,
    print_faults,
    public_routes,
)
from tests.stack import Stack

# Pages of one case, opened by its secret: the journey that opens each one puts it under axe there.
OPENED_BY_SECRET = {
    "account/": "test_accounts.py",
    "complaints/file/": "test_steps.py",
    "drafts/": "test_steps.py",
    "fees/report/file/": "test_steps.py",
    "respond/": "test_respondent_journey.py",
    "track/": "test_portal_site.py, test_money_journey.py, test_side_matters_journey.py",
    "verify/": "test_letters_journey.py",
    "disclosures/": "test_disclosures_journey.py",
    "fees/report/track/": "test_fee_reports.py",
    "fees/subscriptions/": "test_catalogue_history.py",
    "fees/monitoring/": "test_monitoring_journey.py",
    "credit/track/": "test_credit_subject.py",
}
# Their lists lead to them, and `test_pages_of_single_rows` follows.
LISTED = ("fees/entries/", "fees/lists/", "fees/notices/", "fees/typical-cases/", "credit/<")
# Parts of a page or answers to a posted form, not pages.
NOT_PAGES = ("complaints/places/", "complaints/assess/", "uploads/")
SETUP = """
import json
from tests.credit.house import CreditHouse
record = CreditHouse().published()
print(json.dumps({"reference": record.reference}))
"""


@pytest.fixture(scope="module")
def site(stack: Stack) -> Stack:
    """The sample lists, notices and typical cases; a second seeding changes nothing."""
    stack.manage("seed_fees")
    return stack


@pytest.fixture(scope="module")
def record(site: Stack) -> str:
    """The reference of a published credit record."""
    reference: str = json.loads(site.manage("shell", "--no-imports", "-c", SETUP).strip().splitlines()[-1])["reference"]
    return reference


def is_plain(route: str) -> bool:
    """Whether a route is a page without an identifier."""
    return "<" not in route and "(?P" not in route and not route.startswith(NOT_PAGES)


PAGES = [route for route in public_routes() if is_plain(route)]


@contextmanager
def visitor(browser: Browser, site: Stack, locale: str, **options: Any) -> Iterator[Page]:
    """A page with empty caches, as on a first visit; what the console complains of fails the test."""
    said: list[str] = []
    context = browser.new_context(
        base_url=site.url,
        viewport={"width": 1280, "height": 900},
        locale=locale,
        timezone_id="Asia/Shanghai",
        **options,
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert [text for text in said if "status of 4" not in text] == []


def open_page(page: Page, route: str) -> bool:
    """Go there; False for what isn't a page: a feed, a file, a download, an address that only takes a form."""
    answer = page.request.get(f"/{route}")
    if answer.status == 405 or not answer.headers.get("content-type", "").startswith("text/html"):
        return False
    page.goto(f"/{route}")
    return True


def test_every_route_with_an_identifier_is_looked_at_somewhere() -> None:
    left = [route for route in public_routes() if not is_plain(route) and not route.startswith(NOT_PAGES)]
    forgotten = [
        route for route in left if not route.startswith(tuple(OPENED_BY_SECRET)) and not route.startswith(LISTED)
    ]
    assert forgotten == []


@pytest.mark.parametrize("route", PAGES)
def test_a_page_in_both_languages_and_schemes(site: Stack, browser: Browser, route: str) -> None:
    found: list[str] = []
    # Colours are the same in both languages: each scheme is judged once.
    for locale, language, scheme in (("zh-CN", "zh-hans", "light"), ("en", "en", "dark")):
        with visitor(browser, site, locale, color_scheme=scheme) as page:
            if not open_page(page, route):
                return
            found += frame_faults(page, language) + axe_faults(page, f"{language} {scheme}")
            keep_picture(page, f"page-{route.replace('/', '-')}{language}")
            found += overflow_faults(page) + focus_faults(page)
            page.set_viewport_size({"width": 320, "height": 900})
            found += axe_faults(page, f"{language} {scheme} 320 px") + print_faults(page)
    assert found == []


@pytest.mark.parametrize("route", PAGES)
def test_what_a_first_visit_costs(site: Stack, browser: Browser, route: str) -> None:
    load = Load(urlsplit(site.url).netloc)
    with visitor(browser, site, "zh-CN") as page:
        if not open_page(page, route):
            return
        page.context.clear_cookies()
        page.on("requestfinished", load.note)
        page.goto(f"/{route}", wait_until="networkidle")
    assert load.foreign == []
    assert len(load.sizes) <= MOST_REQUESTS, load.sizes
    assert load.total <= (FILING_BUDGET if route.startswith(FILING) else BUDGET), load.sizes


@pytest.mark.parametrize("route", PAGES)
def test_the_same_page_without_scripts(site: Stack, browser: Browser, route: str) -> None:
    with visitor(browser, site, "zh-CN") as page:
        if not open_page(page, route):
            return
        heading = page.inner_text("h1")
    with visitor(browser, site, "zh-CN", java_script_enabled=False) as page:
        page.goto(f"/{route}")
        expect(page.locator("h1")).to_have_text(heading, use_inner_text=True)
        for form in page.locator("main form").all():
            expect(form.locator("button:not([type=button]), input[type=submit]").first).to_be_visible()


@pytest.mark.parametrize("start", ["fees/", "fees/lists/", "fees/notices/", "fees/typical-cases/", "credit/"])
@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh-hans"), ("en", "en")])
def test_pages_of_single_rows(
    site: Stack, browser: Browser, record: str, start: str, locale: str, language: str
) -> None:
    with visitor(browser, site, locale) as page:
        page.goto(f"/{start}")
        link = page.locator(".entries h2 a, .entries h3 a, main .plain-list a, main .sheet a").first
        address = link.get_attribute("href") or ""
        assert address.startswith("/"), f"{start} lists nothing"
        page.goto(address)
        found = frame_faults(page, language)
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            found += axe_faults(page, scheme)
        found += overflow_faults(page) + print_faults(page)
    assert found == []
