"""What a filer should know before filing, and a caseworker before accepting: cautions, never walls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext as _

from casework.cases.models import CitedTerm
from casework.cases.terms import term_in_force
from complaints.assessments.facts import BUYERS
from complaints.payment import Result
from complaints.sizing import Classification
from complaints.sizing.words import size_words

if TYPE_CHECKING:
    from complaints.models import ArrearsComplaint

# The ground that a complaint outside the decree meets, in the list arrears.refusal.
OUTSIDE_THE_DECREE = "R1"
_SME_SIZES = ("micro", "small", "medium")


@dataclass(frozen=True)
class Caution:
    """Something that may stand against the complaint.

    Attributes:
        field: the form's field that it belongs to.
        ground: the ground of refusal that it would meet; None where there is none.
    """

    code: str
    field: str
    text: str
    ground: CitedTerm | None = None


def cautions_of(
    complaint: ArrearsComplaint, payment: Result | None, size: Classification | None, today: date
) -> list[Caution]:
    """Everything that may stand against a complaint, in the order of the form.

    Args:
        payment, size: what the engines say; None where they couldn't be asked.
    """
    return [*_size(complaint, size, today), *_respondent(complaint, today), *_payment(payment, today)]


def _size(complaint: ArrearsComplaint, size: Classification | None, today: date) -> Iterator[Caution]:
    computed = size.is_sme if size else None
    if computed is False:
        text = _(
            "By these figures your enterprise was large when the contract was signed. Only small and medium-sized "
            "enterprises can complain here."
        )
        yield Caution("not_an_sme", "size_industry", text, _ground(today))
    elif complaint.complainant_size == "large":
        text = _("Only enterprises that were small or medium-sized when the contract was signed can complain here.")
        yield Caution("not_an_sme", "complainant_size", text, _ground(today))
    elif size and size.size and complaint.complainant_size in _SME_SIZES and size.size != complaint.complainant_size:
        text = _("By these figures it was: %(size)s. Another size was chosen.") % {"size": size_words([size.size])}
        yield Caution("size_differs", "complainant_size", text)
    if size and not size.is_covered:
        text = _("The size standard doesn't cover this industry. The department will ask how large you were.")
        yield Caution("industry_not_covered", "size_industry", text)


def _respondent(complaint: ArrearsComplaint, today: date) -> Iterator[Caution]:
    if complaint.respondent_type and complaint.respondent_type not in BUYERS:
        text = _(
            "The decree covers state organs, public institutions and large enterprises. Against others a court, "
            "arbitration or mediation is the way."
        )
        yield Caution("respondent_not_in_scope", "respondent_type", text, _ground(today))


def _payment(payment: Result | None, today: date) -> Iterator[Caution]:
    # Where the due date can't be computed the calculation itself says what is missing.
    if payment is not None and payment.due.due_on is not None and payment.due.due_on >= today:
        text = _("Payment is due on %(day)s: the term has not run out yet, so nothing is overdue today.") % {
            "day": formats.date_format(payment.due.due_on, "DATE_FORMAT")
        }
        yield Caution("term_not_over", "delivered_on", text)


def _ground(today: date) -> CitedTerm | None:
    return term_in_force("arrears.refusal", OUTSIDE_THE_DECREE, today)
