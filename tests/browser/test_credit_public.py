"""Published credit records in a real browser: found, read, printed, gone; light and dark, without scripts too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import AXE, PHONE, follow, look, refusals_shown, sign_in
from tests.stack import Stack

NARROW = 320
MAKER, ORGAN, ENDED = "浏览器公示重型机械（集团）股份有限公司", "浏览器公示示例市政管理局", "浏览器公示已终止有限公司"
PASSWORD = "credit-password-of-the-public"
SETUP = """
import json
from django.utils import timezone
from casework.cases.actors import Actor
from casework.credit.objections.services import objection_make
from casework.credit.lookups.services import subject_lookup
from casework.credit.record import ending
from tests.credit.house import SUBJECT, CreditHouse
house = CreditHouse()
maker = house.published(record=house.with_measure(subject=house.subject(name="%s"))[0])
objection_make(record=maker, actor=SUBJECT, text="金额有误。")
organ = house.published(severity="general", subject=house.subject(kind="organ", name="%s"))
ended = house.published(subject=house.subject(name="%s"))
officer, today = Actor.person(house.officer), timezone.localdate()
ended = ending.finding_set_aside(record=ended, actor=officer, on=today, by="复议决定")
ending.record_annul(record=ended, actor=Actor.person(house.head), reason="认定被撤销")
for _ in range(20):
    house.published(severity="general")
house.head.set_password("%s"); house.head.save()
subject_lookup(user=house.officer, code=maker.subject_id, purpose="浏览器公示：政府采购资格审查，项目编号2026-118")
print(json.dumps({
    "head": house.head.username,
    "maker": maker.reference, "organ": organ.reference, "ended": ended.reference, "code": maker.subject_id,
    "ended_code": ended.subject_id,
}))
"""


@pytest.fixture(scope="module")
def records(stack: Stack) -> dict[str, Any]:
    """A contested record with a measure, one of an authority, one that was annulled, and enough for two pages."""
    setup = SETUP % (MAKER, ORGAN, ENDED, PASSWORD)
    found: dict[str, Any] = json.loads(stack.manage("shell", "--no-imports", "-c", setup).strip().splitlines()[-1])
    return found


def test_found_by_name_and_read(records: dict[str, Any], page: Page) -> None:
    page.goto("/")
    follow(page, page.get_by_role("link", name="信用记录", exact=True))
    expect(page.get_by_role("heading", level=1)).to_have_text("信用记录公示")
    look(page, "credit-list")
    page.get_by_label("名称或者统一社会信用代码").fill("浏览器公示 集团")
    follow(page, page.get_by_role("button", name="查询"))
    expect(page.locator(".entries > li")).to_have_count(1)
    expect(page.locator(".entries")).to_contain_text("异议处理中")
    look(page, "credit-found")
    follow(page, page.get_by_role("link", name=MAKER))
    expect(page.get_by_role("heading", level=1)).to_have_text(MAKER)
    for said in ("认定的事实", "作出决定的部门", "今日适用的惩戒措施", "融资", records["code"], records["maker"]):
        expect(page.locator("main")).to_contain_text(said)
    look(page, "credit-record")
    assert AXE.run(page).violations_count == 0


def test_in_the_dark_and_in_english(records: dict[str, Any], page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    for address, name in ((f"/credit/?who={MAKER[:6]}", "list"), (f"/credit/{records['maker']}/", "record")):
        page.goto(address)
        look(page, f"credit-{name}-dark")
    follow(page, page.get_by_role("button", name="English"))
    expect(page.locator("main")).to_contain_text("What was found")
    look(page, "credit-record-en-dark")
    page.emulate_media(color_scheme="light")
    page.goto("/credit/?severity=general")
    expect(page.locator("main")).to_contain_text("days left")
    look(page, "credit-list-en")


def test_nothing_found_and_a_misread_code(records: dict[str, Any], page: Page) -> None:
    page.goto(f"/credit/?who={records['ended_code']}")
    expect(page.locator("main")).to_contain_text("查询结果不是信用证明")
    look(page, "credit-none")
    with refusals_shown(page):
        page.goto(f"/credit/?who={records['code'][:17]}")
        expect(page.locator(".summary")).to_contain_text("营业执照")
        look(page, "credit-misread")


def test_what_has_ended_is_gone_without_a_name(records: dict[str, Any], page: Page, stack: Stack) -> None:
    answer = page.request.get(f"/credit/{records['ended']}/")
    assert answer.status == 410
    assert ENDED not in answer.text()
    with refusals_shown(page):
        page.goto(f"/credit/{records['ended']}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("已不再公示")
        expect(page.locator("body")).not_to_contain_text(ENDED)
        look(page, "credit-gone")


def test_without_scripts_on_the_narrowest_screen(records: dict[str, Any], browser: Browser, stack: Stack) -> None:
    context = browser.new_context(
        base_url=stack.url, java_script_enabled=False, locale="zh-CN", viewport={"width": NARROW, "height": 700}
    )
    page = context.new_page()
    page.goto("/credit/")
    page.get_by_label("主体类别").select_option("organ")
    page.get_by_label("名称或者统一社会信用代码").fill("浏览器公示")
    follow(page, page.get_by_role("button", name="查询"))
    follow(page, page.get_by_role("link", name=ORGAN))
    assert page.get_by_role("heading", level=1).inner_text() == ORGAN
    context.close()


def test_nothing_is_wider_than_the_narrowest_screen(records: dict[str, Any], new_page: NewPage) -> None:
    page = new_page(NARROW)
    for address in ("/credit/", f"/credit/?who={MAKER[:6]}", f"/credit/{records['maker']}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, address


def test_turning_pages_on_a_phone(records: dict[str, Any], phone: Page) -> None:
    phone.goto("/credit/?severity=general")
    expect(phone.locator(".entries > li")).to_have_count(20)
    follow(phone, phone.get_by_role("link", name="下一页"))
    expect(phone.locator(".entries > li").first).to_be_visible()
    look(phone, "credit-second-page", both=False)
    follow(phone, phone.get_by_role("link", name="第一页"))
    expect(phone.locator(".entries > li")).to_have_count(20)
    assert phone.viewport_size == {"width": PHONE, "height": 900}


def test_on_paper(records: dict[str, Any], page: Page) -> None:
    page.goto(f"/credit/{records['maker']}/")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="凭查询码打开记录")).to_be_hidden()
    expect(page.get_by_text("异议处理中").first).to_be_visible()
    look(page, "credit-print")


def test_a_head_reads_who_asked(records: dict[str, Any], page: Page) -> None:
    sign_in(page, records["head"], PASSWORD)
    page.goto("/admin/")
    follow(page, page.get_by_role("link", name="信用查询记录"))
    expect(page.locator("#result_list")).to_contain_text("政府采购资格审查")
    look(page, "credit-lookups")
