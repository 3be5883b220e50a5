"""Reading the way of a case."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects

from casework.cases.models import Case
from casework.cases.transfer.models import Hop

_SHOWN = ("sender", "target", "route", "sent_by", "return_target", "return_asked_by", "decided_by", "designated")


def load_hops(case: Case) -> list[Hop]:
    """Every hop of a case in order, kept on it: whatever asks for hops afterwards finds them there."""
    prefetch_related_objects([case], Prefetch("hops", Hop.objects.select_related(*_SHOWN, "designated_by")))
    return list(case.hops.all())
