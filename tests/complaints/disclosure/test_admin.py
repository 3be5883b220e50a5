"""The desk: who sees which pages, what the lists cost, the export, registering, the steps of a question."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from casework.cases.outbox import relay_lane
from casework.parties.models import Role, User
from complaints.disclosure.models import DisclosureCorrection, DisclosureObligation, ObligedBody
from tests.complaints.disclosure.conftest import YEAR, Bureau, again, figures
from tests.factories import credit_code, department, member

pytestmark = pytest.mark.django_db
BASE = "/admin/complaints"
YEARS = f"{BASE}/disclosureobligation/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def opens(client: Client, address: str) -> bool:
    """Whether the page opens; a letter is read to its end."""
    response: Any = client.get(address)
    if response.streaming:
        # Only reading to the end closes a file without closing the test's connection to the database.
        assert b"".join(response.streaming_content)
    return bool(response.status_code == 200)


def test_who_sees_a_body_and_who_acts(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    asked = bureau.question(row, way="letter")
    relay_lane("letters")
    pages = {
        "body": f"{BASE}/obligedbody/{row.body_id}/change/",
        "year": f"{YEARS}{row.pk}/change/",
        "question": f"{BASE}/disclosurecorrection/{asked.pk}/change/",
        "letter": f"{BASE}/disclosurecorrection/{asked.pk}/letter/",
        "desk": f"{YEARS}{row.pk}/desk/",
        "ask": f"{YEARS}{row.pk}/ask/",
        "register": f"{BASE}/obligedbody/register/",
        "open": f"{YEARS}open/",
    }
    readers = ["body", "year", "question", "letter"]
    people = {
        bureau.clerk: list(pages),
        member(Role.SUPERVISOR, department("320000")): readers,
        member(Role.AUDITOR, department("320000")): readers,
        Bureau("320500").clerk: ["register", "open"],
        member(Role.SYSTEM_ADMINISTRATOR, bureau.department): [],
        member(Role.CREDIT_OFFICER, bureau.department): [],
    }
    for user, expected in people.items():
        client = signed_in(user)
        opened = [name for name, address in pages.items() if opens(client, address)]
        assert opened == expected, user.memberships.get().role
    assert Client().get(pages["year"]).status_code == 302


def test_lists_show_only_what_belongs_to_the_reader(bureau: Bureau) -> None:
    bureau.asked(name="示例本市单位")
    other = Bureau("320500")
    other.asked(place="320505", name="示例外市单位")
    for address in (YEARS, f"{BASE}/obligedbody/", f"{YEARS}?place=320100&status=missing&year={YEAR}"):
        text = signed_in(bureau.clerk).get(address).content.decode()
        assert "示例本市单位" in text and "示例外市单位" not in text, address


def test_the_list_costs_the_same_for_many(bureau: Bureau, django_assert_max_num_queries: Any) -> None:
    client = signed_in(bureau.clerk)
    for number in range(6):
        bureau.disclosed(bureau.asked(name=f"示例单位{number}"))
    client.get(YEARS)
    with django_assert_max_num_queries(30):
        client.get(YEARS)


def test_the_export_holds_what_the_filters_leave(bureau: Bureau) -> None:
    bureau.disclosed(bureau.asked(name="示例甲单位"))
    bureau.asked(name="示例乙单位")
    response = signed_in(bureau.clerk).get(f"{YEARS}export/?status=in_time")
    rows = list(openpyxl.load_workbook(BytesIO(response.content)).worksheets[0].iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["示例甲单位"]
    assert 300000 in rows[1] and bureau.department.name in rows[1]


def test_the_code_is_shown_once(bureau: Bureau) -> None:
    client = signed_in(bureau.clerk)
    given = {**bureau.data(), "department": bureau.department.pk, "division": "320102"}
    given.pop("is_state_owned")
    page = client.post(f"{BASE}/obligedbody/register/", given).content.decode()
    body = ObligedBody.objects.get()
    assert "cw-code" in page
    assert "cw-code" not in client.get(f"{BASE}/obligedbody/{body.pk}/change/").content.decode()
    assert client.post(f"{BASE}/obligedbody/register/", {**given, "code": "1"}).status_code == 400


def test_a_known_subject_begins_the_form(bureau: Bureau) -> None:
    page = signed_in(bureau.clerk).get(f"{BASE}/obligedbody/register/?code={credit_code()}")
    assert page.status_code == 200


def test_registering_at_the_desk(bureau: Bureau) -> None:
    row = bureau.asked()
    client = signed_in(bureau.handler)
    typed = {name: getattr(figures(), name) for name in ("contracts", "amount", "disputed", "longest_days", "medium")}
    typed |= {"place": "https://www.example.gov.cn/1.html", "published_on": "2026-03-20", "version": row.version}
    assert client.post(f"{YEARS}{row.pk}/desk/", {**typed, "amount": ""}).status_code == 400
    assert client.post(f"{YEARS}{row.pk}/desk/", typed).status_code == 302
    assert again(row).current.registered_by == bureau.handler
    # Sent again from the same page, it says that somebody was first.
    assert client.post(f"{YEARS}{row.pk}/desk/", typed).status_code == 400


def test_opening_and_reminding_from_the_list(bureau: Bureau) -> None:
    bureau.body()
    client = signed_in(bureau.clerk)
    given = {"department": bureau.department.pk, "year": YEAR, "division": ""}
    assert client.post(f"{YEARS}open/", given)["Location"] == f"{YEARS}?year={YEAR}"
    client.post(f"{YEARS}remind/", {"year": YEAR})
    assert DisclosureObligation.objects.get().reminders.get().sent_by == bureau.clerk
    assert signed_in(member(Role.AUDITOR, bureau.department)).post(f"{YEARS}remind/").status_code == 403


def test_the_steps_of_a_question(bureau: Bureau) -> None:
    row = bureau.asked()
    bureau.disclosed(row)
    clerk, head = signed_in(bureau.clerk), signed_in(bureau.head)
    location = clerk.post(f"{YEARS}{row.pk}/ask/", {"reasons": "请说明。", "way": "email"})["Location"]
    base = location.removesuffix("change/")
    assert clerk.post(f"{base}explain/", {"text": ""}).status_code == 400
    clerk.post(f"{base}explain/", {"text": "电话说明"})
    clerk.post(f"{base}propose/", {"authority": "示例水务局", "reasons": "理由"})
    asked = DisclosureCorrection.objects.get()
    assert asked.state == "forward_proposed"
    document = {"document_number": "宁工信函〔2026〕1号", "document_date": asked.proposed_on}
    assert clerk.post(f"{base}confirm/", document).status_code == 403
    head.post(f"{base}confirm/", document)
    assert again(asked).state == "forwarded"
    # What is decided offers no step any more.
    assert "<form" not in head.get(location).content.decode().partition("cw-page")[2]
