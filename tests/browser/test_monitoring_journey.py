"""A monitoring point on a phone and its department on a desktop: from the registration to the figures."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from casework.parties.demo import DEMO_PASSWORD
from fees.monitoring.demo import OFFICER
from fees.monitoring.quarters import Quarter
from tests.browser.conftest import NewPage
from tests.browser.pages import follow, look, refusals_shown, sign_in, submit
from tests.factories import credit_code
from tests.stack import Stack


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    """The sample lists and the invented points; a second seeding changes nothing."""
    stack.manage("seed_fees")
    return stack


def register(page: Page) -> tuple[str, str]:
    """A new point through the admin: its reference and its access code."""
    page.goto("/admin/fees/monitoringpoint/register/")
    look(page, "monitoring-register")
    page.fill("#id_name", "示例旅程企业有限公司")
    page.fill("#id_credit_code", credit_code(990_777_001))
    page.fill("#id_division", "320102")
    page.select_option("#id_industry", "C")
    page.fill("#id_contact_name", "王五")
    page.fill("#id_contact_email", "journey@example.com")
    submit(page)
    code = page.locator(".cw-code b").inner_text()
    look(page, "monitoring-point-code")
    return page.locator(".cw-facts dd").first.inner_text().strip(), code


def invite(page: Page) -> None:
    """Ask the new point about the quarter of the open round."""
    page.goto("/admin/fees/round/")
    look(page, "monitoring-rounds")
    follow(page, page.locator("#result_list tbody tr").first.locator("th a"))
    look(page, "monitoring-round")
    follow(page, page.get_by_role("button", name="邀请此后登记的 1 个监测点"))
    expect(page.get_by_text("已邀请 1 个监测点填报。").first).to_be_visible()


def fill_row(phone: Page, place: int, item: str, payee: str, kind: str, amount: str, day: date) -> None:
    phone.fill(f"#id_{place}-item", item)
    phone.fill(f"#id_{place}-payee", payee)
    phone.select_option(f"#id_{place}-payee_type", kind)
    phone.fill(f"#id_{place}-amount", amount)
    phone.fill(f"#id_{place}-charged_on", day.isoformat())


def answer(phone: Page, reference: str, code: str) -> None:
    """The enterprise's way, from the link in the mail to the receipt."""
    day = Quarter.of(timezone.localdate()).before.last_day
    phone.goto(f"/fees/monitoring/{reference}/#{code}")
    look(phone, "monitoring-enter")
    follow(phone, phone.get_by_role("button", name="打开填报页面"))
    look(phone, "monitoring-home")
    follow(phone, phone.get_by_role("link", name="开始填报"))
    look(phone, "monitoring-empty")
    with refusals_shown(phone):
        follow(phone, phone.get_by_role("button", name="核对并提交"))
        expect(phone.locator(".summary")).to_contain_text("请填写缴费情况，或者勾选没有缴费。")
        phone.fill("#id_0-item", "应收账款质押登记")
        follow(phone, phone.get_by_role("button", name="核对并提交"))
        expect(phone.locator(".summary li")).to_have_count(4)
        look(phone, "monitoring-faults")
    fill_row(phone, 0, "应收账款质押登记", "中国人民银行征信中心", "institution", "60", day)
    phone.locator("summary", has_text="数量、地点、代码、备注").first.click()
    phone.fill("#id_0-quantity", "1")
    phone.fill("#id_0-unit", "件·年")
    follow(phone, phone.get_by_role("button", name="对照目录清单核对"))
    expect(phone.locator(".verdict h3")).to_have_text("超过收费标准")
    look(phone, "monitoring-checked")
    follow(phone, phone.get_by_role("button", name="增加几行"))
    fill_row(phone, 1, "行业诚信评价年度服务费", "示例行业协会", "association", "3600", day)
    follow(phone, phone.get_by_role("button", name="保存草稿").last)
    expect(phone.locator(".flash")).to_have_text("草稿已保存，尚未提交。")
    expect(phone.locator("#id_1-item")).to_have_value("行业诚信评价年度服务费")
    follow(phone, phone.get_by_role("button", name="核对并提交"))
    expect(phone.locator(".total")).to_contain_text("3,660.00元")
    look(phone, "monitoring-review")
    follow(phone, phone.get_by_role("button", name="提交", exact=True))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("已提交")
    look(phone, "monitoring-receipt")


def look_into(page: Page) -> None:
    """The alarm that the demo's points and the new one made."""
    page.goto("/admin/fees/alarm/")
    look(page, "monitoring-alarms")
    follow(page, page.locator("#result_list tbody tr", has_text="行业诚信评价年度服务费").first.locator("th a"))
    follow(page, page.get_by_role("button", name="开始核查"))
    look(page, "monitoring-alarm")
    page.fill("#id_result", "已向示例行业协会了解，转市场监管部门核查。")
    submit(page)
    expect(page.get_by_text("预警已办结。").first).to_be_visible()
    look(page, "monitoring-alarm-closed")


@pytest.mark.usefixtures("seeded")
def test_from_registration_to_figures(new_page: NewPage) -> None:
    page, phone = new_page(1280), new_page(360)
    sign_in(page, OFFICER[0], DEMO_PASSWORD)
    reference, code = register(page)
    invite(page)
    answer(phone, reference, code)
    page.goto("/admin/fees/quarterlyreturn/?q=示例旅程企业")
    look(page, "monitoring-returns")
    follow(page, page.locator("#result_list tbody th a").first)
    expect(page.get_by_text("超过收费标准").first).to_be_visible()
    look(page, "monitoring-return")
    look_into(page)
    for name in ("monitoringpoint", "monitoringpoint/import", "round/open", "round/figures"):
        page.goto(f"/admin/fees/{name}/")
        look(page, f"monitoring-{name.replace('/', '-')}")
    expect(page.get_by_text("行业诚信评价年度服务费").first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel 表格").click()
    assert download.value.suggested_filename.endswith(".xlsx")
