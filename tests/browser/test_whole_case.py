"""One complaint from filing to closing in a real browser, over the running stack with its real worker.

Filed on a phone as an SME, handled in the admin by clerk and caseworker, followed by the SME, read by the supervisor;
the letters are opened and their text is read.
"""

from __future__ import annotations

import io
import json
import os
import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import NewPage
from tests.browser.test_portal_site import filed, fill, pdf, send
from tests.stack import Stack, poll

PASSWORD = "journey-password-of-the-tests"
SETUP = """
import json
from casework.parties.models import Department, Membership, Role, User
from complaints.routing import receiving_department_for
from tests.factories import department, division
division("320102", "玄武区"); division("320205", "锡山区")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
receiving = receiving_department_for(division("320102"))
handling = department("320100", handling=True, name="南京市测试处理部门")
for name, role, place in (
    ("journey-clerk", Role.RECEIVING_CLERK, receiving),
    ("journey-handler", Role.HANDLING_CASEWORKER, handling),
    ("journey-head", Role.DEPARTMENT_HEAD, handling),
    ("journey-supervisor", Role.SUPERVISOR, receiving),
):
    user, created = User.objects.get_or_create(username=name, defaults={"is_staff": True, "display_name": name})
    if created:
        user.set_password("%s"); user.save()
        Membership.objects.create(user=user, department=place, role=role)
print(json.dumps({"receiving": receiving.name, "handling": handling.name}))
""".replace("%s", PASSWORD)


@pytest.fixture(scope="module")
def departments(stack: Stack) -> dict[str, str]:
    """The departments' names, with a person in each."""
    names: dict[str, str] = json.loads(stack.manage("shell", "--no-imports", "-c", SETUP).strip().splitlines()[-1])
    return names


def _sign_in(page: Page, name: str) -> None:
    page.goto("/admin/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/admin/")


def _picture(page: Page, name: str) -> None:
    """A screenshot for whoever wants to look: PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _act(page: Page, case_id: int, action: str, **fields: str) -> None:
    page.goto(f"/admin/complaints/arrearscomplaint/{case_id}/change/")
    page.locator(f"a[href*='/act/{action}/'], a[href*='/do/{action}/']").first.click()
    for name, value in fields.items():
        field = page.locator(f"[name={name}]").first
        kind = field.evaluate("element => element.type || element.tagName")
        if kind in {"radio", "checkbox"}:
            page.check(f"[name={name}][value='{value}']")
        elif "select" in kind:
            page.select_option(f"select[name={name}]", label=value)
        else:
            field.fill(value)
    page.locator("form.cw-form button.cw-first").click()
    page.wait_for_url(re.compile(r"/arrearscomplaint/\d+/change/$"))


def _letter_texts(page: Page, stack: Stack, reference: str, address: str) -> list[str]:
    """Wait until every letter of the case is ready, then download those that the page offers."""
    waiting = (
        "SELECT 1 FROM documents_letter l JOIN cases_case c ON c.id = l.case_id "
        "WHERE c.reference = %s AND l.status <> 'ready'"
    )
    assert poll(lambda: not stack.sql(waiting, reference), seconds=60)
    page.goto(address)
    links = page.locator("a[href*='/letters/']").evaluate_all("links => links.map(link => link.href)")
    texts = []
    for link in sorted({link.partition("?")[0] for link in links}):
        response = page.request.get(link)
        assert response.headers["content-type"] == "application/pdf"
        reader = PdfReader(io.BytesIO(response.body()))
        texts.append("".join(part.extract_text() for part in reader.pages).replace("\n", "").replace(" ", ""))
    return texts


def _confirm_payment(sme: Page, reference: str, secret: str) -> None:
    """The complainant opens the case by its secret and says that the money arrived."""
    sme.goto("/track/")
    sme.fill("#id_reference", reference)
    sme.fill("#id_secret", secret)
    sme.get_by_role("button", name="查询").click()
    sme.wait_for_url(f"**/track/{reference}/")
    _picture(sme, "money-tracking")
    sme.get_by_role("link", name="是否到账？").click()
    sme.check("input[name=arrived][value=yes]")
    _picture(sme, "money-answer")
    assert sme.evaluate("document.documentElement.scrollWidth") <= 360
    sme.get_by_role("button", name="提交").click()
    sme.wait_for_url(f"**/track/{reference}/")
    expect(sme.get_by_text("已付（已确认）").first).to_be_visible()


def test_a_case_from_filing_to_closing(stack: Stack, departments: dict[str, str], new_page: NewPage) -> None:
    sme = new_page(360)
    sme.goto("/complaints/new/")
    sme.set_input_files("#id_files", [pdf()])
    fill(sme)
    send(sme)
    reference, secret = filed(sme)
    (case,) = stack.sql("SELECT id FROM cases_case WHERE reference = %s", reference)

    clerk = new_page(1280)
    _sign_in(clerk, "journey-clerk")
    clerk.goto("/admin/complaints/arrearscomplaint/")
    expect(clerk.get_by_text(reference).first).to_be_visible()
    _act(clerk, case["id"], "accept")
    _act(clerk, case["id"], "transfer", department=departments["handling"])

    handler = new_page(1280)
    _sign_in(handler, "journey-handler")
    _act(handler, case["id"], "receive")
    _act(handler, case["id"], "start_handling")
    _act(handler, case["id"], "ask_extension", ground="complex", reason="需委托鉴定。", total_days="60")
    head = new_page(360)
    _sign_in(head, "journey-head")
    _act(head, case["id"], "decide_extension", decision="approved")
    (clock,) = stack.sql(
        "SELECT total_days FROM clocks_deadline WHERE case_id = %s AND code = 'arrears.handling'", case["id"]
    )
    assert clock["total_days"] == 60
    _act(handler, case["id"], "record_payment", paid_on=date.today().isoformat(), amount="80000.00", remark="银行转账")
    _picture(handler, "money-admin")
    _act(
        handler,
        case["id"],
        "resolve",
        findings="双方对账一致，欠款八万元属实。",
        result="被投诉人已支付全部余款。",
    )
    _confirm_payment(sme, reference, secret)
    _act(handler, case["id"], "close", reason="PAID_FULL")
    (row,) = stack.sql("SELECT state FROM cases_case WHERE id = %s", case["id"])
    assert row["state"] == "closed"

    sme.goto(f"/track/{reference}/")
    _picture(sme, "money-closed")
    texts = _letter_texts(sme, stack, reference, sme.url)
    # The transfer letter goes between departments: the complainant gets the other two.
    assert len(texts) == 2
    assert any("受理通知书" in text and reference in text for text in texts)
    assert any("处理结果告知书" in text and "被投诉人已支付全部余款" in text for text in texts)

    letters = _letter_texts(clerk, stack, reference, f"/admin/complaints/arrearscomplaint/{case['id']}/change/")
    # The approval form of the extension too.
    assert len(letters) == 4
    assert any("第二十五条" in text and departments["handling"] in text for text in letters)

    supervisor = new_page(1280)
    _sign_in(supervisor, "journey-supervisor")
    supervisor.goto("/reports/deadlines/")
    expect(supervisor.get_by_role("heading", level=1).first).to_be_visible()
    assert stack.manage("verify_timeline", "--case", reference).startswith("Every chain holds")
