"""The public site in a real browser: the whole journey, with and without scripts, readable for everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.factories import credit_code
from tests.stack import Stack

AXE = Axe()
SETUP = """
from casework.parties.models import Department
from tests.factories import department, division
division("320102", "玄武区"); division("320205", "锡山区")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
"""


@pytest.fixture(scope="module")
def site(stack: Stack) -> Stack:
    """The running stack with a department that receives complaints for Jiangsu."""
    stack.manage("shell", "-v", "0", stdin=SETUP)
    return stack


@pytest.fixture
def plain_page(browser: Browser, site: Stack) -> Iterator[Page]:
    """A browser without scripts, on a narrow phone."""
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 360, "height": 740}, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def fill(page: Page, *, with_places: bool = True) -> None:
    """Fill the form rightly; the places only where the page's script brings the next list."""
    texts = {
        "complainant_name": "示例机械有限公司",
        "complainant_code": credit_code(9001),
        "contact_name": "张三",
        "contact_phone": "13800000000",
        "contact_email": "filer@example.com",
        "respondent_name": "示例建设集团有限公司",
        "respondent_code": credit_code(9002),
        "contract_title": "设备采购合同 2025-017",
        "signed_on": "2025-06-02",
        "delivered_on": "2025-07-01",
        "contract_amount": "100,000.00",
        "paid_amount": "20000",
        "amount": "80000",
        "facts": "货物已交付并验收，对方一直未付余款。",
        "request": "支付余款及逾期利息。",
    }
    for name, text in texts.items():
        page.fill(f"#id_{name}", text)
    choices = (("complainant_size", "small"), ("respondent_type", "large_enterprise"), ("contract_object", "goods"))
    for name, value in choices:
        page.check(f"input[name={name}][value={value}]")
    page.check("#id_undertaking")
    page.select_option("#id_province", "320000")
    if with_places:
        page.select_option("#id_city", "320100")
        page.select_option("#id_county", "320102")


def pdf(name: str = "合同.pdf") -> Any:
    return {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}


def send(page: Page) -> None:
    page.locator("button.big").click()


def filed(page: Page) -> tuple[str, str]:
    """Reference and secret, as the filed page shows them."""
    page.wait_for_url("**/complaints/filed/")
    return page.inner_text("#reference"), page.inner_text("#secret")


def test_filing_and_following_with_the_scanned_code(site: Stack, page: Page, phone: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="提交投诉").last.click()
    page.get_by_role("link", name="在一个页面上填写全部内容").click()
    page.set_input_files("#id_files", [pdf()])
    expect(page.locator(".files .name")).to_have_text("合同.pdf")
    fill(page)
    send(page)
    reference, secret = filed(page)
    assert re.fullmatch(r"QK\d{4}-\d{6}-\d", reference)
    phone.goto(f"/track/{reference}/#{secret}")
    expect(phone.locator("#id_secret")).to_have_value(secret)
    assert secret not in phone.url
    phone.get_by_role("button", name="查询").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("您的投诉正在审查")
    assert secret not in Path(site.logs / "web.log").read_text()


def test_the_receipt_is_a_pdf_named_after_the_case(site: Stack, page: Page) -> None:
    page.goto("/complaints/new/")
    fill(page)
    send(page)
    reference, _secret = filed(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="下载投诉回执").click()
    assert download.value.suggested_filename == f"投诉回执 {reference}.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_double_click_files_once(site: Stack, page: Page) -> None:
    before = site.sql("SELECT count(*) FROM cases_case")[0]["count"]
    page.goto("/complaints/new/")
    fill(page)
    page.locator("button.big").dblclick()
    filed(page)
    assert site.sql("SELECT count(*) FROM cases_case")[0]["count"] == before + 1


def test_the_code_is_checked_while_typing(site: Stack, page: Page) -> None:
    page.goto("/complaints/new/")
    page.fill("#id_complainant_code", "91320000000009001")
    page.press("#id_complainant_code", "Tab")
    hint = page.locator("#id_complainant_code + .hint")
    expect(hint).to_have_text("已输入 17 位，共 18 位。")
    page.fill("#id_complainant_code", credit_code(9001))
    expect(hint).to_have_text("校验码正确。")
    wrong = credit_code(9001)[:-1] + ("1" if credit_code(9001)[-1] != "1" else "2")
    page.fill("#id_complainant_code", wrong)
    expect(hint).to_contain_text("校验码不符")


def test_everything_works_without_scripts(plain_page: Page) -> None:
    page = plain_page
    page.goto("/complaints/new/")
    page.set_input_files("#id_files", [pdf()])
    fill(page, with_places=False)
    page.get_by_role("button", name="列出下级行政区划").click()
    page.select_option("#id_city", "320200")
    page.get_by_role("button", name="列出下级行政区划").click()
    page.select_option("#id_county", "320205")
    expect(page.locator(".files .name")).to_have_text("合同.pdf")
    send(page)
    # Without scripts no browser proves its work, and a page asks instead.
    page.get_by_role("button", name="是的，确认提交").click()
    reference, secret = filed(page)
    page.context.clear_cookies()
    page.goto(f"/track/{reference}/")
    expect(page.locator("#id_reference")).to_have_value(reference)
    page.fill("#id_secret", secret)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("main")).to_contain_text("锡山区")
    page.get_by_role("link", name="撤回投诉").click()
    page.check("#id_confirm")
    page.get_by_role("button", name="撤回投诉").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您已撤回投诉")


def faults(page: Page, name: str) -> list[str]:
    """What axe finds, and whether something sticks out of the screen."""
    found = [
        f"{name}: {violation['id']} {[node['html'][:120] for node in violation['nodes']]}"
        for violation in AXE.run(page).response["violations"]
    ]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, *([f"{name}: {wider} px too wide"] if wider > 0 else [])]


@pytest.mark.parametrize(
    ("locale", "width", "scheme"), [("zh-CN", 360, "dark"), ("zh-CN", 1280, "light"), ("en", 360, "light")]
)
def test_axe_finds_nothing_on_any_page(site: Stack, browser: Browser, locale: str, width: int, scheme: Any) -> None:
    context = browser.new_context(
        base_url=site.url, viewport={"width": width, "height": 800}, locale=locale, color_scheme=scheme
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    found = []
    for path in ("/", "/complaints/new/", "/track/", "/nowhere/", "/track/nothing/"):
        page.goto(path)
        found += faults(page, path)
    page.goto("/complaints/new/")
    page.set_input_files("#id_files", [pdf("好.pdf"), {**pdf("坏.pdf"), "buffer": b"MZ"}])
    expect(page.locator(".kept .name")).to_have_text("好.pdf")
    expect(page.locator(".sending .failed")).to_have_count(1)
    found += faults(page, "files")
    page.locator(".sending .failed button").click()
    send(page)
    expect(page.locator(".summary")).to_be_focused()
    found += faults(page, "errors")
    fill(page)
    send(page)
    reference, _secret = filed(page)
    found += faults(page, "filed")
    for path in ("", "withdraw/", "answer_correction/"):
        page.goto(f"/track/{reference}/{path}")
        for details in page.locator("details").all():
            details.evaluate("element => element.open = true")
        found += faults(page, f"case/{path}")
    context.close()
    assert found == []
