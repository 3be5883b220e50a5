"""Due date, interest, size and cautions while a complaint is being filled in, and on the pages after it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from casework.cases.actors import Actor
from casework.cases.terms import term_in_force
from casework.fields import YuanField
from complaints import payment
from complaints.assessments.facts import SizeFacts
from complaints.assessments.models import Assessment
from complaints.assessments.previews import ASSESSED
from complaints.assessments.services import complaint_assess_payment, complaint_assess_size
from complaints.models import ArrearsComplaint
from tests.complaints.portal_pages import error_texts, file_on_site, form
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

    def test_a_caution_comes_with_the_ground_that_it_would_meet(self, client: Client) -> None:
        ground = term_in_force("arrears.refusal", "R1", timezone.localdate())
        assert ground is not None
        for facts in ({"complainant_size": "large"}, {"respondent_type": "other"}):
            text = panel(client, **facts)
            assert ground.citation in text and ground.label in text
        assert ground.citation not in panel(client)

    def test_a_size_that_differs_or_is_not_covered_is_no_ground(self, client: Client) -> None:
        software = {"size_industry": "software", "size_employees": "103", "size_revenue": "15735万"}
        differs = panel(client, **software)
        assert "与所选规模不一致" in differs and "R1" not in differs
        assert "与所选规模不一致" not in panel(client, **software, complainant_size="medium")
        finance = panel(client, size_industry="finance")
        assert "划型标准未涵盖该行业" in finance and "R1" not in finance

    def test_the_size_says_what_it_was_compared_with(self, client: Client) -> None:
        text = panel(client, size_industry="software", size_employees="103", size_revenue="15735万")
        assert re.search(r"103\s*人 ≥ 100\s*人", text)
        assert re.search(r"103\s*人 &lt; 300\s*人", text)
        assert "工信部联企业〔2011〕300号" in text

    @pytest.mark.parametrize(
        ("facts", "due", "by_count"),
        [
            # Sixty days from 3 June 2025 end on Saturday 2 August.
            ({}, "2025年8月4日", "2025年8月2日"),
            # Thirty days end on Thursday 3 July: nothing was moved.
            ({"agreed_term_days": "30"}, "2025年7月3日", ""),
            # A public body has thirty by law.
            ({"respondent_type": "organ"}, "2025年7月3日", ""),
            # Accepted on the 10th: sixty days end on Saturday 9 August.
            ({"acceptance_required": "on", "acceptance_passed_on": "2025-06-10"}, "2025年8月11日", "2025年8月9日"),
            # The buyer let the agreed last day, 20 June, pass: sixty days end on Tuesday 19 August.
            ({"acceptance_required": "on", "acceptance_due_on": "2025-06-20"}, "2025年8月19日", ""),
            # Settled month by month: thirty days from 30 June end on Wednesday 30 July.
            ({"settlement_confirmed_on": "2025-06-30", "agreed_term_days": "30"}, "2025年7月30日", ""),
        ],
    )
    def test_every_agreed_fact_counts(self, client: Client, facts: dict[str, str], due: str, by_count: str) -> None:
        text = panel(client, **facts)
        assert due in text
        assert (f"按日数计算为{by_count}" in text) if by_count else ("按日数计算为" not in text)

    def test_acceptance_without_a_day_says_what_is_missing(self, client: Client) -> None:
        assert "缺少" in panel(client, acceptance_required="on")

    def test_it_can_be_asked_with_the_facts_alone_and_with_none(self, client: Client) -> None:
        assert "填写付款方类型" in client.post(reverse("portal:assess"), {}).text

    def test_it_is_asked_by_post_with_the_token_only(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert strict.get(reverse("portal:assess")).status_code == 405
        assert strict.post(reverse("portal:assess"), FACTS).status_code == 403

    def test_it_takes_few_queries_whatever_is_asked(self, client: Client) -> None:
        panel(client)
        facts = {"size_industry": "software", "size_employees": "300", "size_revenue": "15735万", "province": "320000"}
        with CaptureQueriesContext(connection) as captured:
            panel(client, **facts, respondent_type="other")
        tables = [query["sql"] for query in captured if "shared_cache" not in query["sql"]]
        assert len(tables) <= 12, tables

    def test_nothing_is_kept(self, client: Client) -> None:
        panel(client)
        assert not ArrearsComplaint.objects.exists()
        assert not Assessment.objects.exists()

    def test_in_english_too(self, client: Client) -> None:
        client.cookies["django_language"] = "en"
        text = panel(client, respondent_type="large_enterprise", complainant_size="large")
        assert "Payment was due on" in text
        assert "by count Aug. 2, 2025" in text
        assert "You can file all the same" in text

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

    def test_the_button_judges_nothing_that_is_not_filled_in_yet(self, client: Client) -> None:
        response = client.post(reverse("portal:new"), {"compute": "1", "size_industry": "software"})
        assert response.status_code == 200
        assert not response.context["form"].errors
        assert "从业人员" in response.text

    def test_what_is_optional_is_folded_until_filled_or_faulty(self, house: House, client: Client) -> None:
        def opened(page: str) -> list[str]:
            parts = re.split(r'id="part-', page)[1:]
            return [part.split('"')[0] for part in parts if '<details class="folded" open' in part]

        assert opened(client.get(reverse("portal:new")).text) == []
        filled = client.post(reverse("portal:new"), form(agreed_term_days="30", compute="1"))
        assert opened(filled.text) == ["terms"]
        faulty = client.post(reverse("portal:new"), form(size_employees="many"))
        assert faulty.status_code == 422
        assert opened(faulty.text) == ["size"]

    def test_an_acceptance_day_without_acceptance_is_refused_at_its_field(self, house: House, client: Client) -> None:
        response = client.post(reverse("portal:new"), form(acceptance_passed_on="2025-07-15"))
        assert response.status_code == 422
        assert list(error_texts(response)) == ["acceptance_passed_on"]

    def test_facts_become_columns_and_kept_records(self, house: House, client: Client) -> None:
        complaint, _secret = file_on_site(
            client,
            agreed_term_days="30",
            agreed_annual_rate="6",
            acceptance_required="on",
            acceptance_passed_on="2025年7月15日",
            state_owned="true",
            sme_notice="contract",
            size_industry="software",
            size_employees="103",
            size_revenue="１５，７３５万元",
        )
        assert (complaint.agreed_term_days, complaint.agreed_annual_rate) == (30, Decimal("6.000"))
        assert (complaint.acceptance_passed_on, complaint.state_owned) == (date(2025, 7, 15), True)
        assert complaint.size_revenue == Decimal("157350000.00")
        inputs, result = payment.from_record(complaint.assessments.get(kind="payment").record)
        assert (inputs.amount, inputs.sme_status_told) == (Decimal("80000.00"), True)
        # Thirty days from 15 July 2025 end on Thursday 14 August.
        assert result.due.due_on == date(2025, 8, 14)
        size = complaint.assessments.get(kind="size").record
        assert size["result"]["size"] == "medium"
        text = client.get(reverse("portal:filed")).text
        assert "2025年8月14日" in text and "中型企业" in text

    def test_a_caution_is_no_wall(self, house: House, client: Client) -> None:
        complaint, _secret = file_on_site(client, respondent_type="other", complainant_size="large")
        assert complaint.state == "submitted"
        assert not complaint.assessments.exists()
        assert "欠款情况" not in client.get(reverse("portal:filed")).text

    def test_a_kept_record_is_told_and_never_computed_anew(
        self, house: House, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        complaint, _secret = file_on_site(
            client, size_industry="software", size_employees="103", size_revenue="15735万"
        )

        def never(*_args: object, **_kwargs: object) -> None:
            raise AssertionError("computed anew")

        for name in ("complaints.payment.calculate", "complaints.assessments.facts.classify"):
            monkeypatch.setattr(name, never)
        text = client.get(reverse("portal:case", args=[complaint.reference])).text
        assert "2025年9月1日" in text and "中型企业" in text
        assert "仅供计算参考" in text

    def test_more_assessments_cost_no_more_queries(self, house: House, client: Client) -> None:
        complaint, _secret = file_on_site(
            client, size_industry="software", size_employees="103", size_revenue="15735万"
        )
        address = reverse("portal:case", args=[complaint.reference])
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        clerk = Actor.person(house.clerk)
        for days in range(3):
            facts = SizeFacts("software", 30 + days, Decimal(9_000_000), None)
            complaint_assess_size(complaint=complaint, actor=clerk, facts=facts, reason=f"核对社保记录{days}")
        with CaptureQueriesContext(connection) as many:
            page = client.get(address).text
        # The events of the timeline bring their actors once.
        assert len(many) <= len(few) + 2
        # The last one holds; the others stay, folded.
        latest, *replaced = page.split("次核算（已被替代）")
        assert "核对社保记录2" in latest and "小型企业" in latest
        assert len(replaced) == 3 and "中型企业" in replaced[-1]

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
