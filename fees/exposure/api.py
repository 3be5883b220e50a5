"""Typical cases in the API: open data, read only."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.fields import StrictSerializer, TextField
from casework.api.pagination import KeysetPagination
from casework.api.problems import MEDIA_TYPE, ProblemSerializer
from casework.api.query import refuse_unknown
from casework.api.reference import CODE_PATTERN, PublicView
from fees.exposure.models import CaseCategory, TypicalCase
from fees.exposure.selectors import published_cases, shown_case

# Other sites' scripts may read it too.
OPEN_DATA = {"Access-Control-Allow-Origin": "*"}
FILTERS = ("words", "batch", "category", "division")
LONGEST = 100


class CaseWithdrawn(APIException):
    """It was public and is no more."""

    status_code = 410
    default_code = "case_withdrawn"
    default_detail = gettext_lazy("This case was withdrawn. It is no longer public.")


class CaseFilterSerializer(StrictSerializer):
    """Which cases."""

    words = TextField(max_length=LONGEST, required=False)
    batch = TextField(max_length=LONGEST, required=False)
    category = TextField(max_length=LONGEST, required=False)
    division = serializers.RegexField(CODE_PATTERN, required=False)


class CaseCategorySerializer(serializers.ModelSerializer[CaseCategory]):
    """A kind of violation, as it stood when the case was written."""

    class Meta:
        model = CaseCategory
        fields = ("code", "version", "label", "citation")


class TypicalCaseSerializer(serializers.ModelSerializer[TypicalCase]):
    """What is public of a case."""

    payee = serializers.CharField(source="published_name", help_text="As published; its kind where the name is hidden.")
    is_masked = serializers.BooleanField(help_text="Whether the payee's name is hidden.")
    division = serializers.CharField(source="division_id", help_text="GB/T 2260 code of the place.")
    department = serializers.CharField(source="department.name")
    joint_departments = serializers.SerializerMethodField()
    categories = CaseCategorySerializer(many=True)

    class Meta:
        model = TypicalCase
        fields = (
            "id", "title", "payee", "is_masked", "division", "department", "joint_departments", "categories",
            "period_from", "period_to", "payers", "unlawful_amount", "refunded_amount", "fine", "legal_basis",
            "document_number", "document_date", "narrative", "batch", "published_on", "is_development",
        )  # fmt: skip

    def get_joint_departments(self, case: Any) -> list[str]:
        """Those that publish it too."""
        return [row.department.name for row in case.agreed]


class TypicalCaseListView(PublicView):
    """Published cases."""

    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="typical_case_list",
        tags=["fees"],
        summary="Published typical cases of unlawful fees, newest first",
        parameters=[
            OpenApiParameter("words", {"type": "string", "maxLength": LONGEST}, description="All must occur."),
            OpenApiParameter("batch", {"type": "string", "maxLength": LONGEST}, description="Exact name of a batch."),
            OpenApiParameter("category", {"type": "string", "maxLength": LONGEST}, description="Code, such as F10."),
            OpenApiParameter(
                "division", {"type": "string", "pattern": CODE_PATTERN}, description="This place and those in it."
            ),
        ],
        responses=TypicalCaseSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """A page."""
        refuse_unknown(request, {*FILTERS, "before", "page_size"})
        pages = self.pagination_class()
        rows = pages.paginate_queryset(published_cases(**_filters(request)), request, self)
        response = pages.get_paginated_response(TypicalCaseSerializer(rows, many=True).data)
        for name, value in OPEN_DATA.items():
            response[name] = value
        return response


class TypicalCaseView(PublicView):
    """One published case."""

    @extend_schema(
        operation_id="typical_case",
        tags=["fees"],
        summary="A published typical case; 410 once it is withdrawn",
        responses={200: TypicalCaseSerializer, (410, MEDIA_TYPE): ProblemSerializer},
    )
    def get(self, request: Request, pk: int) -> Response:
        """The case."""
        refuse_unknown(request, ())
        case = shown_case(pk)
        if case is None:
            raise Http404
        if case.status == TypicalCase.Status.WITHDRAWN:
            raise CaseWithdrawn
        return Response(TypicalCaseSerializer(case).data, headers=OPEN_DATA)


def _filters(request: Request) -> dict[str, str]:
    given = {name: request.query_params[name] for name in FILTERS if name in request.query_params}
    filters = CaseFilterSerializer(data=given)
    filters.is_valid(raise_exception=True)
    return dict(filters.validated_data)
