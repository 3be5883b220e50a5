"""What goes to the payee or to the public names no reporter (国办函〔2025〕30号, point 2(4))."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from casework.cases.models import Case
from casework.documents.models import Letter
from fees.report.models import FeeReport

HIDDEN = "某企业"
TO_PAYEE = frozenset({"fee_rectification_order", "fee_refund_order"})
# What people write in these letters; the list of payers may hold the reporter among the others.
_WRITTEN = ("item", "text", "announcement", "claim_at")
# A single character stands in too many texts to tell anybody.
_SHORTEST = 2


def check_discreet(report: FeeReport, **texts: str) -> None:
    """Refuse texts by which the payee could learn who reported.

    Raises:
        InvalidInput: by the name of the text.
    """
    words = _telling(report)
    errors = {
        name: [_("This text names the reporter: %(words)s. Leave it out.") % {"words": ", ".join(found)}]
        for name, text in texts.items()
        if (found := [word for word in words if _plain(word) in _plain(text)])
    }
    if errors:
        raise InvalidInput(errors)


def check_correction(case: Case, letter: Letter, content: Mapping[str, Any]) -> None:
    """Refuse a correction by which a letter to the payee would name the reporter.

    Raises:
        InvalidInput: under `right`.
    """
    if letter.template in TO_PAYEE:
        said = " ".join(str(content.get(name, "")) for name in _WRITTEN)
        check_discreet(FeeReport.objects.get(pk=case.pk), right=said)


def discreet_item(report: FeeReport) -> str:
    """What was charged, in the reporter's words but without a name, code or phone number in them."""
    item = report.item
    for row in _reports(report):
        for word in (row.complainant_name, row.complainant_code, row.contact_phone, row.contact_email):
            item = re.sub(re.escape(word), HIDDEN, item, flags=re.IGNORECASE) if len(word) >= _SHORTEST else item
    return item


def _telling(report: FeeReport) -> list[str]:
    words = [
        word.strip()
        for row in _reports(report)
        for word in (
            row.reference,
            row.complainant_name,
            row.complainant_code,
            row.contact_name,
            row.contact_phone,
            row.contact_email,
        )
    ]
    return [word for word in dict.fromkeys(words) if len(word) >= _SHORTEST]


def _reports(report: FeeReport) -> list[FeeReport]:
    """The report and those that were merged into it: each has its own reporter."""
    return [report, *report.merged_reports.all()]


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text).casefold()
