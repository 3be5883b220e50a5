"""What is owed, paid and promised on a case, and what is said about it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from casework.api.fields import DayField, MoneyField, StrictSerializer, TextField, TruthField, WholeField
from complaints.api.serializers.side_acts import ArgumentsSerializer, IdField, SideSerializer
from complaints.closing.services import SCORES
from complaints.models import ArrearsComplaint
from complaints.money.models import ClaimPart, RecordedPayment
from complaints.money.selectors import Met, money_of
from complaints.money.services import MOST_INSTALMENTS, MOST_PARTS, Part, Promise


class ClaimPartSerializer(serializers.ModelSerializer[ClaimPart]):
    """A part of the claim."""

    class Meta:
        model = ClaimPart
        fields = ("label", "amount", "disputed", "reason")


class RecordedPaymentSerializer(serializers.ModelSerializer[RecordedPayment]):
    """A payment; it counts once the complainant has confirmed it."""

    class Meta:
        model = RecordedPayment
        fields = ("id", "paid_on", "amount", "remark", "status")


class InstalmentSerializer(serializers.Serializer[Any]):
    """A promised payment."""

    number = serializers.IntegerField()
    due_on = serializers.DateField(source="instalment.due_on")
    amount = serializers.DecimalField(source="instalment.amount", max_digits=16, decimal_places=2)
    status = serializers.ChoiceField([met.value for met in Met])
    met_on = serializers.DateField(allow_null=True)


class MoneySerializer(serializers.Serializer[Any]):
    """The sums of a case in yuan, always those of its rows."""

    claimed = serializers.DecimalField(max_digits=16, decimal_places=2)
    undisputed = serializers.DecimalField(max_digits=16, decimal_places=2, help_text="0.00 until the claim is split.")
    disputed = serializers.DecimalField(max_digits=16, decimal_places=2)
    paid = serializers.DecimalField(max_digits=16, decimal_places=2, help_text="Confirmed by the complainant.")
    reported = serializers.DecimalField(max_digits=16, decimal_places=2, help_text="Recorded and not yet answered.")
    outstanding = serializers.DecimalField(max_digits=16, decimal_places=2, help_text="Claimed less paid.")
    parts = ClaimPartSerializer(many=True)
    payments = RecordedPaymentSerializer(many=True)
    plan_signed_on = serializers.DateField(source="plan.signed_on", default=None, allow_null=True)
    instalments = InstalmentSerializer(source="plan_rows", many=True)


def money_data(case: ArrearsComplaint) -> Any:
    """The sums as they stand today."""
    return MoneySerializer(money_of(case)).data


class PartSerializer(StrictSerializer):
    """A part as it is to be recorded."""

    label = TextField(max_length=200)  # type: ignore[assignment]
    amount = MoneyField(max_digits=16, decimal_places=2, help_text="Yuan.")
    disputed = TruthField(default=False)
    reason = TextField(max_length=1000, required=False, allow_blank=True, default="", help_text="Of the dispute.")


class SplitClaimSerializer(SideSerializer):
    """The parts that make up the claim; those before are replaced."""

    parts = serializers.ListField(child=PartSerializer(), max_length=MOST_PARTS)

    def arguments(self) -> dict[str, Any]:
        """As parts."""
        return {**self.validated_data, "parts": [Part(**row) for row in self.validated_data["parts"]]}


class RecordPaymentSerializer(SideSerializer):
    """A payment; its proof comes as multipart/form-data."""

    paid_on = DayField()
    amount = MoneyField(max_digits=16, decimal_places=2, help_text="Yuan of the principal.")
    remark = TextField(max_length=300, required=False, allow_blank=True)
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), source="uploads", required=False, max_length=1
    )


class AnswerPaymentSerializer(SideSerializer):
    """Whether a reported payment arrived."""

    payment = IdField()
    arrived = TruthField()
    note = TextField(
        max_length=500, required=False, allow_blank=True, help_text="Needed for a denial, and from staff always."
    )


class PromiseSerializer(StrictSerializer):
    """An instalment as it was signed."""

    due_on = DayField()
    amount = MoneyField(max_digits=16, decimal_places=2, help_text="Yuan.")


class SignPlanSerializer(SideSerializer):
    """The repayment plan that both sides signed; one before it is replaced."""

    signed_on = DayField()
    instalments = serializers.ListField(child=PromiseSerializer(), max_length=MOST_INSTALMENTS)

    def arguments(self) -> dict[str, Any]:
        """As promises."""
        return {**self.validated_data, "instalments": [Promise(**row) for row in self.validated_data["instalments"]]}


class DeclineFactsSerializer(SideSerializer):
    """Why the case is not reopened."""

    reason = TextField(max_length=1000)


class SatisfactionSerializer(SideSerializer):
    """How satisfied the complainant is."""

    score = WholeField(min_value=min(SCORES), max_value=max(SCORES), help_text="1 not at all, 5 very.")
    text = TextField(max_length=1000, required=False, allow_blank=True)


class TellFactsSerializer(SideSerializer):
    """New facts on an ended case; files come as multipart/form-data."""

    text = TextField(max_length=5000)
    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), source="uploads", required=False, max_length=20
    )


class RequestReceivableSerializer(SideSerializer):
    """For what the debt is to be confirmed (Decree 802 art. 16)."""

    request = TextField(max_length=5000)


class ReportThreatSerializer(ArgumentsSerializer):
    """What happened; only supervisors read it (Decree 802 arts 20, 35). It changes nothing on the case: no version."""

    text = TextField(max_length=5000)
    reach_me = TextField(max_length=300, required=False, allow_blank=True, help_text="How we may reach you safely.")
