"""Money on both sides: split, paid, promised, confirmed on a phone; followed up, closed, judged, and reopened."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import DESKTOP, PHONE, follow, look, open_case, previewed, sign_in, submit, submit_refused
from tests.browser.test_portal_site import pdf
from tests.stack import Stack

PASSWORD = "money-password-of-the-tests"
SETUP = """
import json
from casework.cases.actors import Actor
from casework.parties.models import Department, Role
from complaints import services
from complaints.routing import receiving_department_for
from tests.factories import department, division, file_complaint, member
place = division("320102", "玄武区")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
receiving, handling = receiving_department_for(place), department("320100", handling=True, name="南京市款项测试局")
users = {}
for name, role, where in (
    ("clerk", Role.RECEIVING_CLERK, receiving), ("handler", Role.HANDLING_CASEWORKER, handling),
):
    user = member(role, where, f"money-{name}", display_name=name)
    user.set_password("%s"); user.save()
    users[name] = user
def in_handling():
    filed = file_complaint()
    case = services.complaint_accept(complaint=filed.complaint, actor=Actor.person(users["clerk"]))
    case = services.complaint_transfer(complaint=case, actor=Actor.person(users["clerk"]), department=handling)
    case = services.complaint_receive(complaint=case, actor=Actor.person(users["handler"]))
    services.complaint_start_handling(complaint=case, actor=Actor.person(users["handler"]))
    return filed
print(json.dumps({
    name: {"pk": filed.complaint.pk, "reference": filed.complaint.reference, "secret": filed.secret}
    for name, filed in (("paid", in_handling()), ("ended", in_handling()))
}))
"""
MONEY = "section[aria-labelledby=money-title]"


@pytest.fixture(scope="module")
def cases(stack: Stack) -> dict[str, dict[str, Any]]:
    """Two complaints in handling: 80,000 yuan each."""
    answer = stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD)
    found: dict[str, dict[str, Any]] = json.loads(answer.strip().splitlines()[-1])
    return found


def address(case: dict[str, Any], rest: str = "change/") -> str:
    return f"/admin/complaints/arrearscomplaint/{case['pk']}/{rest}"


def record(page: Page, case: dict[str, Any], amount: str) -> None:
    """A payment of today, as the caseworker records it."""
    page.goto(address(case, "do/record_payment/"))
    page.fill("#id_paid_on", timezone.localdate().isoformat())
    page.fill("#id_amount", amount)
    page.fill("#id_remark", "银行转账")
    page.set_input_files("#id_proof", [pdf()])
    look(page, "money-record")
    submit(page)


def answer(phone: Page, *, arrived: bool, note: str = "") -> None:
    """The complainant's word on the payment that waits."""
    follow(phone, phone.get_by_role("link", name="是否到账？"))
    look(phone, "money-answer", both=False)
    phone.check(f"input[name=arrived][value={'yes' if arrived else 'no'}]")
    phone.fill("[name=note]", note)
    follow(phone, phone.get_by_role("button", name="提交"))


def test_money_from_the_first_payment_to_the_last_instalment(
    cases: dict[str, dict[str, Any]], page: Page, new_page: NewPage
) -> None:
    case, phone = cases["paid"], new_page(PHONE)
    sign_in(page, "money-handler", PASSWORD).goto(address(case, "do/split_claim/"))
    page.locator("[name=part_1_0]").fill("货款")
    page.locator("[name=part_1_1]").fill("7万")
    look(page, "money-split")
    submit_refused(page)
    expect(page.locator("form.cw-form")).to_contain_text("80,000.00")
    page.locator("[name=part_2_0]").fill("质保金")
    page.locator("[name=part_2_1]").fill("10000")
    page.locator("[name=part_2_2]").select_option(label="有争议")
    page.locator("[name=part_2_3]").fill("质保期未满。")
    submit(page)
    record(page, case, "30000")
    open_case(phone, case["reference"], case["secret"])
    look(phone, "money-track", both=False)
    answer(phone, arrived=True)
    record(page, case, "5000")
    phone.reload()
    answer(phone, arrived=False, note="银行流水里没有这笔款。")
    expect(phone.locator("section[aria-labelledby=money]")).to_contain_text("50,000.00")

    page.goto(address(case, "do/sign_plan/"))
    page.fill("#id_signed_on", timezone.localdate().isoformat())
    coming = timezone.localdate() + timedelta(days=30)
    page.fill("#id_instalments", f"{coming.isoformat()} 50000.00")
    look(page, "money-plan")
    submit(page)
    look(page, "money-case")
    expect(page.locator(MONEY)).to_contain_text("50,000.00")

    page.goto(address(case, "act/resolve/"))
    page.fill("#id_findings", "双方对账一致。")
    page.fill("#id_result", "已付三万元，其余按还款计划支付。")
    assert previewed(page).headers["content-type"] == "application/pdf"
    submit(page)
    page.goto(address(case, "act/follow_up/"))
    submit(page)
    phone.reload()
    expect(phone.locator("h1")).to_contain_text("还款计划")
    look(phone, "money-follow-up", both=False)

    page.goto(address(case, "act/close/"))
    page.check("[name=reason][value=PAID_FULL]")
    submit_refused(page)
    expect(page.locator("form.cw-form")).to_contain_text("50,000.00")
    record(page, case, "50000")
    phone.reload()
    answer(phone, arrived=True)
    page.goto(address(case, "act/close/"))
    page.check("[name=reason][value=PAID_FULL]")
    submit(page)
    look(page, "money-closed")
    phone.reload()
    follow(phone, phone.get_by_role("link", name="我要评价"))
    phone.check("input[name=score][value='5']")
    look(phone, "satisfaction", both=False)
    follow(phone, phone.get_by_role("button", name="提交"))
    expect(phone.locator("main")).to_contain_text("5")


def test_a_terminated_case_is_reopened_for_new_facts_only(
    cases: dict[str, dict[str, Any]], page: Page, new_page: NewPage
) -> None:
    case, phone = cases["ended"], new_page(PHONE)
    sign_in(page, "money-handler", PASSWORD).goto(address(case, "act/terminate/"))
    page.check("[name=ground][value=NO_CONTRACT]")
    page.fill("#id_explanation", "投诉人未能提供合同。")
    look(page, "terminate")
    assert previewed(page).headers["content-type"] == "application/pdf"
    submit(page)
    page.goto(address(case))
    assert page.locator("a[href*='/act/reopen/']").count() == 0

    open_case(phone, case["reference"], case["secret"])
    look(phone, "terminated-track", both=False)
    follow(phone, phone.get_by_role("link", name="提出新的事实"))
    look(phone, "new-facts", both=False)
    phone.fill("[name=text]", "在档案里找到了盖章的合同原件。")
    follow(phone, phone.get_by_role("button", name="提交"))

    page.set_viewport_size({"width": DESKTOP, "height": 900})
    page.goto(address(case, "act/reopen/"))
    expect(page.locator("form.cw-form")).to_contain_text("盖章的合同原件")
    look(page, "reopen")
    submit(page)
    expect(page.locator("main, #main").first).to_contain_text("处理中")
    phone.reload()
    look(phone, "reopened-track", both=False)
