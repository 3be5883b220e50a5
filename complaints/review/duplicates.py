"""Earlier complaints about the same matter: the same parties, and how much alike contract and amount are."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.parties.perms import AnyUser
from complaints.models import ArrearsComplaint

# How much alike two names or titles are, by trigrams: below it they only share words such as "Co., Ltd.".
ALIKE = 0.6
SHOWN = 10


@dataclass(frozen=True)
class Earlier:
    """An earlier complaint and how it resembles this one.

    Attributes:
        grade: same (contract and amount), alike (contract), parties (another contract of the same parties).
    """

    complaint: ArrearsComplaint
    grade: str

    @property
    def words(self) -> Promise:
        """The grade in words."""
        return _GRADES[self.grade]


_GRADES = {
    "same": _("same parties, contract and amount"),
    "alike": _("same parties, similar contract"),
    "parties": _("same parties, another contract"),
}


def earlier_complaints(complaint: ArrearsComplaint, user: AnyUser) -> list[Earlier]:
    """Complaints filed before this one between the same parties, as far as the user may see them; in one query.

    Parties are the same by both codes, or by two names that are alike: a code may be mistyped.
    """
    rows = _between_the_same_parties(ArrearsComplaint.objects.visible_to(user), complaint)
    rows = rows.filter(pk__lt=complaint.pk).annotate(
        contract_likeness=TrigramSimilarity("contract_title", complaint.contract_title)
    )
    found = [Earlier(row, _grade(complaint, row)) for row in rows.order_by("-contract_likeness", "-pk")[:SHOWN]]
    return sorted(found, key=lambda earlier: list(_GRADES).index(earlier.grade))


def _between_the_same_parties(
    rows: QuerySet[ArrearsComplaint], complaint: ArrearsComplaint
) -> QuerySet[ArrearsComplaint]:
    codes = Q(complainant_code=complaint.complainant_code, respondent_code=complaint.respondent_code)
    # Two debtors without a code are not the same one.
    codes &= ~Q(respondent_code="")
    # The operator % of pg_trgm lets the index find candidates; its threshold is lower than ours.
    likely = Q(
        complainant_name__trigram_similar=complaint.complainant_name,
        respondent_name__trigram_similar=complaint.respondent_name,
    )
    complains = TrigramSimilarity("complainant_name", complaint.complainant_name)
    owes = TrigramSimilarity("respondent_name", complaint.respondent_name)
    return rows.annotate(complains=complains, owes=owes).filter(
        codes | (likely & Q(complains__gte=ALIKE, owes__gte=ALIKE))
    )


def _grade(complaint: ArrearsComplaint, row: ArrearsComplaint) -> str:
    likeness = getattr(row, "contract_likeness", 0.0)
    if likeness < ALIKE:
        return "parties"
    is_same = row.amount == complaint.amount and row.contract_title == complaint.contract_title
    return "same" if is_same else "alike"
