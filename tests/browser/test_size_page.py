"""The size calculator in a real browser: only what the industry uses is asked for; readable for everybody."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

AXE = Axe()
ADDRESS = "/calculators/size/"
FIGURES = ("employees", "revenue", "assets")


def shown(page: Page) -> list[str]:
    return [name for name in FIGURES if page.locator(f"#id_{name}").is_visible()]


def test_only_what_the_industry_uses_is_asked_for(phone: Page) -> None:
    phone.goto(ADDRESS)
    assert shown(phone) == list(FIGURES)
    for industry, used in {
        "construction": ["revenue", "assets"],
        "other": ["employees"],
        "software": ["employees", "revenue"],
        "finance": [],
        "leasing_business": ["employees", "assets"],
    }.items():
        phone.select_option("#id_industry", industry)
        assert shown(phone) == used
    phone.fill("#id_employees", "50")
    phone.fill("#id_assets", "9000")
    phone.click("main button[type=submit]")
    expect(phone.locator("#verdict")).to_have_text("小型企业")
    assert "revenue" not in phone.url
    assert shown(phone) == ["employees", "assets"]


def test_answers_fit_a_phone_and_are_accessible(phone: Page) -> None:
    for query in ("", "?industry=software&employees=103&revenue=15735", "?industry=retail&employees=300&revenue=20000"):
        phone.goto(ADDRESS + query)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360
        assert AXE.run(phone).violations_count == 0
