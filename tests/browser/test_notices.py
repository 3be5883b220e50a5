"""The public refund notices in a real browser: found by the payee's name, readable on a phone and in English."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import AXE, look
from tests.stack import Stack


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    """The demo's orders; a second seeding changes nothing."""
    stack.manage("seed_fees")
    return stack


@pytest.mark.usefixtures("seeded")
def test_an_enterprise_finds_its_money(page: Page) -> None:
    page.goto("/fees/notices/")
    look(page, "notices")
    page.fill("#id_payee", "印刷行业")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="示例印刷行业协会").click()
    expect(page.locator("main")).to_contain_text("请携带缴费凭证登记领取退款")
    # A payer that the order knows, and the reporter.
    expect(page.locator("main")).not_to_contain_text("示例彩印")
    expect(page.locator("main")).not_to_contain_text("示例印务")
    look(page, "notice")
    page.get_by_role("button", name="English").click()
    expect(page.locator("main")).to_contain_text("How to get your money back")
    look(page, "notice-en")
    assert AXE.run(page).violations_count == 0
    page.goto("/fees/notices/?payee=乌有")
    look(page, "notices-none")
    page.goto("/fees/notices/")
    look(page, "notices-en")
    assert AXE.run(page).violations_count == 0
