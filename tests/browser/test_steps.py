"""Filing in steps: begun on a phone, gone on with at a desk, sent once; without scripts; in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import follow, look, refusals_shown
from tests.browser.test_fee_reports import CHARGE, FACTS
from tests.browser.test_portal_site import SETUP
from tests.factories import credit_code
from tests.stack import Stack

BUYER = credit_code(9102)
LISTED = f"""
from casework.parties.models import Division, Subject
Subject.objects.get_or_create(code="{BUYER}", defaults=dict(
    name="分步示例建设集团有限公司", kind="large_enterprise", division=Division.objects.get(code="320102")))
"""
# What is answered on each page, by step: texts, then radio buttons.
ANSWERS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "supply": ({"contract_title": "设备采购合同 2025-091", "signed_on": "2025-06-02"}, {"contract_object": "goods"}),
    "size": ({}, {"complainant_size": "small"}),
    "debtor": ({"respondent_name": "分步示例建设集团有限公司"}, {}),
    "delivery": ({"delivered_on": "2025-07-01"}, {}),
    "amounts": ({"contract_amount": "100,000.00", "paid_amount": "20000", "amount": "80000"}, {}),
    "terms": ({}, {}),
    "story": ({"facts": "货物已交付并验收，对方一直未付余款。"}, {}),
    "request": ({"request": "支付余款及逾期利息。"}, {}),
    "evidence": ({}, {}),
    "firm": ({"complainant_name": "分步示例机械有限公司", "complainant_code": credit_code(9101)}, {}),
    "contact": ({"contact_name": "李四", "contact_phone": "13800000001"}, {}),
    "debtors_people": ({}, {}),
}


@pytest.fixture(scope="module")
def site(stack: Stack) -> Stack:
    """The running stack with a department for Jiangsu and a debtor in the register."""
    stack.manage("shell", "-v", "0", stdin=SETUP + LISTED)
    return stack


@pytest.fixture
def plain_page(browser: Browser, site: Stack) -> Iterator[Page]:
    """A browser without scripts, on the narrowest phone."""
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 320, "height": 640}, locale="zh-CN"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def go_on(page: Page) -> None:
    follow(page, page.locator("button.big"))


def at(page: Page, slug: str) -> None:
    page.wait_for_url(re.compile(rf"/file/CG-[0-9A-Z]+/{slug}/$"))


def fill(page: Page, slug: str) -> None:
    texts, choices = ANSWERS[slug]
    for name, text in texts.items():
        page.fill(f"#id_{name}", text)
    for name, value in choices.items():
        page.check(f"input[name={name}][value={value}]")


def answer(page: Page, *slugs: str) -> None:
    """Answer these steps, one page after the other."""
    for slug in slugs:
        at(page, slug)
        fill(page, slug)
        go_on(page)


def choose_place(page: Page) -> None:
    """Province, city and county, each list brought by the page's script."""
    at(page, "place")
    page.select_option("#id_province", "320000")
    page.select_option("#id_city", "320100")
    page.select_option("#id_county", "320102")
    go_on(page)


def draft_of(page: Page) -> tuple[str, str]:
    """Number and code of the draft, as the page for later shows them."""
    number, code = page.locator(".keep dd").all_inner_texts()
    return number.strip(), code.strip()


def send(page: Page) -> str:
    """Declare, send, and read the reference of the receipt."""
    page.check("#id_undertaking")
    page.locator("button.big").click()
    # Without scripts the guard asks once more.
    page.locator("#reference").or_(page.get_by_role("button", name="是的，确认提交")).wait_for()
    if page.get_by_role("button", name="是的，确认提交").count():
        page.get_by_role("button", name="是的，确认提交").click()
    page.wait_for_url("**/complaints/filed/")
    return page.inner_text("#reference")


def test_begun_on_a_phone_and_sent_from_a_desk(site: Stack, phone: Page, page: Page, tmp_path: Path) -> None:
    phone.goto("/")
    follow(phone, phone.get_by_role("link", name="您遇到了什么问题？"))
    look(phone, "start", both=False)
    for answered in ("unpaid", "large", "no"):
        follow(phone, phone.locator(f"button[value={answered}]"))
    look(phone, "start-way", both=False)
    follow(phone, phone.locator("a.big"))
    expect(phone.locator("input[value=large_enterprise]")).to_be_checked()
    look(phone, "step-first", both=False)
    go_on(phone)
    answer(phone, "supply", "size")
    at(phone, "debtor")
    phone.fill("#id_respondent_name", "分步示例建设")
    follow(phone, phone.get_by_role("button", name="在单位名录中查找"))
    look(phone, "step-debtor", both=False)
    follow(phone, phone.locator(f"button[value='{BUYER}']"))
    expect(phone.locator("#id_respondent_code")).to_have_value(BUYER)
    go_on(phone)
    choose_place(phone)
    answer(phone, "delivery")
    at(phone, "amounts")
    fill(phone, "amounts")
    expect(phone.locator("#saved")).to_contain_text("保存。以后可以在任何设备上继续填写。")
    look(phone, "step-amounts", both=False)
    follow(phone, phone.get_by_role("button", name="以后再填"))
    look(phone, "step-later", both=False)
    number, code = draft_of(phone)

    page.goto("/drafts/")
    look(page, "drafts")
    page.fill("#id_number", number.lower())
    page.fill("#id_secret", code.lower())
    follow(page, page.get_by_role("button", name="继续填写"))
    answer(page, "terms", "story", "request")
    at(page, "evidence")
    photo = tmp_path / "合同.pdf"
    photo.write_bytes(b"%PDF-1.4\n%%EOF\n")
    page.set_input_files("#id_files", photo)
    look(page, "step-evidence")
    go_on(page)
    answer(page, "firm", "contact", "debtors_people")
    at(page, "check")
    expect(page.locator("main")).to_contain_text("合同.pdf")
    expect(page.locator("main")).to_contain_text("80000")
    look(page, "step-check")
    with refusals_shown(page):
        go_on(page)
        expect(page.get_by_role("alert")).to_be_focused()
    reference = send(page)
    look(page, "step-filed")
    assert site.sql(f"SELECT count(*) FROM cases_case WHERE reference = '{reference}'")[0]["count"] == 1
    phone.goto(f"/complaints/file/{number}/amounts/")
    assert "/drafts/" in phone.url


def test_in_english_on_a_dark_phone_back_keeps_the_answers(site: Stack, phone: Page) -> None:
    phone.emulate_media(color_scheme="dark")
    phone.goto("/complaints/file/")
    follow(phone, phone.get_by_role("button", name="English"))
    phone.check("input[value=large_enterprise]")
    go_on(phone)
    at(phone, "supply")
    fill(phone, "supply")
    look(phone, "step-supply-dark-en", both=False)
    follow(phone, phone.get_by_role("button", name="Back"))
    expect(phone.locator("input[value=large_enterprise]")).to_be_checked()
    go_on(phone)
    expect(phone.locator("#id_contract_title")).to_have_value("设备采购合同 2025-091")
    go_on(phone)
    at(phone, "size")
    with refusals_shown(phone):
        go_on(phone)
        expect(phone.get_by_role("alert")).to_be_focused()
        look(phone, "step-refused-dark-en", both=False)


def test_with_the_keyboard_alone(site: Stack, page: Page) -> None:
    page.goto("/complaints/file/")
    page.locator("input[name=respondent_type]").first.focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    at(page, "supply")


def test_without_scripts_on_the_narrowest_phone(plain_page: Page) -> None:
    page = plain_page
    page.goto("/complaints/file/?respondent_type=large_enterprise")
    page.locator("button.big").click()
    answer(page, "supply", "size", "debtor")
    at(page, "place")
    for place in (("province", "320000"), ("city", "320100")):
        page.select_option(f"#id_{place[0]}", place[1])
        follow(page, page.locator("button[name=reload_places]"))
    page.select_option("#id_county", "320102")
    go_on(page)
    answer(page, *list(ANSWERS)[3:])
    at(page, "check")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert re.fullmatch(r"QK\d{4}-\d{6}-\d", send(page))


def test_from_a_checked_charge_to_a_report(stack: Stack, new_page: NewPage) -> None:
    stack.manage("seed_fees")
    phone = new_page(360)
    phone.goto(f"/fees/check/?{CHARGE}")
    follow(phone, phone.get_by_role("link", name="举报这笔收费"))
    expect(phone.locator("#id_item")).to_have_value("应收账款质押登记")
    expect(phone.locator("#id_quantity")).to_have_value("1")
    look(phone, "report-step-charge", both=False)
    go_on(phone)
    at(phone, "payee")
    expect(phone.locator("#id_respondent_name")).to_have_value("示例登记中心")
    phone.get_by_label("行政审批中介服务机构").check()
    go_on(phone)
    at(phone, "violation")
    look(phone, "report-step-violation", both=False)
    go_on(phone)
    at(phone, "story")
    phone.fill("#id_facts", FACTS)
    go_on(phone)
    for slug in ("request", "evidence"):
        at(phone, slug)
        go_on(phone)
    at(phone, "you")
    phone.get_by_label("匿名举报。").check()
    look(phone, "report-step-you", both=False)
    go_on(phone)
    at(phone, "check")
    expect(phone.locator("#verdict-1")).to_have_text("超过收费标准")
    look(phone, "report-step-check", both=False)
    go_on(phone)
    phone.wait_for_url("**/fees/report/filed/")
    look(phone, "report-step-filed", both=False)
