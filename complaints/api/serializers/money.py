"""Money and closing over the wire: what each act takes, and how parts, payments and the plan are shown."""

from __future__ import annotations

import json
from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from casework.api.fields import DayField, MoneyField, StrictSerializer, TextField, TruthField, WholeField
from casework.api.formats import check_text
from complaints.api.serializers.actions import OutcomeSerializer, VersionSerializer
from complaints.closing.models import NewFacts, Satisfaction
from complaints.closing.services import SCORES
from complaints.models import ArrearsComplaint
from complaints.money.models import ClaimPart, RecordedPayment
from complaints.money.selectors import Met, PlanRow, money_of
from complaints.money.services import MOST_INSTALMENTS, MOST_PARTS, Part, Promise


def _yuan(**extra: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=16, decimal_places=2, **extra)


def _files(most: int) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), source="uploads", required=False, max_length=most
    )


class PartSerializer(StrictSerializer):
    """A part of the claim."""

    label = TextField(max_length=200)  # type: ignore[assignment]
    amount = MoneyField(max_digits=16, decimal_places=2, help_text="Yuan.")
    disputed = TruthField(required=False, default=False)
    reason = TextField(max_length=1000, required=False, allow_blank=True, help_text="Needed where it is disputed.")


class SplitClaimSerializer(VersionSerializer):
    """The parts that make up the claim, in place of those before."""

    parts = serializers.ListField(child=PartSerializer(), min_length=1, max_length=MOST_PARTS)

    def validate_parts(self, rows: list[dict[str, Any]]) -> list[Part]:
        """As the service takes them."""
        return [Part(**row) for row in rows]


class RecordPaymentSerializer(VersionSerializer):
    """A payment during the case; the proof comes as multipart/form-data."""

    paid_on = DayField()
    amount = MoneyField(
        max_digits=16, decimal_places=2, help_text="Yuan of the claimed principal; interest is not part of the claim."
    )
    remark = TextField(max_length=300, required=False, allow_blank=True)
    files = _files(1)


class InstalmentSerializer(StrictSerializer):
    """One promised payment; in a multipart body each is a part of JSON."""

    due_on = DayField()
    amount = MoneyField(max_digits=16, decimal_places=2, help_text="Yuan.")

    def to_internal_value(self, data: Any) -> Any:
        """The validated fields."""
        if isinstance(data, str) and isinstance(getattr(self.root, "initial_data", None), QueryDict):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError):
                self.fail("invalid", datatype="str")
            check_text(data)
        return super().to_internal_value(data)


class SignPlanSerializer(VersionSerializer):
    """The plan that both sides signed; the signed paper comes as multipart/form-data."""

    signed_on = DayField()
    instalments = serializers.ListField(child=InstalmentSerializer(), min_length=1, max_length=MOST_INSTALMENTS)
    files = _files(1)

    def validate_instalments(self, rows: list[dict[str, Any]]) -> list[Promise]:
        """As the service takes them."""
        return [Promise(**row) for row in rows]


class AnswerPaymentSerializer(VersionSerializer):
    """Whether a payment arrived."""

    arrived = TruthField()
    note = TextField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text="Needed where it did not arrive; staff say how the complainant told them.",
    )


class GiveSatisfactionSerializer(VersionSerializer):
    """The complainant's word on the handling."""

    score = WholeField(min_value=SCORES[0], max_value=SCORES[-1], help_text="5 is very satisfied.")
    text = TextField(max_length=1000, required=False, allow_blank=True)


class TellFactsSerializer(VersionSerializer):
    """What is new; files come as multipart/form-data."""

    text = TextField(max_length=5000)
    files = _files(20)


class DeclineFactsSerializer(VersionSerializer):
    """Why nothing is new."""

    reason = TextField(max_length=1000, help_text="The complainant reads it.")


class ClaimPartSerializer(serializers.ModelSerializer[ClaimPart]):
    """A recorded part."""

    class Meta:
        model = ClaimPart
        fields = ("label", "amount", "disputed", "reason")


class PaymentSerializer(serializers.ModelSerializer[RecordedPayment]):
    """A recorded payment."""

    class Meta:
        model = RecordedPayment
        fields = ("id", "paid_on", "amount", "remark", "status", "answered_at", "answer_note")


class PlanRowSerializer(serializers.Serializer[PlanRow]):
    """An instalment as the payments stand."""

    number = serializers.IntegerField()
    due_on = serializers.DateField(source="instalment.due_on")
    amount = _yuan(source="instalment.amount")
    status = serializers.ChoiceField(
        choices=[(met.value, met.value) for met in Met],
        help_text="By confirmed payments, in the order of the days; `reported`: with those not answered yet.",
    )
    met_on = serializers.DateField(allow_null=True, help_text="Day of the payment that covered it.")


class PlanSerializer(serializers.Serializer[Any]):
    """The plan in force."""

    signed_on = serializers.DateField(source="plan.signed_on")
    instalments = PlanRowSerializer(source="plan_rows", many=True)


class MoneySerializer(serializers.Serializer[Any]):
    """The sums of a case in yuan: always those of its rows."""

    claimed = _yuan()
    undisputed = _yuan(help_text="0.00 while the claim is not split.")
    disputed = _yuan(help_text="0.00 while the claim is not split.")
    paid = _yuan(help_text="What the complainant confirmed.")
    reported = _yuan(help_text="Recorded, and not answered by the complainant yet.")
    outstanding = _yuan(help_text="Claimed less paid.")
    parts = ClaimPartSerializer(many=True)
    payments = PaymentSerializer(many=True)
    plan = serializers.SerializerMethodField()

    @extend_schema_field(PlanSerializer(allow_null=True))
    def get_plan(self, money: Any) -> Any:
        """Null without one."""
        return PlanSerializer(money).data if money.plan else None


class SatisfactionSerializer(serializers.ModelSerializer[Satisfaction]):
    """What was given."""

    class Meta:
        model = Satisfaction
        fields = ("score", "text", "at")


class NewFactsSerializer(serializers.ModelSerializer[NewFacts]):
    """New facts and what became of them."""

    class Meta:
        model = NewFacts
        fields = ("at", "text", "status", "decided_at", "decision_note")


class WithMoney(serializers.Serializer[ArrearsComplaint]):
    """What the two views of a case say about money and about the time after its result."""

    money = serializers.SerializerMethodField()
    satisfaction = serializers.SerializerMethodField()
    new_facts = serializers.SerializerMethodField()

    @extend_schema_field(MoneySerializer)
    def get_money(self, case: ArrearsComplaint) -> Any:
        """Claim, parts, payments and plan."""
        return MoneySerializer(money_of(case)).data

    @extend_schema_field(SatisfactionSerializer(allow_null=True))
    def get_satisfaction(self, case: ArrearsComplaint) -> Any:
        """Null until it was given."""
        given = getattr(case, "satisfaction", None)
        return SatisfactionSerializer(given).data if given else None

    @extend_schema_field(NewFactsSerializer(many=True))
    def get_new_facts(self, case: ArrearsComplaint) -> Any:
        """In the order in which they were told."""
        return NewFactsSerializer(case.new_facts.all(), many=True).data


class MoneyOutcomeSerializer(OutcomeSerializer):
    """The case after an act, with its sums."""

    money = serializers.SerializerMethodField()

    class Meta(OutcomeSerializer.Meta):
        fields = (*OutcomeSerializer.Meta.fields, "money")  # type: ignore[assignment]

    @extend_schema_field(MoneySerializer)
    def get_money(self, case: ArrearsComplaint) -> Any:
        """Claim, parts, payments and plan."""
        return MoneySerializer(money_of(case)).data
