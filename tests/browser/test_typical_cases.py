"""Typical cases in a real browser: written, approved by another person and read by everybody."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from casework.parties.demo import DEMO_PASSWORD
from tests.browser.conftest import NewPage
from tests.browser.pages import AXE, follow, look, refusals_shown, sign_in
from tests.stack import Stack

TITLE = "浏览器示例协会违规收费案"


@pytest.fixture(scope="module")
def seeded(stack: Stack) -> Stack:
    """The demo's cases and accounts; a second seeding changes nothing."""
    stack.manage("seed_fees")
    return stack


@pytest.mark.usefixtures("seeded")
def test_the_public_pages(page: Page) -> None:
    page.goto("/fees/typical-cases/")
    look(page, "typical-list")
    page.select_option("#id_category", "F10")
    page.get_by_role("button", name="查询").click()
    page.get_by_role("link", name="某行业协会强制入会、强制培训收费案").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("某行业协会强制入会、强制培训收费案")
    expect(page.locator("main")).not_to_contain_text("示例机械行业协会")
    expect(page.locator("main")).to_contain_text("示例民政部门")
    look(page, "typical-case")
    assert AXE.run(page).violations_count == 0
    page.goto("/fees/typical-cases/?words=乌有之案")
    look(page, "typical-none")
    page.get_by_role("button", name="English").click()
    look(page, "typical-none-en")
    page.goto("/fees/typical-cases/")
    look(page, "typical-list-en")


@pytest.mark.usefixtures("seeded")
def test_from_a_draft_to_the_public_and_back(new_page: NewPage) -> None:
    writer, head = (
        sign_in(new_page(1280), "case-writer", DEMO_PASSWORD),
        sign_in(new_page(1280), "case-head", DEMO_PASSWORD),
    )
    writer.goto("/admin/fees/typicalcase/")
    look(writer, "typical-admin-list")
    writer.goto("/admin/fees/typicalcase/add/")
    look(writer, "typical-begin")
    follow(writer, writer.get_by_role("button", name="开始"))
    look(writer, "typical-edit")
    for name, words in {
        "title": TITLE, "payee_name": "江苏示例贸易协会", "masking_reason": "主动退还", "unlawful_amount": "3.2万元",
        "legal_basis": "《优化营商环境条例》第七十一条", "narrative": "电话13812345678", "hidden_names": "赵六",
    }.items():  # fmt: skip
        writer.fill(f"#id_{name}", words)
    writer.select_option("#id_masking", "place_kept")
    writer.check("input[name=categories][value=F10]")
    with refusals_shown(writer):
        follow(writer, writer.get_by_role("button", name="保存"))
        expect(writer.locator("form.cw-form")).to_contain_text("出现了电话号码：13812345678")
    look(writer, "typical-refused")
    writer.fill("#id_narrative", "经查，该协会强制企业入会并收取会费。")
    follow(writer, writer.get_by_role("button", name="保存"))
    look(writer, "typical-draft")
    address = writer.url
    follow(writer, writer.get_by_role("link", name="预览"))
    expect(writer.locator("main")).to_contain_text("某协会")
    look(writer, "typical-preview")
    writer.goto(address)
    writer.get_by_label(re.compile("我已按公众")).check()
    follow(writer, writer.get_by_role("button", name="提交审批"))
    head.goto(address)
    look(head, "typical-approve")
    head.get_by_label(re.compile("我已按公众")).check()
    follow(head, head.get_by_role("button", name="批准", exact=True))
    writer.goto(address)
    look(writer, "typical-publish")
    writer.get_by_label(re.compile("我已按公众")).check()
    follow(writer, writer.get_by_role("button", name="公布", exact=True))
    look(writer, "typical-published")
    follow(writer, writer.get_by_role("link", name="公开页面"))
    expect(writer.get_by_role("heading", level=1)).to_have_text(TITLE)
    head.goto(address)
    head.get_by_text("撤下案例").click()
    head.fill("#id_reason", "演示结束。")
    head.get_by_label(re.compile("确认将该案例")).check()
    look(head, "typical-withdraw")
    follow(head, head.get_by_role("button", name="撤下", exact=True))
    look(head, "typical-withdrawn")
