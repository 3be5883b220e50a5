"""A letter's life in a browser: previewed, issued, issued again, delivered, proved on a phone; files and alerts that
only few may see."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import (
    PHONE,
    follow,
    look,
    open_case,
    previewed,
    refusals_shown,
    sign_in,
    submit,
    submit_refused,
)
from tests.stack import Stack, poll

PASSWORD = "letters-password-of-the-tests"
WORDS = "对方经理打电话说再投诉就断货"
SETUP = """
import json
from django.core.files.uploadedfile import SimpleUploadedFile
from casework.cases.actors import Actor
from casework.documents.evidence import evidence_add
from casework.parties.models import Department, Role
from complaints.routing import receiving_department_for
from tests.factories import department, division, file_complaint, member
place = division("320102", "玄武区")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
receiving = receiving_department_for(place)
for name, role in (("clerk", Role.RECEIVING_CLERK), ("supervisor", Role.SUPERVISOR)):
    user = member(role, receiving, f"letters-{name}", display_name=name)
    user.set_password("%s"); user.save()
elsewhere = member(Role.SUPERVISOR, department("440000"), "letters-elsewhere")
elsewhere.set_password("%s"); elsewhere.save()
filed = file_complaint()
evidence_add(
    case=filed.complaint,
    uploads=[SimpleUploadedFile("客户名单.pdf", b"%%PDF-1.4 customers")],
    actor=Actor.complainant("x"),
)
print(json.dumps({
    "pk": filed.complaint.pk, "reference": filed.complaint.reference, "secret": filed.secret,
    "file": filed.complaint.attachments.get().pk,
}))
"""


@pytest.fixture(scope="module")
def case(stack: Stack) -> dict[str, Any]:
    """A submitted complaint with a file, its clerk and its supervisor, and a supervisor of another province."""
    answer = stack.manage("shell", "--no-imports", "-c", SETUP % (PASSWORD, PASSWORD))
    found: dict[str, Any] = json.loads(answer.strip().splitlines()[-1])
    return found


def address(case: dict[str, Any], rest: str = "change/") -> str:
    return f"/admin/complaints/arrearscomplaint/{case['pk']}/{rest}"


def letters_of(stack: Stack, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The letters of a case once all are rendered."""
    waiting = "SELECT 1 FROM documents_letter WHERE case_id = %s AND status <> 'ready'"
    assert poll(lambda: not stack.sql(waiting, case["pk"]), seconds=60)
    rows: list[dict[str, Any]] = stack.sql(
        "SELECT id, number, verify_code FROM documents_letter WHERE case_id = %s ORDER BY id", case["pk"]
    )
    return rows


def test_a_letter_is_previewed_issued_again_delivered_and_proved(
    stack: Stack, case: dict[str, Any], page: Page, new_page: NewPage
) -> None:
    sign_in(page, "letters-clerk", PASSWORD).goto(address(case, "act/accept/"))
    look(page, "letter-before-issue")
    draft = previewed(page)
    assert draft.headers["content-type"] == "application/pdf"
    assert letters_of(stack, case) == []
    submit(page)
    (first,) = letters_of(stack, case)

    page.goto(address(case, "do/reissue_letter/"))
    look(page, "letter-reissue")
    page.fill("#id_reason", "合同名称有误")
    page.fill("#id_wrong", "没有这样的话")
    submit_refused(page)
    expect(page.locator("form.cw-form")).to_contain_text("文书正文中没有这段文字")
    look(page, "letter-reissue-refused")
    page.fill("#id_wrong", "设备采购合同 2025-01")
    page.fill("#id_right", "设备采购合同 2025-02")
    assert previewed(page).headers["content-type"] == "application/pdf"
    submit(page)
    _first, second = letters_of(stack, case)

    page.goto(address(case, "do/record_delivery/"))
    page.locator(f"input[name=letter][value='{second['id']}']").check()
    page.locator("input[name=way][value=post]").check()
    page.fill("#id_recipient", "张三")
    page.fill("#id_remark", "EMS 1234567890123")
    look(page, "letter-delivery")
    submit(page)
    section = page.locator("section[aria-labelledby=letters-title]")
    expect(section).to_contain_text(f"已由{second['number']}替代")
    expect(section).to_contain_text(f"替代{first['number']}")
    expect(section).to_contain_text("EMS 1234567890123")
    look(page, "letters-of-the-case")

    phone = new_page(PHONE)
    _prove(phone, first["verify_code"])
    expect(phone.locator("h1")).to_have_text("文书已被替代")
    expect(phone.locator("main")).to_contain_text(second["number"])
    look(phone, "verify-replaced", both=False)
    _prove(phone, second["verify_code"])
    expect(phone.locator("h1")).to_have_text("文书真实有效")
    for hidden in (case["reference"], "示例机械有限公司", "示例建设集团有限公司", "设备采购合同"):
        expect(phone.locator("body")).not_to_contain_text(hidden)
    _compare_files(page, phone, second["id"])
    look(phone, "verify-genuine", both=False)


def _prove(phone: Page, code: str) -> None:
    """Type a code as it stands on paper."""
    phone.goto("/verify/")
    look(phone, "verify", both=False)
    phone.fill("#id_code", f"{code[:4].lower()} {code[4:8]} {code[8:]}")
    phone.locator("form.sheet button[type=submit]").click()
    phone.wait_for_url(f"**/verify/{code}/")


def _compare_files(page: Page, phone: Page, letter: int) -> None:
    """The issued file and another one, whose digests the browser computes itself."""
    issued = page.request.get(f"/letters/{letter}/?download=1").body()
    for content, words in ((issued, "该文件与出具时一致"), (issued + b" ", "该文件不是本文书")):
        phone.set_input_files("#file", FilePayload(name="x.pdf", mimeType="application/pdf", buffer=content))
        expect(phone.locator("#verdict")).to_contain_text(words)


def test_an_unknown_code_is_told_so(stack: Stack, new_page: NewPage) -> None:
    phone = new_page(PHONE)
    with refusals_shown(phone):
        phone.goto("/verify/AAAAAAAAAAAA/")
    expect(phone.locator("[role=alert]")).to_contain_text("没有与此核验码对应的文书")
    look(phone, "verify-unknown", both=False)


def test_a_secret_file_is_closed_to_oversight(case: dict[str, Any], page: Page, new_page: NewPage) -> None:
    sign_in(page, "letters-clerk", PASSWORD).goto(address(case, "do/mark_secret/"))
    page.locator(f"input[name=secret][value='{case['file']}']").check()
    page.fill("#id_reason", "商业秘密：客户名单")
    look(page, "secrecy")
    submit(page)
    expect(page.locator("section[aria-labelledby=evidence-title] .cw-error")).to_have_text("保密")
    assert page.request.get(f"/files/{case['file']}/?download=1").status == 200
    other = sign_in(new_page(1280), "letters-supervisor", PASSWORD)
    other.goto(address(case))
    section = other.locator("section[aria-labelledby=evidence-title]")
    expect(section).to_contain_text("仅案件办理人员可以打开")
    expect(section.locator(f"a[href*='/files/{case['file']}/']")).to_have_count(0)
    assert other.request.get(f"/files/{case['file']}/?download=1").status == 403
    look(other, "secret-file-for-oversight")


def test_a_threat_is_told_on_a_phone_and_handled_by_the_supervisor_alone(
    case: dict[str, Any], page: Page, new_page: NewPage
) -> None:
    phone = new_page(PHONE)
    open_case(phone, case["reference"], case["secret"])
    follow(phone, phone.get_by_role("link", name="我受到恐吓或者打击报复"))
    look(phone, "threat", both=False)
    phone.fill("#id_text", WORDS)
    phone.fill("#id_reach_me", "13900000000")
    follow(phone, phone.locator("form.sheet button[type=submit]"))
    expect(phone.locator("body")).to_contain_text("您反映的情况已送达督查部门")
    expect(phone.locator("body")).not_to_contain_text(WORDS)
    look(phone, "threat-told", both=False)

    clerk = sign_in(new_page(1280), "letters-clerk", PASSWORD)
    clerk.goto(address(case))
    expect(clerk.locator("body")).not_to_contain_text("打击报复")
    assert clerk.request.get("/admin/complaints/threatalert/").status in {403, 404}

    elsewhere = sign_in(new_page(1280), "letters-elsewhere", PASSWORD)
    elsewhere.goto("/admin/complaints/threatalert/")
    expect(elsewhere.locator("body")).not_to_contain_text(case["reference"])

    sign_in(page, "letters-supervisor", PASSWORD).goto(address(case))
    look(page, "alert-on-the-case")
    page.goto("/admin/complaints/threatalert/")
    look(page, "alerts")
    follow(page, page.get_by_role("link", name=case["reference"]).first)
    expect(page.locator("body")).to_contain_text(WORDS)
    look(page, "alert")
    page.fill("#id_note", "已约见被投诉人主要负责人，责成其停止。")
    submit(page)
    follow(page, page.get_by_role("link", name=case["reference"]).first)
    expect(page.locator("body")).to_contain_text("责成其停止")
    expect(page.locator("#id_note")).to_have_count(0)
    look(page, "alert-handled")
