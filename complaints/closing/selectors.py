"""Reading what comes after the result: satisfaction, new facts, and what they allow."""

from __future__ import annotations

from complaints.closing.models import NewFacts
from complaints.flow import State
from complaints.models import ArrearsComplaint

REOPENABLE = frozenset({State.CLOSED, State.TERMINATED})
WITH_RESULT = frozenset({State.RESOLVED, State.FOLLOW_UP, State.CLOSED})


def pending_facts(complaint: ArrearsComplaint) -> NewFacts | None:
    """The new facts that wait for a decision."""
    return complaint.new_facts.filter(status=NewFacts.Status.PENDING).first()


def can_tell_facts(complaint: ArrearsComplaint) -> bool:
    """Whether the complainant may tell new facts now; a case refused, lapsed or withdrawn is filed anew instead."""
    return complaint.state in REOPENABLE and pending_facts(complaint) is None


def can_be_reopened(complaint: ArrearsComplaint) -> bool:
    """Whether new facts wait on an ended case."""
    return complaint.state in REOPENABLE and pending_facts(complaint) is not None


def can_give_satisfaction(complaint: ArrearsComplaint) -> bool:
    """Whether there is a result on which the complainant has not spoken yet."""
    return complaint.state in WITH_RESULT and not hasattr(complaint, "satisfaction")
