"""A fee report at the desk: registered from a call, accepted, assigned, verified, ordered, answered, closed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import DESKTOP, PHONE, follow, look, sign_in, submit, submit_refused
from tests.stack import Stack

PASSWORD = "report-password-of-the-tests"
SETUP = """
import json
from casework.parties.models import Role
from tests.factories import department, division, member
division("320211", "滨湖区")
registering = department("320200", name="无锡市举报测试局")
verifying = department("320211", name="滨湖区核查测试局")
registering.registers_reports = verifying.verifies_reports = True
registering.save(); verifying.save()
for name, role, where in (
    ("clerk", Role.RECEIVING_CLERK, registering), ("handler", Role.HANDLING_CASEWORKER, verifying),
    ("head", Role.DEPARTMENT_HEAD, verifying), ("auditor", Role.AUDITOR, registering),
):
    user = member(role, where, f"fee-{name}", display_name=name)
    user.set_password("%s"); user.save()
print(json.dumps({"verifying": verifying.pk}))
"""


@pytest.fixture(scope="module")
def house(stack: Stack) -> dict[str, Any]:
    """Departments and people."""
    found: dict[str, Any] = json.loads(
        stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD).strip().splitlines()[-1]
    )
    return found


def _register(page: Page) -> str:
    """A report by phone; the address of its page."""
    page.goto("/admin/fees/feereport/")
    look(page, "fee-queue-empty")
    page.goto("/admin/fees/feereport/add/")
    look(page, "fee-register")
    submit_refused(page)
    today = timezone.localdate().isoformat()
    for name, value in {
        "complainant_name": "滨湖示例包装有限公司", "contact_phone": "13900000000", "respondent_name": "示例行业协会",
        "division": "320211", "item": "会员评比达标服务费", "charged_on": today, "amount": "5000.00",
        "facts": "来电反映：不交不予年审。",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.select_option("[name=payee_type]", "association")
    page.locator("form.cw-form button.cw-first").click()
    expect(page.locator("#registered-title")).to_be_visible()
    look(page, "fee-registered")
    follow(page, page.locator("a.cw-first"))
    return page.url


def _take(page: Page, move: str, name: str) -> None:
    follow(page, page.locator(f"nav.cw-actions a[href$='/act/{move}/']"))
    look(page, f"fee-{name}")


def test_a_report_from_the_call_to_its_end(house: dict[str, Any], page: Page, new_page: NewPage) -> None:
    desk = new_page(DESKTOP)
    address = _register(sign_in(page, "fee-clerk", PASSWORD))
    look(page, "fee-case-registered")
    _take(page, "accept", "accept")
    submit(page)
    _take(page, "transfer", "assign")
    page.select_option("[name=department]", str(house["verifying"]))
    submit(page)
    expect(page.locator("#case-title")).to_contain_text("已分送")

    sign_in(desk, "fee-handler", PASSWORD).goto(address)
    _take(desk, "receive", "receive")
    submit(desk)
    _take(desk, "find_violation", "find")
    submit_refused(desk)
    desk.check("input[name=violations][value=F10]")
    desk.fill("[name=facts]", "该协会收取评比达标服务费。")
    desk.fill("[name=reasons]", "无依据且强制收取。")
    submit(desk)
    follow(desk, desk.locator("a[href$='/do/refund_order/']"))
    look(desk, "fee-refund")
    desk.fill("[name=text]", "退还已收费用。")
    payers: FilePayload = {
        "name": "payers.csv",
        "mimeType": "text/csv",
        "buffer": "缴费单位,金额\n甲公司,5000.00\n".encode(),
    }
    desk.set_input_files("[name=payers]", [payers])
    submit(desk)
    look(desk, "fee-case-refund")
    follow(desk, desk.locator("a[href$='/do/refund_all/']"))
    desk.fill("[name=voucher]", "银行回单1号")
    submit(desk)
    look(desk, "fee-case-ordered")
    follow(desk, desk.locator("a[href$='/do/order_end/']"))
    desk.check("input[name=outcome][value=done]")
    submit(desk)
    _take(desk, "conclude", "conclude")
    submit(desk)
    _take(desk, "feed_back", "answer")
    desk.fill("[name=answer]", "已责令退还，款项已退。")
    submit(desk)
    _take(desk, "close", "close")
    desk.check("input[name=reason][value=C1]")
    submit(desk)
    expect(desk.locator("#case-title")).to_contain_text("已办结")
    look(desk, "fee-case-closed")

    phone = new_page(PHONE)
    sign_in(phone, "fee-auditor", PASSWORD).goto(address)
    expect(phone.locator("#reporter-title")).to_be_visible()
    expect(phone.locator("body")).not_to_contain_text("13900000000")
    look(phone, "fee-case-auditor", both=False)
