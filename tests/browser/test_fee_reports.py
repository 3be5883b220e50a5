"""Reporting a charge on a phone, from the check of the charge to the withdrawal; with a name and without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import AXE, follow, look, refusals_shown
from tests.stack import Stack

CHARGE = (
    "item=应收账款质押登记&payee=示例登记中心&division=玄武区&charged_on=2026-03-01&amount=60&quantity=1&unit=件·年"
)
FACTS = "办理质押登记一件一年，收取60元，高于公布的标准。"


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    """The sample lists and the departments around reports; a second seeding changes nothing."""
    stack.manage("seed_fees")
    return stack


def button(page: Page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True))


def kept(page: Page) -> tuple[str, str]:
    """Reference and secret of the receipt page."""
    return page.locator("#reference").inner_text().strip(), page.locator("#secret").inner_text().strip()


@pytest.mark.usefixtures("seeded")
def test_a_report_on_one_page_and_back(phone: Page, tmp_path: Path) -> None:
    receipt = tmp_path / "收据.pdf"
    receipt.write_bytes(b"%PDF-1.4\n%%EOF\n")
    phone.goto(f"/fees/report/?{CHARGE}")
    expect(phone.locator("#id_respondent_name")).to_have_value("示例登记中心")
    expect(phone.locator("#id_quantity")).to_be_visible()
    look(phone, "report-form")
    with refusals_shown(phone):
        button(phone, "核对后提交")
        expect(phone.get_by_role("alert")).to_be_focused()
        look(phone, "report-form-refused")
    phone.get_by_label("行政审批中介服务机构").check()
    phone.select_option("#id_suspected", "F03")
    phone.fill("#id_facts", FACTS)
    phone.fill("#id_complainant_name", "浏览器示例商贸有限公司")
    phone.fill("#id_contact_phone", "13900000000")
    phone.set_input_files("#id_files", receipt)
    button(phone, "核对后提交")
    expect(phone.locator("#verdict-1")).to_have_text("超过收费标准")
    expect(phone.locator("main")).to_contain_text("收据.pdf")
    look(phone, "report-check")
    button(phone, "返回修改")
    expect(phone.locator("#id_facts")).to_have_value(FACTS)
    button(phone, "核对后提交")
    button(phone, "提交举报")
    look(phone, "report-filed")
    reference, secret = kept(phone)
    open_case_elsewhere(phone, reference, secret)
    expect(phone.get_by_role("heading", level=1)).to_have_text("您的举报已登记")
    expect(phone.locator(".timeline")).to_contain_text("已登记")
    look(phone, "report-case")
    assert AXE.run(phone).violations_count == 0
    add_more(phone, receipt.with_name("通知.pdf"))
    follow(phone, phone.get_by_role("link", name="撤回举报"))
    look(phone, "report-withdraw")
    phone.get_by_label("我确认撤回本举报").check()
    button(phone, "撤回举报")
    expect(phone.get_by_role("heading", level=1)).to_have_text("您已撤回举报")
    look(phone, "report-withdrawn")


def add_more(phone: Page, file: Path) -> None:
    """What came to mind after filing; the page says what arrived."""
    file.write_bytes(b"%PDF-1.4\n% another\n%%EOF\n")
    follow(phone, phone.get_by_role("link", name="补充事实或证据"))
    look(phone, "report-add")
    with refusals_shown(phone):
        button(phone, "提交")
        expect(phone.get_by_role("alert")).to_contain_text("请填写要补充的内容，或者选择文件。")
        look(phone, "report-add-refused")
    phone.fill("#id_text", "另有两家企业被收取同一费用。")
    phone.set_input_files("#id_files", file)
    button(phone, "提交")
    expect(phone.locator(".timeline")).to_contain_text("另有两家企业被收取同一费用。")
    expect(phone.locator("section[aria-labelledby=files]")).to_contain_text("通知.pdf")
    look(phone, "report-added")


def open_case_elsewhere(phone: Page, reference: str, secret: str) -> None:
    """As another browser would: what this one may follow is forgotten first."""
    phone.context.clear_cookies()
    phone.goto(f"/track/{reference}/#{secret}")
    phone.locator("main button[type=submit]").first.click()
    phone.wait_for_url(re.compile(rf"/fees/report/track/{reference}/$"))


@pytest.mark.usefixtures("seeded")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_name_in_english(new_page: NewPage, scheme: str) -> None:
    page = new_page(1280)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/fees/report/")
    button(page, "English")
    page.fill("#id_item", "转供电综合服务费")
    page.fill("#id_amount", "12600")
    page.fill("#id_respondent_name", "某示例物业管理有限公司")
    page.get_by_label("Other enterprise").check()
    page.fill("#id_division", "320102")
    page.fill("#id_facts", "物业加价收取电费。")
    expect(page.locator("#id_complainant_name")).to_be_visible()
    page.get_by_label("I report without my name.").check()
    expect(page.locator("#id_complainant_name")).to_be_hidden()
    look(page, f"report-form-{scheme}-en")
    button(page, "Check, then send")
    look(page, f"report-check-{scheme}-en")
    button(page, "Send the report")
    look(page, f"report-filed-{scheme}-en")
    follow(page, page.get_by_role("link", name="Go to the tracking page"))
    expect(page.locator("main")).to_contain_text("no letters are issued to you")
    look(page, f"report-case-{scheme}-en")
