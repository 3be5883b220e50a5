"""The filing form on a phone: due date, interest and size appear while it is filled in, and filing works as before."""

from __future__ import annotations

from urllib.parse import unquote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.test_portal_site import fill, site
from tests.factories import credit_code
from tests.stack import Stack

__all__ = ["site"]
AXE = Axe()


@pytest.mark.usefixtures("site")
def test_what_is_owed_appears_while_the_form_is_filled_in(site: Stack, phone: Page) -> None:
    sent: list[str] = []
    phone.on("request", lambda request: sent.append(request.post_data or "") if "/assess/" in request.url else None)
    phone.goto("/complaints/new/")
    panel, size = phone.locator("#assessment"), phone.locator("#assessment-size")
    expect(panel).to_contain_text("填写付款方类型、日期和金额后")
    fill(phone)
    # Delivered on 1 July 2025, sixty days: 30 August is a Saturday, so Monday 1 September.
    expect(panel).to_contain_text("2025年9月1日")
    expect(panel).to_contain_text("每日0.05%")
    # What is optional waits folded; inspection is asked for only where acceptance matters.
    phone.get_by_text("填写约定内容").click()
    expect(phone.locator("#id_acceptance_passed_on")).to_be_hidden()
    phone.check("#id_acceptance_required")
    expect(phone.locator("#id_acceptance_passed_on")).to_be_visible()
    phone.fill("#id_acceptance_passed_on", "2025-07-15")
    # 13 September is a Saturday.
    expect(panel).to_contain_text("2025年9月15日")
    expect(panel).to_contain_text("按日数计算为2025年9月13日")
    phone.get_by_text("用您的数据核对").click()
    phone.select_option("#id_size_industry", "software")
    expect(phone.locator("#id_size_assets")).to_be_hidden()
    phone.fill("#id_size_employees", "300")
    phone.fill("#id_size_revenue", "15735万")
    # A warning with its ground, not a wall.
    expect(size).to_contain_text("R1")
    assert sent and not [
        body for body in sent if "张三" in unquote_plus(body) or "contact" in body or "evidence" in body
    ]
    assert not [issue for issue in AXE.run(phone).response["violations"] if issue["impact"] in ("serious", "critical")]
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    phone.get_by_role("button", name="提交投诉").last.click()
    expect(phone.locator("#reference")).to_contain_text("QK")
    expect(phone.locator("main")).to_contain_text("2025年9月15日")


@pytest.mark.usefixtures("site")
def test_typing_neither_closes_what_was_unfolded_nor_says_the_same_again(phone: Page) -> None:
    phone.goto("/complaints/new/")
    fill(phone)
    panel = phone.locator("#assessment")
    expect(panel).to_contain_text("2025年9月1日")
    panel.get_by_text("计算过程").click()
    phone.get_by_text("填写约定内容").click()
    phone.fill("#id_agreed_term_days", "30")
    expect(panel).to_contain_text("2025年7月31日")
    expect(panel.locator("details")).to_have_attribute("open", "")
    panel.locator("h2").evaluate("title => { title.dataset.seen = '1'; }")
    with phone.expect_response("**/complaints/assess/"):
        phone.fill("#id_agreed_term_days", "030")
    expect(phone.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    expect(panel.locator("h2[data-seen]")).to_be_visible()


@pytest.mark.usefixtures("site")
def test_only_what_counts_is_asked_about_and_nothing_moves_under_the_finger(phone: Page) -> None:
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url) if "/assess/" in request.url else None)
    phone.goto("/complaints/new/")
    phone.get_by_text("用您的数据核对").click()
    panel = phone.locator("#assessment-size")
    with phone.expect_response("**/complaints/assess/"):
        phone.select_option("#id_size_industry", "software")
    expect(phone.locator("#id_size_assets")).to_be_hidden()
    phone.fill("#id_facts", "货物已交付。")
    phone.fill("#id_contact_name", "张三")
    with phone.expect_response("**/complaints/assess/"):
        phone.fill("#id_size_employees", "50")
    expect(panel).to_contain_text("小型或微型企业，均属于中小企业")
    below = top(phone, "#part-respondent")
    phone.fill("#id_size_revenue", "40万")
    expect(panel).to_contain_text("微型企业，属于中小企业")
    assert top(phone, "#part-respondent") == below
    assert len(asked) == 3
    # A code is judged when its field is left, by a click on what stands below.
    phone.fill("#id_respondent_code", credit_code(9002))
    below = top(phone, "#id_respondent_type")
    phone.check("input[name=respondent_type][value=organ]")
    expect(phone.locator("#id_respondent_code + .hint")).not_to_be_empty()
    assert top(phone, "#id_respondent_type") == below


def top(page: Page, selector: str) -> float:
    """Where an element begins, from the top of the page."""
    return float(page.locator(selector).evaluate("element => element.getBoundingClientRect().top + window.scrollY"))
