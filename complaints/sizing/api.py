"""The size calculator of the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.fields import DayField, MoneyField, StrictSerializer, TextField, WholeField
from casework.api.query import refuse_unknown
from casework.api.reference import PublicView
from casework.api.throttles import CalculatorThrottle
from casework.clocks.certainty import Certainty
from complaints.sizing.engine import Classification, classify
from complaints.sizing.industries import IndustryUnknown
from complaints.sizing.sizes import MOST_EMPLOYEES, Indicator, Size
from complaints.sizing.standards import StandardNotFound, standard_on
from complaints.sizing.words import answer_words, fault_words

QUESTION = {"industry": "software", "employees": 103, "revenue": "157350000", "assets": None}
_OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True, "default": None}


class SizeQuestionSerializer(StrictSerializer):
    """An enterprise's industry and figures."""

    industry = TextField(
        max_length=60,
        help_text="Slug, Chinese or English name, or a GB/T 4754-2017 code such as `I65`, `6510` or `C`.",
    )
    employees = WholeField(min_value=0, max_value=MOST_EMPLOYEES, help_text="At the end of the year.", **_OPTIONAL)
    revenue = MoneyField(max_digits=16, decimal_places=2, help_text="Operating revenue of the year, yuan.", **_OPTIONAL)
    assets = MoneyField(max_digits=16, decimal_places=2, help_text="Total assets, yuan.", **_OPTIONAL)
    signed_on = DayField(
        help_text="Day of the contract: its standard and the enterprise's size on it count (Decree 802 art. 3(2)). "
        "Without it today.",
        **_OPTIONAL,
    )


class SizeLimitSerializer(serializers.Serializer[Any]):
    """The least that an indicator must reach for a class."""

    size = serializers.ChoiceField(Size.choices)
    indicator = serializers.ChoiceField(Indicator.choices)
    unit = serializers.SerializerMethodField(help_text="`persons`, or `yuan`.")
    threshold = serializers.SerializerMethodField(help_text="A decimal string in that unit.")

    def get_unit(self, limit: Any) -> str:
        """The unit of the figures."""
        return "persons" if limit.indicator == Indicator.EMPLOYEES else "yuan"

    def get_threshold(self, limit: Any) -> str:
        """The limit."""
        return _number(limit.threshold)


class SizeComparisonSerializer(SizeLimitSerializer):
    """A figure against a limit."""

    value = serializers.SerializerMethodField(help_text="The figure; null: not given.")
    met = serializers.BooleanField(allow_null=True, help_text="Whether it reaches the limit; null: not given.")

    def get_value(self, comparison: Any) -> str | None:
        """The figure."""
        return None if comparison.value is None else _number(comparison.value)


class SizeAnswerSerializer(serializers.Serializer[Any]):
    """The size class, with all that it rests on."""

    size = serializers.ChoiceField(
        Size.choices, allow_null=True, help_text="null: not covered, or a figure is missing that could change it."
    )
    possible = serializers.ListField(
        child=serializers.ChoiceField(Size.choices), help_text="The classes that the figures leave open."
    )
    is_sme = serializers.BooleanField(
        allow_null=True, help_text="May be known before the class: one figure below its limit for large is enough."
    )
    missing = serializers.ListField(
        child=serializers.ChoiceField(Indicator.choices), help_text="Figures without which the class can't be told."
    )
    industry = serializers.SlugField(source="industry.slug")
    covered = serializers.BooleanField(source="is_covered", help_text="Whether the standard covers the industry.")
    text = serializers.SerializerMethodField(help_text="The answer in words.")
    comparisons = SizeComparisonSerializer(many=True)
    citation = serializers.CharField()
    certainty = serializers.ChoiceField(Certainty.choices, source="standard.certainty")
    version = serializers.IntegerField(source="standard.version", help_text="Of the standard that was applied.")
    effective_from = serializers.DateField(source="standard.effective_from")

    def get_text(self, found: Classification) -> str:
        """The answer in the caller's language."""
        return answer_words(found)


class IndustrySerializer(serializers.Serializer[Any]):
    """An industry of the standard."""

    slug = serializers.SlugField()
    name = serializers.CharField(source="label")
    name_en = serializers.CharField(source="label_en")
    indicators = serializers.ListField(child=serializers.ChoiceField(Indicator.choices))
    codes = serializers.ListField(
        child=serializers.CharField(), help_text="Sections, divisions and groups of GB/T 4754-2017."
    )
    codes_certainty = serializers.ChoiceField(Certainty.choices, source="certainty")
    limits = SizeLimitSerializer(many=True)


class EnterpriseSizeView(PublicView):
    """How large an enterprise is."""

    throttle_classes = (CalculatorThrottle,)

    @extend_schema(
        operation_id="calculate_enterprise_size",
        tags=["calculators"],
        summary="Micro, small, medium or large, by which comparisons",
        description=(
            "An industry that the standard doesn't cover (railways, finance, education, health, public administration, "
            "letting of own real estate) is answered with `covered: false`. Nothing is stored."
        ),
        request=SizeQuestionSerializer,
        responses=SizeAnswerSerializer,
        examples=[OpenApiExample("Software", QUESTION, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """The class with its comparisons."""
        question = SizeQuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        return Response(SizeAnswerSerializer(_classified(**question.validated_data)).data)


class IndustryListView(PublicView):
    """The industries of the standard."""

    throttle_classes = (CalculatorThrottle,)

    @extend_schema(
        operation_id="industry_list",
        tags=["calculators"],
        summary="The industries of the size standard in force today",
        responses=IndustrySerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """In the order of the standard."""
        refuse_unknown(request, ())
        return Response(IndustrySerializer(standard_on(timezone.localdate()).covered, many=True).data)


def _classified(industry: str, signed_on: Any, **figures: Any) -> Classification:
    try:
        return classify(industry, on=signed_on or timezone.localdate(), **figures)
    except IndustryUnknown as error:
        raise ValidationError({"industry": [fault_words(error)]}) from error
    except StandardNotFound as error:
        raise ValidationError({"signed_on": [_("No size standard of that day is loaded.")]}) from error


def _number(value: int | Decimal) -> str:
    return f"{value:.2f}" if isinstance(value, Decimal) else str(value)
