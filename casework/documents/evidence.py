"""Evidence files: judged by their content, staged while a form is not yet right, attached when it is."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from casework.cases.actors import Actor, ActorKind
from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.cases.timeline import event_record
from casework.cases.verbs import Verb
from casework.documents.images import HEIC, has_too_many_pixels, is_heic, rendition_of
from casework.documents.kinds import guessed_kind, kinds_in_force
from casework.documents.models import Attachment, StagedFile
from casework.documents.scanning import first_scan, scan_ask

STAGED_DAYS = 7
# What a browser may show in a frame of ours without running anything of the file's.
INLINE_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"})

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_TYPES = {
    ".doc": "application/msword",
    ".xls": "application/vnd.ms-excel",
    ".ppt": "application/vnd.ms-powerpoint",
    ".wps": "application/vnd.ms-works",
}
_OPEN_XML = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OFD = "application/ofd"
_keepers: list[Callable[[Collection[str]], set[str]]] = []


def content_type_of(upload: UploadedFile) -> str | None:
    """The type that a file's content shows; its name and the browser's word count for nothing.

    Returns:
        a MIME type, or None for what isn't accepted as evidence: PDF, images, Office, OFD (GB/T 33190).
    """
    upload.seek(0)
    head = upload.read(4096)
    upload.seek(0)
    for magic, content_type in _MAGIC:
        if head.startswith(magic):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if is_heic(head):
        return HEIC
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(upload)
    if head.startswith(_OLE):
        return _OLE_TYPES.get(PurePath(upload.name or "").suffix.lower())
    return None


def _zip_type(upload: UploadedFile) -> str | None:
    try:
        with zipfile.ZipFile(upload) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return None
    finally:
        upload.seek(0)
    if "OFD.xml" in names:
        return OFD
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for folder, kind in _OPEN_XML.items() if any(name.startswith(folder) for name in names)), None)


def evidence_fault(upload: UploadedFile) -> str:
    """Why a file can't be evidence, with the remedy; "" when it can."""
    name = upload.name or ""
    if not upload.size:
        return _("%(name)s is empty. Choose the file again.") % {"name": name}
    if upload.size > settings.EVIDENCE_MAX_BYTES:
        return _(
            "%(name)s has %(size)s; at most %(limit)s are accepted. Scan it at a lower resolution or split it."
        ) % {
            "name": name,
            "size": filesizeformat(upload.size),
            "limit": filesizeformat(settings.EVIDENCE_MAX_BYTES),
        }
    content_type = content_type_of(upload)
    if content_type is None:
        return _("%(name)s is not a PDF, image, Office or OFD file, whatever its name says. Save it as PDF.") % {
            "name": name
        }
    if content_type.startswith("image/") and has_too_many_pixels(upload):
        return _("%(name)s is too large a picture. Take it again at a lower resolution.") % {"name": name}
    return ""


def evidence_stage(*, key: str, uploads: Sequence[UploadedFile], vocabulary: str = "") -> list[str]:
    """Keep the good files of a form and say what is wrong with the others.

    Args:
        key: the filing's idempotency key.
        vocabulary: the list of kinds of evidence from which each file's kind is guessed by its name.
    Returns:
        one message for each refused file.
    """
    faults = []
    for upload in uploads:
        if fault := evidence_fault(upload):
            faults.append(fault)
        elif not _stage_one(key, upload, vocabulary):
            faults.append(
                _("%(name)s was not kept: at most %(limit)s files are accepted. Remove one first.")
                % {"name": upload.name, "limit": settings.EVIDENCE_MAX_FILES}
            )
    return faults


def _stage_one(key: str, upload: UploadedFile, vocabulary: str) -> bool:
    staged = StagedFile.objects.filter(key=key)
    digest = digest_of(upload)
    if staged.filter(sha256=digest).exists():
        return True
    if staged.count() >= settings.EVIDENCE_MAX_FILES:
        return False
    kind = guessed_kind(upload.name or "", kinds_in_force(vocabulary))
    with transaction.atomic():
        # The same file twice at once: the second finds the first one's row.
        row, is_new = StagedFile.objects.get_or_create(
            key=key, sha256=digest, defaults={**_columns(upload), "kind": kind}
        )
        if is_new:
            scan_ask(records=[row])
    return True


def _columns(upload: UploadedFile) -> dict[str, Any]:
    """What a row says of an upload, and the picture for the screen where it is a picture."""
    content_type = content_type_of(upload) or ""
    picture = rendition_of(upload) if content_type.startswith("image/") else None
    return {
        "file": upload,
        "name": PurePath(upload.name or "").name[-200:],
        "content_type": content_type,
        "size": upload.size or 0,
        "rendition": picture or "",
        "scan": first_scan(),
    }


def digest_of(upload: UploadedFile) -> str:
    """SHA-256 of an upload, read in pieces."""
    digest = hashlib.sha256()
    upload.seek(0)
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def evidence_unstage(*, key: str, pk: int) -> None:
    """Remove one staged file at the filer's wish."""
    staged = StagedFile.objects.filter(key=key, pk=pk).first()
    if staged is not None:
        staged.file.delete(save=False)
        if staged.rendition:
            staged.rendition.delete(save=False)
        staged.delete()


def evidence_attach_staged(*, case: Case, key: str, actor: Actor) -> list[Attachment]:
    """Turn a filing's staged files into the case's evidence, in the caller's transaction.

    The stored bytes stay where they are; only the rows change, so that a rollback loses nothing.
    """
    attachments = [_attach(case, staged, actor) for staged in StagedFile.objects.select_for_update().filter(key=key)]
    StagedFile.objects.filter(key=key).delete()
    return attachments


def _attach(case: Case, staged: StagedFile, actor: Actor) -> Attachment:
    return Attachment.objects.create(
        case=case,
        file=staged.file.name,
        name=staged.name,
        content_type=staged.content_type,
        size=staged.size,
        sha256=staged.sha256,
        rendition=staged.rendition.name or "",
        kind_id=staged.kind_id,
        scan=staged.scan,
        scan_signature=staged.scan_signature,
        scanned_at=staged.scanned_at,
        uploaded_by=actor.user,
        by_complainant=actor.kind == ActorKind.COMPLAINANT,
    )


def evidence_add(*, case: Case, uploads: list[UploadedFile], actor: Actor) -> list[Attachment]:
    """Add files to a running case, in the caller's transaction; all of them or none.

    A file that the case already has is left out.

    Raises:
        InvalidInput: for `files`, one message for each file that is refused.
    """
    faults = [fault for upload in uploads if (fault := evidence_fault(upload))]
    from_respondent = actor.kind == ActorKind.RESPONDENT
    present = set(Attachment.objects.filter(case=case).values_list("sha256", flat=True))
    # Each side has its own number of files: one can't use up the other's.
    own = Attachment.objects.filter(case=case, by_respondent=from_respondent).count()
    if own + len(uploads) > settings.EVIDENCE_MAX_FILES:
        faults.append(_("A case holds at most %(limit)s files of each side.") % {"limit": settings.EVIDENCE_MAX_FILES})
    if faults:
        raise InvalidInput({"files": faults})
    added = []
    for upload in uploads:
        digest = digest_of(upload)
        if digest in present:
            continue
        present.add(digest)
        added.append(
            Attachment.objects.create(
                **_columns(upload),
                case=case,
                sha256=digest,
                # What the sender said of a file that waited beside its form; see casework.portal.uploads.
                kind=getattr(upload, "kind", None),
                uploaded_by=actor.user,
                by_complainant=actor.kind == ActorKind.COMPLAINANT,
                by_respondent=from_respondent,
            )
        )
    scan_ask(records=added)
    return added


def evidence_record(*, case: Case, attachments: Sequence[Attachment], actor: Actor) -> None:
    """Write the files that joined a case into its timeline, in the caller's transaction; nothing without files."""
    if attachments:
        names = [attachment.name for attachment in attachments]
        event_record(case=case, verb=Verb.EVIDENCE_ADDED, actor=actor, payload={"files": names})


def register_keeper(still_wanted: Callable[[Collection[str]], set[str]]) -> None:
    """Say which of the keys given to it still wait for their filing; called from an app's ready()."""
    _keepers.append(still_wanted)


def purge_staged(*, days: int = STAGED_DAYS) -> int:
    """Delete what was staged for a filing that never came; what belongs to a draft stays as long as the draft.

    Args:
        days: age from which a staged file goes.
    Returns:
        how many went.
    """
    removed = 0
    old = StagedFile.objects.filter(created_at__lt=timezone.now() - timedelta(days=days))
    keys = set(old.values_list("key", flat=True))
    wanted = set().union(*(still_wanted(keys) for still_wanted in _keepers))
    for staged in old.exclude(key__in=wanted):
        with transaction.atomic():
            for stored in (staged.file, staged.rendition):
                if stored:
                    transaction.on_commit(partial(stored.storage.delete, str(stored.name)))
            staged.delete()
        removed += 1
    return removed
