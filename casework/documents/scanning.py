"""Virus scans of what comes from outside: asked for with the file, carried out by a worker, and said honestly.

Whether a file is clean, infected or was looked at by nobody is written beside it. An infected file stays as it came,
for that somebody sent it is a fact of the case, but it is given to nobody. No filing waits for a scanner.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.core import checks
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from casework.cases.models import OutboxMessage
from casework.cases.outbox import NewMessage, outbox_put_many, register_channel
from casework.documents.clamd import ScannerRefused, address_fault, scan_stream
from casework.documents.models import Attachment, FileRecord, Scan, StagedFile

logger = logging.getLogger(__name__)
CHANNEL = "file.scan"
AT_ONCE = 500
# In this order: a filing takes the rows of its waiting files first and writes those of its evidence after.
_TABLES: tuple[type[FileRecord], ...] = (StagedFile, Attachment)


def register() -> None:
    """Attach the channel to the outbox, and the check of the scanner's address to the start; called from ready()."""
    register_channel(CHANNEL, scan_deliver)
    checks.register(check_address)


def check_address(**kwargs: object) -> list[checks.CheckMessage]:
    """Refuse an address that no scanner has, instead of finding out with the first file."""
    fault = address_fault(settings.CLAMAV_URL) if settings.CLAMAV_URL else ""
    return [checks.Error(fault, id="documents.E001")] if fault else []


def first_scan() -> Scan:
    """What is said of a file that has just come: it waits for the scanner, or there is none."""
    return Scan.WAITING if settings.CLAMAV_URL else Scan.NONE


def scan_ask(*, records: Sequence[FileRecord]) -> None:
    """Have files scanned, in the caller's transaction; nothing without a scanner."""
    wanted = {str(record.file.name) for record in records if record.scan == Scan.WAITING}
    if wanted:
        outbox_put_many([_question(name) for name in sorted(wanted)])


def _question(name: str) -> NewMessage:
    # Beside the letters, for neither must hold up a mail. A file may be asked about again: each time is its own.
    key = f"scan-{name}-{uuid.uuid4().hex}"
    return NewMessage(CHANNEL, key, {"file": name}, lane=OutboxMessage.Lane.LETTERS)


def scan_deliver(message: OutboxMessage) -> None:
    """Scan one stored file and write the verdict beside every row that holds it.

    Raises:
        OSError: the scanner can't be reached; the outbox tries again.
    """
    name = str(message.payload["file"])
    if not any(table._default_manager.filter(file=name).exists() for table in _TABLES):
        return
    if not settings.CLAMAV_URL:
        _write(name, Scan.NONE)
        return
    try:
        with default_storage.open(name) as stored:
            signature = scan_stream(settings.CLAMAV_URL, stored)
    except (ScannerRefused, FileNotFoundError) as error:
        logger.warning("The virus scanner gave no verdict on %s: %s", name, error)
        _write(name, Scan.FAILED)
        return
    if signature:
        logger.warning("A virus was found in %s: %s", name, signature)
    _write(name, Scan.INFECTED if signature else Scan.CLEAN, signature)


def _write(name: str, scan: Scan, signature: str = "") -> None:
    looked_at = None if scan == Scan.NONE else timezone.now()
    for table in _TABLES:
        table._default_manager.filter(file=name).update(scan=scan, scan_signature=signature[:200], scanned_at=looked_at)


def scan_the_rest() -> int:
    """Have scanned what came while there was no scanner, some at a time.

    Returns:
        how many files were asked for.
    """
    return sum(_ask_rest(table) for table in _TABLES) if settings.CLAMAV_URL else 0


def _ask_rest(table: type[FileRecord]) -> int:
    with transaction.atomic():
        unseen = table._default_manager.select_for_update(skip_locked=True).filter(scan=Scan.NONE)
        records = list(unseen.order_by("pk")[:AT_ONCE])
        for record in records:
            record.scan = Scan.WAITING
        table._default_manager.bulk_update(records, ["scan"])
        scan_ask(records=records)
    return len(records)
