"""Calendar and rules in a browser: axe, a phone's width, light and dark; days clicked with and without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.stack import Stack

PASSWORD = "rules-password-of-the-tests"
# Nothing here is applied or published: the stack is shared, and its deadlines are other tests' too.
SETUP = """
import json
from datetime import date
from casework.clocks import calendar_changes, versions
from casework.clocks.calendar_changes import DayException
from casework.clocks.models import CalendarYear
from casework.clocks.selectors import period_for
from casework.parties.models import Membership, Role, User
from tests.factories import department, file_complaint
place = department("000000", receiving=True)
people = []
for name in ("rules-one", "rules-two"):
    user, created = User.objects.get_or_create(username=name, defaults={"is_staff": True, "display_name": name})
    user.set_password("%s"); user.save()
    Membership.objects.get_or_create(user=user, department=place, role=Role.SYSTEM_ADMINISTRATOR)
    people.append(user)
change = calendar_changes.change_begin(year=2027, division="", user=people[0])
days = [*calendar_changes.exceptions_of(change), DayException(date(2027, 1, 4), "holiday", "元旦")]
calendar_changes.change_write(change=change, days=days, source_notice="测试通知", user=people[0])
clicked = calendar_changes.change_begin(year=2026, division="540000", user=people[0])
draft = versions.period_succeed(period=period_for("arrears.transfer", date(2026, 3, 2)), user=people[1])
ready = versions.period_succeed(period=period_for("arrears.handling", date(2026, 3, 2)), user=people[0])
versions.period_review(period=ready, user=people[1])
print(json.dumps([CalendarYear.objects.get(year=2026).pk, change.pk, clicked.pk, draft.pk, ready.pk]))
"""


@dataclass(frozen=True)
class Rules:
    """A year, the nation's draft, a region's draft to click in, a draft of a version, a reviewed version."""

    year: int
    draft: int
    clicked: int
    period: int
    ready: int

    @property
    def paths(self) -> list[str]:
        """Every page."""
        base = "/admin/clocks/"
        years = ["calendaryear/", f"calendaryear/{self.year}/change/", "calendaryear/begin/", "calendarchange/"]
        drafts = [f"calendarchange/{self.draft}/{page}/" for page in ("change", "preview", "discard")]
        versions = [
            "statutoryperiod/",
            f"statutoryperiod/{self.period}/change/",
            f"statutoryperiod/{self.period}/review/",
        ]
        ready = [f"statutoryperiod/{self.ready}/{page}/" for page in ("change", "publish")]
        return [base + page for page in (*years, *drafts, *versions, *ready)]


@pytest.fixture(scope="module")
def rules(stack: Stack) -> Rules:
    """Drafts in the running stack."""
    output = stack.manage("shell", "--no-imports", "-c", SETUP % PASSWORD)
    return Rules(*json.loads(output.strip().splitlines()[-1]))


def _signed_in(page: Page) -> Page:
    page.goto("/admin/login/")
    page.fill("input[name=username]", "rules-one")
    page.fill("input[name=password]", PASSWORD)
    page.locator("#login-form button[type=submit]").click()
    page.wait_for_url("**/admin/")
    return page


def _serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {fault['id']}: {[node['target'] for node in fault['nodes']][:3]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, rules: Rules, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    _signed_in(page)
    faults: list[str] = []
    for path in rules.paths:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        faults += _serious(page)
    assert not faults, "\n".join(faults)


def test_nothing_is_wider_than_a_phone(phone: Page, rules: Rules) -> None:
    _signed_in(phone)
    for path in rules.paths:
        phone.goto(path)
        phone.wait_for_load_state("networkidle")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_days_are_clicked_in_place_and_saved_at_once(page: Page, rules: Rules) -> None:
    _signed_in(page)
    page.goto(f"/admin/clocks/calendarchange/{rules.clicked}/change/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("[name=occasion]", '雪顿节, "藏历"')
    for day in ("2026-08-12", "2026-08-13", "2026-08-14", "2026-10-01"):
        page.click(f"button[value='{day}']")
    page.click("button[value='2026-08-14']")
    assert asked == []
    off, worked = page.locator("button[value='2026-08-12']"), page.locator("button[value='2026-10-01']")
    expect(off).to_have_class("cw-day cw-off cw-named cw-changed")
    expect(off).to_contain_text("休")
    expect(off).to_have_attribute("title", '雪顿节, "藏历"')
    expect(worked).to_contain_text("班")
    expect(page.locator("button[value='2026-08-14']")).to_have_class("cw-day")
    expect(page.locator(".cw-unsaved")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="保存草稿").first.click()
    # The server tells the same story as the script did.
    for button in (off, worked):
        assert "cw-changed" in (button.get_attribute("class") or "")
    expect(off).to_have_attribute("title", '雪顿节, "藏历"')
    differences = page.locator("section", has_text="与现行日历的差异")
    expect(differences).to_contain_text("8月12日–8月13日")
    expect(differences).not_to_contain_text("8月14日")
    for day in ("2026-08-12", "2026-08-13", "2026-10-01"):
        page.click(f"button[value='{day}']")
    with page.expect_navigation():
        page.get_by_role("button", name="保存草稿").first.click()
    expect(page.locator(".cw-changed:not(.cw-legend *)")).to_have_count(0)


def test_a_table_that_is_typed_paints_the_months(page: Page, rules: Rules) -> None:
    _signed_in(page)
    page.goto(f"/admin/clocks/calendarchange/{rules.clicked}/change/")
    page.locator("details summary").click()
    page.fill("[name=table]", "日期,类型,名称\n2026/3/5，休，藏历新年\n2026-03-07,班,补班")
    expect(page.locator("button[value='2026-03-05']")).to_contain_text("休")
    expect(page.locator("button[value='2026-03-07']")).to_contain_text("班")
    # What can't be read yet is left as it is, and a click adds to it.
    page.fill("[name=table]", "2026-03-")
    page.fill("[name=occasion]", "节")
    page.click("button[value='2026-03-04']")
    assert page.input_value("[name=table]").splitlines() == ["2026-03-", "2026-03-04,休,节"]
    page.evaluate("document.querySelector('.cw-unsaved').hidden = true")


@pytest.fixture
def plain(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A page that our script never reaches. unfold's own stay: without them it shows nothing, not even the sign-in."""
    context = browser.new_context(base_url=stack.url, locale="zh-CN")
    context.route("**/admin_casework/calendar*.js", lambda route: route.abort())
    yield context.new_page()
    context.close()


def test_without_our_script_each_click_is_saved_and_keeps_the_place(plain: Page, rules: Rules) -> None:
    _signed_in(plain)
    plain.goto(f"/admin/clocks/calendarchange/{rules.clicked}/change/")
    plain.fill("[name=occasion]", "测试节")
    plain.click("button[value='2026-11-11']")
    assert plain.url.endswith("#m11")
    expect(plain.locator("button[value='2026-11-11']")).to_contain_text("休")
    expect(plain.locator("[name=occasion]")).to_have_value("测试节")
    plain.click("button[value='2026-11-11']")
    expect(plain.locator("button[value='2026-11-11']")).not_to_contain_text("休")
    # Enter in a field saves; it doesn't turn the first day of the year over.
    plain.fill("[name=source_notice]", "西藏自治区通知")
    plain.press("[name=source_notice]", "Enter")
    expect(plain.locator(".cw-changed:not(.cw-legend *)")).to_have_count(0)
    expect(plain.locator("[name=source_notice]")).to_have_value("西藏自治区通知")
