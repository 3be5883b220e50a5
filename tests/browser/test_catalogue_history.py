"""What became of a list, looked at by everybody; news of it by mail; and how far the lists have got, for staff."""

from __future__ import annotations

import re
import uuid
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Page, expect

from casework.parties.demo import DEMO_PASSWORD
from fees.demo.seed import EDITORS
from tests.browser.conftest import NewPage
from tests.browser.pages import AXE, PHONE, follow, look, refusals_shown, sign_in
from tests.stack import Stack, poll

LIST = "/fees/lists/panyu-services/"


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    """The sample lists; a second seeding changes nothing."""
    stack.manage("seed_fees")
    return stack


@pytest.mark.usefixtures("seeded")
def test_two_versions_compared_and_an_entry_with_its_history(phone: Page) -> None:
    phone.goto(LIST)
    look(phone, "list-versions")
    follow(phone, phone.get_by_role("button", name="比对"))
    look(phone, "list-comparison")
    assert AXE.run(phone).violations_count == 0
    main = phone.locator("main")
    for text in ("开发数据", "0.45元/标准车公里", "0.40元/标准车公里", "示例停车场停车服务费（虚构）", "引航(移泊)费"):
        expect(main).to_contain_text(text)
    follow(phone, phone.get_by_role("link", name="经营性公路(含桥梁和隧道)通行费"))
    history = phone.locator("section[aria-labelledby=history]")
    expect(history.locator("li")).to_have_count(2)
    expect(history).to_contain_text("虚构的降低标准")
    look(phone, "entry-history")
    assert AXE.run(phone).violations_count == 0
    follow(phone, history.get_by_role("link", name=re.compile("1")))
    expect(main).to_contain_text("这是该项目的旧版本。")
    look(phone, "entry-older")


def mailed_address(stack: Stack, to: str) -> str:
    """The address in the mail that asked to confirm."""
    found: list[str] = []

    def arrived() -> bool:
        for path in stack.mails():
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            if mail["To"] == to:
                found.extend(re.findall(r"https?://\S+/fees/subscriptions/\S+", str(mail.get_content())))
        return bool(found)

    assert poll(arrived, 30)
    return found[0]


def test_news_are_asked_for_confirmed_by_mail_and_ended(seeded: Stack, phone: Page) -> None:
    email = f"news-{uuid.uuid4().hex[:8]}@example.com"
    phone.goto(LIST)
    follow(phone, phone.get_by_role("link", name="订阅该清单的更新邮件"))
    look(phone, "news-ask")
    with refusals_shown(phone):
        follow(phone, phone.get_by_role("button", name="订阅"))
        look(phone, "news-ask-refused")
    phone.fill("#id_email", email)
    follow(phone, phone.get_by_role("button", name="订阅"))
    look(phone, "news-asked")
    phone.goto(mailed_address(seeded, email))
    look(phone, "news-confirm")
    follow(phone, phone.get_by_role("button", name="确认", exact=True))
    look(phone, "news-confirmed")
    assert phone.get_by_role("button", name="确认", exact=True).count() == 0
    follow(phone, phone.locator("button[value=end]"))
    look(phone, "news-ended")
    with refusals_shown(phone):
        phone.goto(mailed_address(seeded, email))
        assert phone.locator("button[value=end]").count() == 0


@pytest.mark.usefixtures("seeded")
def test_the_coverage_is_searched_on_a_phone(new_page: NewPage) -> None:
    phone = sign_in(new_page(PHONE), EDITORS[0][0], DEMO_PASSWORD)
    phone.goto("/admin/fees/cataloguelist/coverage/")
    look(phone, "coverage")
    phone.fill("#id_q", "番禺")
    follow(phone, phone.get_by_role("button", name="搜索"))
    expect(phone.locator("main, .cw-page").first).to_contain_text("番禺区政府定价")
    follow(phone, phone.locator(".cw-chips a", has_text="未公布"))
    expect(phone.locator(".cw-page")).to_contain_text("没有符合条件的内容")
    look(phone, "coverage-empty")


@pytest.mark.usefixtures("seeded")
def test_every_field_of_a_list_has_a_name(new_page: NewPage) -> None:
    page = sign_in(new_page(1280), EDITORS[0][0], DEMO_PASSWORD)
    page.goto("/admin/fees/cataloguelist/add/")
    expect(page.get_by_role("combobox", name="编制部门")).to_have_count(1)
    look(page, "list-form-new")
    page.goto("/admin/fees/cataloguelist/?q=panyu")
    follow(page, page.locator("#result_list tbody th a").first)
    look(page, "list-form")
