"""The public deadline calculator: the same rules, calendar and reasons as the clocks of cases."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.fields import DayField, StrictSerializer, TextField, WholeField
from casework.api.query import refuse_unknown
from casework.api.reference import CODE_PATTERN, PublicView
from casework.api.throttles import CalculatorThrottle
from casework.clocks.calculator import Answer, Refused, calculate, rules_in_force
from casework.clocks.certainty import Certainty
from casework.clocks.models import StatutoryPeriod
from casework.clocks.periods import render_step
from casework.clocks.rule_words import event_words, rule_name
from casework.parties.models import Division

QUESTION = {"rule": "arrears.transfer", "start": "2026-02-09", "division": None}


@extend_schema_field({"type": "string", "pattern": CODE_PATTERN})
class DivisionField(TextField):
    """The code of a division that exists."""

    def to_internal_value(self, data: Any) -> str:
        """The code."""
        code = super().to_internal_value(data)
        if not (len(code) == 6 and code.isascii() and code.isdigit()):
            raise ValidationError(_("A division code has six digits (GB/T 2260)."))
        if not Division.objects.filter(pk=code).exists():
            raise ValidationError(_("No division has this code (GB/T 2260)."))
        return code


class DeadlineQuestionSerializer(StrictSerializer):
    """Which rule, and when its clock starts."""

    rule = TextField(max_length=40, help_text="Code of a rule, as the list of rules names it.")
    start = DayField(help_text="Day of the event, which itself isn't counted unless the rule says so.")
    division = DivisionField(
        required=False,
        allow_null=True,
        default=None,
        help_text="GB/T 2260 code of the place: its own rule and days off come before the national ones.",
    )
    total_days = WholeField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=32767,
        help_text="For an extended deadline: how long it lasts in all, in the rule's unit.",
    )


class RuleSerializer(serializers.Serializer[Any]):
    """The version of a rule in force today, nationally or in one division."""

    rule = serializers.CharField(source="code")
    division = serializers.SerializerMethodField(help_text="The division whose own rule it is; null: the nation's.")
    name = serializers.SerializerMethodField()
    version = serializers.IntegerField()
    starts_on = serializers.SerializerMethodField(help_text="The event that starts the clock, in words.")
    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(StatutoryPeriod.Unit.choices)
    hard_cap = serializers.IntegerField(
        allow_null=True, help_text="The longest total in the same unit, extensions included; null: there is none."
    )
    effective_from = serializers.DateField()
    citation = serializers.CharField()
    certainty = serializers.ChoiceField(Certainty.choices)

    @extend_schema_field({"type": ["string", "null"], "pattern": CODE_PATTERN})
    def get_division(self, period: StatutoryPeriod) -> str | None:
        """The code, or None for the nation."""
        return period.division or None

    def get_name(self, period: StatutoryPeriod) -> str:
        """The name in the caller's language."""
        return rule_name(period)

    def get_starts_on(self, period: StatutoryPeriod) -> str:
        """The event in the caller's language."""
        return event_words(period)


class StepSerializer(serializers.Serializer[dict[str, Any]]):
    """One reason, in the order of counting."""

    text = serializers.CharField()
    date = serializers.DateField()


class DeadlineAnswerSerializer(serializers.Serializer[dict[str, Any]]):
    """A deadline and how it was counted."""

    rule = serializers.CharField()
    version = serializers.IntegerField()
    citation = serializers.CharField()
    start = serializers.DateField()
    raw_due = serializers.DateField(help_text="The last day by count, before it moves to a working day.")
    due = serializers.DateField(help_text="The last day.")
    provisional = serializers.BooleanField(help_text="A notice on holidays that is still to come may change the day.")
    steps = StepSerializer(many=True)
    name = serializers.CharField()
    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(StatutoryPeriod.Unit.choices)
    total_days = serializers.IntegerField(allow_null=True)
    certainty = serializers.ChoiceField(Certainty.choices)
    rule_division = serializers.RegexField(
        CODE_PATTERN, allow_null=True, help_text="The division whose own rule was applied; null: the nation's."
    )
    calendar_until = serializers.DateField(help_text="The last day of the calendar; announced or not.")


class DeadlineView(PublicView):
    """When a deadline falls."""

    throttle_classes = (CalculatorThrottle,)

    @extend_schema(
        operation_id="calculate_deadline",
        tags=["calculators"],
        summary="When a deadline falls, and why",
        description="The version of the rule in force on the start day is applied. Nothing is stored.",
        request=DeadlineQuestionSerializer,
        responses=DeadlineAnswerSerializer,
        examples=[OpenApiExample("Transfer", QUESTION, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """The deadline with its steps."""
        question = DeadlineQuestionSerializer(data=request.data)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        try:
            answer = calculate(asked["rule"], asked["start"], asked["division"] or "", asked["total_days"])
        except Refused as error:
            raise ValidationError({error.field: [error.message]}) from error
        return Response(DeadlineAnswerSerializer(_told(answer)).data)


class DeadlineRuleListView(PublicView):
    """The rules that the calculator knows."""

    throttle_classes = (CalculatorThrottle,)

    @extend_schema(
        operation_id="deadline_rule_list",
        tags=["calculators"],
        summary="The rules in force today",
        description="A rule that a division has of its own is listed beside the nation's, with the division's code.",
        responses=RuleSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """By rule, the nation's version first."""
        refuse_unknown(request, ())
        return Response(RuleSerializer(rules_in_force(timezone.localdate()), many=True).data)


def _told(answer: Answer) -> dict[str, Any]:
    """The answer in the caller's language."""
    period, computed = answer.period, answer.computed
    return {
        "rule": period.code,
        "version": period.version,
        "citation": period.citation,
        "start": answer.start,
        "raw_due": computed.raw_due,
        "due": computed.due,
        "provisional": computed.provisional,
        "steps": [{"text": render_step(step), "date": step.date} for step in computed.steps],
        "name": rule_name(period),
        "amount": period.amount,
        "unit": period.unit,
        "total_days": answer.total_days,
        "certainty": period.certainty,
        "rule_division": period.division or None,
        "calendar_until": answer.calendar.last,
    }
