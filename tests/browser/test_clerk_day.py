"""A clerk's morning in a real browser: checklist, acceptance, transfer where the route leads, and several at once."""

from __future__ import annotations

import json
import os

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.stack import Stack

PASSWORD = "clerk-day-password-of-the-tests"
SETUP = """
import json
from datetime import date
from casework.parties.models import Department, Membership, Role, User
from casework.cases.transfer.models import Route
from complaints.routing import receiving_department_for
from tests.factories import department, division, file_complaint
place = division("320111", "浦口区")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
receiving = receiving_department_for(place)
handling = department("320100", handling=True, name="南京市路由测试部门")
Route.objects.create(kind="arrears", department=handling, division=place, reason="被投诉人所在地的部门",
                     citation="测试", certainty="I", effective_from=date(2026, 1, 1))
user = User.objects.create_user("day-clerk", password="%s", is_staff=True, display_name="陈受理")
Membership.objects.create(user=user, department=receiving, role=Role.RECEIVING_CLERK)
party = {"complainant_name": "浦口精密机械有限公司", "contract_title": "早班采购合同"}
cases = [file_complaint(division=place, **party).complaint for _ in range(3)]
print(json.dumps({"cases": [case.pk for case in cases], "handling": handling.name}))
""".replace("%s", PASSWORD)


def _picture(page: Page, name: str) -> None:
    """A screenshot for whoever wants to look: PICTURES names a folder."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def _check(page: Page) -> None:
    """Nothing wider than the screen, nothing serious for axe."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    faults = Axe().run(page).response["violations"]
    assert [fault["id"] for fault in faults if fault["impact"] in {"serious", "critical"}] == []


def test_checklist_acceptance_transfer_and_several_at_once(stack: Stack, new_page: NewPage) -> None:
    made = json.loads(stack.manage("shell", "--no-imports", "-c", SETUP).strip().splitlines()[-1])
    first, *others = made["cases"]
    page = new_page(1280)
    page.goto("/admin/login/")
    page.fill("input[name=username]", "day-clerk")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/admin/")

    address = f"/admin/complaints/arrearscomplaint/{first}/change/"
    page.goto(address)
    expect(page.get_by_role("heading", name="受理条件")).to_be_visible()
    _check(page)
    _picture(page, "case-1280")
    page.locator("a[href*='/do/check_conditions/']").click()
    for code in ("sme", "respondent", "contract", "purchase", "overdue", "not_elsewhere", "claim"):
        page.select_option(f"[name=verdict_{code}]", "met")
    _check(page)
    _picture(page, "checklist-form")
    page.locator("form.cw-form button.cw-first").click()
    page.wait_for_url(f"**{address}")
    expect(page.locator(".cw-verdict-met")).to_have_count(7)

    page.locator("a[href*='/act/accept/']").click()
    page.locator("form.cw-form button.cw-first").click()
    page.wait_for_url(f"**{address}")
    page.locator("a[href*='/act/transfer/']").first.click()
    expect(page.locator("#id_department_helptext")).to_contain_text("被投诉人所在地的部门")
    _picture(page, "transfer-form")
    page.locator("form.cw-form button.cw-first").click()
    page.wait_for_url(f"**{address}")
    expect(page.locator("#hops-title + dl + ol")).to_contain_text(made["handling"])

    page.goto("/admin/complaints/arrearscomplaint/?q=浦口精密机械&state=submitted")
    for case in others:
        page.check(f"input[name=_selected_action][value='{case}']")
    _picture(page, "queue-chosen")
    page.select_option("select[name=action]", "accept")
    page.locator("#changelist-actions button[name=index]").click()
    expect(page.locator("input[name=case]")).to_have_count(2)
    _check(page)
    _picture(page, "bulk-confirm")
    page.locator("form.cw-form button.cw-first").click()
    expect(page.locator("#results-title")).to_contain_text("完成 2 件")
    _check(page)
    _picture(page, "bulk-results")
    states = stack.sql("SELECT state FROM cases_case WHERE id = ANY(%s)", others)
    assert [row["state"] for row in states] == ["accepted", "accepted"]


@pytest.mark.parametrize("path", ["change", "do/classify", "do/write_task"])
def test_the_sections_fit_a_phone(stack: Stack, new_page: NewPage, path: str) -> None:
    (row,) = stack.sql(
        "SELECT max(case_ptr_id) AS id FROM complaints_arrearscomplaint WHERE contract_title = '早班采购合同'"
    )
    page = new_page(360)
    page.goto("/admin/login/")
    page.fill("input[name=username]", "day-clerk")
    page.fill("input[name=password]", PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/admin/")
    page.goto(f"/admin/complaints/arrearscomplaint/{row['id']}/{path}/")
    _check(page)
    _picture(page, f"phone-{path.replace('/', '-')}")
