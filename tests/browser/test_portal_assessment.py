"""The filing form on a phone: due date, interest and size appear while it is filled in, and filing works as before."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_portal_site import fill, site
from tests.stack import Stack

__all__ = ["site"]
AXE = Axe()


@pytest.mark.usefixtures("site")
def test_what_is_owed_appears_while_the_form_is_filled_in(site: Stack, phone: Page) -> None:
    phone.goto("/complaints/new/")
    panel = phone.locator("#assessment")
    expect(panel).to_contain_text("填写付款方类型、日期和金额后")
    fill(phone)
    # Delivered on 1 July 2025, sixty days: 30 August is a Saturday, so Monday 1 September.
    expect(panel).to_contain_text("2025年9月1日")
    expect(panel).to_contain_text("每日0.05%")
    # Inspection is asked for only where acceptance matters.
    expect(phone.locator("#id_acceptance_passed_on")).to_be_hidden()
    phone.check("#id_acceptance_required")
    expect(phone.locator("#id_acceptance_passed_on")).to_be_visible()
    phone.fill("#id_acceptance_passed_on", "2025-07-15")
    expect(panel).to_contain_text("2025年9月15日")
    phone.select_option("#id_size_industry", "software")
    expect(phone.locator("#id_size_assets")).to_be_hidden()
    phone.fill("#id_size_employees", "300")
    phone.fill("#id_size_revenue", "15735万")
    # A warning with its ground, not a wall.
    expect(panel).to_contain_text("R1")
    assert not [issue for issue in AXE.run(phone).response["violations"] if issue["impact"] in ("serious", "critical")]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_role("button", name="提交投诉").last.click()
    expect(phone.locator("#reference")).to_contain_text("QK")
    expect(phone.locator("main")).to_contain_text("2025年9月15日")
