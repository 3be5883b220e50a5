"""Files of a form that isn't right yet: kept beside the form under its key, so that no mistake elsewhere loses them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from casework.cases.models import CitedTerm
from casework.documents.evidence import evidence_stage, evidence_unstage
from casework.documents.kinds import evidence_label, kinds_in_force, still_helpful
from casework.documents.models import Scan, StagedFile
from casework.portal.forms import KeyForm
from casework.portal.guard.checking import guard_allows

FORM_SALT, PICTURE_SALT = "portal.uploads.form", "portal.uploads.picture"
# As long as staged files are kept; a picture's address only as long as somebody looks at the page.
FORM_SECONDS, PICTURE_SECONDS = 7 * 24 * 3600, 8 * 3600


class FormToken(NamedTuple):
    """What a page that takes files says of itself to the upload's address, signed so that no key can be made up."""

    key: str
    vocabulary: str


class KeptUpload(UploadedFile):
    """A kept file as an upload that still knows what its sender called it."""

    kind: CitedTerm | None = None


def bound_key(request: HttpRequest, to: str) -> str:
    """The key under which a form's files wait, bound to what the form is about: no other form's key is ever met."""
    return f"{to}-{KeyForm.key_of(request.POST)[:48]}"


def stage_uploads(request: HttpRequest, key: str, vocabulary: str = "") -> list[str]:
    """Keep the files that came with a request, and what it says that the kept ones are.

    Args:
        key: the form's own key.
        vocabulary: the list of kinds of evidence that the page offers, if it offers one.
    Returns:
        one message for each refused file.
    """
    chosen = {
        int(name.removeprefix("kind_")): code
        for name, code in request.POST.items()
        if name.startswith("kind_") and name.removeprefix("kind_").isdecimal() and len(name) < 20
    }
    if chosen:
        evidence_label(key=key, chosen={pk: str(code) for pk, code in chosen.items()}, vocabulary=vocabulary)
    uploads = request.FILES.getlist("files")
    if uploads and (until := guard_allows(request, "evidence")):
        at = formats.time_format(datetime.fromtimestamp(until, timezone.get_current_timezone()), "H:i")
        return [_("Many files came from your connection in a short time. Send these again at %(at)s.") % {"at": at}]
    return evidence_stage(key=key, uploads=uploads, vocabulary=vocabulary)


def removed_upload(request: HttpRequest, key: str) -> bool:
    """Do what a "remove" button asked for; False when none was pressed."""
    wanted = request.POST.get("remove_file", "")
    if wanted.isdigit():
        evidence_unstage(key=key, pk=int(wanted))
    return bool(wanted)


def upload_context(key: str, vocabulary: str = "") -> dict[str, Any]:
    """What `portal/evidence.html` needs beside the faults of a request.

    Args:
        key: the form's own key, as `stage_uploads` gets it.
        vocabulary: the list of kinds of evidence to choose from; without one no kind is asked for.
    """
    staged, kinds = list(staged_files(key)), kinds_in_force(vocabulary)
    return {
        "staged": staged,
        "kept": [{"file": file, "picture": picture_token(file) if file.rendition else ""} for file in staged],
        "are_unscanned": any(file.scan == Scan.NONE for file in staged),
        "kinds": kinds,
        "helpful": still_helpful(kinds, staged),
        "upload_token": signing.dumps([key, vocabulary], salt=FORM_SALT),
        "most_files": settings.EVIDENCE_MAX_FILES,
        "most_bytes": settings.EVIDENCE_MAX_BYTES,
    }


def read_form_token(token: str) -> FormToken | None:
    """What a page's token says; None for one that isn't ours or is too old."""
    try:
        key, vocabulary = signing.loads(token, salt=FORM_SALT, max_age=FORM_SECONDS)
    except signing.BadSignature:
        return None
    return FormToken(key, vocabulary)


def picture_token(staged: StagedFile) -> str:
    """The part of an address that shows a kept picture to whoever was shown the page."""
    return signing.dumps(staged.pk, salt=PICTURE_SALT)


def read_picture_token(token: str) -> int | None:
    """The file's id; None for a token that isn't ours or is too old."""
    try:
        return int(signing.loads(token, salt=PICTURE_SALT, max_age=PICTURE_SECONDS))
    except signing.BadSignature:
        return None


def staged_files(key: str) -> QuerySet[StagedFile]:
    """What is kept for a form, with its kinds."""
    return StagedFile.objects.filter(key=key).select_related("kind")


@contextmanager
def opened_uploads(key: str) -> Iterator[list[UploadedFile]]:
    """The kept files as uploads, for a command that takes uploads."""
    with ExitStack() as stack:
        yield [_as_upload(staged, stack) for staged in staged_files(key)]


def _as_upload(staged: StagedFile, stack: ExitStack) -> KeptUpload:
    upload = KeptUpload(
        file=stack.enter_context(staged.file.open("rb")),
        name=staged.name,
        content_type=staged.content_type,
        size=staged.size,
    )
    upload.kind = staged.kind
    return upload


def drop_uploads(key: str) -> None:
    """Remove what was kept, after the command stored its own copies."""
    for pk in list(staged_files(key).values_list("pk", flat=True)):
        evidence_unstage(key=key, pk=pk)
