"""The interest calculator in a real browser: without scripts, on a phone, readable for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_portal_site import faults
from tests.stack import Stack

ADDRESS = "/calculators/interest/"
CLAIM = "?respondent_type=large_enterprise&signed_on=2025-06-02&delivered_on=2025-06-03&amount=100000&as_of=2025-12-31"
# Empty; a result with payments; gaps; faults.
QUESTIONS = (
    "",
    f"{CLAIM}&payment-0-on=2025-09-15&payment-0-amount=20000&practices=pay_when_paid&deposit-0-kind=other"
    "&deposit-0-amount=5&deposit-0-expires_on=2025-07-01",
    "?respondent_type=public_body&signed_on=2019-06-02&basis=acceptance&amount=5",
    "?respondent_type=shop&payment-0-on=2025-09-15",
)


def test_a_claim_without_scripts_on_a_phone(stack: Stack, browser: Browser) -> None:
    context = browser.new_context(
        base_url=stack.url, java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(ADDRESS)
    page.get_by_label("大型企业", exact=True).check()
    page.fill("#id_signed_on", "2025-06-02")
    page.fill("#id_delivered_on", "2025-06-03")
    page.fill("#id_amount", "100,000元")
    page.fill("#id_payment-0-on", "2025-09-15")
    page.fill("#id_payment-0-amount", "20000")
    page.fill("#id_as_of", "2025-12-31")
    page.get_by_role("button", name="计算").click()
    expect(page.locator("#answer")).to_have_text("逾期利息6,492.35元")
    expect(page.get_by_role("table")).to_contain_text("82,100.00")
    assert "agreed_term_days" not in page.url
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    context.close()


def test_only_the_days_of_the_chosen_start_event_are_asked_for(page: Page) -> None:
    page.goto(ADDRESS)
    expect(page.locator("#id_passed_on")).to_be_hidden()
    page.locator("[name=basis][value=acceptance]").check()
    expect(page.locator("#id_passed_on")).to_be_visible()
    expect(page.locator("#id_settlement_confirmed_on")).to_be_hidden()
    page.locator("[name=basis][value=settlement]").check()
    expect(page.locator("#id_settlement_confirmed_on")).to_be_visible()


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
    for question in QUESTIONS:
        page.goto(ADDRESS + question)
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        found += faults(page, ADDRESS + question)
    context.close()
    assert found == []
