"""The public calculators in a real browser: without scripts, on a phone, on paper, readable for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_portal_site import faults
from tests.stack import Stack

DEADLINE = "/calculators/deadline/"
# Make-up days; rolled over a holiday; provisional; refused; a named day.
QUESTIONS = (
    "",
    "?rule=arrears.transfer&start=2026-02-09",
    "?rule=arrears.handling&start=2026-07-05&total_days=90",
    "?rule=arrears.handling&start=2026-12-16",
    "?rule=arrears.transfer&start=2003-01-01",
    "?rule=disclosure.annual&start=2026-01-01",
)


def test_a_question_without_scripts_on_a_phone(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(
        base_url=stack.url, java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("link", name="什么时候到期").click()
    page.select_option("#id_rule", "arrears.handling")
    page.fill("#id_start", "2026-10-16")
    page.get_by_role("button", name="计算").click()
    expect(page.locator("#due time")).to_have_text("2026年11月16日")
    expect(page.locator(".answer")).to_contain_text("2026年11月15日，星期日")
    page.get_by_text("修改条件").click()
    expect(page.locator("#id_rule")).to_have_value("arrears.handling")
    page.fill("#id_total_days", "90")
    page.get_by_role("button", name="计算").click()
    expect(page.locator("#due")).to_contain_text("2027年1月14日")
    expect(page.locator("#due .tag")).to_have_text("暂定")
    context.close()


def test_the_picture_is_a_table_in_which_the_due_day_is_named(phone: Page) -> None:
    phone.goto(DEADLINE + QUESTIONS[1])
    month = phone.get_by_role("table", name="2026年2月")
    expect(month.get_by_role("columnheader")).to_have_count(7)
    expect(month.get_by_role("cell", name="到期日")).to_contain_text("28")
    expect(month.get_by_role("cell", name="不计入")).to_have_count(10)


def test_on_paper_the_form_is_left_out(page: Page) -> None:
    page.goto(DEADLINE + QUESTIONS[2])
    page.emulate_media(media="print")
    expect(page.locator("#due")).to_be_visible()
    expect(page.get_by_role("table").last).to_be_visible()
    expect(page.locator("form:visible")).to_have_count(0)


@pytest.mark.parametrize(
    ("locale", "width", "scheme"), [("zh-CN", 360, "dark"), ("en", 1280, "light"), ("en", 360, "light")]
)
def test_axe_finds_nothing(stack: Stack, browser: Browser, locale: str, width: int, scheme: Any) -> None:
    context = browser.new_context(
        base_url=stack.url, viewport={"width": width, "height": 800}, locale=locale, color_scheme=scheme
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    found = []
    for address in ("/calculators/", *(DEADLINE + question for question in QUESTIONS)):
        page.goto(address)
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        found += faults(page, address)
    context.close()
    assert found == []
