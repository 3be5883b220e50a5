"""When a credit record can follow from a report (opinions of 2025, point 1)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.models import Case
from casework.parties.models import SubjectType
from fees.orders.discretion import check_discreet
from fees.payees import PayeeType
from fees.report.models import FeeReport, Finding

_KINDS = {
    PayeeType.ORGAN: SubjectType.ORGAN,
    PayeeType.INSTITUTION: SubjectType.INSTITUTION,
    PayeeType.ASSOCIATION: SubjectType.SOCIAL_ORGANISATION,
    PayeeType.UTILITY: SubjectType.ENTERPRISE,
    PayeeType.BANK: SubjectType.ENTERPRISE,
    PayeeType.INTERMEDIARY: SubjectType.ENTERPRISE,
    PayeeType.ENTERPRISE: SubjectType.ENTERPRISE,
}


def payee_kind(case: Case) -> str:
    """What kind of subject the payee is, as the report has it."""
    kind = FeeReport.objects.values_list("payee_type", flat=True).get(pk=case.pk)
    return _KINDS.get(PayeeType(kind), SubjectType.OTHER)


def record_fault(case: Case) -> str:
    """Why no record can be proposed from a report; "" when one can."""
    latest = Finding.objects.filter(report=case.pk).order_by("-number").first()
    if latest is None or latest.outcome != Finding.Outcome.VIOLATION:
        return _("Only a report whose latest finding is a violation can be the occasion of a credit record.")
    return ""


def keep_reporter_hidden(case: Case, **texts: str) -> None:
    """Refuse texts by which the payee could learn who reported.

    Raises:
        InvalidInput: by the name of the text.
    """
    check_discreet(FeeReport.objects.get(pk=case.pk), **texts)
