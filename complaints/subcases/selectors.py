"""Which side matters a complaint has, and which may be begun."""

from __future__ import annotations

from django.db.models import prefetch_related_objects

from complaints.flow import State
from complaints.models import ArrearsComplaint, EnterpriseSize
from complaints.subcases.models import SubCase

Kind, Status = SubCase.Kind, SubCase.Status
SIZE_CLOCK, RECEIVABLE_CLOCK = "arrears.size_dispute", "receivable.confirmation"
CLOCKS = {Kind.SIZE_DISPUTE: SIZE_CLOCK, Kind.RECEIVABLE: RECEIVABLE_CLOCK}
CONFIRMED, REFUSED = "confirmed", "refused"
# What a matter can end with; a dropped one ends with nothing.
OUTCOMES: dict[str, tuple[str, ...]] = {
    Kind.SIZE_DISPUTE: tuple(size for size in EnterpriseSize.values if size != EnterpriseSize.UNSURE),
    Kind.RECEIVABLE: (CONFIRMED, REFUSED),
}
BEFORE_ACCEPTANCE = (State.SUBMITTED, State.CORRECTION_REQUESTED)


def subcases_of(complaint: ArrearsComplaint) -> list[SubCase]:
    """Every side matter, oldest first; read once for each complaint in hand."""
    prefetch_related_objects([complaint], "subcases__letter", "subcases__begun_by", "subcases__decided_by")
    return list(complaint.subcases.all())


def open_subcase(complaint: ArrearsComplaint, kind: str) -> SubCase | None:
    """The open matter of a kind; there is at most one."""
    found = (row for row in subcases_of(complaint) if row.kind == kind and row.status == Status.OPEN)
    return next(found, None)


def open_subcases(complaint: ArrearsComplaint) -> list[SubCase]:
    """The matters that wait for their result."""
    return [row for row in subcases_of(complaint) if row.status == Status.OPEN]


def decided_sizes(complaint: ArrearsComplaint) -> list[SubCase]:
    """The disputes about the size that the authority decided (Decree 802 art. 29(2)), oldest first."""
    rows = subcases_of(complaint)
    return [row for row in rows if row.kind == Kind.SIZE_DISPUTE and row.status == Status.DECIDED]


def can_dispute_size(complaint: ArrearsComplaint) -> bool:
    """Whether a department can be asked for the size: as long as the case runs; acceptance may hang on it."""
    return not complaint.is_ended and open_subcase(complaint, Kind.SIZE_DISPUTE) is None


def can_request_receivable(complaint: ArrearsComplaint) -> bool:
    """Whether the confirmation of the debt can be requested: once the complaint is accepted."""
    return _is_accepted(complaint) and open_subcase(complaint, Kind.RECEIVABLE) is None


def can_send_receivable(complaint: ArrearsComplaint) -> bool:
    """Whether the letter to the respondent can be sent: for a new matter, or one that the complainant began."""
    found = open_subcase(complaint, Kind.RECEIVABLE)
    return _is_accepted(complaint) and (found is None or found.letter_id is None)


def _is_accepted(complaint: ArrearsComplaint) -> bool:
    return not complaint.is_ended and complaint.state not in BEFORE_ACCEPTANCE
