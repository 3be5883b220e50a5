"""A difference between two versions in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fees.catalogue.compare import Change, Difference
from fees.catalogue.kinds import FeeKind, own_columns
from fees.catalogue.models import CatalogueEntry
from fees.catalogue.notation import write_standard
from fees.catalogue.topics import industry_choices, matter_choices

NOTHING = "—"
_CHANGES: Mapping[Change, str | Promise] = {
    Change.ADDED: gettext_lazy("Added"),
    Change.CANCELLED: gettext_lazy("Cancelled"),
    Change.SUSPENDED: gettext_lazy("Suspended"),
    Change.RAISED: gettext_lazy("Raised"),
    Change.LOWERED: gettext_lazy("Lowered"),
    Change.CHANGED: gettext_lazy("Changed otherwise"),
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of two versions in words."""

    label: str
    before: str
    after: str


def change_words(change: Change) -> str:
    """What became of the entries."""
    return str(_CHANGES[change])


def field_rows(difference: Difference) -> list[FieldRow]:
    """The fields that differ; none for what came or went."""
    before, after = difference.before, difference.after
    if before is None or after is None:
        return []
    return [FieldRow(_label(name), field_words(before, name), field_words(after, name)) for name in difference.fields]


def _label(name: str) -> str:
    return str(capfirst(CatalogueEntry._meta.get_field(name.removesuffix("_id")).verbose_name))  # type: ignore[union-attr]


def field_words(entry: CatalogueEntry, name: str) -> str:
    """One field's value in words."""
    value: Any = getattr(entry, name)
    if name == "standard":
        return write_standard(entry.lines) or NOTHING
    if name == "kind":
        return str(FeeKind(value).label)
    if name == "details":
        labels = {column.code: str(column.label) for column in own_columns(entry.kind)}
        return "; ".join(f"{labels.get(code, code)}: {text}" for code, text in value.items()) or NOTHING
    if name in ("industries", "matters"):
        names = dict([*industry_choices(), *matter_choices()])
        return ", ".join(names.get(code, code) for code in value) or NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if value else NOTHING
