"""The addresses of tus 1.0 (https://tus.io/protocols/resumable-upload): core, creation, termination."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from casework.cases.errors import CaseChanged, InvalidInput
from casework.documents.evidence import evidence_unstage
from casework.documents.models import StagedFile
from casework.documents.responses import thumbnail_response
from casework.headers import client_address
from casework.portal.tus.models import PartialUpload
from casework.portal.tus.services import TooManyUploads, upload_append, upload_begin, upload_drop, upload_finish
from casework.portal.uploads import FormToken, read_form_token, read_picture_token, upload_context

VERSION = "1.0.0"
EXTENSIONS = "creation,termination"
MOST_IN_A_PIECE = 4 * 1024 * 1024
PIECE_TYPE = "application/offset+octet-stream"
SESSION_KEY = "uploads"
View = Callable[..., HttpResponse]


def tus(view: View) -> View:
    """What holds for every answer of the protocol."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response.headers["Tus-Extension"] = EXTENSIONS
            response.headers["Tus-Max-Size"] = str(settings.EVIDENCE_MAX_BYTES)
        elif request.headers.get("Tus-Resumable") != VERSION:
            response = HttpResponse(status=412)
        else:
            response = view(request, *args, **kwargs)
        response.headers["Tus-Resumable"] = response.headers["Tus-Version"] = VERSION
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


@require_http_methods(["POST", "OPTIONS"])
@tus
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a file for a form whose token the page holds."""
    form, length = _form(request), _number(request, "Upload-Length")
    if form is None:
        return _said(_("This page is too old. Load it again."), 403)
    if length is None:
        return _said("Upload-Length", 400)
    try:
        upload = upload_begin(
            key=form.key,
            vocabulary=form.vocabulary,
            holder=_holder(request, begun=True),
            address=_hashed(client_address(request)),
            name=_file_name(request),
            length=length,
        )
    except InvalidInput as error:
        return _said(" ".join(error.errors["length"]), 413)
    except TooManyUploads:
        response = _said(_("Too many files at once from here. Try again in an hour."), 429)
        response.headers["Retry-After"] = "3600"
        return response
    response = HttpResponse(status=201)
    response.headers["Location"] = reverse("portal:upload", args=[upload.pk])
    return response


@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
@tus
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far a file has come, the next piece of it, or its end; only in the browser that began it."""
    upload = PartialUpload.objects.filter(pk=pk, holder=_holder(request)).first()
    if upload is None:
        return HttpResponse(status=404)
    if request.method == "DELETE":
        upload_drop(upload=upload)
        return HttpResponse(status=204)
    return _at(upload, 200) if request.method == "HEAD" else _take(request, upload)


def _take(request: HttpRequest, upload: PartialUpload) -> HttpResponse:
    offset = _number(request, "Upload-Offset")
    if request.content_type != PIECE_TYPE:
        return HttpResponse(status=415)
    if offset is None:
        return _said("Upload-Offset", 400)
    piece = _piece(request)
    if len(piece) > MOST_IN_A_PIECE:
        return HttpResponse(status=413)
    try:
        upload = upload_append(upload=upload, offset=offset, piece=piece)
        fault = upload_finish(upload=upload) if upload.received == upload.length else ""
    except CaseChanged:
        return HttpResponse(status=409)
    return _at(upload, 422, fault) if fault else _at(upload, 204)


def _piece(request: HttpRequest) -> bytes:
    """What came of the body; a line that breaks in its middle loses nothing of what arrived."""
    read, size = [], 0
    try:
        while size <= MOST_IN_A_PIECE and (block := request.read(65536)):
            read.append(block)
            size += len(block)
    except UnreadablePostError:
        pass
    return b"".join(read)


@never_cache
@require_http_methods(["GET", "DELETE"])
def kept(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """The list of what is kept for a form, also after one of it was removed; for the page's script."""
    form = _form(request)
    if form is None:
        return HttpResponse(status=403)
    if request.method == "DELETE":
        evidence_unstage(key=form.key, pk=pk)
    return render(request, "portal/evidence_kept.html", upload_context(form.key, form.vocabulary))


@require_http_methods(["GET", "HEAD"])
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """The small picture of a kept file, for whoever holds the page that names it."""
    pk = read_picture_token(token)
    staged = StagedFile.objects.filter(pk=pk).first() if pk else None
    return thumbnail_response(staged) if staged else HttpResponse(status=404)


def _at(upload: PartialUpload, status: int, text: str = "") -> HttpResponse:
    response = _said(text, status)
    response.headers["Upload-Offset"] = str(upload.received)
    response.headers["Upload-Length"] = str(upload.length)
    return response


def _said(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


def _form(request: HttpRequest) -> FormToken | None:
    return read_form_token(request.headers.get("Upload-Form", ""))


def _number(request: HttpRequest, header: str) -> int | None:
    text = request.headers.get(header, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _file_name(request: HttpRequest) -> str:
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        name, _space, value = pair.strip().partition(" ")
        if name == "filename":
            try:
                return base64.b64decode(value, validate=True).decode().replace("\0", "") or "file"
            except (binascii.Error, UnicodeDecodeError):
                break
    return "file"


def _holder(request: HttpRequest, *, begun: bool = False) -> str:
    """This browser, as the rows know it; "" for one that began nothing."""
    secret = request.session.get(SESSION_KEY, "")
    if begun and not secret:
        secret = request.session[SESSION_KEY] = secrets.token_urlsafe(24)
    return _hashed(secret) if secret else ""


def _hashed(value: str) -> str:
    return salted_hmac("portal.uploads", value, algorithm="sha256").hexdigest()
