"""Taking a file in pieces. Each piece is stored first and counted after: what no crash let count is sent again."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.errors import CaseChanged, InvalidInput
from casework.documents.evidence import evidence_stage
from casework.portal.tus.models import PartialUpload

KEPT = timedelta(days=1)
# One filing needs a score at most; a whole office behind one address some scores.
MOST_BEGUN_IN_AN_HOUR = 300


class TooManyUploads(Exception):
    """More was begun from one browser or address than anybody needs."""


def upload_begin(*, key: str, vocabulary: str, holder: str, address: str, name: str, length: int) -> PartialUpload:
    """Make room for a file.

    Raises:
        InvalidInput: for `length`: empty or larger than is accepted.
        TooManyUploads: see there.
    """
    if not 0 < length <= settings.EVIDENCE_MAX_BYTES:
        raise InvalidInput({"length": [_("The file is empty or too large.")]})
    hour = timezone.now() - timedelta(hours=1)
    begun = PartialUpload.objects.filter(address=address, created_at__gte=hour).count()
    open_here = PartialUpload.objects.filter(holder=holder, is_done=False).count()
    if begun >= MOST_BEGUN_IN_AN_HOUR or open_here >= 2 * settings.EVIDENCE_MAX_FILES:
        raise TooManyUploads
    return PartialUpload.objects.create(
        key=key,
        vocabulary=vocabulary,
        holder=holder,
        address=address,
        name=name[-200:],
        length=length,
        changed_at=timezone.now(),
    )


def upload_append(*, upload: PartialUpload, offset: int, piece: bytes) -> PartialUpload:
    """Put a piece at the end of what has arrived.

    Args:
        offset: where the sender believes the end to be.
    Raises:
        CaseChanged: the end is elsewhere; of two pieces for one place one is taken.
    """
    stored = default_storage.save(f"partial/{uuid.uuid4().hex}", ContentFile(piece)) if piece else ""
    try:
        with transaction.atomic():
            row = PartialUpload.objects.select_for_update().filter(pk=upload.pk).first()
            if row is None or row.received != offset or offset + len(piece) > row.length:
                raise CaseChanged
            row.parts = [*row.parts, stored] if stored else row.parts
            row.received, row.changed_at = offset + len(piece), timezone.now()
            row.save(update_fields=["parts", "received", "changed_at"])
    except Exception:
        _delete([stored])
        raise
    return row


def upload_finish(*, upload: PartialUpload) -> str:
    """Stage a file that has arrived whole; the same answer however often it is asked, also after a crash in between.

    Returns:
        why it is refused; "" when it was kept.
    Raises:
        CaseChanged: it was removed meanwhile.
    """
    if upload.is_done:
        return upload.fault
    with tempfile.TemporaryFile() as whole:
        try:
            for part in upload.parts:
                with default_storage.open(part) as piece:
                    shutil.copyfileobj(piece, whole)
        except FileNotFoundError:
            return _finished_elsewhere(upload)
        received = UploadedFile(file=whole, name=upload.name, size=upload.length)
        faults = evidence_stage(key=upload.key, uploads=[received], vocabulary=upload.vocabulary)
    _mark_done(upload, " ".join(faults))
    return " ".join(faults)


def _finished_elsewhere(upload: PartialUpload) -> str:
    now = PartialUpload.objects.filter(pk=upload.pk, is_done=True).first()
    if now is None:
        raise CaseChanged
    return now.fault


def _mark_done(upload: PartialUpload, fault: str) -> None:
    with transaction.atomic():
        row = PartialUpload.objects.select_for_update().filter(pk=upload.pk, is_done=False).first()
        if row is None:
            return
        transaction.on_commit(partial(_delete, row.parts))
        row.parts, row.is_done, row.fault, row.changed_at = [], True, fault, timezone.now()
        row.save(update_fields=["parts", "is_done", "fault", "changed_at"])


def upload_drop(*, upload: PartialUpload) -> None:
    """Forget a file on its way with its pieces."""
    with transaction.atomic():
        row = PartialUpload.objects.select_for_update().filter(pk=upload.pk).first()
        if row is not None:
            transaction.on_commit(partial(_delete, row.parts))
            row.delete()


def purge_uploads() -> int:
    """Forget the files that nobody went on sending.

    Returns:
        how many went.
    """
    removed = 0
    for upload in PartialUpload.objects.filter(changed_at__lt=timezone.now() - KEPT).iterator():
        upload_drop(upload=upload)
        removed += 1
    return removed


def _delete(stored: Sequence[str]) -> None:
    for name in stored:
        if name:
            default_storage.delete(name)
