"""What an entry says: the fields that a version copies, compares and searches, and the key that outlives versions."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from fees.catalogue.models import CatalogueEntry

Status = CatalogueEntry.Status
# The day's words about the change are no content: they differ by themselves.
CONTENT = (
    "kind", "division_id", "parent_item", "name", "sub_items", "payee", "payer", "legal_basis", "standard_text",
    "standard", "service_content", "service_standard", "charge_level", "approval_prerequisite", "enterprise_related",
    "fund_management", "collection_rule", "refund_rule", "industries", "matters", "details", "valid_from", "valid_to",
)  # fmt: skip
COPIED = ("key", "position", *CONTENT)
OUT_OF_FORCE = (Status.SUSPENDED, Status.CANCELLED)
_NOT_LETTERS = re.compile(r"[\W_]+")


def plain_name(text: str) -> str:
    """A name as it is compared: half width, small letters, without blanks and punctuation."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def derived_key(kind: str, division: str, parent_item: str, name: str, payee: str) -> str:
    """The key of an item whose list gives none: the same for the same kind, place, names and payee."""
    words = "\n".join((kind, division, *(plain_name(text) for text in (parent_item, name, payee))))
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def complete_entry(entry: CatalogueEntry) -> None:
    """Set what follows from the other fields: key and words to search by."""
    if not entry.key:
        entry.key = derived_key(entry.kind, entry.division_id, entry.parent_item, entry.name, entry.payee)
    words = (entry.parent_item, entry.name, entry.sub_items, entry.payee, entry.service_content)
    entry.search_text = unicodedata.normalize("NFKC", " ".join(word for word in words if word)).casefold()
    entry.pairs = sorted({one + other for one, other in pairwise(entry.search_text)})


def says_same(one: CatalogueEntry, other: CatalogueEntry) -> bool:
    """Whether two entries have the same content."""
    return all(getattr(one, name) == getattr(other, name) for name in CONTENT)


def settle_status(entry: CatalogueEntry, before: CatalogueEntry | None) -> None:
    """Say whether an entry in force is added, changed or unchanged against the version before."""
    if entry.status in OUT_OF_FORCE:
        return
    if before is None or before.status == Status.CANCELLED:
        entry.status = Status.ADDED
    else:
        same = before.status != Status.SUSPENDED and says_same(entry, before)
        entry.status = Status.KEPT if same else Status.CHANGED


def needs_reason(entry: CatalogueEntry) -> bool:
    """Whether an entry changes something without saying why."""
    return entry.status in (*OUT_OF_FORCE, Status.CHANGED) and not entry.change_reason.strip()


def copy_entry(entry: CatalogueEntry, **values: Any) -> CatalogueEntry:
    """The entry for the next version: unchanged, or still suspended for the same reason."""
    suspended = entry.status == Status.SUSPENDED
    copied: Mapping[str, Any] = {name: getattr(entry, name) for name in COPIED}
    return CatalogueEntry(
        **copied,
        fee_list_id=entry.fee_list_id,
        search_text=entry.search_text,
        pairs=entry.pairs,
        status=Status.SUSPENDED if suspended else Status.KEPT,
        change_reason=entry.change_reason if suspended else "",
        **values,
    )
