"""Chromium reaches the running stack, on a desktop and on a phone."""

from __future__ import annotations

import pytest

from tests.browser.conftest import NewPage


@pytest.mark.parametrize("width", [1280, 360])
def test_staff_can_reach_the_login_page_in_chinese(new_page: NewPage, width: int):
    page = new_page(width)
    answer = page.goto("/admin/login/")
    assert answer is not None
    assert answer.status == 200
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("input[name=password]").is_visible()
