"""Sending stored files: named in Chinese, never sniffed, never cached, shown in the browser only where that is safe."""

from __future__ import annotations

import logging
from pathlib import PurePath
from typing import TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from casework.documents.evidence import INLINE_TYPES
from casework.documents.images import RENDITION_TYPE, thumbnail_of
from casework.documents.models import Attachment, FileRecord, Letter

logger = logging.getLogger(__name__)
PDF = "application/pdf"
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
Response = TypeVar("Response", bound=HttpResponseBase)


def attachment_response(attachment: Attachment, *, download: bool) -> FileResponse:
    """The evidence file as an answer: the bytes as they came, or of a picture that is shown its upright rendition.

    Args:
        download: always as a download, even where the browser could show it.
    Raises:
        Http404: the stored bytes are gone.
        PermissionDenied: a virus was found in it.
    """
    _refuse_infected(attachment)
    if attachment.rendition and not download:
        return guard_file(_stream(attachment.rendition), name=attachment.name, content_type=RENDITION_TYPE, inline=True)
    inline = not download and attachment.content_type in INLINE_TYPES
    return guard_file(
        _stream(attachment.file), name=attachment.name, content_type=attachment.content_type, inline=inline
    )


def thumbnail_response(record: FileRecord) -> HttpResponse:
    """The small picture of a picture.

    Raises:
        Http404: it is none, or the stored bytes are gone.
        PermissionDenied: a virus was found in it.
    """
    _refuse_infected(record)
    if not record.rendition:
        raise Http404
    try:
        with record.rendition.open("rb") as stored:
            picture = thumbnail_of(stored)
    except FileNotFoundError as error:
        raise Http404 from error
    if picture is None:
        raise Http404
    response = guard_file(HttpResponse(picture.read()), name="thumbnail.jpg", content_type=RENDITION_TYPE, inline=True)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def _refuse_infected(record: FileRecord) -> None:
    if record.is_infected:
        raise PermissionDenied(_("A virus was found in this file. It is given to nobody."))


def letter_response(letter: Letter, *, download: bool) -> FileResponse:
    """A letter's PDF as an answer.

    Raises:
        Http404: it is not rendered yet, or the stored bytes are gone.
    """
    if letter.status != Letter.Status.READY:
        raise Http404
    return guard_file(_stream(letter.file), name=letter_name(letter), content_type=PDF, inline=not download)


def letter_name(letter: Letter) -> str:
    """The file's name for people: title and document number."""
    return f"{letter.title} {letter.number}.pdf"


def guard_file(response: Response, *, name: str, content_type: str, inline: bool) -> Response:
    """Set the headers with which any file leaves the system."""
    disposition = content_disposition_header(not inline, PurePath(name).name)
    response.headers["Content-Type"] = content_type
    response.headers["Content-Disposition"] = disposition or ("inline" if inline else "attachment")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _stream(stored: FieldFile) -> FileResponse:
    try:
        return FileResponse(stored.open("rb"))
    except FileNotFoundError as error:
        logger.exception("Stored file %s is missing", stored.name)
        raise Http404 from error
