"""Beside the case: the disputed size, the receivable, and the department that is late; begun, answered, read."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import DESKTOP, PHONE, follow, look, open_case, previewed, sign_in, submit, submit_refused
from tests.stack import Stack, poll

PASSWORD = "side-password-of-the-tests"
SETUP = """
import json
from datetime import timedelta
from django.utils import timezone
from casework.cases.actors import Actor
from casework.clocks.models import Deadline
from casework.parties.models import Department, Role
from complaints import services
from complaints.models import ArrearsComplaint
from complaints.routing import receiving_department_for
from tests.factories import department, division, file_complaint, member
place = division("320102", "玄武区")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
receiving, handling = receiving_department_for(place), department("320100", handling=True, name="南京市附带事项测试局")
users = {}
for name, role, where in (
    ("clerk", Role.RECEIVING_CLERK, receiving),
    ("supervisor", Role.SUPERVISOR, receiving),
    ("handler", Role.HANDLING_CASEWORKER, handling),
    ("head", Role.DEPARTMENT_HEAD, handling),
):
    user = member(role, where, f"side-{name}", display_name=name)
    user.set_password("%s"); user.save()
    users[name] = user
def in_handling():
    filed = file_complaint()
    case = services.complaint_accept(complaint=filed.complaint, actor=Actor.person(users["clerk"]))
    case = services.complaint_transfer(complaint=case, actor=Actor.person(users["clerk"]), department=handling)
    case = services.complaint_receive(complaint=case, actor=Actor.person(users["handler"]))
    services.complaint_start_handling(complaint=case, actor=Actor.person(users["handler"]))
    return filed
disputed, receivable, late = file_complaint(), in_handling(), in_handling()
day = timezone.localdate() - timedelta(days=9)
Deadline.objects.filter(case=late.complaint.pk, code="arrears.handling").update(raw_due=day, due=day)
ArrearsComplaint.objects.filter(pk=late.complaint.pk).update(next_due=day)
print(json.dumps({
    name: {"pk": filed.complaint.pk, "reference": filed.complaint.reference, "secret": filed.secret}
    for name, filed in (("disputed", disputed), ("receivable", receivable), ("late", late))
}))
"""
DEPARTMENT = "南京市附带事项测试局"
OVERVIEW = "/admin/complaints/departmentmeasure/"


@pytest.fixture(scope="module")
def cases(stack: Stack) -> dict[str, dict[str, Any]]:
    """One complaint for each matter, and the people who work on them."""
    answer = stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD)
    found: dict[str, dict[str, Any]] = json.loads(answer.strip().splitlines()[-1])
    return found


def address(case: dict[str, Any], rest: str = "change/") -> str:
    return f"/admin/complaints/arrearscomplaint/{case['pk']}/{rest}"


def matters(page: Page) -> Locator:
    """The section of the case page."""
    return page.locator("section[aria-labelledby=subcases-title]")


def test_a_disputed_size_is_sent_decided_and_stands_beside_the_condition(
    cases: dict[str, dict[str, Any]], page: Page
) -> None:
    case = cases["disputed"]
    sign_in(page, "side-clerk", PASSWORD).goto(address(case, "do/begin_size_dispute/"))
    page.fill("#id_asked_of", "南京市工业和信息化局")
    page.fill("#id_request", "被投诉人认为投诉人属于大型企业，投诉人主张为小型企业。")
    look(page, "size-begin")
    assert previewed(page).headers["content-type"] == "application/pdf"
    submit(page)
    expect(matters(page)).to_contain_text("企业规模争议 1")
    look(page, "size-open")
    page.goto(address(case, "do/end_subcase/"))
    page.locator("input[name=outcome][value=small]").check()
    page.fill("#id_note", "宁工信函〔2026〕7号，依据社保缴纳人数。")
    look(page, "size-end")
    submit(page)
    expect(matters(page)).to_contain_text("规模认定结果：小型")
    expect(page.locator("section[aria-labelledby=checklist-title]")).to_contain_text("宁工信函〔2026〕7号")
    look(page, "size-decided")


def test_a_receivable_is_requested_on_a_phone_sent_and_confirmed(
    cases: dict[str, dict[str, Any]], page: Page, new_page: NewPage
) -> None:
    case = cases["receivable"]
    phone = new_page(PHONE)
    open_case(phone, case["reference"], case["secret"])
    follow(phone, phone.get_by_role("link", name="申请确认债权"))
    look(phone, "receivable-request", both=False)
    phone.fill("#id_request", "合同项下货款80000元，某银行办理应收账款质押贷款需要确权。")
    follow(phone, phone.locator("form.sheet button[type=submit]"))
    expect(phone.locator("body")).to_contain_text("您的确权请求已登记")

    sign_in(page, "side-handler", PASSWORD).goto(address(case))
    expect(matters(page)).to_contain_text("尚未向被投诉人发函")
    look(page, "receivable-waits")
    page.goto(address(case, "do/begin_receivable/"))
    expect(page.locator("#id_request")).to_have_value("合同项下货款80000元，某银行办理应收账款质押贷款需要确权。")
    look(page, "receivable-send")
    assert previewed(page).headers["content-type"] == "application/pdf"
    submit(page)
    expect(matters(page)).not_to_contain_text("尚未向被投诉人发函")
    page.goto(address(case, "do/end_subcase/"))
    page.locator("input[name=outcome][value=confirmed]").check()
    page.fill("#id_note", "被投诉人2026年11月23日函复确认。")
    submit_refused(page)
    expect(page.locator("form.cw-form")).to_contain_text("确认债权的须填写确认金额")
    look(page, "receivable-end")
    page.fill("#id_amount", "75000")
    submit(page)
    expect(matters(page)).to_contain_text("75,000.00元")
    phone.reload()
    expect(phone.locator("section[aria-labelledby=subcases]")).to_contain_text("75,000.00元")
    look(phone, "receivable-confirmed", both=False)


def test_a_late_department_is_asked_called_told_of_and_answers(
    stack: Stack, cases: dict[str, dict[str, Any]], page: Page, new_page: NewPage
) -> None:
    case = cases["late"]
    sign_in(page, "side-supervisor", PASSWORD).goto(OVERVIEW)
    look(page, "departments")
    follow(page, page.get_by_role("link", name=DEPARTMENT))
    page.locator("input[name=kind][value=inquiry]").check()
    page.fill("#id_text", "请说明逾期原因和办结安排。")
    page.fill("#id_joint_with", "江苏省财政厅")
    look(page, "department-issue")
    submit_refused(page)
    expect(page.locator("form.cw-form")).to_contain_text("请填写该部门的答复期限")
    look(page, "department-issue-refused")
    page.fill("#id_due_on", (timezone.localdate() + timedelta(days=10)).isoformat())
    assert previewed(page).headers["content-type"] == "application/pdf"
    submit(page)
    expect(page.locator("section[aria-labelledby=measures-title]")).to_contain_text("函询")

    _issue(page, "interview", "说明逾期情况。")
    _issue(page, "circular", "请引以为戒。")
    look(page, "departments-measures")
    page.goto(address(case))
    expect(page.locator("section[aria-labelledby=supervision-title]").get_by_role("link")).to_have_count(3)
    _answer(sign_in(new_page(DESKTOP), "side-head", PASSWORD), case)

    page.goto(OVERVIEW)
    follow(page, page.get_by_role("link", name="函询"))
    expect(page.locator("body")).to_contain_text("本月底前办结")
    assert poll(lambda: page.reload() is not None and page.get_by_role("link", name="打开").count() == 1, seconds=60)
    look(page, "department-answered")

    phone = new_page(PHONE)
    open_case(phone, case["reference"], case["secret"])
    expect(phone.locator("body")).not_to_contain_text("督促逾期部门")
    handler = sign_in(new_page(DESKTOP), "side-handler", PASSWORD)
    assert handler.request.get(OVERVIEW).status in {403, 404}


def _issue(page: Page, kind: str, text: str) -> None:
    """Another measure for the same late case."""
    page.goto(OVERVIEW)
    follow(page, page.locator("section[aria-labelledby=late-title]").get_by_role("link", name=DEPARTMENT))
    page.locator(f"input[name=kind][value={kind}]").check()
    page.fill("#id_text", text)
    if kind == "interview":
        later = timezone.localtime() + timedelta(days=5)
        page.fill("#id_held_at", later.strftime("%Y-%m-%dT%H:%M"))
        page.fill("#id_place", "二楼会议室")
    submit(page)
    page.wait_for_url(f"**{OVERVIEW}")


def _answer(head: Page, case: dict[str, Any]) -> None:
    """The head comes from the case and answers the inquiry."""
    head.goto(address(case))
    follow(head, head.locator("section[aria-labelledby=supervision-title]").get_by_role("link", name="函询"))
    look(head, "department-answer")
    head.fill("#id_answer", "因人员调整延误，本月底前办结。")
    submit(head)
    expect(head.locator("section[aria-labelledby=measures-title]")).to_contain_text("已答复")
