"""Accounts in a real browser: signing in by a mailed code, a firm and its people, a case that both open."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.policy import default

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import follow, look, refusals_shown
from tests.browser.test_portal_site import SETUP, fill, send
from tests.factories import credit_code
from tests.stack import Stack

CODE = credit_code(9301)


@pytest.fixture(scope="module")
def site(stack: Stack) -> Stack:
    """The running stack with a department for Jiangsu."""
    stack.manage("shell", "-v", "0", stdin=SETUP)
    return stack


def mailed(site: Stack, to: str, pattern: str) -> str:
    """What the last mail to this address says at the pattern's group, once the worker has sent it."""
    found: list[str] = []

    def came() -> bool:
        for file in site.mails():
            mail = message_from_bytes(file.read_bytes(), policy=default)
            if mail["To"] == to and (said := re.search(pattern, mail.get_content())):
                found.append(said[1])
        return bool(found)

    site.wait_for(f"a mail to {to}", came)
    return found[-1]


def press(page: Page) -> None:
    """The first button of the page's own form."""
    follow(page, page.locator("main form.sheet button[type=submit]").first)


def sign_in(site: Stack, page: Page, email: str) -> None:
    page.goto("/account/sign-in/")
    page.fill("#id_address", email)
    press(page)
    page.fill("#id_code", mailed(site, email, r"验证码是：(\d{6})"))
    press(page)
    page.wait_for_url("**/account/")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_firm_shares_its_case(site: Stack, new_page: NewPage, scheme: str) -> None:
    phone, desk = new_page(360), new_page(1280)
    for page in (phone, desk):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    owner, colleague = f"owner-{scheme}@example.com", f"colleague-{scheme}@example.com"
    phone.goto("/account/sign-in/")
    look(phone, f"account-sign-in-{scheme}", both=False)
    sign_in(site, phone, owner)
    look(phone, f"account-empty-{scheme}", both=False)
    phone.goto("/account/firms/new/")
    with refusals_shown(phone):
        press(phone)
        expect(phone.get_by_role("alert")).to_be_focused()
    phone.fill("#id_name", "账户示例机械有限公司")
    phone.fill("#id_code", CODE)
    press(phone)
    firm = phone.url
    phone.goto(f"{firm}invite/")
    phone.fill("#id_email", colleague)
    press(phone)
    look(phone, f"account-firm-{scheme}", both=False)

    phone.goto("/complaints/new/")
    fill(phone)
    phone.fill("#id_complainant_name", "账户示例机械有限公司")
    phone.fill("#id_complainant_code", CODE)
    send(phone)
    phone.wait_for_url("**/complaints/filed/")
    reference = phone.inner_text("#reference")
    look(phone, f"account-filed-{scheme}", both=False)

    invited = mailed(site, colleague, r"邀请码：(\S+)")
    sign_in(site, desk, colleague)
    desk.goto(f"/track/{reference}/")
    expect(desk.locator("#id_secret")).to_be_visible()
    desk.goto("/account/join/")
    desk.locator("main form.sheet input:not([type=hidden])").first.fill(invited)
    press(desk)
    desk.goto("/account/")
    look(desk, f"account-home-{scheme}")
    follow(desk, desk.get_by_role("link", name=re.compile(reference)).first)
    expect(desk.get_by_role("heading", level=1)).to_have_text("您的投诉正在审查")


def test_a_draft_goes_on_on_another_device_by_the_account(site: Stack, new_page: NewPage) -> None:
    phone, desk = new_page(360), new_page(1280)
    sign_in(site, phone, "drafts@example.com")
    phone.goto("/complaints/file/?respondent_type=large_enterprise")
    follow(phone, phone.locator("button.big"))
    phone.fill("#id_contract_title", "账户草稿合同")
    follow(phone, phone.locator("button[name=later]"))
    sign_in(site, desk, "drafts@example.com")
    follow(desk, desk.locator("section[aria-labelledby=drafts] a").first)
    expect(desk.locator("#id_contract_title")).to_have_value("账户草稿合同")


def test_a_wrong_code_says_so_and_signs_nobody_in(site: Stack, phone: Page) -> None:
    phone.goto("/account/sign-in/")
    phone.fill("#id_address", "wrong@example.com")
    press(phone)
    right = mailed(site, "wrong@example.com", r"验证码是：(\d{6})")
    with refusals_shown(phone):
        phone.fill("#id_code", f"{(int(right) + 1) % 1_000_000:06d}")
        press(phone)
        expect(phone.get_by_role("alert")).to_be_focused()
        look(phone, "account-wrong-code", both=False)
    phone.goto("/account/")
    phone.wait_for_url("**/account/sign-in/**")
