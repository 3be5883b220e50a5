"""Side matters as pages tell them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from casework.clocks.models import OPEN_STATUSES
from complaints.models import ArrearsComplaint, EnterpriseSize
from complaints.subcases.models import SubCase
from complaints.subcases.selectors import CLOCKS, CONFIRMED, Kind, Status, subcases_of


@dataclass(frozen=True)
class Line:
    """A side matter.

    Attributes:
        due: the day by which an answer is due, while it is open.
        words: what came of it; "" while it is open.
        waits_for_letter: the complainant began it and the letter has not gone out.
    """

    matter: SubCase
    due: date | None
    words: str
    waits_for_letter: bool


def subcase_lines(complaint: ArrearsComplaint) -> list[Line]:
    """The side matters of a complaint, newest first."""
    matters = subcases_of(complaint)
    if not matters:
        return []
    running = complaint.deadlines.filter(code__in=CLOCKS.values(), status__in=OPEN_STATUSES)
    due = {deadline.code: deadline.due for deadline in running}
    return [_line(matter, due) for matter in reversed(matters)]


def _line(matter: SubCase, due: dict[str, date]) -> Line:
    is_open = matter.status == Status.OPEN
    return Line(
        matter=matter,
        due=due.get(CLOCKS[Kind(matter.kind)]) if is_open else None,
        words=outcome_words(matter),
        waits_for_letter=is_open and matter.letter_id is None,
    )


def outcome_words(matter: SubCase) -> str:
    """What came of a matter, in words; "" while it is open."""
    if matter.status == Status.OPEN:
        return ""
    if matter.status == Status.DROPPED:
        return _("Dropped. %(note)s") % {"note": matter.outcome_note}
    if matter.kind == Kind.SIZE_DISPUTE:
        return _("Size decided: %(size)s. %(note)s") % {
            "size": EnterpriseSize(matter.outcome).label,
            "note": matter.outcome_note,
        }
    if matter.outcome == CONFIRMED:
        return _("Debt confirmed: %(amount)s yuan. %(note)s") % {
            "amount": f"{matter.outcome_amount:,.2f}",
            "note": matter.outcome_note,
        }
    return _("The respondent doesn't confirm the debt. %(note)s") % {"note": matter.outcome_note}
