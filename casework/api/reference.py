"""Public reference data that requests name by code: divisions, departments, legal lists."""

from __future__ import annotations

import re

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from casework.api.query import refuse_unknown
from casework.cases.models import CitedTerm
from casework.cases.terms import terms_in_force
from casework.parties.models import NATION, Department, Division

CODE_PATTERN = "^[0-9]{6}$"


class DivisionSerializer(serializers.ModelSerializer[Division]):
    """A division by its GB/T 2260 code."""

    class Meta:
        model = Division
        fields = ("code", "name", "level")


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    """A department, without its contact."""

    division = serializers.CharField(source="division_id", help_text="Code of its division.")

    class Meta:
        model = Department
        fields = ("id", "name", "division", "is_receiving", "is_handling")


class TermSerializer(serializers.ModelSerializer[CitedTerm]):
    """An entry of a legal list, in the version in force today."""

    class Meta:
        model = CitedTerm
        fields = ("code", "version", "label", "label_en", "explanation", "citation", "certainty")


class PublicView(APIView):
    """Open to everybody, signed in or not."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class DivisionListView(PublicView):
    """Divisions below one."""

    @extend_schema(
        operation_id="division_list",
        tags=["reference"],
        summary="Divisions directly below one",
        parameters=[
            OpenApiParameter(
                "parent", {"type": "string", "pattern": CODE_PATTERN}, description=f"Without it {NATION}, the nation."
            )
        ],
        responses=DivisionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The children, by code."""
        refuse_unknown(request, {"parent"})
        parent = request.query_params.get("parent", NATION)
        if not re.fullmatch(CODE_PATTERN, parent, re.ASCII):
            raise ValidationError({"parent": [_("A division code has six digits (GB/T 2260).")]})
        return Response(DivisionSerializer(Division.objects.filter(parent=parent), many=True).data)


class DepartmentListView(PublicView):
    """Departments."""

    @extend_schema(
        operation_id="department_list",
        tags=["reference"],
        summary="Departments that receive or handle complaints",
        responses=DepartmentSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Those that are active."""
        refuse_unknown(request, ())
        return Response(DepartmentSerializer(Department.objects.filter(is_active=True), many=True).data)


class TermListView(PublicView):
    """One legal list."""

    @extend_schema(
        operation_id="term_list",
        tags=["reference"],
        summary="A legal list: grounds of refusal, material, closing reasons",
        parameters=[
            OpenApiParameter(
                "vocabulary",
                {
                    "type": "string",
                    "enum": ["arrears.refusal", "arrears.material", "arrears.closing", "arrears.termination"],
                },
                OpenApiParameter.PATH,
            )
        ],
        responses=TermSerializer(many=True),
    )
    def get(self, request: Request, vocabulary: str) -> Response:
        """The entries in force today."""
        refuse_unknown(request, ())
        terms = terms_in_force(vocabulary, timezone.localdate())
        if not terms:
            raise NotFound
        return Response(TermSerializer(terms, many=True).data)
