"""The guard in a real browser: with scripts nobody notices it, without them one more page asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.pages import look
from tests.browser.test_portal_site import filed, fill, pdf, site
from tests.stack import Stack

__all__ = ["site"]


@pytest.fixture
def unscripted(browser: Browser, site: Stack) -> Iterator[Page]:
    """A browser without scripts."""
    context = browser.new_context(base_url=site.url, java_script_enabled=False, locale="zh-CN")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def _filed_since(site: Stack, before: int) -> int:
    return int(site.sql("SELECT count(*) FROM cases_case")[0]["count"]) - before


def test_the_work_is_done_while_one_types(site: Stack, page: Page) -> None:
    page.goto("/complaints/new/")
    nonce = page.locator("[name=guard_nonce]")
    expect(nonce).to_have_value("")
    page.focus("#id_complainant_name")
    expect(nonce).not_to_have_value("")
    fill(page)
    page.locator("button.big").click()
    filed(page)


def test_whoever_is_faster_than_the_work_waits_for_it(site: Stack, page: Page) -> None:
    page.goto("/complaints/new/")
    fill(page)
    # As if the page had been filled in without being touched, and the work were new.
    page.evaluate("document.querySelector('[name=guard_nonce]').value = ''")
    page.reload()
    fill(page)
    page.locator("button.big").dblclick()
    filed(page)


def test_a_filled_trap_is_answered_calmly(site: Stack, page: Page) -> None:
    page.goto("/complaints/new/")
    page.set_input_files("#id_files", [pdf()])
    fill(page)
    page.evaluate("document.querySelector('.guard-trap input').value = 'x'")
    page.locator("button.big").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请确认")
    look(page, "guard-confirm")
    page.get_by_role("button", name="是的，确认提交").click()
    filed(page)


def test_without_scripts_one_more_page_asks(site: Stack, unscripted: Page) -> None:
    before = int(site.sql("SELECT count(*) FROM cases_case")[0]["count"])
    page = unscripted
    page.goto("/complaints/new/")
    assert "多一页请您确认" in page.content()
    page.set_input_files("#id_files", [pdf()])
    fill(page, with_places=False)
    for name, code in (("city", "320200"), ("county", "320205")):
        page.get_by_role("button", name="列出下级行政区划").click()
        page.select_option(f"#id_{name}", code)
    page.locator("button.big").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请确认")
    assert _filed_since(site, before) == 0
    page.get_by_role("button", name="是的，确认提交").click()
    filed(page)
    assert _filed_since(site, before) == 1
