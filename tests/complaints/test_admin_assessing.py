"""The case page shows what is owed and why; those who work on the case correct it, and both results stay."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.cases.actors import Actor
from casework.parties.models import User
from complaints import services
from complaints.assessments.models import Assessment
from complaints.models import ArrearsComplaint
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def complaint(house: House) -> ArrearsComplaint:
    """100,000 yuan, delivered on 3 June 2025, owed by a large enterprise; a software firm of medium size."""
    return file_complaint(
        respondent_type="large_enterprise", signed_on=date(2025, 6, 2), delivered_on=date(2025, 6, 3),
        contract_amount=Decimal("100000.00"), paid_amount=Decimal(0), amount=Decimal("100000.00"),
        complainant_size="medium", size_industry="software", size_employees=103, size_revenue=Decimal("157350000.00"),
    ).complaint  # fmt: skip


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(complaint: ArrearsComplaint, kind: str) -> str:
    return reverse("admin:complaints_arrearscomplaint_assess", args=[complaint.pk, kind])


def case_page(complaint: ArrearsComplaint) -> str:
    return reverse("admin:complaints_arrearscomplaint_change", args=[complaint.pk])


def payment_form(complaint: ArrearsComplaint, **values: str) -> dict[str, Any]:
    """The form as it comes, with what a caseworker changes."""
    given = {
        "respondent_type": "large_enterprise", "signed_on": "2025-06-02", "basis": "delivery",
        "delivered_on": "2025-06-03", "amount": "100000.00", "as_of": "2025-12-31", "day_count": "365",
        "allocation": "interest_first", "version": str(complaint.version), "reason": "送货单日期有误",
    }  # fmt: skip
    return {**given, **values}


def test_the_case_page_shows_due_date_interest_and_size(house: House, complaint: ArrearsComplaint) -> None:
    text = client_of(house.clerk).get(case_page(complaint)).text
    assert "2025年8月4日" in text
    assert "每日0.05%" in text
    assert "中型企业" in text


def test_the_case_page_says_what_was_agreed(house: House) -> None:
    told = file_complaint(agreed_term_days=45, agreed_annual_rate=Decimal("4.500"), sme_notice="letter").complaint
    text = client_of(house.clerk).get(case_page(told)).text
    assert "约定的付款期限（日）" in text and "45" in text
    assert "4.5" in text
    assert "以书面或者电子信息告知，且仍有留存。" in text


def test_the_form_holds_what_was_assessed_last(house: House, complaint: ArrearsComplaint) -> None:
    text = client_of(house.clerk).get(page(complaint, "payment")).text
    assert 'value="2025-06-03"' in text
    assert 'value="100000.00"' in text
    size = client_of(house.clerk).get(page(complaint, "size")).text
    assert 'value="103"' in size
    assert 'value="157350000.00"' in size


def test_calculating_keeps_nothing(house: House, complaint: ArrearsComplaint) -> None:
    data = payment_form(complaint, calculate="1", reason="")
    response = client_of(house.clerk).post(page(complaint, "payment"), data)
    # Vector of the domain rules: 149 days at 0.05 % of 100,000.
    assert "7,450.00" in response.text
    assert complaint.assessments.filter(kind="payment").count() == 1


def test_keeping_needs_a_reason_and_leaves_the_first(house: House, complaint: ArrearsComplaint) -> None:
    client = client_of(house.clerk)
    refused = client.post(page(complaint, "payment"), payment_form(complaint, reason=" "))
    assert refused.status_code == 400
    assert "请说明更正的原因" in refused.text
    kept = client.post(page(complaint, "payment"), payment_form(complaint, delivered_on="2025-07-03"))
    assert kept.status_code == 302
    rows = list(Assessment.objects.filter(complaint=complaint, kind="payment").order_by("number"))
    assert [row.record["result"]["due"]["due_on"] for row in rows] == ["2025-08-04", "2025-09-01"]
    text = client.get(case_page(complaint)).text
    assert "送货单日期有误" in text
    assert "2025年8月4日" in text and "2025年9月1日" in text


def test_the_size_too(house: House, complaint: ArrearsComplaint) -> None:
    data = {
        "industry": "software", "employees": "300", "unit": "wan", "revenue": "15735", "assets": "",
        "version": str(complaint.version), "reason": "社保缴纳人数",
    }  # fmt: skip
    client = client_of(house.clerk)
    assert client.post(page(complaint, "size"), data).status_code == 302
    text = client.get(case_page(complaint)).text
    assert "大型企业" in text
    # What stands against acceptance, with the ground that it meets.
    assert "R1" in text


def test_a_stale_page_keeps_the_text_and_writes_nothing(house: House, complaint: ArrearsComplaint) -> None:
    data = payment_form(complaint)
    services.complaint_accept(complaint=complaint, actor=Actor.person(house.clerk))
    response = client_of(house.clerk).post(page(complaint, "payment"), data)
    assert response.status_code == 409
    assert "送货单日期有误" in response.text
    assert complaint.assessments.filter(kind="payment").count() == 1


def test_oversight_reads_and_does_not_correct(house: House, complaint: ArrearsComplaint) -> None:
    for user in (house.supervisor, house.auditor):
        client = client_of(user)
        assert page(complaint, "payment") not in client.get(case_page(complaint)).text
        assert client.get(page(complaint, "payment")).status_code == 403
        assert client.post(page(complaint, "payment"), payment_form(complaint)).status_code == 403


def test_an_unknown_kind_is_no_page(house: House, complaint: ArrearsComplaint) -> None:
    assert client_of(house.clerk).get(page(complaint, "luck")).status_code == 404


def test_wrong_input_names_its_field(house: House, complaint: ArrearsComplaint) -> None:
    response = client_of(house.clerk).post(page(complaint, "payment"), payment_form(complaint, amount="viel"))
    assert response.status_code == 400
    assert 'class="cw-error"' in response.text
