"""Due date, interest, size and cautions while a complaint is being filled in, and on the pages after it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from casework.cases.actors import Actor
from casework.fields import YuanField
from complaints import payment
from complaints.assessments.models import Assessment
from complaints.assessments.previews import ASSESSED
from complaints.assessments.services import complaint_assess_payment
from complaints.models import ArrearsComplaint
from tests.complaints.portal_pages import form
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db
FACTS = {
    "respondent_type": "large_enterprise", "signed_on": "2025-06-02", "delivered_on": "2025-06-03",
    "amount": "100000", "complainant_size": "small",
}  # fmt: skip


@pytest.fixture
def house() -> House:
    return House()


def panel(client: Client, **facts: str) -> str:
    """What the page shows beside the form."""
    response = client.post(reverse("portal:assess"), {**FACTS, **facts})
    assert response.status_code == 200
    return response.text


class TestPanel:
    """Answers so far in, what follows from them out."""

    def test_due_date_and_interest(self, client: Client) -> None:
        text = panel(client)
        assert "2025年8月4日" in text
        assert "每日0.05%" in text

    def test_the_facts_that_it_rests_on_name_nobody(self) -> None:
        assert not {name for name in ASSESSED if name.endswith(("_name", "_code", "_phone", "_email", "_address"))}
        assert not {"facts", "request", "contract_title"} & set(ASSESSED)

    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"complainant_size": "large"}, "R1"),
            ({"respondent_type": "other"}, "R1"),
            ({"delivered_on": str(date.today())}, "期限尚未届满"),
            ({"size_industry": "software", "size_employees": "103", "size_revenue": "15735万"}, "中型企业"),
            ({"size_industry": "software", "size_employees": "300", "size_revenue": "15735万"}, "大型企业"),
            ({"signed_on": "2019-01-01", "delivered_on": "2019-02-01"}, "2019年"),
        ],
    )
    def test_cautions_and_what_is_missing(self, client: Client, facts: dict[str, str], said: str) -> None:
        assert said in panel(client, **facts)

    @pytest.mark.parametrize(
        "facts",
        [
            {"amount": ""}, {"amount": "viel"}, {"signed_on": "31.02.2025"}, {"respondent_type": "pirate"},
            {"agreed_term_days": "-5"}, {"agreed_annual_rate": "NaN"}, {"size_industry": "piracy"},
            {"size_employees": "9" * 30}, {"amount": "9" * 40}, {"signed_on": "0001-01-01"},
            {"signed_on": "9999-12-31"}, {"size_revenue": "1万万"}, {"delivered_on": "2999-01-01"},
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_only_not_yet_right(self, client: Client, facts: dict[str, str]) -> None:
        panel(client, **facts)

    def test_nothing_is_kept(self, client: Client) -> None:
        panel(client)
        assert not ArrearsComplaint.objects.exists()
        assert not Assessment.objects.exists()

    def test_in_english_too(self, client: Client) -> None:
        client.cookies["django_language"] = "en"
        assert "Payment was due on" in panel(client)

    def test_too_many_questions_leave_the_panel_as_it_is(self, client: Client, settings: Any) -> None:
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"calculator": "1/min"}}
        panel(client)
        assert client.post(reverse("portal:assess"), FACTS).status_code == 204


class TestPages:
    """The form without a script, and what the filer sees afterwards."""

    def test_a_button_computes_without_a_script_and_files_nothing(self, house: House, client: Client) -> None:
        data = form(delivered_on="2025-06-03", compute="1")
        response = client.post(reverse("portal:new"), data)
        assert response.status_code == 200
        assert "2025年8月4日" in response.text
        assert not ArrearsComplaint.objects.exists()

    def test_the_tracking_page_tells_what_was_kept_and_that_it_was_corrected(
        self, house: House, client: Client
    ) -> None:
        filed = file_complaint(
            respondent_type="large_enterprise", signed_on=date(2025, 6, 2), delivered_on=date(2025, 6, 3),
            contract_amount=Decimal("100000.00"), paid_amount=Decimal(0), amount=Decimal("100000.00"),
            size_industry="software", size_employees=103, size_revenue=Decimal("157350000.00"),
        )  # fmt: skip
        complaint = filed.complaint
        client.post(reverse("portal:track"), {"reference": complaint.reference, "secret": filed.secret})
        address = reverse("portal:case", args=[complaint.reference])
        text = client.get(address).text
        assert "2025年8月4日" in text and "中型企业" in text
        inputs, _result = payment.from_record(complaint.assessments.get(kind="payment").record)
        complaint_assess_payment(
            complaint=complaint,
            actor=Actor.person(house.clerk),
            inputs=inputs,
            as_of=date(2025, 12, 31),
            reason="核对送货单",
        )
        text = client.get(address).text
        assert "7,450.00" in text and "核对送货单" in text
        # Who corrected it is the office's matter.
        assert str(house.clerk) not in text


@pytest.mark.parametrize(
    ("typed", "yuan"),
    [
        ("15735万", "157350000"),
        ("1.5万元", "15000"),
        ("1,200万", "12000000"),
        ("8000000", "8000000"),
        ("0.01万", "100"),
    ],
)
def test_ten_thousands_are_understood(typed: str, yuan: str) -> None:
    assert YuanField(max_digits=18, decimal_places=2).clean(typed) == Decimal(yuan)
