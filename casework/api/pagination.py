"""Pages by key: the next page costs the same as the first, and a new case never shifts one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

if TYPE_CHECKING:
    from rest_framework.views import APIView

MAX_ID = 2**63 - 1


class KeysetPagination(BasePagination):
    """Newest first; `before` is the id after which the next page begins."""

    page_size = 50
    max_page_size = 200
    next_link: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        """The rows of the page.

        Raises:
            ValidationError: `before` or `page_size` is no number in its range.
        """
        size = _whole(request, "page_size", self.max_page_size) or self.page_size
        page = list(self.following(queryset, request)[: size + 1])
        if len(page) > size:
            page.pop()
            self.next_link = replace_query_param(request.build_absolute_uri(), "before", self.mark(page[-1]))
        return page

    def following(self, queryset: Any, request: Request) -> Any:
        """The rows of this page and of those after it, in order."""
        before = _whole(request, "before", MAX_ID)
        rows = queryset.order_by("-pk")
        return rows if before is None else rows.filter(pk__lt=before)

    def mark(self, row: Any) -> str:
        """What `before` says to begin after a row."""
        return str(row.pk)

    def get_paginated_response(self, data: Any) -> Response:
        """The page with the address of the next."""
        return Response({"next": self.next_link, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page in the API's schema."""
        link = {"type": ["string", "null"], "format": "uri", "description": "Address of the next page."}
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The page's parameters in the API's schema."""
        return [
            _parameter("before", "Only cases filed before this one; taken from `next`.", MAX_ID),
            _parameter("page_size", f"Rows in a page; {self.page_size} without it.", self.max_page_size),
        ]


def _whole(request: Request, name: str, maximum: int) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= maximum):
        raise ValidationError({name: [_("A whole number from 1 to %(maximum)s.") % {"maximum": maximum}]})
    return int(text)


def _parameter(name: str, description: str, maximum: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": maximum}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}
