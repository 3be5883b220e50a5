"""Files of a form that isn't right yet: kept beside the form under its key, so that no mistake elsewhere loses them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from casework.documents.evidence import evidence_stage, evidence_unstage
from casework.documents.models import StagedFile
from casework.portal.forms import KeyForm
from casework.portal.guard.checking import guard_allows


def bound_key(request: HttpRequest, to: str) -> str:
    """The key under which a form's files wait, bound to what the form is about: no other form's key is ever met."""
    return f"{to}-{KeyForm.key_of(request.POST)[:48]}"


def stage_uploads(request: HttpRequest, key: str, field: str = "files") -> list[str]:
    """Keep the files that came with a request.

    Args:
        key: the form's own key.
    Returns:
        one message for each refused file.
    """
    uploads = request.FILES.getlist(field)
    if uploads and (until := guard_allows(request, "evidence")):
        at = formats.time_format(datetime.fromtimestamp(until, timezone.get_current_timezone()), "H:i")
        return [_("Many files came from your connection in a short time. Send these again at %(at)s.") % {"at": at}]
    return evidence_stage(key=key, uploads=uploads)


def removed_upload(request: HttpRequest, key: str) -> bool:
    """Do what a "remove" button asked for; False when none was pressed."""
    wanted = request.POST.get("remove_file", "")
    if wanted.isdigit():
        evidence_unstage(key=key, pk=int(wanted))
    return bool(wanted)


def file_limits() -> dict[str, int]:
    """What the page says about number and size."""
    return {"most_files": settings.EVIDENCE_MAX_FILES, "most_bytes": settings.EVIDENCE_MAX_BYTES}


def staged_files(key: str) -> QuerySet[StagedFile]:
    """What is kept for a form."""
    return StagedFile.objects.filter(key=key)


@contextmanager
def opened_uploads(key: str) -> Iterator[list[UploadedFile]]:
    """The kept files as uploads, for a command that takes uploads."""
    with ExitStack() as stack:
        yield [
            UploadedFile(
                file=stack.enter_context(staged.file.open("rb")),
                name=staged.name,
                content_type=staged.content_type,
                size=staged.size,
            )
            for staged in staged_files(key)
        ]


def drop_uploads(key: str) -> None:
    """Remove what was kept, after the command stored its own copies."""
    for pk in list(staged_files(key).values_list("pk", flat=True)):
        evidence_unstage(key=key, pk=pk)
