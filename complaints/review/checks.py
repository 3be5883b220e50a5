"""What a checked condition means for the acceptance."""

from __future__ import annotations

from django.utils.translation import gettext as _

from casework.cases.errors import InvalidInput
from complaints.models import ArrearsComplaint
from complaints.review.models import ConditionCheck


def refuse_unmet_conditions(complaint: ArrearsComplaint) -> None:
    """What the reviewer found not met stands against the acceptance until the finding is corrected.

    Raises:
        InvalidInput: at least one condition is marked as not met.
    """
    if complaint.checks.filter(verdict=ConditionCheck.Verdict.NOT_MET).exists():
        fault = _("A condition of acceptance was found not met. Refuse the complaint, or correct the checklist first.")
        raise InvalidInput({"": [fault]})
