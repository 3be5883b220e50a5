"""The records that came of a case, for the case's own page: as much of each as the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casework.cases.actors import Actor
from casework.cases.models import Case
from casework.credit.record.models import CreditRecord
from casework.credit.record.sources import source_fault

SECTION = "credit"


@dataclass(frozen=True)
class CaseRecord:
    """A record of the case; only where it stands, unless the reader sees the record itself."""

    record: CreditRecord
    is_open: bool


def records_context(case: Case, actor: Actor) -> dict[str, Any]:
    """The records of a case, and why none can be proposed (yet)."""
    rows = list(CreditRecord.objects.filter(source_case=case.pk).select_related("severity").order_by("-pk"))
    seen: set[int] = set()
    if rows and actor.user is not None:
        ids = [row.pk for row in rows]
        seen = set(CreditRecord.objects.visible_to(actor.user).filter(pk__in=ids).values_list("pk", flat=True))
    return {
        "credit_records": [CaseRecord(row, row.pk in seen) for row in rows],
        "credit_fault": source_fault(case),
    }
