"""The public pages about fees in a real browser: readable for everybody, and a check from end to end."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.stack import Stack

AXE = Axe()


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    """The sample lists; a second seeding changes nothing."""
    stack.manage("seed_fees")
    return stack


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.usefixtures("seeded")
def test_pages_fit_and_are_accessible(new_page: NewPage, width: int) -> None:
    page = new_page(width)
    for address in (
        "/fees/", "/fees/?words=登记", "/fees/?words=乌有之费", "/fees/check/",
        "/fees/company/?industry=E&division=金寨县",
        "/fees/lists/", "/fees/lists/central-services/", "/fees/lists/central-services/1/", "/fees/subscriptions/",
        "/fees/check/?item=应收账款质押登记&charged_on=2026-03-01&amount=60&quantity=1&unit=件·年",
    ):  # fmt: skip
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert AXE.run(page).violations_count == 0, address


@pytest.mark.usefixtures("seeded")
def test_from_a_search_to_a_verdict(phone: Page) -> None:
    phone.goto("/fees/")
    phone.fill("#id_words", "质押登记")
    phone.get_by_role("button", name="查询").click()
    phone.get_by_role("link", name="应收账款质押登记收费").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("应收账款质押登记收费")
    phone.get_by_role("link", name="核对这个项目的一笔收费").click()
    phone.fill("#id_amount", "60")
    phone.fill("#id_quantity", "1")
    phone.get_by_role("button", name="核对").click()
    expect(phone.locator("#verdict-1")).to_have_text("超过收费标准")
    expect(phone.locator(".verdict").first).to_contain_text("多收 30 元")
