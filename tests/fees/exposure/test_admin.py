"""The admin's way from a report to a public case; who is shown and may press what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from casework.parties.models import Role, User
from fees.exposure.models import TypicalCase
from tests.factories import House, department, member
from tests.fees.exposure.conftest import PAYEE, REPORTER, Office

pytestmark = pytest.mark.django_db
CASES = "/admin/fees/typicalcase/"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_form(case: TypicalCase, **changes: Any) -> dict[str, Any]:
    return {
        "title": "协会强制入会收费案", "batch": "2026年第一批", "division": "江苏省南京市", "payee_name": PAYEE,
        "masking": "named", "categories": ["F10"], "unlawful_amount": "12万元", "legal_basis": "条例第七十一条",
        "narrative": "该协会强制企业入会。", "revision": case.revision, **changes,
    }  # fmt: skip


def test_the_whole_way(office: Office) -> None:
    writer, head, joint = (client_of(user) for user in (office.writer, office.head, office.joint_head))
    report = office.with_outcomes(office.report())
    assert "没有您可以查看的" in writer.post(f"{CASES}add/", {"reference": "FR-1"}).content.decode()
    response = writer.post(f"{CASES}add/", {"reference": report.reference})
    case = TypicalCase.objects.get()
    page = f"{CASES}{case.pk}/"
    assert response.headers["Location"] == f"{page}edit/"
    assert "提交前须完成" in writer.get(f"{page}change/").content.decode()
    refused = writer.post(f"{page}edit/", text_form(case, narrative=f"{REPORTER}反映"))
    assert refused.status_code == 400
    assert "出现了举报人" in refused.content.decode()
    assert writer.post(f"{page}edit/", text_form(case)).status_code == 302
    assert "版本" not in writer.post(f"{page}edit/", text_form(case), follow=True).content.decode()  # stale revision
    case.refresh_from_db()
    assert (case.title, case.unlawful_amount, case.division_id) == ("协会强制入会收费案", Decimal(120000), "320100")
    seen = {"revision": case.revision, "read": "on"}
    assert writer.post(f"{page}submit/", {"revision": case.revision}).status_code == 400
    writer.post(f"{page}submit/", seen)
    assert "须由另一人批准" in writer.get(f"{page}change/").content.decode()
    writer.post(f"{page}ask/", {"department": office.other.pk})
    assert head.post(f"{page}return/", {"remarks": ""}).status_code == 400
    head.post(f"{page}approve/", seen)
    assert "尚未同意" in writer.get(f"{page}change/").content.decode()
    writer.post(f"{page}publish/", seen)
    assert TypicalCase.objects.get().status == "approved"
    assert joint.get(f"{page}preview/").status_code == 200
    answer = {"answer": "decline", "revision": case.revision}
    assert joint.post(f"{page}answer/", answer).status_code == 400
    joint.post(f"{page}answer/", {**answer, "answer": "agree"})
    writer.post(f"{page}publish/", seen)
    assert TypicalCase.objects.get().status == "published"
    assert "不再变更" in writer.get(f"{page}change/").content.decode()
    assert writer.get(f"{page}edit/").status_code == 302
    assert head.post(f"{page}withdraw/", {"reason": "撤"}).status_code == 400
    head.post(f"{page}withdraw/", {"reason": "决定被撤销。", "sure": "on"})
    assert TypicalCase.objects.get().status == "withdrawn"


def test_a_case_without_a_report(office: Office) -> None:
    writer = client_of(office.writer)
    assert writer.post(f"{CASES}add/", {}).status_code == 400
    assert writer.post(f"{CASES}add/", {"department": office.other.pk}).status_code == 400
    assert writer.post(f"{CASES}add/", {"department": office.department.pk}).status_code == 302
    case = TypicalCase.objects.get()
    refused = writer.post(f"{CASES}{case.pk}/edit/", text_form(case, masking="kind_only"))
    assert "请说明隐去名称的理由" in refused.content.decode()


def test_a_release_lets_the_case_go_alone(office: Office) -> None:
    case = office.submitted()
    row = office.asked(case)
    address = f"{CASES}{case.pk}/release/{row.pk}/"
    assert client_of(office.joint_head).post(address).status_code == 403
    client_of(office.writer).post(address)
    row.refresh_from_db()
    assert row.state == "released"


@pytest.mark.parametrize("status", ["draft", "submitted", "published"])
def test_who_reads_and_who_is_turned_away(office: Office, status: str) -> None:
    case = office.in_status(status)
    page = f"{CASES}{case.pk}/"
    house = House()
    outside = [
        house.clerk, house.editor, house.credit_officer, house.sysadmin,
        member(Role.CATALOGUE_EDITOR, office.department),
    ]  # fmt: skip
    for user in outside:
        for address in (CASES, f"{CASES}add/", f"{page}change/", f"{page}preview/", f"{page}edit/"):
            assert client_of(user).get(address).status_code == 403, (user, address)
    for user in (office.stranger, office.joint_clerk, house.handler):
        for address in (f"{page}change/", f"{page}preview/", f"{page}edit/"):
            assert client_of(user).get(address).status_code == 404, (user, address)
    watching = 404 if status == "draft" else 200
    preview = client_of(office.writer).get(f"{page}preview/")
    assert preview.status_code == (302 if status == "published" else 200)
    for user in (office.supervisor, office.auditor):
        assert client_of(user).get(f"{page}change/").status_code == watching
        assert client_of(user).get(f"{page}edit/").status_code == (404 if status == "draft" else 403)
        assert client_of(user).get(f"{CASES}add/").status_code == 403


def test_a_joint_head_reads_the_text_and_not_what_it_hides(office: Office) -> None:
    words = {"masking": "kind_only", "masking_reason": "主动退还", "hidden_names": "赵六"}
    case = office.submitted(**words)
    office.asked(case)
    client = client_of(office.joint_head)
    pages = [client.get(f"{CASES}{case.pk}/{step}/").content.decode() for step in ("change", "preview")]
    pages.append(client.get(CASES).content.decode())
    for page in pages:
        assert "某协会" in page
        assert not [secret for secret in (PAYEE, "赵六", "主动退还") if secret in page]


def test_filters_search_and_cost(office: Office, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    mine = office.submitted(title="待我批准案")
    asked = office.submitted(title="待会签案")
    office.asked(asked)
    for number in range(6):
        office.published(title=f"已公布案{number}")
    head, joint = client_of(office.head), client_of(office.joint_head)
    assert mine.title in head.get(CASES, {"waits": "approval"}).content.decode()
    listed = joint.get(CASES, {"waits": "answer"}).content.decode()
    assert asked.title in listed and mine.title not in listed
    found = head.get(CASES, {"q": "已公布案3"}).content.decode()
    assert "已公布案3" in found and "已公布案4" not in found
    assert "已公布案3" not in head.get(CASES, {"status__exact": "submitted"}).content.decode()
    head.get(CASES)
    with django_assert_max_num_queries(14):
        head.get(CASES)


def test_nobody_without_an_account(office: Office) -> None:
    case = office.submitted()
    department("320100")
    for step in ("change", "preview", "edit"):
        assert Client().get(f"{CASES}{case.pk}/{step}/").status_code == 302
