"""What is disclosed against the complaints that were open at the year's end. A difference is a question, no finding.

Counted are complaints that were accepted by 31 December and neither ended nor wholly paid then. What was disputed is
known as it stands now: the parts of a claim carry no day. A payment is taken off the undisputed part first, so that the
undisputed sum is never put too high.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casework.parties.perms import AnyUser
from complaints.disclosure.models import Disclosure, DisclosureObligation
from complaints.models import ArrearsComplaint
from complaints.money.models import RecordedPayment

NOTHING = Decimal("0.00")


class Flag(StrEnum):
    """What is to be asked."""

    NOTHING_DISCLOSED = "nothing_disclosed"
    LESS_THAN_UNDISPUTED = "less_than_undisputed"
    NONE = "none"


FLAG_WORDS: Mapping[Flag, Promise] = {
    Flag.NOTHING_DISCLOSED: _("complaints were open, and nothing overdue is disclosed"),
    Flag.LESS_THAN_UNDISPUTED: _("less is disclosed than was undisputed in open complaints"),
    Flag.NONE: _("no question"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What a complaint claimed of a body, as of the end of a year.

    Attributes:
        complaint: its id.
        undisputed: of the outstanding sum, what was recorded as undisputed; 0 where the claim was not told apart.
    """

    complaint: int
    outstanding: Decimal
    undisputed: Decimal


@dataclass(frozen=True, slots=True)
class Comparison:
    """A year of a body."""

    flag: Flag
    claims: tuple[Claim, ...]

    @property
    def outstanding(self) -> Decimal:
        """What the open complaints claimed."""
        return sum((claim.outstanding for claim in self.claims), NOTHING)

    @property
    def undisputed(self) -> Decimal:
        """What of it was undisputed."""
        return sum((claim.undisputed for claim in self.claims), NOTHING)

    @property
    def words(self) -> str:
        """What is to be asked, in the reader's language."""
        return str(FLAG_WORDS[self.flag])


def compare(disclosure: Disclosure | None, claims: Sequence[Claim], *, has_time: bool = False) -> Comparison:
    """What a disclosure says against what was claimed.

    Args:
        has_time: the due day has not passed: a disclosure that isn't there yet is no question.
    """
    said = disclosure.amount if disclosure is not None else NOTHING
    undisputed = sum((claim.undisputed for claim in claims), NOTHING)
    if disclosure is None and has_time:
        flag = Flag.NONE
    elif claims and said == 0:
        flag = Flag.NOTHING_DISCLOSED
    elif said < undisputed:
        flag = Flag.LESS_THAN_UNDISPUTED
    else:
        flag = Flag.NONE
    return Comparison(flag, tuple(claims))


def claim_of(complaint: int, amount: Decimal, undisputed: Decimal, paid: Decimal) -> Claim | None:
    """What is left of a claim after what was paid; None when nothing is."""
    outstanding = amount - paid
    if outstanding <= 0:
        return None
    return Claim(complaint, outstanding, min(max(undisputed - paid, NOTHING), outstanding))


def comparisons(rows: Collection[DisclosureObligation], user: AnyUser) -> dict[int, Comparison]:
    """The comparison of each obligation, by its id; as many queries for a hundred as for one.

    Args:
        rows: with `body` and `current`.
        user: for whom; complaints that the user may not see are not counted (Decree 802 art. 25(5)).
    """
    years = {row.year for row in rows}
    codes = {row.body.subject_id for row in rows}
    claims = {year: _claims_of(codes, date(year, 12, 31), user) for year in years}
    today = timezone.localdate()
    return {
        row.pk: compare(row.current, claims[row.year].get(row.body.subject_id, []), has_time=today <= row.due_on)
        for row in rows
    }


def _claims_of(codes: Collection[str], day: date, user: AnyUser) -> Mapping[str, list[Claim]]:
    rows = ArrearsComplaint.objects.visible_to(user).filter(respondent_code__in=codes, accepted_on__lte=day)
    rows = rows.exclude(ended_on__lte=day).prefetch_related("claim_parts", "payments").order_by("pk")
    found: dict[str, list[Claim]] = defaultdict(list)
    for row in rows:
        paid = sum((one.amount for one in row.payments.all() if _was_paid(one, day)), NOTHING)
        undisputed = sum((part.amount for part in row.claim_parts.all() if not part.disputed), NOTHING)
        if (claim := claim_of(row.pk, row.amount, undisputed, paid)) is not None:
            found[row.respondent_code].append(claim)
    return found


def _was_paid(payment: RecordedPayment, day: date) -> bool:
    return payment.status == RecordedPayment.Status.CONFIRMED and payment.paid_on <= day
