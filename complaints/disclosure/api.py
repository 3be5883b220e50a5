"""The public table in the API: open data, read only."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from casework.api.fields import StrictSerializer, TextField
from casework.api.pagination import KeysetPagination
from casework.api.query import refuse_unknown
from casework.api.reference import CODE_PATTERN, PublicView
from complaints.disclosure.models import OBLIGED_KINDS, Disclosure
from complaints.disclosure.publishing import PUBLIC_STATUSES, public_fields, public_rows

# Other sites' scripts may read it too.
OPEN_DATA = {"Access-Control-Allow-Origin": "*"}
FILTERS = ("words", "year", "division", "kind", "status")
LONGEST = 100
_KINDS = [kind.value for kind in OBLIGED_KINDS]
_STATUSES = [status.value for status in PUBLIC_STATUSES]


class DisclosureFilterSerializer(StrictSerializer):
    """Which disclosures."""

    words = TextField(max_length=LONGEST, required=False)
    year = serializers.RegexField("^20[0-9]{2}$", required=False)
    division = serializers.RegexField(CODE_PATTERN, required=False)
    kind = serializers.ChoiceField(_KINDS, required=False)
    status = serializers.ChoiceField(_STATUSES, required=False)


class PublicDisclosureSerializer(serializers.Serializer[Any]):
    """What is public of a body's year."""

    id = serializers.IntegerField()
    year = serializers.IntegerField(help_text="The year reported on.")
    name = serializers.CharField()
    code = serializers.CharField(help_text="Unified social credit code.")
    kind = serializers.ChoiceField(_KINDS)
    division = serializers.CharField(help_text="GB/T 2260 code of the place.")
    place = serializers.CharField()
    due_on = serializers.DateField()
    status = serializers.ChoiceField(
        _STATUSES, help_text="missing: not registered here by the due day; it may be published elsewhere."
    )
    nothing_overdue = serializers.BooleanField(allow_null=True, help_text="Null where nothing is disclosed.")
    contracts = serializers.IntegerField(allow_null=True)
    amount = serializers.DecimalField(16, 2, allow_null=True, help_text="Yuan.")
    disputed = serializers.DecimalField(16, 2, allow_null=True, help_text="Yuan, of the amount.")
    longest_days = serializers.IntegerField(allow_null=True)
    medium = serializers.ChoiceField([medium.value for medium in Disclosure.Medium], allow_null=True)
    where = serializers.CharField(allow_null=True, help_text="Address, or newspaper and issue.")
    published_on = serializers.DateField(allow_null=True, help_text="Of the version that stands.")
    version = serializers.IntegerField(allow_null=True, help_text="Above 1 after corrections.")
    development = serializers.BooleanField(help_text="Invented, without legal effect.")


def _choice(name: str, choices: list[str]) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "string", "enum": choices})


class DisclosureListView(PublicView):
    """Disclosures of overdue payments."""

    pagination_class = KeysetPagination

    @extend_schema(
        operation_id="disclosure_list",
        tags=["disclosures"],
        summary="Annual disclosures of overdue payments to SMEs (Decree 802 art. 18), newest first",
        parameters=[
            OpenApiParameter("words", {"type": "string", "maxLength": LONGEST}, description="All must occur."),
            OpenApiParameter("year", {"type": "string", "pattern": "^20[0-9]{2}$"}, description="Reported on."),
            OpenApiParameter(
                "division", {"type": "string", "pattern": CODE_PATTERN}, description="This place and those in it."
            ),
            _choice("kind", _KINDS),
            _choice("status", _STATUSES),
        ],
        responses=PublicDisclosureSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """A page."""
        refuse_unknown(request, {*FILTERS, "before", "page_size"})
        pages, today = self.pagination_class(), timezone.localdate()
        rows = pages.paginate_queryset(public_rows(**_filters(request)), request, self)
        shown = [{"id": row.pk, **public_fields(row, today)} for row in rows]
        response = pages.get_paginated_response(PublicDisclosureSerializer(shown, many=True).data)
        for name, value in OPEN_DATA.items():
            response[name] = value
        return response


def _filters(request: Request) -> dict[str, Any]:
    given = {name: request.query_params[name] for name in FILTERS if name in request.query_params}
    filters = DisclosureFilterSerializer(data=given)
    filters.is_valid(raise_exception=True)
    found: dict[str, Any] = dict(filters.validated_data)
    if "year" in found:
        found["year"] = int(found["year"])
    return found
