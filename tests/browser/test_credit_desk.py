"""A credit record at the desk: entered, noticed, served, decided, published, contested, repaired; and its measures."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import DESKTOP, PHONE, follow, look, sign_in, submit, submit_refused
from tests.factories import credit_code
from tests.stack import Stack

PASSWORD = "credit-password-of-the-tests"
# Four groups of five.
CODE = re.compile(r"^\s*([0-9A-Z]{5}-){3}[0-9A-Z]{5}\s*$")
SETUP = """
import json
from tests.credit.house import CreditHouse
house = CreditHouse()
people = {"officer": house.officer, "head": house.head, "executor": house.executor, "auditor": house.auditor}
for name, user in people.items():
    user.set_password("%s"); user.save()
record, measure = house.with_measure()
record = house.submitted(record=record)
minor = house.asked()
print(json.dumps({
    "users": {name: user.username for name, user in people.items()}, "record": record.pk, "minor": minor.pk,
    "subject": record.subject_id, "department": house.executing.name,
}))
"""


@pytest.fixture(scope="module")
def house(stack: Stack) -> dict[str, Any]:
    """Departments, people, and a record before the one who decides."""
    found: dict[str, Any] = json.loads(
        stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD).strip().splitlines()[-1]
    )
    return found


def _page_of(record: int) -> str:
    return f"/admin/credit/creditrecord/{record}/change/"


def _move(page: Page, name: str) -> None:
    follow(page, page.locator(f"nav.cw-actions a[href$='/act/{name}/']"))


def _do(page: Page, name: str) -> None:
    follow(page, page.locator(f"a[href$='/do/{name}/']"))


def test_from_a_finding_to_the_notice(house: dict[str, Any], page: Page) -> None:
    sign_in(page, house["users"]["officer"], PASSWORD)
    page.goto("/admin/credit/creditrecord/")
    look(page, "credit-queue")
    page.goto("/admin/credit/creditrecord/add/")
    look(page, "credit-enter")
    submit_refused(page)
    today = timezone.localdate().isoformat()
    for name, value in {
        "code": credit_code(), "name": "示例桌面建设集团有限公司", "division": "320102",
        "finding_number": "宁工信认〔2026〕桌1号",
        "finding_date": today, "finding_authority": "南京市工业和信息化局", "legal_basis": "国务院令第802号第二十六条",
        "conduct": "无正当理由拖欠中小企业货款，经责令改正仍未支付。", "severity_reasons": "数额巨大。",
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.select_option("[name=kind]", "large_enterprise")
    page.check("input[name=severity][value=serious]")
    submit(page)
    look(page, "credit-proposed")
    _do(page, "intend_measure")
    look(page, "credit-measure-form")
    page.select_option("[name=item]", label="限制融资获取")
    page.select_option("[name=department]", label=house["department"])
    submit(page)
    expect(page.locator("#record-measures + *, #record-measures ~ dl").first).to_contain_text("限制融资获取")
    _move(page, "give_notice")
    look(page, "credit-notice")
    submit(page)
    _do(page, "serve")
    page.fill("[name=how]", "直接送达，签收人李四")
    submit(page)
    expect(page.locator("nav.cw-actions a[href$='/act/put_forward/']")).to_have_count(0)
    _do(page, "issue_code")
    submit(page)
    expect(page.locator("#access-code")).to_have_text(CODE)
    look(page, "credit-code")


def test_from_the_decision_to_an_annulment(house: dict[str, Any], page: Page, new_page: NewPage) -> None:
    head = sign_in(new_page(DESKTOP), house["users"]["head"], PASSWORD)
    head.goto(_page_of(house["record"]))
    _move(head, "decide")
    look(head, "credit-decide")
    head.fill("[name=reasons]", "事实清楚，证据充分。")
    submit(head)
    expect(head.locator("#case-title")).to_contain_text("已生效")
    look(head, "credit-in-force")

    officer = sign_in(page, house["users"]["officer"], PASSWORD)
    officer.goto(_page_of(house["record"]))
    _move(officer, "publish")
    submit(officer)
    _do(officer, "enter_objection")
    officer.fill("[name=text]", "认定的金额有误。")
    submit(officer)
    expect(officer.locator("p.cw-warning").first).to_contain_text("有异议")
    _do(officer, "forward_objection")
    submit(officer)
    look(officer, "credit-contested")
    head.goto(_page_of(house["record"]))
    _do(head, "decide_objection")
    look(head, "credit-decide-objection")
    head.check("input[name=outcome][value=annulled]")
    head.fill("[name=reasons]", "经复核，认定的金额有误。")
    submit(head)
    _move(head, "annul")
    head.fill("[name=reason]", "异议成立。")
    submit(head)
    expect(head.locator("#case-title")).to_contain_text("已撤销")

    executor = sign_in(new_page(PHONE), house["users"]["executor"], PASSWORD)
    executor.goto("/admin/credit/measure/")
    look(executor, "credit-measures", both=False)
    follow(executor, executor.locator("#result_list tbody a").first)
    executor.fill("[name=done]", "已恢复授信办理。")
    look(executor, "credit-measure", both=False)
    submit(executor)
    expect(executor.locator("form.cw-form")).to_have_count(0)


def test_a_repair_and_the_subjects_page(house: dict[str, Any], page: Page, new_page: NewPage) -> None:
    head = sign_in(page, house["users"]["head"], PASSWORD)
    head.goto(_page_of(house["minor"]))
    look(head, "credit-repair-asked")
    _do(head, "refuse_repair")
    head.fill("[name=reasons]", "凭证不完整。")
    submit(head)
    # Whoever enters an application doesn't grant it.
    officer = sign_in(new_page(DESKTOP), house["users"]["officer"], PASSWORD)
    officer.goto(_page_of(house["minor"]))
    _do(officer, "enter_repair")
    look(officer, "credit-repair-form")
    officer.check("input[name=ground][value=fulfilled]")
    officer.fill("[name=fulfilment]", "已付清。")
    officer.fill("[name=undertaking]", "承诺依法支付。")
    proof: FilePayload = {"name": "回单.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%other\n%%EOF\n"}
    officer.set_input_files("[name=uploads]", [proof])
    submit(officer)
    head.goto(_page_of(house["minor"]))
    _move(head, "repair")
    head.fill("[name=reasons]", "条件均已具备。")
    submit(head)
    expect(head.locator("#case-title")).to_contain_text("已修复")
    look(head, "credit-repaired")

    phone = sign_in(new_page(PHONE), house["users"]["auditor"], PASSWORD)
    phone.goto("/admin/parties/subject/")
    look(phone, "credit-subjects", both=False)
    phone.goto(f"/admin/parties/subject/{house['subject']}/change/")
    look(phone, "credit-subject")
    phone.goto("/admin/credit/severityclass/")
    look(phone, "credit-severities", both=False)
    phone.goto("/admin/credit/measureitem/")
    look(phone, "credit-measure-items", both=False)
