"""Published records in the API: open data, read only, nothing a day too long."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.fields import CodeChoiceField, StrictSerializer, TextField
from casework.api.pagination import KeysetPagination
from casework.api.problems import MEDIA_TYPE, ProblemSerializer
from casework.api.query import refuse_unknown
from casework.api.reference import CODE_PATTERN, PublicView
from casework.credit.catalogue.models import SeverityClass
from casework.credit.measures.models import Measure
from casework.credit.record.models import CreditRecord
from casework.credit.record.publication import (
    MARK,
    Mark,
    Wanted,
    following,
    has_ended,
    public_record,
    public_records,
    seconds_of_validity,
    with_measures,
)
from casework.parties.models import SubjectType
from casework.parties.validators import clean_credit_code, validate_credit_code

FILTERS = ("code", "words", "severity", "division", "kind")
LONGEST = 100
CREDIT_CODE = "^[0-9A-HJ-NPQRTUWXY]{18}$"
REFERENCE = OpenApiParameter(
    "reference",
    {"type": "string", "pattern": "^XY[0-9]{4}-[0-9]{6,12}-[0-9]$"},
    OpenApiParameter.PATH,
    description="Such as XY2026-000123-7.",
)
PARAMETERS = [
    OpenApiParameter("code", {"type": "string", "pattern": CREDIT_CODE}, description="The whole credit code."),
    OpenApiParameter("words", {"type": "string", "maxLength": LONGEST}, description="All must occur in the name."),
    OpenApiParameter("severity", {"type": "string", "maxLength": 20}, description="Code of a class, such as serious."),
    OpenApiParameter(
        "division", {"type": "string", "pattern": CODE_PATTERN}, description="This place and those in it."
    ),
    OpenApiParameter("kind", {"type": "string", "enum": SubjectType.values}, description="Kind of subject."),
]


class RecordEnded(APIException):
    """It was public and is no more; whose it was is told to nobody."""

    status_code = 410
    default_code = "record_ended"
    default_detail = gettext_lazy("This record has ended. It is no longer published.")


class RecordFilterSerializer(StrictSerializer):
    """Which records."""

    code = TextField(max_length=30, required=False)
    words = TextField(max_length=LONGEST, required=False)
    severity = TextField(max_length=20, required=False)
    division = serializers.RegexField(CODE_PATTERN, required=False)
    kind = CodeChoiceField(SubjectType.choices, required=False)

    def validate_code(self, code: str) -> str:
        """With a right checksum: a misread code must not be answered with "nothing"."""
        validate_credit_code(code)
        return clean_credit_code(code)


class RecordPages(KeysetPagination):
    """The newest publication first."""

    def following(self, queryset: Any, request: Request) -> Any:
        """The rows of this page and of those after it."""
        text = request.query_params.get("before")
        mark = Mark.read(text) if text else None
        if text and mark is None:
            raise ValidationError({"before": [_("Take it from `next` of the page before.")]})
        return following(queryset, mark)

    def mark(self, row: Any) -> str:
        """Day of publication and number."""
        return str(Mark.after(row))

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """`before` is no number here."""
        before = {"name": "before", "in": "query", "required": False, "description": "Taken from `next`."}
        others = [found for found in super().get_schema_operation_parameters(view) if found["name"] != "before"]
        return [{**before, "schema": {"type": "string", "pattern": MARK}}, *others]


class RecordSubjectSerializer(serializers.Serializer[Any]):
    """Who the record is about, as the finding names it."""

    code = serializers.CharField(source="respondent_code", help_text="Unified social credit code.")
    name = serializers.CharField(source="respondent_name")
    kind = serializers.ChoiceField(SubjectType.choices, source="subject.kind")


class CreditSeveritySerializer(serializers.ModelSerializer[SeverityClass]):
    """The class in the version that was applied."""

    class Meta:
        model = SeverityClass
        fields = ("code", "version", "label", "label_en", "citation", "certainty")


class CreditFindingSerializer(serializers.Serializer[Any]):
    """What was found, by whom and in which document."""

    number = serializers.CharField(source="finding_number")
    date = serializers.DateField(source="finding_date")
    authority = serializers.CharField(source="finding_authority")
    legal_basis = serializers.CharField()
    conduct = serializers.CharField()


class CreditMeasureSerializer(serializers.ModelSerializer[Measure]):
    """A measure of the closed list that applies today."""

    code = serializers.CharField(source="item.code")
    label = serializers.CharField(source="item.label")  # type: ignore[assignment]
    edition = serializers.CharField(source="item.edition", help_text="Of the list in which it stands.")
    number = serializers.CharField(source="item.number", help_text="Its item number there.")
    citation = serializers.CharField(source="item.citation")
    certainty = serializers.CharField(source="item.certainty")
    department = serializers.CharField(source="department.name", help_text="The one that carries it out.")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day on which it applies.")

    class Meta:
        model = Measure
        fields = (
            "code", "label", "edition", "number", "citation", "certainty", "department", "extent", "starts_on",
            "ends_on",
        )  # fmt: skip


class CreditRecordSerializer(serializers.ModelSerializer[CreditRecord]):
    """What is public of a record."""

    subject = RecordSubjectSerializer(source="*")
    division = serializers.CharField(source="division_id", help_text="GB/T 2260 code of the place.")
    severity = CreditSeveritySerializer()
    finding = CreditFindingSerializer(source="*")
    decided_by = serializers.CharField(source="receiving_department.name", help_text="The deciding department.")
    decided_on = serializers.DateField()
    published_on = serializers.DateField()
    last_day = serializers.DateField(help_text="The last day on which it has any effect.")
    repair_from = serializers.DateField(help_text="From this day on repair can be granted.")
    is_contested = serializers.BooleanField(help_text="Whether an objection is open; show it wherever you show this.")
    measures = CreditMeasureSerializer(source="applied", many=True, help_text="Those that apply today.")

    class Meta:
        model = CreditRecord
        fields = (
            "reference", "subject", "division", "severity", "finding", "decided_by", "decided_on", "published_on",
            "repair_from", "last_day", "is_contested", "measures", "is_development",
        )  # fmt: skip


class RecordListView(PublicView):
    """Published records."""

    pagination_class = RecordPages

    @extend_schema(
        operation_id="credit_record_list",
        tags=["credit"],
        summary="Published credit records in force today, newest first",
        description=(
            "What has ended, is withheld or was set aside is left out. No answer is a certificate: unpublished records "
            "and those of other systems are not here. Whoever copies the data deletes what is no longer listed."
        ),
        parameters=PARAMETERS,
        responses=CreditRecordSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """A page."""
        refuse_unknown(request, {*FILTERS, "before", "page_size"})
        now, pages = timezone.localtime(), self.pagination_class()
        rows = with_measures(public_records(now.date(), Wanted(**_filters(request))), now.date())
        page = pages.paginate_queryset(rows, request, self)
        return _opened(pages.get_paginated_response(CreditRecordSerializer(page, many=True).data), now)


class RecordView(PublicView):
    """One published record."""

    @extend_schema(
        operation_id="credit_record",
        tags=["credit"],
        summary="A published credit record; 410 once it has ended",
        parameters=[REFERENCE],
        responses={200: CreditRecordSerializer, (410, MEDIA_TYPE): ProblemSerializer},
    )
    def get(self, request: Request, reference: str) -> Response:
        """The record."""
        refuse_unknown(request, ())
        now, given = timezone.localtime(), reference.upper()
        record = public_record(given, now.date())
        if record is None:
            raise RecordEnded if has_ended(given, now.date()) else Http404
        return _opened(Response(CreditRecordSerializer(record).data), now)


def _filters(request: Request) -> dict[str, str]:
    given = {name: request.query_params[name] for name in FILTERS if name in request.query_params}
    filters = RecordFilterSerializer(data=given)
    filters.is_valid(raise_exception=True)
    return dict(filters.validated_data)


def _opened(response: Response, now: datetime) -> Response:
    """Other sites' scripts may read it too; no copy outlives the day, and no search engine keeps one."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = f"public, max-age={seconds_of_validity(now)}, must-revalidate"
    response["X-Robots-Tag"] = "noindex"
    return response
