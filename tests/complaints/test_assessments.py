"""Due date, interest and size inside the complaint: assessed at filing, corrected with a reason, all of it kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import ProgrammingError, connection
from django.db.utils import InternalError

from casework.cases.actors import Actor
from casework.cases.errors import ActionNotAllowed, CaseChanged, InvalidInput
from casework.cases.verbs import Verb
from complaints import payment, services
from complaints.assessments.cautions import cautions_of
from complaints.assessments.facts import SizeFacts, assess_payment, assess_size, payment_inputs, size_facts
from complaints.assessments.models import Assessment
from complaints.assessments.services import complaint_assess_payment, complaint_assess_size
from complaints.models import ArrearsComplaint
from complaints.payment.inputs import Payment
from tests.factories import House, file_complaint

pytestmark = pytest.mark.django_db
SIGNED, DELIVERED = date(2025, 6, 2), date(2025, 6, 3)


@pytest.fixture
def house() -> House:
    return House()


def filed(**facts: Any) -> ArrearsComplaint:
    """A complaint against a large enterprise over 100,000 yuan."""
    values: dict[str, Any] = {
        "respondent_type": "large_enterprise", "signed_on": SIGNED, "delivered_on": DELIVERED,
        "contract_amount": Decimal("100000.00"), "paid_amount": Decimal(0), "amount": Decimal("100000.00"),
    }  # fmt: skip
    return file_complaint(**{**values, **facts}).complaint


def kept(complaint: ArrearsComplaint, kind: str) -> list[Assessment]:
    return list(complaint.assessments.filter(kind=kind).order_by("number"))


class TestAtFiling:
    """The filing's own assessment is part of the filing."""

    def test_keeps_due_date_and_interest_with_inputs_and_versions(self, house: House) -> None:
        complaint = filed()
        (first,) = kept(complaint, "payment")
        inputs, result = payment.from_record(first.record)
        assert (inputs.amount, inputs.delivered_on) == (Decimal("100000.00"), DELIVERED)
        # Sixty days from 3 June end on Saturday 2 August 2025: Monday the 4th.
        assert (result.due.raw_due_on, result.due.due_on) == (date(2025, 8, 2), date(2025, 8, 4))
        assert result.account is not None
        days = (first.as_of - date(2025, 8, 4)).days
        assert result.account.interest == Decimal("50.00") * days
        # The decree came into force the day before.
        assert (first.number, first.reason, result.law_version) == (1, "", "R802")
        assert first.record["result"]["law_edition"] == 1

    def test_keeps_the_size_with_its_basis(self, house: House) -> None:
        complaint = filed(size_industry="software", size_employees=103, size_revenue=Decimal(157_350_000))
        (first,) = kept(complaint, "size")
        assert first.record["result"]["size"] == "medium"
        assert first.record["inputs"]["employees"] == 103
        assert first.record["result"]["standard"]["version"] == 1

    def test_without_figures_no_size_is_kept(self, house: House) -> None:
        assert kept(filed(), "size") == []

    def test_a_respondent_outside_the_decree_has_no_calculation(self, house: House) -> None:
        complaint = filed(respondent_type="other")
        assert kept(complaint, "payment") == []

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"size_industry": "piracy"}, "size_industry"),
            ({"agreed_term_days": 0}, "agreed_term_days"),
            ({"agreed_annual_rate": Decimal(-1)}, "agreed_annual_rate"),
            ({"acceptance_passed_on": date(2025, 6, 9)}, "acceptance_passed_on"),
            ({"settlement_confirmed_on": date(2999, 1, 1)}, "settlement_confirmed_on"),
            ({"size_employees": -1}, "size_employees"),
        ],
    )
    def test_bad_facts_name_their_field_and_nothing_is_written(
        self, house: House, facts: dict[str, object], field: str
    ) -> None:
        with pytest.raises(InvalidInput) as refused:
            filed(**facts)
        assert field in refused.value.errors
        assert not ArrearsComplaint.objects.exists()


class TestCorrection:
    """Staff correct inputs; both results stay."""

    def test_both_results_stay_and_the_timeline_says_why(self, house: House) -> None:
        complaint = filed()
        (first,) = kept(complaint, "payment")
        inputs, _result = payment.from_record(first.record)
        paid = payment.Inputs(**{**_fields(inputs), "payments": (Payment(date(2025, 8, 31), Decimal("50000.00")),)})
        second = complaint_assess_payment(
            complaint=complaint,
            actor=Actor.person(house.clerk),
            inputs=paid,
            as_of=date(2025, 12, 31),
            reason="补充付款",
        )
        assert [row.number for row in kept(complaint, "payment")] == [1, 2]
        assert kept(complaint, "payment")[0].record == first.record
        # 27 days on 100,000 at 0.05 % are 1,350.00, paid first; 51,350.00 stay, 122 days: 3,132.35.
        _inputs, result = payment.from_record(second.record)
        assert result.account is not None
        assert [segment.interest for segment in result.account.segments] == [Decimal("1350.00"), Decimal("3132.35")]
        event = complaint.events.get(verb=Verb.PAYMENT_ASSESSED)
        assert (event.actor, event.payload["reason"]) == (house.clerk, "补充付款")
        assert event.payload["interest"] == "4482.35"

    def test_size_too(self, house: House) -> None:
        complaint = filed(size_industry="software", size_employees=103, size_revenue=Decimal(157_350_000))
        facts = SizeFacts("software", 300, Decimal(157_350_000))
        complaint_assess_size(complaint=complaint, actor=Actor.person(house.clerk), facts=facts, reason="社保人数")
        assert [row.record["result"]["size"] for row in kept(complaint, "size")] == ["medium", "large"]
        assert complaint.events.get(verb=Verb.SIZE_ASSESSED).payload["size_before"] == "medium"

    def test_without_a_reason_or_role_or_after_the_end_nothing_is_kept(self, house: House) -> None:
        complaint = filed()
        inputs, _result = payment.from_record(kept(complaint, "payment")[0].record)
        as_of = date(2025, 12, 31)
        with pytest.raises(InvalidInput):
            complaint_assess_payment(
                complaint=complaint, actor=Actor.person(house.clerk), inputs=inputs, as_of=as_of, reason=" "
            )
        for actor in (Actor.person(house.supervisor), Actor.complainant("x"), Actor.person(house.handler)):
            with pytest.raises(ActionNotAllowed):
                complaint_assess_payment(complaint=complaint, actor=actor, inputs=inputs, as_of=as_of, reason="x")
        services.complaint_refuse(
            complaint=complaint, actor=Actor.person(house.clerk), ground="R1", explanation="不属于受理范围"
        )
        with pytest.raises(CaseChanged):
            complaint_assess_payment(
                complaint=complaint, actor=Actor.person(house.clerk), inputs=inputs, as_of=as_of, reason="x"
            )
        assert len(kept(complaint, "payment")) == 1

    def test_not_even_sql_changes_one(self, house: House) -> None:
        complaint = filed()
        with pytest.raises((ProgrammingError, InternalError)), connection.cursor() as cursor:
            cursor.execute("UPDATE complaints_assessment SET reason = 'x' WHERE complaint_id = %s", [complaint.pk])


def _fields(inputs: payment.Inputs) -> dict[str, Any]:
    return {name: getattr(inputs, name) for name in payment.Inputs.__dataclass_fields__}


def codes(complaint: ArrearsComplaint, today: date) -> list[str]:
    """What the filer is told."""
    inputs, facts = payment_inputs(complaint), size_facts(complaint)
    result = assess_payment(inputs, today) if inputs else None
    size = assess_size(facts, complaint.signed_on) if facts else None
    return [caution.code for caution in cautions_of(complaint, result, size, today)]


class TestCautions:
    """Warnings with the ground that they would meet."""

    def unsaved(self, **facts: Any) -> ArrearsComplaint:
        values: dict[str, Any] = {
            "respondent_type": "large_enterprise", "signed_on": SIGNED, "delivered_on": DELIVERED,
            "amount": Decimal(1000), "complainant_size": "small",
        }  # fmt: skip
        return ArrearsComplaint(**{**values, **facts})

    def test_nothing_stands_against_a_plain_case(self) -> None:
        assert codes(self.unsaved(), date(2025, 12, 31)) == []

    def test_the_term_has_not_run_out_on_its_last_day(self) -> None:
        assert codes(self.unsaved(), date(2025, 8, 4)) == ["term_not_over"]
        assert codes(self.unsaved(), date(2025, 8, 5)) == []

    def test_not_an_sme_by_choice_or_by_figures(self) -> None:
        assert codes(self.unsaved(complainant_size="large"), date(2025, 12, 31)) == ["not_an_sme"]
        large = {"size_industry": "software", "size_employees": 300, "size_revenue": Decimal(100_000_000)}
        assert codes(self.unsaved(**large), date(2025, 12, 31)) == ["not_an_sme"]

    def test_another_class_than_chosen(self) -> None:
        medium = {"size_industry": "software", "size_employees": 103, "size_revenue": Decimal(157_350_000)}
        assert codes(self.unsaved(**medium), date(2025, 12, 31)) == ["size_differs"]

    def test_a_respondent_outside_the_decree(self) -> None:
        complaint = self.unsaved(respondent_type="other")
        (caution,) = cautions_of(complaint, None, None, date(2025, 12, 31))
        assert (caution.code, caution.ground and caution.ground.code) == ("respondent_not_in_scope", "R1")
