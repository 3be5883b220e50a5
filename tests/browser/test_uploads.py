"""Evidence on a phone and at a desk: several files at once, over a line that breaks, turned upright, named by kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.pages import DESKTOP, PHONE, follow, look
from tests.browser.test_portal_site import pdf
from tests.documents.pictures import photo
from tests.stack import Stack

PIECE = 512 * 1024
LONG = b"%PDF-1.4\n" + b"0123456789abcdef" * 80_000
Opener = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, stack: Stack) -> Iterator[Opener]:
    """Open a browser; a cut line is an error in its console, so that nobody listens there."""
    contexts = []

    def make(width: int, **options: Any) -> Page:
        context = browser.new_context(
            base_url=stack.url, viewport={"width": width, "height": 900}, **{"locale": "zh-CN", **options}
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


def to_evidence(page: Page) -> str:
    """Begin a filing in steps and go to its evidence; the draft's number."""
    page.goto("/complaints/file/?respondent_type=large_enterprise")
    follow(page, page.locator("button.big"))
    found = re.search(r"/file/(CG-[0-9A-Z]+)/", page.url)
    assert found
    page.goto(f"/complaints/file/{found[1]}/evidence/")
    return found[1]


def file(name: str, content: bytes, kind: str = "application/octet-stream") -> Any:
    return {"name": name, "mimeType": kind, "buffer": content}


def kept(page: Page, name: str) -> Locator:
    return page.locator(".kept li").filter(has_text=name)


def sending(page: Page, name: str) -> Locator:
    return page.locator(".sending li").filter(has_text=name)


def is_upright(picture: Locator) -> bool:
    """The pictures of these tests lie in their files: 400 by 200."""
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    return bool(picture.evaluate("image => image.naturalHeight === 2 * image.naturalWidth"))


class Line:
    """The way to the server, which lets some pieces through and then breaks."""

    def __init__(self, page: Page, pieces: int) -> None:
        self.page, self.left, self.offsets = page, pieces, list[int]()
        page.route("**/uploads/*-*/", self.pass_on)

    def pass_on(self, route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        self.offsets.append(int(route.request.headers["upload-offset"]))
        if self.left:
            self.left -= 1
            route.continue_()
        else:
            route.abort("internetdisconnected")

    def repair(self) -> None:
        """The browser notices by itself that it is back."""
        self.left = 100
        self.page.evaluate("window.dispatchEvent(new Event('online'))")


@pytest.mark.browser
def test_several_files_over_a_line_that_breaks(stack: Stack, opened: Opener) -> None:
    page = opened(PHONE, color_scheme="dark", has_touch=True)
    number = to_evidence(page)
    look(page, "uploads-empty-dark", both=False)
    line = Line(page, pieces=1)
    page.set_input_files(
        "#id_files", [file("对账单.pdf", LONG), file("现场.jpg", photo()), file("IMG_0042.HEIC", photo(kind="HEIF"))]
    )
    expect(sending(page, "对账单.pdf")).to_contain_text("网络中断，恢复后自动续传")
    expect(sending(page, "现场.jpg")).to_contain_text("等待上传")
    look(page, "uploads-cut-dark", both=False)
    assert set(line.offsets[1:]) == {PIECE}
    line.repair()
    expect(page.locator(".kept li")).to_have_count(3)
    expect(page.locator(".sending")).to_be_hidden()
    # Nothing that had arrived was sent again.
    assert line.offsets.count(0) == 3
    assert is_upright(kept(page, "现场.jpg").locator("img"))
    assert is_upright(kept(page, "IMG_0042.HEIC").locator("img"))
    expect(kept(page, "对账单.pdf").locator("select")).to_have_value("statement")
    kept(page, "现场.jpg").locator("select").select_option(label="送货单、验收单或者结算确认")
    page.locator(".helpful summary").click()
    expect(page.locator(".helpful")).not_to_contain_text("证明对方知道欠款金额")
    look(page, "uploads-kept-dark", both=False)
    kept(page, "IMG_0042.HEIC").get_by_role("button").click()
    expect(page.locator(".kept li")).to_have_count(2)
    # What was chosen and not yet saved outlives the new list.
    expect(kept(page, "现场.jpg").locator("select")).to_have_value("delivery")
    follow(page, page.locator("button.big"))
    page.goto(f"/complaints/file/{number}/check/")
    expect(page.locator("main")).to_contain_text("送货单、验收单或者结算确认")
    row = stack.sql("SELECT size FROM documents_stagedfile WHERE name = '对账单.pdf' AND size = %s", len(LONG))
    assert len(row) == 1


@pytest.mark.browser
def test_stopped_by_hand_and_the_form_waits_for_the_rest(opened: Opener) -> None:
    page = opened(DESKTOP)
    to_evidence(page)
    line = Line(page, pieces=1)
    page.set_input_files("#id_files", [file("合同.pdf", LONG)])
    expect(sending(page, "合同.pdf")).to_contain_text("网络中断")
    sending(page, "合同.pdf").get_by_role("button", name="暂停").click()
    expect(sending(page, "合同.pdf")).to_contain_text("已暂停")
    page.locator("button.big").click()
    expect(page.get_by_role("status").filter(has_text="文件仍在上传")).to_be_visible()
    look(page, "uploads-waiting")
    line.left = 100
    with page.expect_navigation():
        sending(page, "合同.pdf").get_by_role("button", name="继续").click()
    page.wait_for_url("**/firm/")
    page.go_back()
    page.reload()
    expect(kept(page, "合同.pdf").locator("select")).to_have_value("contract")


@pytest.mark.browser
def test_dropped_files_and_one_that_is_refused_in_english(opened: Opener) -> None:
    page = opened(DESKTOP, locale="en-GB")
    to_evidence(page)
    dropped = page.evaluate_handle(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["%PDF-1.4 invoice"], "invoice.pdf"));
          data.items.add(new File(["MZ"], "setup.pdf"));
          return data;
        }"""
    )
    page.dispatch_event("#id_files", "drop", {"dataTransfer": dropped})
    expect(kept(page, "invoice.pdf").locator("select")).to_have_value("invoice")
    expect(sending(page, "setup.pdf")).to_contain_text("is not a PDF, image, Office or OFD file")
    page.locator("button.big").click()
    expect(page.get_by_role("status").filter(has_text="Some files did not arrive")).to_be_visible()
    remove = sending(page, "setup.pdf").get_by_role("button", name="Remove")
    expect(remove).to_be_focused()
    look(page, "uploads-refused-en")
    page.keyboard.press("Enter")
    expect(page.locator(".sending")).to_be_hidden()
    follow(page, page.locator("button.big"))
    page.wait_for_url("**/firm/")


@pytest.mark.browser
def test_without_scripts_on_the_narrowest_phone(opened: Opener) -> None:
    page = opened(320, java_script_enabled=False)
    number = to_evidence(page)
    page.set_input_files("#id_files", [pdf("发票.pdf"), file("收货.heic", photo(kind="HEIF"))])
    follow(page, page.locator("button.big"))
    page.goto(f"/complaints/file/{number}/evidence/")
    expect(kept(page, "发票.pdf").locator("select")).to_have_value("invoice")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    kept(page, "发票.pdf").locator("select").select_option("statement")
    follow(page, kept(page, "收货.heic").get_by_role("button", name="移除"))
    expect(page.locator(".kept li")).to_have_count(1)
    expect(kept(page, "发票.pdf").locator("select")).to_have_value("statement")


@pytest.mark.browser
def test_a_photo_for_a_form_on_one_page(opened: Opener, tmp_path: Path) -> None:
    page = opened(PHONE, has_touch=True, is_mobile=True)
    page.goto("/complaints/new/")
    expect(page.locator("#id_photo")).to_be_visible()
    page.set_input_files("#id_photo", [file("image.jpg", photo())])
    assert is_upright(kept(page, "image.jpg").locator("img"))
    page.locator(".kept").scroll_into_view_if_needed()
    look(page, "uploads-one-page", both=False)
