"""The subject's journey on a phone, without an account: heard, decided, objecting, repaired."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.pages import AXE, follow, look, refusals_shown
from tests.stack import Stack

SETUP = """
from datetime import timedelta
from django.utils import timezone
from casework.cases.actors import Actor
from casework.credit.catalogue.models import MeasureItem
from casework.credit.measures.services import measure_intend
from casework.credit.record import hearing
from tests.credit.house import CreditHouse
from tests.factories import credit_code
house = CreditHouse()
house.keeping.name = "%(office)s"
house.keeping.save()
subject = house.subject(code=credit_code(%(number)d), name="浏览器修复示例集团有限公司")
officer = Actor.person(house.officer)
if %(is_fresh)s:
    record = house.proposed(subject=subject, actor=officer)
    item = MeasureItem.objects.get(code="financing")
    measure_intend(record=record, actor=officer, item=item, department=house.executing, extent="市级贴息贷款")
    record = hearing.record_give_notice(record=record, actor=officer)
    record = hearing.record_serve(record=record, actor=officer, served_on=timezone.localdate(), how="当面送达")
else:
    record = house.served(severity="minor", subject=subject)
print(record.reference, hearing.access_code_issue(record=record, actor=officer))
"""
STAFF = """
from casework.cases.actors import Actor
from casework.credit.objections.services import objection_decide
from casework.credit.record import decision, hearing
from casework.credit.record.models import CreditRecord
from casework.credit.repair.services import repair_grant
from casework.parties.models import Role, User
record = CreditRecord.objects.get(reference="%(reference)s")
officer = Actor.person(record.proposed_by)
head = Actor.person(User.objects.filter(
    memberships__department=record.receiving_department, memberships__role=Role.DEPARTMENT_HEAD
)[0])
%(acts)s
"""
DECIDE = """
said = record.statements.get()
hearing.statement_answer(
    record=record, actor=officer, statement=said.pk, answer="凭证所载日期晚于责令改正期限。", is_followed=False
)
record = hearing.record_put_forward(record=record, actor=officer)
record = decision.record_decide(record=record, actor=head, reasons="事实清楚，证据充分。", publish=True)
decision.record_publish(record=record, actor=officer)
"""
REJECT = """
objection_decide(record=record, actor=head, outcome="rejected", reasons="经认定机关核查，数额无误。")
"""
GRANT = """
repair_grant(record=record, actor=head, reasons="义务已经履行，材料齐全，承诺完整。")
"""


def made(stack: Stack, number: int, *, is_fresh: bool) -> tuple[str, str]:
    """Reference and access code of a record whose subject is being heard."""
    setup = SETUP % {"number": number, "is_fresh": is_fresh, "office": f"浏览器信用主管部门{number}"}
    reference, code = stack.manage("shell", "--no-imports", "-c", setup).strip().splitlines()[-1].split()
    return reference, code


def staff(stack: Stack, reference: str, acts: str) -> None:
    """What the office does in between, through the services."""
    stack.manage("shell", "--no-imports", "-c", STAFF % {"reference": reference, "acts": acts})


def entered(page: Page, reference: str, code: str) -> None:
    """By the common door, as typed from paper."""
    page.goto("/track/")
    page.fill("#id_reference", reference.lower())
    page.fill("#id_secret", code.lower())
    follow(page, page.locator("main form button[type=submit]"))
    page.wait_for_url(re.compile(rf"/credit/track/{reference}/$"))


def button(page: Page, name: str) -> None:
    follow(page, page.get_by_role("button", name=name, exact=True).last)


def link(page: Page, name: str) -> None:
    follow(page, page.get_by_role("link", name=name, exact=True))


def test_from_the_statement_to_repair(stack: Stack, phone: Page, tmp_path: Path) -> None:
    receipt = tmp_path / "付款凭证.pdf"
    receipt.write_bytes(b"%PDF-1.4\n%%EOF\n")
    reference, code = made(stack, 771_000_001, is_fresh=False)
    entered(phone, reference, code)
    expect(phone.get_by_role("heading", level=1)).to_have_text("拟记入信用记录，先听取您单位意见")
    look(phone, "record-noticed")
    link(phone, "陈述申辩")
    look(phone, "record-statement")
    with refusals_shown(phone):
        button(phone, "提交")
        expect(phone.get_by_role("alert")).to_be_focused()
        look(phone, "record-statement-refused")
    phone.fill("#id_text", "货款已于认定前付清，见所附凭证。")
    phone.set_input_files("#id_files", receipt)
    button(phone, "提交")
    expect(phone.get_by_role("status").first).to_contain_text("意见已收到")
    staff(stack, reference, DECIDE)
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("信用记录已生效并公示")
    said = phone.locator("section", has=phone.get_by_role("heading", name="您单位的陈述申辩"))
    expect(said).to_contain_text("凭证所载日期晚于责令改正期限。")
    expect(said).to_contain_text("付款凭证.pdf")
    look(phone, "record-published")
    link(phone, "提出异议")
    look(phone, "record-objection")
    phone.fill("#id_text", "数额有误，应扣除质量保证金。")
    phone.set_input_files("#id_files", receipt)
    button(phone, "提交")
    expect(phone.get_by_role("status").first).to_contain_text("异议已收到")
    expect(phone.locator(".status")).to_contain_text("异议处理中")
    look(phone, "record-contested")
    staff(stack, reference, REJECT)
    phone.reload()
    expect(phone.locator("main")).to_contain_text("经认定机关核查，数额无误。")
    link(phone, "申请信用修复")
    look(phone, "record-repair")
    with refusals_shown(phone):
        button(phone, "提交")
        expect(phone.get_by_role("alert")).to_be_focused()
        look(phone, "record-repair-refused")
    phone.get_by_label("已履行义务").check()
    phone.fill("#id_fulfilment", "已于2026年11月20日付清全部款项，见付款凭证。")
    phone.set_input_files("#id_files", receipt)
    phone.get_by_label("公开作出上述承诺").check()
    button(phone, "提交")
    expect(phone.get_by_role("status").first).to_contain_text("申请已收到")
    look(phone, "record-asked")
    staff(stack, reference, GRANT)
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("信用记录已修复")
    look(phone, "record-repaired")
    assert AXE.run(phone).violations_count == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_while_the_time_for_a_statement_runs_in_english(stack: Stack, new_page: NewPage, scheme: str) -> None:
    page = new_page(1280)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    reference, code = made(stack, 771_000_002 + (scheme == "dark"), is_fresh=True)
    page.goto(f"/track/{reference}/#{code}")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url(re.compile(rf"/credit/track/{reference}/$"))
    button(page, "English")
    expect(page.locator(".status")).to_contain_text("You")
    expect(page.locator("#measures ~ .files")).to_contain_text("limits on access to financing")
    look(page, f"record-noticed-{scheme}-en")
    page.set_viewport_size({"width": 320, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.emulate_media(media="print", color_scheme="light")
    expect(page.get_by_role("link", name="Make a statement")).to_be_hidden()
    look(page, f"record-noticed-{scheme}-print", both=False)
    page.emulate_media(media="screen", color_scheme="dark" if scheme == "dark" else "light")
    link(page, "Make a statement")
    look(page, f"record-statement-{scheme}-en")
