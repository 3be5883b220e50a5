"""The respondent's journey: asked by the caseworker, answered on a phone without an account, judged, supervised."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.test_portal_site import pdf
from tests.stack import Stack

PASSWORD = "respondent-password-of-the-tests"
SETUP = """
from casework.cases.actors import Actor
from casework.parties.models import Department, Membership, Role, User
from complaints import services
from complaints.routing import receiving_department_for
from tests.factories import department, division, file_complaint, member
place = division("320102")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
receiving = receiving_department_for(place)
handling = department("320100", handling=True, name="")
clerk = member(Role.RECEIVING_CLERK, receiving)
user = User.objects.create_user("answer-handler", is_staff=True, display_name="李明")
user.set_password("%s"); user.save()
Membership.objects.create(user=user, department=handling, role=Role.HANDLING_CASEWORKER)
case = services.complaint_accept(complaint=file_complaint().complaint, actor=Actor.person(clerk))
case = services.complaint_transfer(complaint=case, actor=Actor.person(clerk), department=handling)
case = services.complaint_receive(complaint=case, actor=Actor.person(user))
case = services.complaint_start_handling(complaint=case, actor=Actor.person(user))
print(case.pk)
"""
AXE = Axe()
# Where the pages are to be looked at by people; nowhere in an ordinary run.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(scope="module")
def case(stack: Stack) -> int:
    """A case in handling, and its caseworker."""
    return int(stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD).strip().splitlines()[-1])


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def sound(page: Page, width: int) -> None:
    """Nothing wider than the screen, nothing serious for axe."""
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = AXE.run(page).response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in {"serious", "critical"}] == []


def signed_in(page: Page) -> Page:
    page.goto("/admin/login/")
    page.fill("input[name=username]", "answer-handler")
    page.fill("input[name=password]", PASSWORD)
    page.locator("#login-form button[type=submit]").click()
    page.wait_for_url("**/admin/")
    return page


def test_from_the_question_to_the_supervisory_letter(case: int, page: Page, new_page: NewPage) -> None:
    address = f"/admin/complaints/arrearscomplaint/{case}/"
    signed_in(page).goto(f"{address}do/ask_feedback/")
    picture(page, "ask")
    page.locator("form.cw-form button.cw-first").click()
    code = page.locator("#reply-code").inner_text().strip()
    picture(page, "code")

    phone = new_page(360)
    phone.goto(f"/respond/#{code}")
    expect(phone.locator("#id_secret")).to_have_value(code)
    # The code leaves the address at once, so that no history keeps it.
    assert code not in phone.url
    sound(phone, 360)
    picture(phone, "enter")
    phone.locator("main button[type=submit]").click()
    expect(phone.locator("h1")).to_have_text("答复反馈要求")
    sound(phone, 360)
    picture(phone, "answer")
    phone.fill("#id_statement", "欠款属实，部分有质量争议。")
    phone.click("button[name=more_parts]")
    phone.fill("#id_part-0-label", "货款")
    phone.fill("#id_part-0-amount", "75000")
    phone.check("input[name=part-0-position][value=accepted]")
    phone.fill("#id_part-0-pay_by", (timezone.localdate() + timedelta(days=20)).isoformat())
    phone.fill("#id_part-1-label", "质量扣款")
    phone.fill("#id_part-1-amount", "5000")
    phone.check("input[name=part-1-position][value=disputed]")
    phone.fill("#id_part-1-reason", "验收不合格")
    phone.set_input_files("#id_files", [pdf()])
    phone.fill("#id_contact_name", "赵六")
    phone.fill("#id_contact_phone", "025-83000000")
    phone.locator("form.sheet button[type=submit]:not([name])").click()
    expect(phone.locator("h1")).to_have_text("答复已提交")
    sound(phone, 360)
    picture(phone, "done")

    page.goto(f"{address}change/")
    expect(page.locator("section[aria-labelledby=feedback-title]")).to_contain_text("欠款属实，部分有质量争议。")
    page.goto(f"{address}do/judge_feedback/")
    page.check("input[name=judgement][value=insufficient]")
    page.fill("#id_reasons", "未提供验收记录。")
    page.locator("form.cw-form button.cw-first").click()
    expect(page.locator("section[aria-labelledby=measures-title]")).to_contain_text("应当发出督办书")
    picture(page, "letter_due")
    page.goto(f"{address}do/supervisory_letter/")
    page.locator("form.cw-form button.cw-first").click()
    expect(page.locator("section[aria-labelledby=measures-title]")).to_contain_text("督办书 1")
    expect(page.locator("section[aria-labelledby=measures-title]")).not_to_contain_text("应当发出督办书")
    sound(page, 1280)
    picture(page, "supervised")
    page.set_viewport_size({"width": 360, "height": 900})
    sound(page, 360)
    picture(page, "supervised_phone")
