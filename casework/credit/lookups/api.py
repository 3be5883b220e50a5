"""What applies to a subject today: for departments, with a token, each answer logged."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.authentication import TokenAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.api.fields import StrictSerializer, TextField, WholeField
from casework.api.query import refuse_unknown
from casework.api.throttles import LookupThrottle
from casework.credit.api import CREDIT_CODE, CreditFindingSerializer, CreditMeasureSerializer, CreditSeveritySerializer
from casework.credit.flow import State
from casework.credit.lookups.services import LEAST_PURPOSE, subject_lookup
from casework.credit.record.models import CreditRecord
from casework.parties.models import SubjectType

LONGEST_PURPOSE = 200


class QuestionSerializer(StrictSerializer):
    """What a department asks for, and for which."""

    purpose = TextField(max_length=LONGEST_PURPOSE)
    department = WholeField(required=False, default=None)


class AskedSubjectSerializer(serializers.Serializer[Any]):
    """The subject; without name and kind where nothing applies to it, known here or not."""

    code = serializers.CharField()
    name = serializers.CharField(source="subject.name", allow_null=True, default=None)
    kind = serializers.ChoiceField(SubjectType.choices, source="subject.kind", allow_null=True, default=None)


class EffectiveRecordSerializer(serializers.ModelSerializer[CreditRecord]):
    """A record that has an effect today, published or not."""

    severity = CreditSeveritySerializer()
    finding = CreditFindingSerializer(source="*")
    decided_by = serializers.CharField(source="receiving_department.name", help_text="The deciding department.")
    decided_on = serializers.DateField()
    last_day = serializers.DateField(help_text="The last day on which it has any effect.")
    is_contested = serializers.BooleanField(help_text="Whether an objection is open.")
    is_published = serializers.SerializerMethodField()

    class Meta:
        model = CreditRecord
        fields = (
            "reference", "severity", "finding", "decided_by", "decided_on", "last_day", "is_contested", "is_published",
            "is_development",
        )  # fmt: skip

    def get_is_published(self, record: CreditRecord) -> bool:
        """Whether everybody can read it; what is not is for your work only."""
        return str(record.state) == State.PUBLISHED


class AppliedMeasureSerializer(CreditMeasureSerializer):
    """The same with the record that it follows from."""

    record = serializers.CharField(source="record.reference")

    class Meta(CreditMeasureSerializer.Meta):
        fields = ("record", *CreditMeasureSerializer.Meta.fields)  # type: ignore[assignment]


class SubjectAnswerSerializer(serializers.Serializer[Any]):
    """What applies to a subject today."""

    subject = AskedSubjectSerializer(source="*")
    as_of = serializers.DateField(source="today", help_text="The day of the answer in Asia/Shanghai; ask again later.")
    effective = EffectiveRecordSerializer(source="records", many=True)
    measures = AppliedMeasureSerializer(many=True)


class SubjectLookupView(APIView):
    """What applies to a subject today."""

    # A session would let any page that a person opens ask and be logged under that person's name.
    authentication_classes = (TokenAuthentication,)
    throttle_classes = (LookupThrottle,)

    @extend_schema(
        operation_id="credit_subject",
        tags=["credit"],
        summary="What applies to a subject today: for departments, each answer logged",
        description=(
            "Records in effect and the measures that apply today. A code without any is answered with empty lists, "
            "known here or not. What is withheld or set aside is left out with its measures. An unpublished record is "
            "for the work of the department that asks and goes no further."
        ),
        parameters=[
            OpenApiParameter("code", {"type": "string", "pattern": CREDIT_CODE}, OpenApiParameter.PATH),
            OpenApiParameter(
                "purpose",
                {"type": "string", "minLength": LEAST_PURPOSE, "maxLength": LONGEST_PURPOSE},
                required=True,
                description="What the answer is for, in words; it stands in the log.",
            ),
            OpenApiParameter(
                "department",
                {"type": "integer", "minimum": 1, "maximum": 999999999},
                description="Id of the department that asks; needed where the account works for several.",
            ),
        ],
        responses=SubjectAnswerSerializer,
    )
    def get(self, request: Request, code: str) -> Response:
        """The answer."""
        refuse_unknown(request, {"purpose", "department"})
        question = QuestionSerializer(data=request.query_params)
        question.is_valid(raise_exception=True)
        answer = subject_lookup(user=request.user, code=code, **question.validated_data)
        return Response(SubjectAnswerSerializer(answer).data, headers={"Cache-Control": "no-store"})
