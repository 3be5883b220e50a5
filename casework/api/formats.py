"""JSON in, JSON out, and nothing that could break further in: bounded, UTF-8, no lone surrogates, not deep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, DataAndFiles, JSONParser, MultiPartParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

MAX_JSON_BYTES = 1024 * 1024
MAX_DEPTH = 8


class TooLarge(APIException):
    """The body is larger than the address accepts."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = gettext_lazy("The body is too large.")
    default_code = "too_large"


class OneFormat(BaseContentNegotiation):
    """The Accept header doesn't matter: data leave as JSON, files as themselves, errors as problems."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        """The parser for the body's media type; None answers 415."""
        media_type = str(request.content_type).partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Always the first."""
        first = next(iter(renderers))
        return first, str(first.media_type)


class StrictJSONParser(JSONParser):
    """JSON of bounded size and depth, by RFC 8259: no NaN, and text that can be encoded."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The decoded body.

        Raises:
            TooLarge: over 1 MiB.
            ParseError: not JSON, or too deep.
            ValidationError: naming the field whose text is broken.
        """
        body = stream.read(MAX_JSON_BYTES + 1)
        if len(body) > MAX_JSON_BYTES:
            raise TooLarge(_("A JSON body has at most %(limit)s.") % {"limit": filesizeformat(MAX_JSON_BYTES)})
        try:
            value: dict[str, Any] = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
            check_text(value)
        except json.JSONDecodeError as error:
            detail = _("The body is not valid JSON: look at line %(line)s, column %(column)s.")
            raise ParseError(detail % {"line": error.lineno, "column": error.colno}) from error
        except ValueError as error:
            raise ParseError(_("The body is not valid JSON in UTF-8.")) from error
        except RecursionError as error:
            raise ParseError(_("The body is nested too deeply.")) from error
        return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def check_text(value: object, path: str = "", depth: int = 0) -> None:
    """Refuse depth and lone surrogates such as "\\ud800", which JSON can write and UTF-8 can't.

    Raises:
        ParseError: too deep.
        ValidationError: names the field.
    """
    if depth > MAX_DEPTH:
        raise ParseError(_("The body is nested too deeply."))
    if isinstance(value, str):
        _check_encodable(value, path)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_encodable(name, path)
            check_text(inner, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            check_text(inner, f"{path}.{place}" if path else str(place), depth + 1)


def _check_encodable(text: str, path: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValidationError({path: [_("This text holds half a character. Send valid Unicode.")]}) from error


class BoundedMultiPartParser(MultiPartParser):
    """multipart/form-data that is refused by its announced size before it fills the disk."""

    max_files = 1

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles[Any, Any]:
        """The fields and files.

        Raises:
            TooLarge: more than the evidence limits allow.
        """
        limit = self.max_files * settings.EVIDENCE_MAX_BYTES + MAX_JSON_BYTES
        length = str((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0)
        if length.isdigit() and int(length) > limit:
            raise TooLarge(
                _("At most %(limit)s a file are accepted. Scan at a lower resolution or split the file.")
                % {"limit": filesizeformat(settings.EVIDENCE_MAX_BYTES)}
            )
        return super().parse(stream, media_type, parser_context)


class ManyFilesParser(BoundedMultiPartParser):
    """For addresses that take several files at once."""

    max_files = settings.EVIDENCE_MAX_FILES
