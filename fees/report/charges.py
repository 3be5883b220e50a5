"""The charges that reports tell of, as a source of the monitoring's figures."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery

from casework.parties.models import User, division_prefix
from fees.monitoring.figures import Charge
from fees.monitoring.quarters import Quarter
from fees.report.flow import State
from fees.report.models import CheckedCharge, FeeReport

REPORTS = "reports"
# What was refused, sent elsewhere, withdrawn or counts with another report tells of no charge of its own.
NOT_COUNTED = (State.DRAFT, State.REFUSED, State.REDIRECTED, State.MERGED, State.WITHDRAWN)


def report_charges(user: User, quarter: Quarter, division: str) -> Iterator[Charge]:
    """What was reported as charged in a quarter, of the reports that the user may see.

    Args:
        division: code; charges in it and below.
    """
    last = CheckedCharge.objects.filter(report=OuterRef("pk")).order_by("-number").values("code")[:1]
    rows = FeeReport.objects.visible_to(user).exclude(state__in=NOT_COUNTED)
    rows = rows.filter(
        charged_on__range=(quarter.first_day, quarter.last_day), division__code__startswith=division_prefix(division)
    ).annotate(verdict=Subquery(last))
    fields = (
        "respondent_name", "payee_type", "item", "division_id", "amount", "verdict", "charged_on", "complainant_code",
        "pk", "division__name",
    )  # fmt: skip
    for payee, kind, item, place, amount, verdict, on, code, pk, name in rows.order_by("pk").values_list(*fields):
        # Of reporters without a code nobody can tell whether two are one.
        yield Charge(payee, kind, item, place, amount, verdict, REPORTS, on, code or f"report-{pk}", name)
