"""The monitoring in the API: points and figures for staff, a return for the point that proves its access code."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.api.fields import (
    CodeChoiceField,
    DayField,
    MoneyField,
    StrictSerializer,
    TextField,
    TruthField,
    WholeField,
)
from casework.api.pagination import KeysetPagination
from casework.api.problems import MEDIA_TYPE, ProblemSerializer
from casework.api.query import refuse_unknown
from casework.api.reference import CODE_PATTERN
from casework.api.throttles import TrackThrottle
from casework.cases.errors import InvalidInput
from casework.cases.references import clean_secret
from casework.parties.models import NATION, Division, User
from casework.parties.validators import clean_credit_code, validate_credit_code
from fees.monitoring.access import may_read
from fees.monitoring.answers import (
    MOST_ROWS,
    point_by_code,
    return_of,
    return_save_draft,
    return_submit,
    row_of,
)
from fees.monitoring.figures import By
from fees.monitoring.models import MonitoringPoint, QuarterlyReturn
from fees.monitoring.quarters import Quarter
from fees.monitoring.sources import figures_for
from fees.monitoring.verdicts import Payment, kept_words
from fees.payees import PayeeType
from fees.verdict.api import QuantityField
from fees.verdict.forms import LONGEST_ITEM

CONFLICT = (409, MEDIA_TYPE)
_OPTIONAL: dict[str, Any] = {"required": False, "default": ""}
REFERENCE = OpenApiParameter(
    "reference",
    {"type": "string", "pattern": "^JC[0-9]{4}-[0-9]{6,12}-[0-9]$"},
    OpenApiParameter.PATH,
    description="The point's reference, such as JC2026-000123-7.",
)
YEAR = OpenApiParameter("year", {"type": "integer", "minimum": 2025, "maximum": 2100}, OpenApiParameter.PATH)
NUMBER = OpenApiParameter("quarter", {"type": "integer", "minimum": 1, "maximum": 4}, OpenApiParameter.PATH)
ACCESS_CODE = OpenApiParameter(
    "X-Access-Code",
    {"type": "string", "pattern": "^[0-9A-Za-z -]{20,40}$"},
    OpenApiParameter.HEADER,
    required=True,
    description="The access code that the point got by e-mail.",
)
ANSWER = {
    "version": 0,
    "payments": [
        {
            "item": "行业协会会费",
            "payee": "示例行业协会",
            "payee_type": "association",
            "charged_on": "2026-06-30",
            "amount": "1200.00",
        }
    ],
}
RETURN = [REFERENCE, YEAR, NUMBER, ACCESS_CODE]


class PointSerializer(serializers.ModelSerializer[MonitoringPoint]):
    """A monitoring point; its contact only for those who run it."""

    division = serializers.CharField(source="division_id")
    department = serializers.CharField(source="department.name")

    industry = serializers.CharField(help_text="Letter of GB/T 4754-2017.")

    class Meta:
        model = MonitoringPoint
        fields = (
            "id", "reference", "name", "credit_code", "division", "industry", "department", "active_from", "active_to",
            "is_development",
        )  # fmt: skip


class PaidSerializer(StrictSerializer):
    """A payment."""

    item = TextField(max_length=LONGEST_ITEM, help_text="As it stands on the receipt.")
    payee = TextField(max_length=200)
    payee_type = CodeChoiceField(PayeeType.choices)
    payee_code = TextField(max_length=30, allow_blank=True, **_OPTIONAL)
    division = serializers.RegexField(
        CODE_PATTERN, required=False, help_text="Where it was charged; without it where the point lies."
    )
    charged_on = DayField(help_text="In the quarter; of a sum the day of its last payment.")
    amount = MoneyField(max_digits=16, decimal_places=2, help_text="Yuan, more than 0.")
    quantity = QuantityField(max_digits=16, decimal_places=4, required=False, allow_null=True, default=None)
    unit = TextField(max_length=40, allow_blank=True, **_OPTIONAL)
    note = TextField(max_length=300, allow_blank=True, **_OPTIONAL)

    def validate_payee_code(self, code: str) -> str:
        """A code with a right checksum, or none."""
        if code:
            validate_credit_code(code)
        return clean_credit_code(code)

    def validate_division(self, code: str) -> str:
        """A division that there is."""
        if not Division.objects.filter(pk=code).exists():
            raise ValidationError(_("No division has this name or code."))
        return code

    def validate_charged_on(self, day: Any) -> Any:
        """A day of the quarter."""
        quarter: Quarter = self.context["row"].round.quarter
        if not quarter.first_day <= day <= quarter.last_day:
            raise ValidationError(
                _("This day doesn't lie in the quarter: give one from %(first)s to %(last)s.")
                % {"first": quarter.first_day.isoformat(), "last": quarter.last_day.isoformat()}
            )
        return day

    def validate_amount(self, amount: Any) -> Any:
        """More than nothing."""
        if amount <= 0:
            raise ValidationError(_("Enter the amount that was charged, more than 0."))
        return amount

    def validate_quantity(self, quantity: Any) -> Any:
        """More than nothing, where it is told."""
        if quantity is not None and quantity <= 0:
            raise ValidationError(_("Enter a quantity of more than 0, or leave it empty."))
        return quantity


class AnswerSerializer(StrictSerializer):
    """A return as a point sends it."""

    version = WholeField(min_value=0, help_text="Of the return that was read.")
    nothing_paid = TruthField(default=False)
    remark = TextField(max_length=1000, allow_blank=True, **_OPTIONAL)
    payments = serializers.ListField(child=PaidSerializer(), max_length=MOST_ROWS, required=False, default=list)

    def arguments(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.validated_data)
        own = self.context["row"].point.division_id
        given["payments"] = [Payment(**{"division": own, **one}) for one in given["payments"]]
        return given


class JudgedPaidSerializer(serializers.Serializer[Any]):
    """A submitted payment with its verdict."""

    item = serializers.CharField()
    payee = serializers.CharField()
    payee_type = serializers.ChoiceField(PayeeType.choices)
    payee_code = serializers.CharField(allow_blank=True)
    division = serializers.CharField(source="division_id")
    charged_on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)
    quantity = serializers.DecimalField(max_digits=16, decimal_places=4, allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    verdict = serializers.CharField(help_text="As in the answer of `fee_check`.")
    excess = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    citation = serializers.CharField(allow_blank=True)
    reasons = serializers.SerializerMethodField()

    def get_reasons(self, item: Any) -> list[str]:
        """In the caller's language."""
        return kept_words(item.verdict, item.steps)[1]


class ReturnSerializer(serializers.Serializer[Any]):
    """A return as it stands."""

    reference = serializers.CharField(source="point.reference")
    year = serializers.IntegerField(source="round.year")
    quarter = serializers.IntegerField(source="round.quarter_number")
    due_on = serializers.DateField(source="round.due_on")
    status = serializers.ChoiceField(QuarterlyReturn.Status.choices)
    version = serializers.IntegerField()
    is_editable = serializers.BooleanField()
    nothing_paid = serializers.BooleanField()
    remark = serializers.CharField(allow_blank=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    draft = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField(allow_blank=True)),
        source="draft_rows",
        help_text="Rows as they were typed or sent last.",
    )
    payments = JudgedPaidSerializer(many=True, source="paid_items.all", help_text="Of the latest submission.")


class MonitoringPointsView(GenericAPIView[MonitoringPoint]):
    """The points that the caller may see."""

    serializer_class = PointSerializer
    pagination_class = KeysetPagination
    filter_backends: ClassVar[list[Any]] = []  # type: ignore[misc]

    def get_queryset(self) -> Any:
        """Only what `visible_to` shows."""
        # The schema is built without a caller.
        if getattr(self, "swagger_fake_view", False):
            return MonitoringPoint.objects.none()
        return MonitoringPoint.objects.visible_to(self.request.user).select_related("department")

    @extend_schema(
        operation_id="monitoring_point_list",
        tags=["fees"],
        summary="Monitoring points, newest first, page by page",
        responses={200: PointSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        """One page."""
        refuse_unknown(request, {"before", "page_size"})
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


class LineSerializer(serializers.Serializer[Any]):
    """What one payee, item or place comes to."""

    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    payers = serializers.SerializerMethodField()
    payments = serializers.IntegerField(source="count")
    total = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="Yuan.")
    outside = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="Yuan outside the catalogue.")
    before = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="Yuan in the quarter before.")

    def get_payers(self, line: Any) -> int:
        """How many different points."""
        return len(line.payers)


class FiguresSerializer(serializers.Serializer[Any]):
    """What stands out in a quarter; the lines with the most outside the catalogue come first."""

    total = LineSerializer()
    lines = LineSerializer(many=True)


class MonitoringFiguresView(APIView):
    """Figures of the returns that the caller may see."""

    @extend_schema(
        operation_id="monitoring_figures",
        tags=["fees"],
        summary="What stands out in a quarter, by payee, item or place",
        parameters=[
            OpenApiParameter("year", {"type": "integer", "minimum": 2025, "maximum": 2100}, required=True),
            OpenApiParameter("quarter", {"type": "integer", "minimum": 1, "maximum": 4}, required=True),
            OpenApiParameter("by", {"type": "string", "enum": [by.value for by in By]}, required=True),
            OpenApiParameter(
                "division", {"type": "string", "pattern": CODE_PATTERN}, description="With all below it; else all."
            ),
        ],
        responses=FiguresSerializer,
    )
    def get(self, request: Request) -> Response:
        """The figures."""
        refuse_unknown(request, {"year", "quarter", "by", "division"})
        assert isinstance(request.user, User)
        if not may_read(request.user):
            raise PermissionDenied
        question = _FiguresQuestion(data=request.query_params.dict())
        question.is_valid(raise_exception=True)
        given = question.validated_data
        figures = figures_for(request.user, Quarter(given["year"], given["quarter"]), given["division"])
        return Response(FiguresSerializer({"total": figures.total, "lines": figures.lines[By(given["by"])]}).data)


class _FiguresQuestion(serializers.Serializer[Any]):
    year = serializers.IntegerField(min_value=2025, max_value=2100)
    quarter = serializers.IntegerField(min_value=1, max_value=4)
    by = serializers.ChoiceField([by.value for by in By])
    division = serializers.RegexField(CODE_PATTERN, default=NATION)


class ReturnView(APIView):
    """Opened by the point's reference and access code; an account adds nothing here."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (TrackThrottle,)

    def proved(self, request: Request, reference: str, year: int, quarter: int) -> QuarterlyReturn:
        """The return.

        Raises:
            InvalidInput: no code was sent.
            CaseNotFound: wrong code, or no such return.
        """
        code = request.headers.get("X-Access-Code", "")
        if not clean_secret(code):
            raise InvalidInput({"x_access_code": [_("Send the access code in the header X-Access-Code.")]})
        return return_of(point_by_code(reference, code), Quarter(year, quarter))

    def answer(self, request: Request, row: QuarterlyReturn) -> dict[str, Any]:
        """What was sent, judged.

        Raises:
            ValidationError: by field.
        """
        body = AnswerSerializer(data=request.data, context={"row": row})
        body.is_valid(raise_exception=True)
        return body.arguments()

    def shown(self, row: QuarterlyReturn) -> Response:
        """The return as it stands now."""
        fresh = QuarterlyReturn.objects.select_related("point", "round").get(pk=row.pk)
        return Response(ReturnSerializer(fresh).data, headers={"Cache-Control": "no-store"})


class ReturnDraftView(ReturnView):
    """Reading a return and saving its draft."""

    @extend_schema(
        operation_id="monitoring_return",
        tags=["fees"],
        summary="A monitoring point's return for a quarter",
        parameters=RETURN,
        responses=ReturnSerializer,
    )
    def get(self, request: Request, reference: str, year: int, quarter: int) -> Response:
        """As it stands."""
        return self.shown(self.proved(request, reference, year, quarter))

    @extend_schema(
        operation_id="monitoring_return_save",
        tags=["fees"],
        summary="Save the draft of a return",
        description="Takes the place of the draft. Nothing is submitted.",
        parameters=RETURN,
        request=AnswerSerializer,
        responses={200: ReturnSerializer, CONFLICT: ProblemSerializer},
    )
    def put(self, request: Request, reference: str, year: int, quarter: int) -> Response:
        """Save."""
        row = self.proved(request, reference, year, quarter)
        given = self.answer(request, row)
        return_save_draft(row=row, rows=[row_of(payment) for payment in given.pop("payments")], **given)
        return self.shown(row)


class ReturnSubmitView(ReturnView):
    """Submitting."""

    @extend_schema(
        operation_id="monitoring_return_submit",
        tags=["fees"],
        summary="Submit a return, or correct it while the round is open",
        parameters=RETURN,
        request=AnswerSerializer,
        responses={200: ReturnSerializer, CONFLICT: ProblemSerializer},
        examples=[OpenApiExample("One payment", ANSWER, request_only=True)],
    )
    def post(self, request: Request, reference: str, year: int, quarter: int) -> Response:
        """Submit; the verdicts come back."""
        row = self.proved(request, reference, year, quarter)
        return_submit(row=row, **self.answer(request, row))
        return self.shown(row)
