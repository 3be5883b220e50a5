"""The admin in a browser: nothing serious for axe, nothing wider than a phone, evidence to look at, two at one case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_portal_site import pdf
from tests.stack import Stack

PASSWORD = "pages-password-of-the-tests"
SETUP = """
import json
from collections.abc import Iterator
from django.core.files.uploadedfile import SimpleUploadedFile
from casework.cases.references import new_idempotency_key
from casework.documents.evidence import evidence_stage
from casework.parties.models import Department, Membership, Role, User
from complaints.routing import receiving_department_for
from complaints import services
from casework.cases.actors import Actor
from tests.factories import department, division, file_complaint
place = division("320102")
if not Department.objects.filter(is_receiving=True, division_id__in=["320000", "000000"]).exists():
    department("320000", receiving=True)
department("320100", handling=True)
receiving = receiving_department_for(place)
user, created = User.objects.get_or_create(username="pages-clerk", defaults={"is_staff": True, "display_name": "王敏"})
user.set_password("%s"); user.save()
Membership.objects.get_or_create(user=user, department=receiving, role=Role.RECEIVING_CLERK)
key = new_idempotency_key()
evidence_stage(key=key, uploads=[SimpleUploadedFile("合同.pdf", %r), SimpleUploadedFile("照片.png", %r)])
new = file_complaint(key=key).complaint
accepted = services.complaint_accept(complaint=file_complaint().complaint, actor=Actor.person(user))
print(json.dumps([new.pk, accepted.pk]))
"""
# A grey pixel.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)


@dataclass(frozen=True)
class Cases:
    """Two cases: one under review with two files, one to be transferred."""

    new: int
    accepted: int


@pytest.fixture(scope="module")
def cases(stack: Stack) -> Cases:
    """Cases and a clerk in the running stack."""
    content = bytes(pdf()["buffer"])
    output = stack.manage("shell", "--no-imports", "-c", SETUP % (PASSWORD, content, PNG))
    return Cases(*json.loads(output.strip().splitlines()[-1]))


def _signed_in(page: Page) -> Page:
    page.goto("/admin/login/")
    page.fill("input[name=username]", "pages-clerk")
    page.fill("input[name=password]", PASSWORD)
    page.locator("#login-form button[type=submit]").click()
    page.wait_for_url("**/admin/")
    return page


def _paths(cases: Cases) -> list[str]:
    base = "/admin/complaints/arrearscomplaint/"
    acts = [f"{cases.new}/act/{action}/" for action in ("accept", "refuse", "request_correction")]
    return [
        "/admin/",
        base,
        f"{base}?q=nothing-like-this",
        f"{base}{cases.new}/change/",
        *(base + act for act in acts),
        f"{base}{cases.accepted}/act/transfer/",
        "/admin/cases/notification/",
        "/reports/deadlines/",
    ]


def _serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url} {fault['id']}: {[node['target'] for node in fault['nodes']][:3]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]


def test_axe_finds_nothing_serious_on_our_pages(page: Page, cases: Cases) -> None:
    _signed_in(page)
    faults: list[str] = []
    for path in _paths(cases):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        faults += _serious(page)
    assert not faults, "\n".join(faults)


def test_nothing_is_wider_than_a_phone(phone: Page, cases: Cases) -> None:
    _signed_in(phone)
    for path in _paths(cases):
        phone.goto(path)
        phone.wait_for_load_state("networkidle")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_evidence_can_be_looked_at_on_the_page(page: Page, cases: Cases) -> None:
    _signed_in(page)
    page.goto(f"/admin/complaints/arrearscomplaint/{cases.new}/change/")
    image = page.locator(".cw-thumb img")
    image.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.cw-thumb img').naturalWidth > 0")
    with page.expect_response("**/files/*/") as answer:
        page.locator(".cw-preview summary").click()
    assert answer.value.status == 200
    assert answer.value.headers["content-type"] == "application/pdf"
    assert answer.value.headers["content-disposition"].startswith("inline")


@pytest.fixture
def two(browser: Browser, stack: Stack) -> Iterator[list[Page]]:
    """Two people's pages; the answer "409" that one of them gets is an error to the browser's console, not to us."""
    contexts = [browser.new_context(base_url=stack.url, locale="zh-CN") for _person in range(2)]
    yield [_signed_in(context.new_page()) for context in contexts]
    for context in contexts:
        context.close()


def test_two_people_at_one_case(two: list[Page], cases: Cases) -> None:
    first, second = two
    address = f"/admin/complaints/arrearscomplaint/{cases.new}/act/"
    first.goto(f"{address}accept/")
    second.goto(f"{address}refuse/")
    second.check("[name=ground][value=R1]")
    second.fill("[name=explanation]", "第二个人写的理由")
    first.locator("form.cw-form button.cw-first").click()
    expect(first.get_by_text("受理通知书已出具").first).to_be_visible()
    with second.expect_navigation() as answer:
        second.locator("form.cw-form button.cw-first").click()
    assert answer.value.status == 409
    expect(second.get_by_text("其他人员已先行操作本案").first).to_be_visible()
    expect(second.locator("[name=explanation]")).to_have_value("第二个人写的理由")
    expect(second.locator("form.cw-form button.cw-first")).to_have_count(0)
