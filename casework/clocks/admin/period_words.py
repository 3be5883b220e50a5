"""Two versions of a rule side by side, each field in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Field
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from casework.clocks.models import StatutoryPeriod
from casework.clocks.rule_words import event_words, responsible_words
from casework.clocks.versions import REVIEWED_FIELDS

NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Row:
    """One field of two versions.

    Attributes:
        before: "" where there is no version before.
    """

    label: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether the two say something else."""
        return self.before != self.after


def compared(before: StatutoryPeriod | None, after: StatutoryPeriod) -> list[Row]:
    """Every field that a version sets, beside the version before it; what no version uses is left out.

    Code and division are the rule's, not the version's.
    """
    rows = [
        Row(
            _label(name),
            field_words(before, name) if before else "",
            field_words(after, name),
        )
        for name in REVIEWED_FIELDS
        if name not in {"code", "division"}
    ]
    return [row for row in rows if {row.before, row.after} - {"", NOTHING}]


def _label(name: str) -> str:
    field = StatutoryPeriod._meta.get_field(name)
    assert isinstance(field, Field)
    return str(capfirst(field.verbose_name))


def field_words(period: StatutoryPeriod, name: str) -> str:
    """One field's value in words."""
    value = getattr(period, name)
    if name in {"unit", "certainty"}:
        return str(getattr(period, f"get_{name}_display")())
    if name == "starts_on":
        return event_words(period)
    if name == "responsible":
        return responsible_words(period)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or NOTHING
    return str(value) if value else NOTHING
