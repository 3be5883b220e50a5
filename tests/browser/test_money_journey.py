"""Money from the first payment to the reopened case: the caseworker at a desk, the complainant on a phone."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_portal_site import pdf
from tests.stack import Stack

PASSWORD = "money-password-of-the-tests"
SETUP = """
import json
from casework.cases.actors import Actor
from casework.cases.references import derive_secret
from casework.parties.models import Department, Membership, Role, User
from complaints import services
from complaints.routing import receiving_department_for
from tests.factories import department, division, file_complaint, member
place = division("320102")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
handling = department("320100", handling=True, name="南京市款项处理部门")
clerk = Actor.person(member(Role.RECEIVING_CLERK, receiving_department_for(place)))
user = User.objects.create_user("money-handler", is_staff=True, display_name="赵敏")
user.set_password("%s"); user.save()
Membership.objects.create(user=user, department=handling, role=Role.HANDLING_CASEWORKER)
case = services.complaint_accept(complaint=file_complaint().complaint, actor=clerk)
case = services.complaint_transfer(complaint=case, actor=clerk, department=handling)
case = services.complaint_receive(complaint=case, actor=Actor.person(user))
case = services.complaint_start_handling(complaint=case, actor=Actor.person(user))
print(json.dumps({"id": case.pk, "reference": case.reference, "secret": derive_secret(case.idempotency_key)}))
"""
AXE = Axe()
# Where the pages are to be looked at by people; nowhere in an ordinary run.
PICTURES = os.environ.get("PICTURES", "")


class Desk:
    """The caseworker's pages of one case."""

    def __init__(self, page: Page, case: dict[str, str]) -> None:
        self.page, self.address = page, f"/admin/complaints/arrearscomplaint/{case['id']}"
        page.goto("/admin/login/")
        page.fill("input[name=username]", "money-handler")
        page.fill("input[name=password]", PASSWORD)
        page.locator("#login-form button[type=submit]").click()
        page.wait_for_url("**/admin/")

    def open(self, act: str) -> None:
        """The form of an act, reached by its button on the case page; looked at, also as wide as a phone."""
        self.page.goto(f"{self.address}/change/")
        self.page.locator(f"a[href*='/act/{act}/'], a[href*='/do/{act}/']").first.click()
        looked_at(self.page, f"form-{act}", widths=(360, 1280))

    def send(self, **fields: str) -> None:
        """Fill and send; the case page follows."""
        for name, value in fields.items():
            self.page.locator(f"[name={name}]").fill(value)
        self.page.locator("form.cw-form button.cw-first").click()
        self.page.wait_for_url(re.compile(r"/arrearscomplaint/\d+/change/$"))

    def pay(self, amount: str) -> None:
        """Record a payment of today."""
        self.page.goto(f"{self.address}/do/record_payment/")
        self.send(paid_on=timezone.localdate().isoformat(), amount=amount, remark="银行转账")


class Phone:
    """The complainant's pages of the case."""

    def __init__(self, page: Page, case: dict[str, str]) -> None:
        self.page, self.address = page, f"/track/{case['reference']}/"
        page.goto("/track/")
        page.fill("#id_reference", case["reference"])
        page.fill("#id_secret", case["secret"])
        page.get_by_role("button", name="查询").click()
        page.wait_for_url(f"**{self.address}")

    def look(self, name: str) -> None:
        """The case page in light and dark."""
        self.page.goto(self.address)
        self.shown(name)

    def shown(self, name: str) -> None:
        """What is open now, in light and dark."""
        looked_at(self.page, f"phone-{name}", widths=(360,))
        self.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        looked_at(self.page, f"phone-{name}-dark", widths=(360,))
        self.page.emulate_media(color_scheme="light")

    def send(self) -> None:
        """Send the form; the case follows."""
        self.page.get_by_role("button", name="提交").click()
        self.page.wait_for_url(f"**{self.address}")

    def refused(self) -> None:
        """Send a form that is not complete; it comes back."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="提交").click()
        expect(self.page.locator(".errors, [role=alert]").first).to_be_visible()

    def confirm(self) -> None:
        """Say that the next payment arrived."""
        self.page.goto(self.address)
        self.page.get_by_role("link", name="是否到账？").first.click()
        self.page.check("input[name=arrived][value=yes]")
        self.send()

    def sum_of(self, label: str) -> str:
        """A sum of the section on payments."""
        self.page.goto(self.address)
        pair = self.page.locator(
            "section[aria-labelledby=money] dl > div", has=self.page.get_by_text(label, exact=True)
        )
        return pair.locator("dd").inner_text().strip()


def looked_at(page: Page, name: str, widths: tuple[int, ...]) -> None:
    """Nothing wider than the screen, nothing serious for axe; a picture where they are wanted."""
    height = page.viewport_size["height"] if page.viewport_size else 900
    for width in widths:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found = AXE.run(page).response["violations"]
        assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == [], name
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)


@pytest.fixture(scope="module")
def case(stack: Stack) -> dict[str, str]:
    """A case in handling with its secret, and its caseworker."""
    made: dict[str, str] = json.loads(
        stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD).strip().splitlines()[-1]
    )
    return made


@pytest.fixture
def two(browser: Browser, stack: Stack) -> Iterator[list[Page]]:
    """A desk's and a phone's page; the answer to a refused form is an error to the browser's console, not to us."""
    contexts = [
        browser.new_context(base_url=stack.url, viewport={"width": width, "height": 900}, locale="zh-CN")
        for width in (1280, 360)
    ]
    errors: list[str] = []
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
    yield pages
    for context in contexts:
        context.close()
    assert errors == []


def test_from_the_first_payment_to_the_reopened_case(case: dict[str, str], two: list[Page]) -> None:
    desk, today = Desk(two[0], case), timezone.localdate()
    desk.open("split_claim")
    rows = {
        "part_1": ("货款", "75000.00", "undisputed", ""),
        "part_2": ("质量扣款", "5000.00", "disputed", "一台设备有质量争议"),
    }
    for row, values in rows.items():
        for place, value in enumerate(values):
            field = desk.page.locator(f"[name={row}_{place}]")
            if place == 2:
                field.select_option(value)
            else:
                field.fill(value)
    desk.send()
    desk.open("record_payment")
    desk.page.set_input_files("[name=proof]", [pdf()])
    desk.send(paid_on=today.isoformat(), amount="30000.00", remark="银行转账")
    desk.pay("10000.00")
    desk.open("answer_payment")
    desk.open("sign_plan")
    days = [(today + timedelta(days=number)).isoformat() for number in (20, 50)]
    desk.page.fill("[name=instalments]", "下月 20000")
    desk.page.fill("[name=signed_on]", today.isoformat())
    with desk.page.expect_navigation():
        desk.page.locator("form.cw-form button.cw-first").click()
    expect(desk.page.locator(".cw-error")).to_contain_text("下月 20000")
    looked_at(desk.page, "form-sign_plan-wrong", widths=(360, 1280))
    desk.send(instalments="\n".join(f"{day} 20000.00" for day in days))
    looked_at(desk.page, "case-recorded", widths=(360, 1280))

    phone = Phone(two[1], case)
    phone.look("recorded")
    assert phone.sum_of("未付金额") == "80,000.00"
    phone.page.get_by_role("link", name="是否到账？").first.click()
    phone.refused()
    phone.shown("answer-empty")
    phone.page.check("input[name=arrived][value=yes]")
    phone.send()
    assert phone.sum_of("未付金额") == "50,000.00"
    phone.page.get_by_role("link", name="是否到账？").click()
    phone.page.check("input[name=arrived][value=no]")
    phone.refused()
    phone.shown("deny-without-a-word")
    phone.page.fill("[name=note]", "未收到该笔款项")
    phone.send()
    assert phone.sum_of("未付金额") == "50,000.00"
    phone.look("answered")

    desk.page.set_viewport_size({"width": 1280, "height": 900})
    desk.page.goto(f"{desk.address}/act/resolve/")
    desk.send(findings="双方对账一致。", result="双方签订还款计划。")
    desk.open("follow_up")
    desk.send()
    looked_at(desk.page, "case-follow-up", widths=(360, 1280))
    for amount in ("20000.00", "20000.00", "10000.00"):
        desk.pay(amount)
        phone.confirm()
    assert phone.sum_of("未付金额") == "0.00"
    phone.look("paid")
    desk.open("close")
    desk.page.check("[name=reason][value=PAID_FULL]")
    desk.send()

    phone.look("closed")
    phone.page.get_by_role("link", name="我要评价").click()
    phone.shown("satisfaction")
    phone.page.check("input[name=score][value='4']")
    phone.page.fill("[name=text]", "办理及时")
    phone.send()
    phone.page.get_by_role("link", name="提出新的事实").click()
    phone.refused()
    phone.shown("facts-empty")
    phone.page.fill("[name=text]", "11月20日收到法院通知，该笔付款被撤销。")
    phone.page.set_input_files("#id_files", [pdf()])
    phone.send()
    phone.look("facts-told")

    desk.page.goto(f"{desk.address}/change/")
    looked_at(desk.page, "case-new-facts", widths=(360, 1280))
    desk.open("decline_facts")
    desk.open("reopen")
    desk.send(note="情况属实")
    looked_at(desk.page, "case-reopened", widths=(360, 1280))
    phone.look("reopened")
    expect(phone.page.locator("h1")).to_have_text("您的投诉正在处理")
