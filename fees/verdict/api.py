"""The check of a charge in the API."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.fields import DayField, MoneyField, StrictSerializer, TextField
from casework.api.reference import CODE_PATTERN, PublicView
from casework.api.throttles import CalculatorThrottle
from casework.parties.models import NATION, Division
from fees.verdict.engine import Verdict, VerdictCode
from fees.verdict.forms import LONGEST_ITEM
from fees.verdict.selectors import check_charge
from fees.verdict.words import step_words

QUESTION = {
    "item": "应收账款质押登记", "payee": None, "division": NATION, "charged_on": "2026-03-01", "amount": "60.00",
    "quantity": "1", "unit": "件·年", "base": None,
}  # fmt: skip
_QUANTITY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,4})?")
_OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True, "default": None}


class QuantityField(serializers.DecimalField):
    """A quantity as a decimal string."""

    def to_internal_value(self, data: Any) -> Any:
        """The quantity as Decimal."""
        if not isinstance(data, str) or not _QUANTITY.fullmatch(data):
            raise ValidationError([_('Give the quantity as text with at most four decimals, such as "1.5".')])
        return super().to_internal_value(data)


class ChargeSerializer(StrictSerializer):
    """What was charged."""

    item = TextField(max_length=LONGEST_ITEM, help_text="As it stands on the receipt.")
    payee = TextField(max_length=200, allow_blank=True, help_text="Left out: not judged.", **_OPTIONAL)
    division = serializers.RegexField(CODE_PATTERN, default=NATION, help_text="GB/T 2260; lists of it and above count.")
    charged_on = DayField()
    amount = MoneyField(max_digits=16, decimal_places=2, help_text="Yuan.")
    quantity = QuantityField(max_digits=16, decimal_places=4, help_text="In `unit`.", **_OPTIONAL)
    unit = TextField(max_length=40, allow_blank=True, help_text="As the list has it, such as `件·年`.", **_OPTIONAL)
    base = MoneyField(max_digits=16, decimal_places=2, help_text="Yuan that a percentage is taken of.", **_OPTIONAL)

    def validate_division(self, code: str) -> str:
        """A division that there is."""
        if not Division.objects.filter(pk=code).exists():
            raise ValidationError(_("No division has this name or code."))
        return code


class JudgedEntrySerializer(serializers.Serializer[Any]):
    """The entry that a verdict is about."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    list = serializers.CharField(source="list_name")
    version = serializers.IntegerField()
    division = serializers.CharField()
    standard = serializers.CharField(source="standard_text", allow_blank=True)


class VerdictStepSerializer(serializers.Serializer[Any]):
    """A reason, or a step of the arithmetic."""

    code = serializers.CharField(help_text="A stable name for programs.")
    text = serializers.SerializerMethodField()

    def get_text(self, step: Any) -> str:
        """In the caller's language."""
        return step_words(step)


class VerdictSerializer(serializers.Serializer[Any]):
    """One verdict."""

    verdict = serializers.ChoiceField([code.value for code in VerdictCode], source="code")
    entry = JudgedEntrySerializer(allow_null=True, help_text="null: nothing in the catalogue is like the item.")
    likeness = serializers.FloatField(help_text="Of the names, from 0 to 1.")
    allowed = serializers.CharField(
        allow_null=True, help_text="The most that may be charged, yuan; null: not computed."
    )
    excess = serializers.CharField(allow_null=True, help_text="What is too much, yuan; null: not computed.")
    citation = serializers.CharField(allow_blank=True)
    steps = VerdictStepSerializer(many=True)


class VerdictsSerializer(serializers.Serializer[Any]):
    """The answer."""

    verdicts = VerdictSerializer(many=True, help_text="The most like item first; never empty.")


class FeeCheckView(PublicView):
    """Whether a charge keeps to the catalogue."""

    throttle_classes = (CalculatorThrottle,)

    @extend_schema(
        operation_id="fee_check",
        tags=["fees"],
        summary="A charge against the fee catalogues of its day and place",
        description=(
            "Lists of the place and of the places that it lies in, as they were in force on the day. "
            "An aid to check with, no decision. Nothing is stored."
        ),
        request=ChargeSerializer,
        responses=VerdictsSerializer,
        examples=[OpenApiExample("Registration of a pledge", QUESTION, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """The verdicts."""
        charge = ChargeSerializer(data=request.data)
        charge.is_valid(raise_exception=True)
        verdicts: tuple[Verdict, ...] = check_charge(**charge.validated_data)
        return Response(VerdictsSerializer({"verdicts": verdicts}).data)
