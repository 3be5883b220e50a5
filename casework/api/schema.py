"""What drf-spectacular doesn't know by itself: which problems each operation can answer with."""

from __future__ import annotations

from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from casework.api.problems import MEDIA_TYPE, ProblemSerializer

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_WORDS = {
    "400": "Not right: malformed, or fields that a rule refuses.",
    "401": "No valid token or session.",
    "403": "The caller's role does not allow it.",
    "404": "No such thing, or not one that the caller may see.",
    "413": "The body is too large.",
    "415": "The body's media type is not accepted here.",
    "429": "Too many requests; `Retry-After` says how long to wait.",
}
_EXAMPLE = {
    "type": "urn:casework:problem:invalid_input",
    "title": "The request is not right",
    "status": 400,
    "detail": "Some fields need your attention.",
    "instance": "/api/v1/complaints/",
    "code": "invalid_input",
    "errors": [{"field": "amount", "message": "Enter the amount that you are owed, more than 0."}],
}


class EnglishGenerator(SchemaGenerator):
    """Builds the schema in English, as its field names are, whoever asks and in whatever language."""

    def get_schema(self, *args: Any, **kwargs: Any) -> Any:
        """The schema."""
        with translation.override("en"):
            return super().get_schema(*args, **kwargs)


class ProblemSchema(AutoSchema):
    """Puts the problem's component into the schema, to which `add_problems` refers."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation, with the component resolved."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        component = self.resolve_serializer(ProblemSerializer, "response")
        assert isinstance(component, ResolvedComponent)
        return operation


def add_problems(result: dict[str, Any], generator: SchemaGenerator, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: document the problems that follow from an operation's parts."""
    for methods in result["paths"].values():
        for operation in methods.values():
            for code in _codes(operation):
                operation["responses"].setdefault(code, {"$ref": f"#/components/responses/Problem{code}"})
    result["components"]["responses"] = {f"Problem{code}": _response(code) for code in _WORDS}
    return result


def _codes(operation: dict[str, Any]) -> list[str]:
    security = operation.get("security", [])
    parameters = operation.get("parameters", [])
    in_path = any(parameter["in"] == "path" for parameter in parameters)
    rules = {
        "400": "requestBody" in operation or any(parameter["in"] != "path" for parameter in parameters),
        "401": bool(security),
        # A session without its CSRF token is refused wherever sessions are accepted.
        "403": bool(security),
        "404": in_path,
        "413": "requestBody" in operation,
        "415": "requestBody" in operation,
        "429": True,
    }
    return [code for code, applies in rules.items() if applies]


def _response(code: str) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": _PROBLEM}
    if code == "400":
        content["example"] = _EXAMPLE
    answer: dict[str, Any] = {"description": _WORDS[code], "content": {MEDIA_TYPE: content}}
    if code == "429":
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}
        answer["headers"] = {"Retry-After": seconds}
    return answer
