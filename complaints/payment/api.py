"""The interest calculator of the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.fields import CodeChoiceField, DayField, MoneyField, StrictSerializer, TruthField, WholeField
from casework.api.reference import PublicView
from casework.api.throttles import CalculatorThrottle
from casework.clocks.certainty import Certainty
from casework.clocks.selectors import current_calendar
from complaints.payment import labels, limits
from complaints.payment.engine import calculate
from complaints.payment.inputs import Allocation, Inputs, inputs_from
from complaints.payment.records import to_json
from complaints.payment.selectors import lpr_table

EXAMPLE: dict[str, Any] = {
    "respondent_type": "large_enterprise",
    "signed_on": "2025-06-02",
    "delivered_on": "2025-06-03",
    "settlement_confirmed_on": None,
    "inspection": None,
    "agreed_term_days": None,
    "agreed_annual_rate": None,
    "amount": "100000.00",
    "payments": [],
    "as_of": "2025-12-31",
    "day_count": 365,
    "allocation": "interest_first",
}
_OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True, "default": None}
_RATE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,4})?")


class NearDayField(DayField):
    """A day of this century; a slip in the year is refused."""

    default_error_messages = {"range": gettext_lazy("Give a day from %(first)s to %(last)s.")}

    def to_internal_value(self, value: Any) -> date:
        """The day."""
        day: date = super().to_internal_value(value)
        if not limits.EARLIEST_DAY <= day <= limits.LATEST_DAY:
            text = self.error_messages["range"] % {"first": limits.EARLIEST_DAY, "last": limits.LATEST_DAY}
            raise ValidationError(text, code="range")
        return day


class RateField(serializers.DecimalField):
    """Percent a year as a decimal string."""

    default_error_messages = {
        "rate": gettext_lazy('Give percent a year as text with at most four decimals, such as "3.65".')
    }

    def to_internal_value(self, data: Any) -> Any:
        """The rate as Decimal."""
        if not isinstance(data, str) or not _RATE.fullmatch(data):
            self.fail("rate")
        return super().to_internal_value(data)


def _amount(**options: Any) -> MoneyField:
    return MoneyField(max_digits=limits.AMOUNT_DIGITS, decimal_places=2, min_value=limits.LEAST_AMOUNT, **options)


class InspectionSerializer(StrictSerializer):
    """Acceptance is a condition of payment."""

    agreed_deadline = NearDayField(help_text="The last day agreed for inspection or acceptance.", **_OPTIONAL)
    passed_on = NearDayField(help_text="The day on which it was passed.", **_OPTIONAL)


class PaymentSerializer(StrictSerializer):
    """A part that was paid; it counts at the end of its day."""

    on = NearDayField()
    amount = _amount()


class DepositSerializer(StrictSerializer):
    """A deposit that the buyer still holds."""

    kind = CodeChoiceField(choices=labels.DEPOSIT_KINDS)
    amount = _amount()
    expires_on = NearDayField(help_text="The end of the period that it secures.", **_OPTIONAL)


class InterestQuestionSerializer(StrictSerializer):
    """One claim."""

    respondent_type = CodeChoiceField(
        choices=labels.BUYERS,
        help_text="Organisations that use fiscal funds count as public bodies (Decree 802 art. 36).",
    )
    state_owned = TruthField(help_text="Of a large enterprise; null: not known.", **_OPTIONAL)
    signed_on = NearDayField(help_text="The day of signing decides which law applies.")
    contract_object = CodeChoiceField(choices=labels.OBJECTS, **_OPTIONAL)
    delivered_on = NearDayField(**_OPTIONAL)
    periodic_settlement = TruthField(
        required=False, default=False, help_text="Settlement by progress or period was agreed."
    )
    settlement_confirmed_on = NearDayField(
        help_text="The day on which both sides confirmed the amount, for settlement by progress or period.",
        **_OPTIONAL,
    )
    inspection = InspectionSerializer(help_text="null: acceptance is not a condition of payment.", **_OPTIONAL)
    agreed_term_days = WholeField(
        min_value=0, max_value=limits.MOST_TERM_DAYS, help_text="Calendar days; null: none agreed.", **_OPTIONAL
    )
    agreed_annual_rate = RateField(
        max_digits=limits.RATE_DIGITS,
        decimal_places=limits.RATE_PLACES,
        min_value=0,
        max_value=limits.MOST_RATE,
        help_text='Agreed late interest, percent a year: "6" means 6 %. null: none agreed.',
        **_OPTIONAL,
    )
    amount = _amount(help_text="What fell due, before the payments listed and without interest, yuan.")
    undisputed_amount = _amount(help_text="The part of it that is not disputed, yuan.", **_OPTIONAL)
    payments = serializers.ListField(
        child=PaymentSerializer(), required=False, default=list, max_length=limits.MOST_PAYMENTS
    )
    practices = serializers.ListField(
        child=CodeChoiceField(choices=labels.PRACTICES), required=False, default=list, max_length=len(labels.PRACTICES)
    )
    invalid_reasons = serializers.ListField(
        child=CodeChoiceField(choices=labels.EXCUSES),
        required=False,
        default=list,
        max_length=len(labels.EXCUSES),
        help_text="Reasons that the buyer gives for not paying.",
    )
    deposits = serializers.ListField(
        child=DepositSerializer(), required=False, default=list, max_length=limits.MOST_DEPOSITS
    )
    sme_status_told = TruthField(
        help_text="Whether it can be proved that the buyer was told at signing that the seller is an SME.", **_OPTIONAL
    )
    as_of = NearDayField(help_text="Interest runs through this day, included. Without it today.", **_OPTIONAL)
    day_count = WholeField(default=limits.DAY_COUNTS[0], help_text="Days of a year for annual rates: 365 or 360.")
    allocation = CodeChoiceField(
        choices=labels.ALLOCATIONS,
        default=Allocation.INTEREST_FIRST.value,
        help_text="What payments cover first (Civil Code art. 561: interest, unless agreed otherwise).",
    )

    def validate_day_count(self, days: int) -> int:
        """365 or 360."""
        if days not in limits.DAY_COUNTS:
            raise ValidationError(_("Give 365 or 360."))
        return days

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The rule between two amounts."""
        undisputed = attrs["undisputed_amount"]
        if undisputed is not None and undisputed > attrs["amount"]:
            raise ValidationError({"undisputed_amount": [_("The undisputed part can't exceed the amount.")]})
        return attrs

    def inputs(self) -> tuple[Inputs, date]:
        """What the engine is asked, and the as-of day."""
        return self.asked(self.validated_data)

    @staticmethod
    def asked(validated: Mapping[str, Any]) -> tuple[Inputs, date]:
        """The same of validated data, such as those inside another body."""
        given = dict(validated)
        as_of = given.pop("as_of") or timezone.localdate()
        return inputs_from(given), as_of


class CitedTextSerializer(serializers.Serializer[Any]):
    """A sentence with its source."""

    code = serializers.CharField(help_text="A stable name for programs.")
    text = serializers.CharField()
    citation = serializers.CharField(allow_blank=True)
    certainty = serializers.ChoiceField(Certainty.choices, allow_blank=True, help_text="How sure the source is.")


class MissingSerializer(CitedTextSerializer):
    """What would be needed."""

    field = serializers.CharField(help_text="The field that would help; `lpr` and `calendar` are our own tables.")


class SegmentSerializer(serializers.Serializer[Any]):
    """Days on which the principal stayed the same."""

    to = serializers.DateField()
    days = serializers.IntegerField()
    principal = serializers.CharField(help_text="Yuan.")
    interest = serializers.CharField(help_text="Yuan, rounded half up.")

    def get_fields(self) -> dict[str, Any]:
        """With `from`, which is no name in Python."""
        return {"from": serializers.DateField(), **super().get_fields()}


class InterestAnswerSerializer(serializers.Serializer[Any]):
    """Due date and interest; what can't be computed is null, and `missing` says why."""

    law_version = serializers.ChoiceField(labels.LAW_VERSIONS)
    start_event = serializers.ChoiceField(labels.START_EVENTS, allow_null=True)
    start_on = serializers.DateField(allow_null=True)
    term_days = serializers.IntegerField(allow_null=True, help_text="Calendar days, capped where the law caps them.")
    raw_due_on = serializers.DateField(allow_null=True, help_text="The last day by count.")
    due_on = serializers.DateField(allow_null=True, help_text="Moved to the next working day where it is not one.")
    provisional = serializers.BooleanField(help_text="The holidays of that year are not announced yet.")
    interest_from = serializers.DateField(allow_null=True)
    as_of = serializers.DateField()
    days = serializers.IntegerField(allow_null=True, help_text="From interest_from through as_of; 0: not yet overdue.")
    rate_kind = serializers.ChoiceField(labels.RATE_KINDS, allow_null=True)
    rate = serializers.CharField(allow_null=True, help_text="Percent, by rate_unit.")
    rate_unit = serializers.ChoiceField(["percent_per_day", "percent_per_year"], allow_null=True)
    interest = serializers.CharField(allow_null=True, help_text="All that has accrued, yuan.")
    interest_left = serializers.CharField(allow_null=True, help_text="What payments have not covered, yuan.")
    principal_left = serializers.CharField(allow_null=True, help_text="Yuan.")
    surplus = serializers.CharField(allow_null=True, help_text="Paid beyond principal and interest, yuan.")
    undisputed_interest = serializers.CharField(
        allow_null=True, help_text="On the undisputed part alone, payments counted towards it; yuan."
    )
    segments = SegmentSerializer(many=True)
    flags = CitedTextSerializer(many=True, help_text="What somebody should look at.")
    missing = MissingSerializer(many=True)
    explanation = CitedTextSerializer(many=True, help_text="The steps, in order.")
    notices = CitedTextSerializer(many=True, help_text="Choices where the law is silent.")
    court_information = CitedTextSerializer(many=True, help_text="What a court might use instead.")
    lpr_loaded_on = serializers.DateField(allow_null=True, help_text="The day of the last LPR value that is loaded.")


class InterestView(PublicView):
    """What is owed since when, and with what interest."""

    throttle_classes = (CalculatorThrottle,)

    @extend_schema(
        operation_id="calculate_interest",
        tags=["calculators"],
        summary="Due date and late interest, with reasons and sources",
        description=(
            "Decree 802 arts 9-17, or the law before it, by the day of signing. An aid to calculate with, no decision. "
            "Nothing is stored."
        ),
        request=InterestQuestionSerializer,
        responses=InterestAnswerSerializer,
        examples=[OpenApiExample("Large enterprise", EXAMPLE, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """The calculation."""
        question = InterestQuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        inputs, as_of = question.inputs()
        return Response(to_json(calculate(inputs, as_of, current_calendar(), lpr_table())))
