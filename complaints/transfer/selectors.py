"""Reading the way of a case."""

from __future__ import annotations

from django.db.models import Prefetch, prefetch_related_objects

from complaints.models import ArrearsComplaint
from complaints.transfer.models import Hop

_SHOWN = ("sender", "target", "route", "sent_by", "return_target", "return_asked_by", "decided_by", "designated")


def load_hops(complaint: ArrearsComplaint) -> list[Hop]:
    """Every hop of a case in order, kept on it: whatever asks for hops afterwards finds them there."""
    prefetch_related_objects([complaint], Prefetch("hops", Hop.objects.select_related(*_SHOWN, "designated_by")))
    return list(complaint.hops.all())
