"""The schema and its documentation page, served from our own files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from casework.api.throttles import DocsThrottle

# Swagger UI styles its elements inline; scripts come from our own files only.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


class SchemaView(SpectacularAPIView):
    """OpenAPI as YAML or JSON, by the Accept header."""

    content_negotiation_class = DefaultContentNegotiation
    throttle_classes = (DocsThrottle,)


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI."""

    content_negotiation_class = DefaultContentNegotiation
    throttle_classes = (DocsThrottle,)

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or its script."""
        response: HttpResponse = super().get(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = POLICY
        return response
