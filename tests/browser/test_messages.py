"""Filer and department write to each other, on a phone and at a desk; and the filer chooses how to be told."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewPage
from tests.browser.pages import follow, look, open_case, refusals_shown, sign_in, submit
from tests.browser.test_portal_site import pdf
from tests.stack import Stack

PASSWORD = "messages-password-of-the-tests"
SETUP = """
import json
from casework.parties.models import Department, Role
from complaints.routing import receiving_department_for
from tests.factories import department, division, file_complaint, member
place = division("320102", "玄武区")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
clerk = member(Role.RECEIVING_CLERK, receiving_department_for(place), "messages-clerk", display_name="王受理")
clerk.set_password("%s"); clerk.save()
filed = file_complaint(contact_email="messages@example.com")
print(json.dumps({
    "pk": filed.complaint.pk, "reference": filed.complaint.reference, "secret": filed.secret,
    "department": filed.complaint.receiving_department.name,
}))
"""


@pytest.fixture(scope="module")
def case(stack: Stack) -> dict[str, Any]:
    """A complaint under review, and a clerk of the department that has it."""
    answer = stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD)
    found: dict[str, Any] = json.loads(answer.strip().splitlines()[-1])
    return found


def statement(scheme: str) -> Any:
    """A file of its own for each: the same bytes twice are one file of evidence."""
    return {**pdf(f"对账单-{scheme}.pdf"), "buffer": f"%PDF-1.4\n{scheme}".encode()}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_question_is_asked_and_answered(case: dict[str, Any], new_page: NewPage, scheme: str) -> None:
    phone, desk = new_page(360), new_page(1280)
    phone.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    question, answer = f"请问何时受理（{scheme}）？", f"正在核对合同（{scheme}）。"
    open_case(phone, case["reference"], case["secret"])
    follow(phone, phone.get_by_role("link", name="给部门发消息"))
    look(phone, f"message-form-{scheme}", both=False)
    with refusals_shown(phone):
        phone.locator("main form.sheet button[type=submit]").last.click()
        expect(phone.get_by_role("alert")).to_be_focused()
    phone.fill("#id_text", question)
    phone.set_input_files("#id_files", [statement(scheme)])
    expect(phone.locator(".files .name").first).to_be_visible()
    follow(phone, phone.get_by_role("button", name="提交", exact=True))
    expect(phone.locator(".talk")).to_contain_text(question)
    expect(phone.locator("section[aria-labelledby=files]")).to_contain_text(f"对账单-{scheme}.pdf")

    sign_in(desk, "messages-clerk", PASSWORD)
    desk.goto("/admin/complaints/arrearscomplaint/?queue=messages")
    expect(desk.locator("#result_list")).to_contain_text(case["reference"])
    desk.goto(f"/admin/complaints/arrearscomplaint/{case['pk']}/change/")
    messages = desk.locator("section[aria-labelledby=messages-title]")
    expect(messages).to_contain_text(question)
    look(desk, f"message-desk-{scheme}")
    follow(desk, messages.get_by_role("link", name="给提交人发消息"))
    look(desk, f"message-answer-{scheme}")
    desk.fill("#id_text", answer)
    submit(desk)
    desk.goto("/admin/complaints/arrearscomplaint/?queue=messages")
    expect(desk.locator("main, #content").first).not_to_contain_text(case["reference"])

    phone.reload()
    expect(phone.locator(".talk")).to_contain_text(answer)
    expect(phone.locator(".talk")).to_contain_text(case["department"])
    expect(phone.locator("main")).not_to_contain_text("王受理")
    look(phone, f"message-case-{scheme}", both=False)


def test_how_one_is_told(stack: Stack, case: dict[str, Any], phone: Any) -> None:
    open_case(phone, case["reference"], case["secret"])
    follow(phone, phone.get_by_role("link", name="进展提醒方式"))
    stack.wait_for_row(
        "SELECT id FROM cases_outboxmessage WHERE channel = 'email' AND status = 'sent' AND case_id = %s", case["pk"]
    )
    phone.reload()
    expect(phone.locator("section[aria-labelledby=told]")).to_contain_text("电子邮箱")
    look(phone, "notices-choice", both=False)
    phone.check("input[name=email][value=act]")
    follow(phone, phone.get_by_role("button", name="保存"))
    follow(phone, phone.get_by_role("link", name="进展提醒方式"))
    expect(phone.locator("input[name=email][value=act]")).to_be_checked()
