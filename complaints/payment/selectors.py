"""Reading what the engine needs from the database."""

from __future__ import annotations

from complaints.payment.lpr import LprTable
from complaints.payment.models import LprRate


def lpr_table() -> LprTable:
    """The LPR as it stands today."""
    return LprTable(LprRate.objects.values_list("effective_on", "rate"))
