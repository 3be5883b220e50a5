"""Public notices by which payers are looked for: what the letter to the payee says, and nothing of the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.dateparse import parse_date

from casework.documents.models import Letter
from casework.documents.reissue import letters_in_force
from fees.orders.models import Order


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """All that the public may know of a refund order: neither a payer nor who reported.

    Attributes:
        period_from, period_to: when it was charged, as far as it was found.
        announcement: what payers do.
        claim_at: where.
    """

    pk: int
    payee: str
    item: str
    period_from: date | None
    period_to: date | None
    announcement: str
    claim_at: str
    announced_on: date
    announced_until: date
    department: str
    phone: str
    number: str
    is_development: bool

    @property
    def is_over(self) -> bool:
        """Whether its last day is past."""
        return self.announced_until < timezone.localdate()


def notices_of(orders: Iterable[Order]) -> list[PublicNotice]:
    """The notices of announced orders, each with the words of the letter that is in force, as they were frozen.

    A letter that was issued again takes the place of the first: the payer who asks must find its number.
    """
    rows = list(orders)
    standing = letters_in_force([order.letter for order in rows if order.letter is not None])
    return [_notice(order, standing[order.letter_id]) for order in rows if order.letter_id is not None]


def notice_of(order: Order) -> PublicNotice:
    """The notice of one announced order."""
    (notice,) = notices_of([order])
    return notice


def _notice(order: Order, letter: Letter) -> PublicNotice:
    assert order.announced_on is not None
    assert order.announced_until is not None
    said = letter.variables
    return PublicNotice(
        pk=order.pk,
        payee=said["addressee"],
        item=said["item"],
        period_from=parse_date(said.get("period_from") or ""),
        period_to=parse_date(said.get("period_to") or ""),
        announcement=said.get("announcement") or order.announcement,
        claim_at=said.get("claim_at") or order.claim_at,
        announced_on=order.announced_on,
        announced_until=order.announced_until,
        department=letter.department.name,
        phone=letter.department.phone,
        number=letter.number,
        is_development=order.report.is_development,
    )
