"""The annual disclosure: a list, an opened year, a body on a phone, a question and its answer, the public table."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import AXE, follow, look, refusals_shown, sign_in, submit
from tests.factories import credit_code
from tests.stack import Stack

PASSWORD = "disclosure-password-of-the-tests"
YEAR = 2025
NAME = "示例旅程水务中心"
HEADS = "单位名称,统一社会信用代码,单位类型,区划代码,联系人,电子邮箱"
SETUP = """
import json
from tests.complaints.disclosure.conftest import Bureau
bureau = Bureau("320900")
people = {"clerk": bureau.clerk, "head": bureau.head}
for user in people.values():
    user.set_password("%s"); user.save()
print(json.dumps({name: user.username for name, user in people.items()}))
"""


@pytest.fixture(scope="module")
def people(stack: Stack) -> dict[str, Any]:
    """A department of a city that no other test uses."""
    output = stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD)
    found: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
    return found


def register(page: Page) -> tuple[str, str]:
    """A body through the admin: its reference and its access code."""
    page.goto("/admin/complaints/obligedbody/register/")
    look(page, "disclosure-register")
    for name, words in {
        "name": NAME, "code": credit_code(990_555_001), "division": "320902", "authority": "示例旅程水务局",
        "contact_name": "王五", "contact_email": "disclosure-journey@example.com",
    }.items():  # fmt: skip
        page.fill(f"#id_{name}", words)
    page.select_option("#id_kind", "institution")
    submit(page)
    code = page.locator(".cw-code b").inner_text()
    look(page, "disclosure-body-code")
    return page.locator(".cw-facts dd").first.inner_text().strip(), code


def import_others(page: Page) -> None:
    """A file with a fault, then the right one."""
    page.goto("/admin/complaints/obligedbody/import/")
    look(page, "disclosure-import")

    def choose(kind: str) -> None:
        line = f"示例旅程学校,{credit_code(990_555_002)},{kind},320902,赵六,school-journey@example.com"
        content = f"{HEADS}\n{line}".encode()
        page.set_input_files("#id_file", FilePayload(name="名单.csv", mimeType="text/csv", buffer=content))
        submit(page)

    with refusals_shown(page):
        choose("学校")
        expect(page.get_by_role("alert")).to_contain_text("单位类型")
        look(page, "disclosure-import-faults")
    choose("事业单位")
    look(page, "disclosure-import-tried")
    follow(page, page.get_by_role("button", name="全部列入名单"))
    expect(page.get_by_text("已有1家单位列入名单。").first).to_be_visible()
    look(page, "disclosure-bodies")


def open_year(page: Page) -> None:
    page.goto("/admin/complaints/disclosureobligation/open/")
    look(page, "disclosure-open")
    page.select_option("#id_year", str(YEAR))
    submit(page)
    expect(page.get_by_text("已通知2家单位登记。").first).to_be_visible()
    follow(page, page.get_by_role("button", name=f"提醒{YEAR}年度尚未登记的单位"))
    expect(page.get_by_text("已提醒2家单位。").first).to_be_visible()
    look(page, "disclosure-years")


def disclose(phone: Page, reference: str, code: str) -> None:
    """The body's way, from the link in the mail to the receipt."""
    phone.goto(f"/disclosures/body/{reference}/#{code}")
    look(phone, "disclosure-enter")
    follow(phone, phone.get_by_role("button", name="打开登记页面"))
    look(phone, "disclosure-home")
    follow(phone, phone.get_by_role("link", name="开始填报"))
    look(phone, "disclosure-write")
    with refusals_shown(phone):
        follow(phone, phone.get_by_role("button", name="核对并提交"))
        expect(phone.locator(".summary li").first).to_be_visible()
        look(phone, "disclosure-faults")
    for name, words in {
        "contracts": "2", "amount": "30万元", "disputed": "100000", "longest_days": "210",
        "place": "https://www.example.gov.cn/notice/1.html", "published_on": "2026-03-20",
    }.items():  # fmt: skip
        phone.fill(f"#id_{name}", words)
    follow(phone, phone.get_by_role("button", name="核对并提交"))
    expect(phone.locator("main")).to_contain_text("300,000.00元")
    look(phone, "disclosure-review")
    follow(phone, phone.get_by_role("button", name="提交", exact=True))
    look(phone, "disclosure-receipt")


def year_page(page: Page) -> None:
    page.goto(f"/admin/complaints/disclosureobligation/?q={NAME}")
    follow(page, page.locator("#result_list tbody th a").first)
    expect(page.locator("main, #main, body").first).to_contain_text("300,000.00")


def ask(page: Page) -> None:
    """A question by numbered letter."""
    year_page(page)
    look(page, "disclosure-year")
    follow(page, page.get_by_role("link", name="要求说明或者更正"))
    look(page, "disclosure-ask")
    page.fill("#id_reasons", "合同数量与本机关掌握的情况不一致，请说明。")
    page.select_option("#id_way", "letter")
    submit(page)
    look(page, "disclosure-question")


def hand_on(page: Page, head: Page) -> None:
    """The answer is there: proposed by one, confirmed by another."""
    page.reload()
    page.locator("summary", has_text="提出移送建议").click()
    page.fill("#id_authority", "示例旅程水务局")
    page.locator("details[open] #id_reasons").fill("说明与核实情况不符。")
    follow(page, page.get_by_role("button", name="提出", exact=True))
    look(page, "disclosure-proposed")
    assert page.locator("summary", has_text="移送").count() == 0
    head.goto(page.url)
    head.locator("summary", has_text="移送").first.click()
    head.fill("#id_document_number", "盐工信函〔2026〕9号")
    look(head, "disclosure-confirm")
    follow(head, head.locator("details[open] button.cw-first"))
    expect(head.get_by_text("已移送。").first).to_be_visible()
    look(head, "disclosure-forwarded")


def read(phone: Page) -> None:
    """What everybody sees, without an account."""
    phone.goto("/disclosures/?division=320900")
    expect(phone.locator(".disclosed > li")).to_have_count(2)
    look(phone, "disclosure-table")
    assert AXE.run(phone).violations_count == 0
    phone.goto("/disclosures/?division=320900&status=missing")
    expect(phone.locator(".disclosed > li")).to_contain_text("示例旅程学校")
    phone.goto("/disclosures/?words=乌有单位")
    look(phone, "disclosure-none")
    phone.get_by_role("button", name="English").click()
    look(phone, "disclosure-none-en")


def test_from_the_list_to_the_public_table(people: dict[str, Any], new_page: NewPage) -> None:
    page, head, phone = new_page(1280), new_page(1280), new_page(360)
    sign_in(page, people["clerk"], PASSWORD)
    sign_in(head, people["head"], PASSWORD)
    reference, code = register(page)
    import_others(page)
    open_year(page)
    disclose(phone, reference, code)
    ask(page)
    phone.goto(f"/disclosures/body/{reference}/")
    look(phone, "disclosure-asked")
    follow(phone, phone.get_by_role("link", name="作出说明"))
    look(phone, "disclosure-explain")
    phone.fill("#id_text", "两份合同中有一份已于年末前付清。")
    follow(phone, phone.get_by_role("button", name="提交说明"))
    hand_on(page, head)
    page.goto("/admin/complaints/disclosurecorrection/")
    look(page, "disclosure-questions")
    year_page(page)
    follow(page, page.get_by_role("link", name="登记更正版本"))
    look(page, "disclosure-desk")
    page.fill("#id_contracts", "1")
    submit(page)
    expect(page.get_by_text("第2版").first).to_be_visible()
    look(page, "disclosure-year-versions")
    page.goto("/admin/complaints/disclosureobligation/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel 表格").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    read(phone)
