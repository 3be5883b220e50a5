"""Every error of the API as application/problem+json (RFC 9457), in the language of the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import set_rollback

from casework.api.formats import TooLarge
from casework.cases.errors import CaseError, InvalidInput

MEDIA_TYPE = "application/problem+json"
# A relative reference would depend on where the API is mounted; a URN names the same problem everywhere.
TYPE_PREFIX = "urn:casework:problem:"
API_PREFIX = "/api/"
TITLES = {
    400: gettext_lazy("The request is not right"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("Not allowed"),
    404: gettext_lazy("Not found"),
    405: gettext_lazy("Method not allowed"),
    409: gettext_lazy("Conflict with the present state"),
    413: gettext_lazy("Too large"),
    415: gettext_lazy("Wrong media type"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Fault of the server"),
}


class FieldProblemSerializer(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField(
        allow_blank=True, help_text="Name of the field, parts joined by dots; headers in snake_case; empty: the whole."
    )
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457."""

    type = serializers.CharField(help_text=f"`{TYPE_PREFIX}` and the code.")
    title = serializers.CharField()
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField(help_text="A sentence for people, with the remedy.")
    instance = serializers.CharField(help_text="The path of the request.")
    code = serializers.CharField(help_text="A stable name for programs.")
    errors = FieldProblemSerializer(many=True)  # type: ignore[assignment]


def problem(
    *, status_code: int, code: str, detail: str, instance: str, errors: list[dict[str, str]] | None = None
) -> dict[str, object]:
    """The members of a problem document.

    Args:
        instance: the path of the request.
        errors: `{"field", "message"}` for each fault.
    """
    title = TITLES.get(status_code) or HTTPStatus(status_code).phrase
    return {
        "type": TYPE_PREFIX + code,
        "title": str(title),
        "status": status_code,
        "detail": detail,
        "instance": instance,
        "code": code,
        "errors": errors or [],
    }


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn an exception into a problem answer; None for a fault of ours, which Django logs and answers with 500."""
    answer = _from_case_error(error) if isinstance(error, CaseError) else _from_other(error)
    if answer is None:
        return None
    set_rollback()
    request: HttpRequest = context["request"]
    headers = dict(getattr(error, "headers", None) or {})
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    body = problem(instance=request.path, **answer)
    return Response(body, status=answer["status_code"], headers=headers, content_type=MEDIA_TYPE)


def _from_case_error(error: CaseError) -> dict[str, Any]:
    errors = list(flatten(error.errors)) if isinstance(error, InvalidInput) else []
    return {"status_code": error.status, "code": error.code, "detail": str(error), "errors": errors}


def _from_other(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, exceptions.ValidationError):
        errors = list(flatten(error.detail))
        return {"status_code": 400, "code": InvalidInput.code, "detail": str(InvalidInput.message), "errors": errors}
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    elif isinstance(error, SuspiciousOperation):
        error = exceptions.ParseError()
    if not isinstance(error, exceptions.APIException):
        return None
    return {"status_code": error.status_code, "code": error.default_code, "detail": str(error.detail)}


def flatten(detail: object, path: str = "") -> Iterator[dict[str, str]]:
    """Nested messages as a flat list of `{"field", "message"}`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flatten(inner, _join(path, str(name)))
    elif isinstance(detail, list | tuple):
        for place, inner in enumerate(detail):
            yield from flatten(inner, path if isinstance(inner, str) else _join(path, str(place)))
    else:
        yield {"field": path, "message": str(detail)}


def _join(path: str, name: str) -> str:
    if name in {"non_field_errors", "__all__"}:
        return path
    return f"{path}.{name}" if path else name


def problem_response(request: HttpRequest, *, status_code: int, code: str, detail: str) -> JsonResponse:
    """A problem answer outside of DRF."""
    body = problem(status_code=status_code, code=code, detail=detail, instance=request.path)
    return JsonResponse(body, status=status_code, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})


@csrf_exempt  # it changes nothing, and a page about cookies would answer programs in HTML
def unknown_address(request: HttpRequest) -> JsonResponse:
    """404 for every address under the API that nobody serves."""
    detail = _("There is nothing at this address. Addresses of this API end with a slash; see /api/v1/docs/.")
    return problem_response(request, status_code=404, code="not_found", detail=detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a problem under the API, the error page elsewhere; tells nothing of the cause, which is in the log."""
    if not request.path.startswith(API_PREFIX):
        return defaults.server_error(request)
    detail = _("Something went wrong on our side. Nothing was changed. Try again, or tell us the time and the address.")
    return problem_response(request, status_code=500, code="server_error", detail=detail)
